"""A transaction (bbolt tx.go)."""

import os
import weakref
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Self

from boltview.bbolt import wire
from boltview.bbolt.batch import Batch
from boltview.bbolt.bucket import Bucket
from boltview.bbolt.cursor import Cursor
from boltview.bbolt.dump import BucketDump
from boltview.bbolt.errors import ErrTxClosed
from boltview.bbolt.facts import Meta, PageInfo, TxStats

if TYPE_CHECKING:
    from boltview.bbolt.db import DB
    from boltview.bbolt.library import Library
    from boltview.bbolt.wire import Reader

CHECK_LIMIT = 1000
"""How many messages `Tx.check` returns unless told otherwise."""


class Tx:
    """A transaction, from `DB.begin`, `DB.update` or `DB.view`; any thread may use it.

    As a context manager a writing transaction is committed at the end of the block, and rolled
    back when the block raises; a reading one is rolled back either way, as bbolt wants it. One
    that is collected as garbage is rolled back.

    Each method raises `ErrTxClosed` after the end of the transaction.
    """

    __slots__ = (
        "__weakref__",
        "_db",
        "_finalizer",
        "_library",
        "handle",
        "id",
        "writable",
    )

    def __init__(self, library: "Library", db: "DB", handle: int, *, writable: bool) -> None:
        self._library = library
        self._db = db  # keeps the database open for as long as the transaction is in use
        self.writable = writable
        response = library.call(b"begin", handle, wire.uvarint(writable))
        self.handle = response.uvarint()
        self.id = response.uvarint()
        self._finalizer = weakref.finalize(self, library.release, b"rollback", self.handle)

    def __repr__(self) -> str:
        state = "closed" if self.closed else "writable" if self.writable else "read-only"
        return f"<Tx {self.id} {state}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.closed:
            return
        if self.writable and kind is None:
            self.commit()
        else:
            self.rollback()

    @property
    def db(self) -> "DB":
        """The database it belongs to."""
        return self._db

    @property
    def closed(self) -> bool:
        """Whether it was committed or rolled back."""
        return not self._finalizer.alive

    def commit(self) -> None:
        """Write the changes to the file and end the transaction, however that goes.

        Raises:
            ErrTxNotWritable: it only reads.
            ErrMaxSizeReached, BboltOSError: the file cannot grow, or cannot be written.
        """
        self._end(b"commit")

    def rollback(self) -> None:
        """Forget the changes and end the transaction."""
        self._end(b"rollback")

    def _end(self, how: bytes) -> None:
        if self._finalizer.detach() is None:
            raise ErrTxClosed("tx closed")
        self._library.call(how, self.handle)

    def _ask(self, operation: bytes, request: bytes = b"") -> "Reader":
        return self._library.call(operation, self.handle, request)

    # --- buckets ---

    @property
    def root(self) -> Bucket:
        """The root bucket, which holds the top buckets and by custom nothing else.

        bbolt reaches it by Tx.Cursor().Bucket() and would store a value in it too.
        """
        return Bucket(self._library, self, ())

    def bucket(self, name: bytes, *names: bytes) -> Bucket:
        """Return a top bucket, or one below it at a path of names: see `Bucket.bucket`."""
        return self.root.bucket(name, *names)

    def buckets(self) -> Iterator[Bucket]:
        """Yield the top buckets in the order of their names."""
        return self.root.buckets()

    def create_bucket(self, name: bytes) -> Bucket:
        """Create a top bucket: see `Bucket.create_bucket`."""
        return self.root.create_bucket(name)

    def create_bucket_if_not_exists(self, name: bytes) -> Bucket:
        """Return a top bucket, created if need be: see `Bucket.create_bucket_if_not_exists`."""
        return self.root.create_bucket_if_not_exists(name)

    def delete_bucket(self, name: bytes) -> None:
        """Remove a top bucket and all below it: see `Bucket.delete_bucket`."""
        self.root.delete_bucket(name)

    def cursor(self) -> Cursor:
        """Return a cursor over the top buckets."""
        return self.root.cursor()

    def apply(self, batch: Batch) -> list[int]:
        """Make the changes of a batch in one call, to the first that fails.

        What was changed before that one stays changed, until the transaction is rolled back.

        Returns:
            The sequences that `Batch.next_sequence` drew, in order.

        Raises:
            BboltError: what the failing operation raises; its `operation` is the number of it.
        """
        return list(self._ask(b"apply", bytes(batch)).uvarints())

    def dump(self) -> BucketDump:
        """Return everything the transaction sees, in one call."""
        return self.root.dump()

    # --- the file ---

    def check(self, limit: int = CHECK_LIMIT) -> list[str]:
        """Return the messages of bbolt's own Tx.Check, at most `limit`; none is good news.

        bbolt checks in a goroutine of its own. It reports its panics as messages, but a fault
        there, as in a file cut short, ends this process: `check_in_subprocess` outlives it.
        """
        response = self._ask(b"check", wire.uvarint(limit))
        messages = []
        while response:
            messages.append(response.text())
        return messages

    def meta(self) -> Meta:
        """Return the meta the transaction works on."""
        return Meta(*self._ask(b"meta").uvarints())

    def size(self) -> int:
        """Return the size of the database in bytes, to its high-water mark (Tx.Size)."""
        meta = self.meta()
        return meta.high_water * meta.page_size

    def page(self, number: int) -> PageInfo | None:
        """Return what bbolt says of a page, None at or above the high-water mark.

        Raises:
            ErrFreePagesNotLoaded: read-only, and opened without `preload_freelist`.
        """
        response = self._ask(b"page", wire.uvarint(number))
        return PageInfo.read(response) if response else None

    def pages(self) -> list[PageInfo]:
        """Return all pages below the high-water mark; overflow pages have no entry of their own.

        Raises:
            ErrFreePagesNotLoaded: read-only, and opened without `preload_freelist`.
        """
        response = self._ask(b"pages")
        pages = []
        while response:
            pages.append(PageInfo.read(response))
        return pages

    def free_pages(self) -> list[int]:
        """Return the ids of the pages in the freelist, pending ones included; raises as above."""
        return list(self._ask(b"free_pages").uvarints())

    def stats(self) -> TxStats:
        """Return bbolt's statistics of the transaction."""
        return TxStats(*self._ask(b"tx_stats").uvarints())

    def copy_file(self, path: str | bytes | os.PathLike[str], mode: int = 0o600) -> None:
        """Write the whole database, as the transaction sees it, to a file (Tx.CopyFile).

        Raises:
            BboltOSError: the file cannot be written.
        """
        self._ask(b"copy_file", wire.string(os.fsencode(path)) + wire.uvarint(mode))

    def write_to(self) -> bytes:
        """Return the bytes that `copy_file` would write (Tx.WriteTo)."""
        return self._ask(b"write_to").rest()
