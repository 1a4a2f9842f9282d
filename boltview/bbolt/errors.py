"""What can go wrong, under bbolt's own names (etcd-io/bbolt errors/errors.go).

BboltError
├── BboltUnavailable          no library, or none that can be used here
├── BboltOSError  (OSError)   a system call failed: see errno and filename
├── GoPanic                   bbolt panicked, or ran off the mapped file
├── WouldDeadlock             the call would wait for its own thread
└── Err...                    bbolt's errors, one class each
"""


class BboltError(Exception):
    """Whatever bbolt reports; itself raised for an error that has no name in bbolt.

    `operation` is the number, from 0, of the operation of a `Batch` that failed, or None.
    """

    operation: int | None = None


class BboltUnavailable(BboltError):
    """The shared library is absent, stale or unusable; the message says how to get it."""


class BboltOSError(BboltError, OSError):
    """A system call failed; `errno` and `filename` are as in any OSError."""


class GoPanic(BboltError):
    """A panic inside Go, recovered; `stack` is the Go stack, innermost frame first."""

    stack: str = ""


class WouldDeadlock(BboltError):
    """The thread would come to wait for a transaction that it holds itself."""


class ErrDatabaseNotOpen(BboltError):
    """The database was closed."""


class ErrInvalid(BboltError):
    """Both meta pages are invalid: most likely not a bolt file."""


class ErrInvalidMapping(BboltError):
    """The file is not mapped, because an earlier remapping failed."""


class ErrVersionMismatch(BboltError):
    """The file's format version is another than bbolt's."""


class ErrChecksum(BboltError):
    """Neither meta page matches its checksum."""


class ErrTimeout(BboltError, TimeoutError):
    """The file stayed locked for as long as the timeout."""


class ErrTxNotWritable(BboltError):
    """A change was asked of a read-only transaction."""


class ErrTxClosed(BboltError):
    """The transaction was committed or rolled back."""


class ErrDatabaseReadOnly(BboltError):
    """A write transaction was asked of a database opened read-only."""


class ErrFreePagesNotLoaded(BboltError):
    """Page types need the freelist: open read-only with `preload_freelist=True`."""


class ErrBucketNotFound(BboltError):
    """There is no bucket of that name."""


class ErrBucketExists(BboltError):
    """A bucket of that name is there already."""


class ErrBucketNameRequired(BboltError):
    """A bucket's name may not be empty."""


class ErrKeyRequired(BboltError):
    """A key may not be empty."""


class ErrKeyTooLarge(BboltError):
    """A key may not exceed 32768 bytes."""


class ErrValueTooLarge(BboltError):
    """A value may not exceed 2**31 - 2 bytes."""


class ErrMaxSizeReached(BboltError):
    """The file would outgrow the maximum size it was opened with."""


class ErrIncompatibleValue(BboltError):
    """The key holds a bucket where a value is needed, or a value where a bucket is."""


class ErrSameBuckets(BboltError):
    """A bucket cannot be moved to where it is."""


class ErrDifferentDB(BboltError):
    """A bucket cannot be moved to another database or transaction."""


BY_NAME = {
    error.__name__: error
    for error in BboltError.__subclasses__()
    if error is GoPanic or error.__name__.startswith("Err")
}
"""The exception for each name the library reports."""
