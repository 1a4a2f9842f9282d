"""Changes, gathered: thousands of them cross into Go in one call.

The letters are those of go/batch.go.
"""

from typing import Self

from boltview.bbolt import wire


class Batch:
    """A list of changes for `Tx.apply`, in the order they will be made.

    Each method adds one operation and returns the batch. Operations speak of the bucket named by
    the last `use`, at first of the root bucket. Nothing is checked against a database until the
    batch is applied, so one batch may create a bucket and fill it, and may be applied twice.
    """

    __slots__ = ("_count", "_encoded")

    def __init__(self) -> None:
        self._encoded = bytearray()
        self._count = 0

    def __len__(self) -> int:
        """How many operations were added."""
        return self._count

    def __bytes__(self) -> bytes:
        """The batch as it crosses."""
        return bytes(self._encoded)

    def _add(self, encoded: bytes) -> Self:
        self._encoded += encoded
        self._count += 1
        return self

    def use(self, *path: bytes) -> Self:
        """Speak of the bucket at this path from now on."""
        return self._add(b"u" + wire.path(path))

    def put(self, key: bytes, value: bytes) -> Self:
        """Set a key (Bucket.Put)."""
        return self._add(b"p" + wire.string(key) + wire.string(value))

    def delete(self, key: bytes) -> Self:
        """Remove a key; one that is absent is no error (Bucket.Delete)."""
        return self._add(b"d" + wire.string(key))

    def create_bucket(self, name: bytes) -> Self:
        """Create a bucket (Bucket.CreateBucket)."""
        return self._add(b"c" + wire.string(name))

    def create_bucket_if_not_exists(self, name: bytes) -> Self:
        """Create a bucket unless it is there (Bucket.CreateBucketIfNotExists)."""
        return self._add(b"i" + wire.string(name))

    def delete_bucket(self, name: bytes) -> Self:
        """Remove a bucket and all below it (Bucket.DeleteBucket)."""
        return self._add(b"x" + wire.string(name))

    def move_bucket(self, name: bytes, *destination: bytes) -> Self:
        """Move a bucket into the one at the path `destination` (Bucket.MoveBucket)."""
        return self._add(b"m" + wire.string(name) + wire.path(destination))

    def set_sequence(self, sequence: int) -> Self:
        """Set the bucket's sequence (Bucket.SetSequence)."""
        return self._add(b"s" + wire.uvarint(sequence))

    def next_sequence(self) -> Self:
        """Raise the bucket's sequence by one; `Tx.apply` returns it (Bucket.NextSequence)."""
        return self._add(b"n")

    def set_fill_percent(self, fill_percent: float) -> Self:
        """Set how full the commit fills split pages, 0.1 to 1.0 (Bucket.FillPercent)."""
        return self._add(b"f" + wire.double(fill_percent))
