"""A bucket as a mapping (bbolt bucket.go)."""

from collections.abc import ItemsView, Iterator, MutableMapping
from typing import TYPE_CHECKING

from boltview.bbolt import wire
from boltview.bbolt.batch import Batch
from boltview.bbolt.cursor import Cursor, Element
from boltview.bbolt.dump import BucketDump, read_dump
from boltview.bbolt.errors import ErrDifferentDB
from boltview.bbolt.facts import BucketStats

if TYPE_CHECKING:
    from boltview.bbolt.library import Library
    from boltview.bbolt.tx import Tx
    from boltview.bbolt.wire import Reader

_SCAN_SIZE = 1 << 18
"""How many bytes of elements one call fetches during iteration."""


class Bucket(MutableMapping[bytes, bytes]):
    """A bucket of a transaction: a mapping of those of its keys that hold a value.

    The buckets inside it are not in the mapping; `buckets` and `entries` list them. A bucket is
    known by its path: once it is deleted or moved, each use raises `ErrBucketNotFound`. Iteration
    is in key order and fetches elements ahead, so it need not notice a change made meanwhile.

    Each method raises `ErrTxClosed` after the end of the transaction; each change raises
    `ErrTxNotWritable` in one that only reads.
    """

    __slots__ = ("_library", "_path", "_tx")

    def __init__(self, library: "Library", tx: "Tx", path: wire.Path) -> None:
        self._library = library
        self._tx = tx
        self._path = path

    def __repr__(self) -> str:
        return f"<Bucket {b'/'.join(self._path)!r}>"

    @property
    def path(self) -> wire.Path:
        """The names from the root bucket, whose path is empty, to this one."""
        return self._path

    @property
    def tx(self) -> "Tx":
        """The transaction it belongs to."""
        return self._tx

    def _ask(self, operation: bytes, request: bytes = b"") -> "Reader":
        return self._library.call(operation, self._tx.handle, wire.path(self._path) + request)

    def _change(self) -> Batch:
        return Batch().use(*self._path)

    # --- the mapping of keys to values ---

    def __getitem__(self, key: bytes) -> bytes:
        response = self._ask(b"get", wire.string(key))
        if response.byte() == wire.TAG_END:
            raise KeyError(key)
        return response.string()

    def __setitem__(self, key: bytes, value: bytes) -> None:
        self.put(key, value)

    def __delitem__(self, key: bytes) -> None:
        if key not in self:
            raise KeyError(key)
        self.delete(key)

    def __iter__(self) -> Iterator[bytes]:
        return (key for key, _ in self.items())

    def __len__(self) -> int:
        return self._ask(b"count").uvarint()

    def items(self) -> ItemsView[bytes, bytes]:
        """Return the keys that hold a value, with it: one call for many of them."""
        return _Items(self)

    def put(self, key: bytes, value: bytes) -> None:
        """Set a key.

        Raises:
            ErrKeyRequired, ErrKeyTooLarge, ErrValueTooLarge: what it says.
            ErrIncompatibleValue: the key is a bucket's.
        """
        self._tx.apply(self._change().put(key, value))

    def delete(self, key: bytes) -> None:
        """Remove a key; one that is absent is no error.

        Raises:
            ErrIncompatibleValue: the key is a bucket's.
        """
        self._tx.apply(self._change().delete(key))

    # --- the buckets inside ---

    def bucket(self, name: bytes, *names: bytes) -> "Bucket":
        """Return the bucket of this name, or below it at a path of names.

        Raises:
            ErrBucketNotFound: there is none, or the key holds a value.
        """
        found = Bucket(self._library, self._tx, (*self._path, name, *names))
        found.root_page()
        return found

    def buckets(self) -> Iterator["Bucket"]:
        """Yield the buckets inside this one, in the order of their names."""
        return (value for _, value in self.entries() if isinstance(value, Bucket))

    def entries(self) -> Iterator[tuple[bytes, "bytes | Bucket"]]:
        """Yield all keys in order, each with its value or its bucket."""
        for key, value in self.scan():
            if value is None:
                yield key, Bucket(self._library, self._tx, (*self._path, key))
            else:
                yield key, value

    def scan(self) -> Iterator[Element]:
        """Yield all keys in order, each with its value, or None for a bucket."""
        more, key = wire.uvarint(0), b""
        while True:
            size = wire.uvarint(_SCAN_SIZE)
            response = self._ask(b"scan", size + more + wire.string(key))
            while (tag := response.byte()) in (wire.TAG_VALUE, wire.TAG_BUCKET):
                key = response.string()
                yield key, response.string() if tag == wire.TAG_VALUE else None
            if tag == wire.TAG_END:
                return
            more = wire.uvarint(1)

    def create_bucket(self, name: bytes) -> "Bucket":
        """Create a bucket and return it.

        Raises:
            ErrBucketExists: it is there already.
            ErrBucketNameRequired: the name is empty.
            ErrIncompatibleValue: the key holds a value.
        """
        self._tx.apply(self._change().create_bucket(name))
        return Bucket(self._library, self._tx, (*self._path, name))

    def create_bucket_if_not_exists(self, name: bytes) -> "Bucket":
        """Return the bucket of this name, created if need be; raises otherwise as above."""
        self._tx.apply(self._change().create_bucket_if_not_exists(name))
        return Bucket(self._library, self._tx, (*self._path, name))

    def delete_bucket(self, name: bytes) -> None:
        """Remove a bucket and all below it.

        Raises:
            ErrBucketNotFound: there is none.
            ErrIncompatibleValue: the key holds a value.
        """
        self._tx.apply(self._change().delete_bucket(name))

    def move_bucket(self, name: bytes, destination: "Bucket") -> None:
        """Move the bucket of this name into another bucket of the same transaction.

        Commit changes to a bucket before moving it: bbolt moves what is stored, and changes that
        the same transaction made to it before may be lost.

        Raises:
            ErrBucketNotFound: there is none.
            ErrBucketExists: the destination has one of that name.
            ErrIncompatibleValue: here or there, the key holds a value.
            ErrSameBuckets: the destination is this bucket.
            ErrDifferentDB: the destination belongs to another transaction.
        """
        if destination.tx is not self._tx:
            raise ErrDifferentDB("the destination belongs to another transaction")
        self._tx.apply(self._change().move_bucket(name, *destination.path))

    # --- what else a bucket has ---

    @property
    def sequence(self) -> int:
        """The bucket's sequence, an unsigned 64-bit number that is the user's to use."""
        return self._ask(b"sequence").uvarint()

    @sequence.setter
    def sequence(self, sequence: int) -> None:
        self._tx.apply(self._change().set_sequence(sequence))

    def next_sequence(self) -> int:
        """Raise the sequence by one and return it."""
        (sequence,) = self._tx.apply(self._change().next_sequence())
        return sequence

    @property
    def fill_percent(self) -> float:
        """How full a commit fills pages when it splits them, 0.1 to 1.0; not stored."""
        return self._ask(b"fill_percent").double()

    @fill_percent.setter
    def fill_percent(self, fill_percent: float) -> None:
        self._tx.apply(self._change().set_fill_percent(fill_percent))

    def root_page(self) -> int:
        """Return the id of the bucket's root page, 0 for an inline bucket (Bucket.Root)."""
        return self._ask(b"bucket").uvarint()

    def cursor(self) -> Cursor:
        """Return a cursor over the bucket, not yet placed."""
        return Cursor(self._library, self._tx, self._path)

    def dump(self) -> BucketDump:
        """Return the bucket and all below it, in one call."""
        return read_dump(self._ask(b"dump"))

    def stats(self) -> BucketStats:
        """Return bbolt's statistics of the bucket and all below it."""
        return BucketStats(*self._ask(b"bucket_stats").uvarints())


class _Items(ItemsView[bytes, bytes]):
    """Items that come many to a call, where the inherited view would ask for each value."""

    __slots__ = ("_bucket",)

    def __init__(self, bucket: Bucket) -> None:
        super().__init__(bucket)
        self._bucket = bucket

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        return ((key, value) for key, value in self._bucket.scan() if value is not None)
