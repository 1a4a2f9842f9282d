"""A place in a bucket, to be moved (bbolt cursor.go)."""

import weakref
from typing import TYPE_CHECKING

from boltview.bbolt import wire

if TYPE_CHECKING:
    from boltview.bbolt.library import Library
    from boltview.bbolt.tx import Tx

Element = tuple[bytes, bytes | None]
"""A key and its value, or the name of a bucket and None."""


class Cursor:
    """A cursor over one bucket's keys and buckets in order, from `Bucket.cursor`.

    Every move returns the element it arrived at, or None where bbolt returns a nil key. After a
    change to the bucket a cursor must be placed anew; bbolt says nothing of what happens if not.

    Raises:
        ErrBucketNotFound: there is no such bucket.
        ErrTxClosed: at any move after the transaction ended.
    """

    __slots__ = ("__weakref__", "_handle", "_library", "_tx")

    def __init__(self, library: "Library", tx: "Tx", path: wire.Path) -> None:
        self._library = library
        self._tx = tx  # keeps the transaction open for as long as the cursor is in use
        self._handle = library.call(b"cursor", tx.handle, wire.path(path)).uvarint()
        weakref.finalize(self, library.release, b"cursor_close", self._handle)

    def _move(self, move: bytes) -> Element | None:
        return self._library.call(b"cursor_move", self._handle, move).element()

    def first(self) -> Element | None:
        """Move to the first element."""
        return self._move(b"f")

    def last(self) -> Element | None:
        """Move to the last element."""
        return self._move(b"l")

    def next(self) -> Element | None:
        """Move to the next element; at the end, stay and return None."""
        return self._move(b"n")

    def prev(self) -> Element | None:
        """Move to the element before; at the beginning, stay and return None."""
        return self._move(b"p")

    def seek(self, key: bytes) -> Element | None:
        """Move to this key, or else to the first one after it."""
        return self._move(b"s" + wire.string(key))

    def delete(self) -> None:
        """Remove the key under the cursor.

        Raises:
            ErrIncompatibleValue: it is a bucket.
            ErrTxNotWritable: the transaction only reads.
        """
        self._library.call(b"cursor_move", self._handle, b"d")
