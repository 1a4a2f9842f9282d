"""A database (bbolt db.go)."""

import os
import threading
import weakref
from types import TracebackType
from typing import Literal, Self

from boltview.bbolt import wire
from boltview.bbolt.batch import Batch
from boltview.bbolt.errors import ErrDatabaseNotOpen, WouldDeadlock
from boltview.bbolt.facts import DBStats, Info
from boltview.bbolt.library import load
from boltview.bbolt.tx import Tx

_SMALLEST_PAGE = 1024
"""bbolt writes a new file's metas past the end of its buffer if pages are much smaller."""

_NANOSECONDS = 1_000_000_000


class _Held(threading.local):
    """The transactions that the asking thread began in one database."""

    def __init__(self) -> None:
        self.transactions: list[weakref.ref[Tx]] = []

    def open(self) -> list[Tx]:
        """Return those that are still open."""
        found = [tx for held in self.transactions if (tx := held()) is not None and not tx.closed]
        self.transactions = [weakref.ref(tx) for tx in found]
        return found


class DB:
    """An open database, locked as bbolt locks it; any number of threads may use it.

    Args:
        path: the file, created if it is missing, unless `read_only`.
        mode: permissions of a file that is created.
        read_only: share the lock with other readers, and refuse write transactions.
        timeout: seconds to wait for the lock, 0 to try once, None to wait for ever.
        page_size: page size of a file that is created; by default that of the system.
        no_sync: do not fsync after a commit.
        no_grow_sync: do not truncate and fsync when the file grows.
        no_freelist_sync: do not store the freelist.
        preload_freelist: load the freelist of a file opened read-only, for page types.
        freelist_type: how the freelist is kept in memory.
        initial_mmap_size: bytes to map at first. A writer that outgrows the mapping waits for
            all readers to end: who reads and writes in one thread must say here how far the
            database may grow.
        max_size: bytes the file may not outgrow.
        strict_mode: check the database after each commit, and panic if it is damaged.

    Raises:
        BboltUnavailable: the library is not built.
        ErrTimeout: the file stayed locked.
        ErrInvalid, ErrVersionMismatch, ErrChecksum: it is no bolt file, or a damaged one.
        BboltOSError: it cannot be opened.
        GoPanic: bbolt stumbled over damage.
    """

    __slots__ = ("__weakref__", "_finalizer", "_held", "_library", "_may_overlap", "handle", "path")

    def __init__(  # noqa: PLR0913  one argument for each of bbolt's options
        self,
        path: str | bytes | os.PathLike[str],
        *,
        mode: int = 0o600,
        read_only: bool = False,
        timeout: float | None = None,
        page_size: int | None = None,
        no_sync: bool = False,
        no_grow_sync: bool = False,
        no_freelist_sync: bool = False,
        preload_freelist: bool = False,
        freelist_type: Literal["array", "hashmap"] = "array",
        initial_mmap_size: int = 0,
        max_size: int = 0,
        strict_mode: bool = False,
    ) -> None:
        if page_size is not None and page_size < _SMALLEST_PAGE:
            raise ValueError(f"a page of {page_size} bytes is smaller than {_SMALLEST_PAGE}")
        # bbolt's own 0 waits for ever; its first try comes before it looks at the clock.
        patience = 0 if timeout is None else max(1, round(timeout * _NANOSECONDS))
        numbers = [mode, patience, page_size or 0, initial_mmap_size, max_size]
        flags = [read_only, no_sync, no_grow_sync, no_freelist_sync, preload_freelist, strict_mode]
        request = [
            wire.string(os.fsencode(path)),
            *map(wire.uvarint, numbers),
            wire.string(freelist_type.encode()),
            *map(wire.uvarint, flags),
        ]
        self.path = os.fspath(path)
        self._held = _Held()
        self._may_overlap = initial_mmap_size > 0
        self._library = load()
        self.handle = self._library.call(b"open", 0, b"".join(request)).uvarint()
        self._finalizer = weakref.finalize(self, self._library.release, b"close", self.handle)

    def __repr__(self) -> str:
        return f"<DB {self.path!r}{' closed' if self.closed else ''}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return not self._finalizer.alive

    def close(self) -> None:
        """Roll back the open transactions and close; closing again does nothing.

        bbolt itself waits for open transactions, and a thread would wait for its own.
        """
        if self._finalizer.detach() is not None:
            self._library.call(b"close", self.handle)

    # --- transactions ---

    def begin(self, *, writable: bool) -> Tx:
        """Begin a transaction; a writing one waits while another is open in another thread.

        Raises:
            ErrDatabaseReadOnly: writable, in a database opened read-only.
            ErrDatabaseNotOpen: the database was closed.
            WouldDeadlock: this thread holds the write transaction already; or it would hold both
                a reading and a writing one, without `initial_mmap_size`.
        """
        if self.closed:
            raise ErrDatabaseNotOpen("database not open")
        for held in self._held.open():
            if writable and held.writable:
                raise WouldDeadlock("this thread holds the write transaction already")
            if writable != held.writable and not self._may_overlap:
                raise WouldDeadlock(
                    "a thread that reads while it writes may wait for itself: "
                    "open the database with an initial_mmap_size it will not outgrow"
                )
        tx = Tx(self._library, self, self.handle, writable=writable)
        self._held.transactions.append(weakref.ref(tx))
        return tx

    def update(self) -> Tx:
        """Begin a writing transaction, for a `with` block that ends in a commit."""
        return self.begin(writable=True)

    def view(self) -> Tx:
        """Begin a reading transaction, for a `with` block."""
        return self.begin(writable=False)

    def apply(self, batch: Batch) -> list[int]:
        """Make the changes of a batch in a transaction of their own: see `Tx.apply`."""
        with self.update() as tx:
            return tx.apply(batch)

    # --- the file ---

    def sync(self) -> None:
        """Write to disk what `no_sync` left to the system (DB.Sync)."""
        self._library.call(b"sync", self.handle)

    def info(self) -> Info:
        """Return where the file is mapped, and its page size (DB.Info)."""
        return Info(*self._library.call(b"info", self.handle).uvarints())

    def stats(self) -> DBStats:
        """Return bbolt's statistics, as of the last transaction that ended (DB.Stats)."""
        return DBStats.read(self._library.call(b"stats", self.handle))

    def compact(self, destination: "DB", *, tx_max_size: int = 0) -> None:
        """Write every bucket and key into another, empty database (Compact).

        Args:
            destination: the database to write to.
            tx_max_size: bytes after which to commit; 0 for one transaction.

        Raises:
            ErrBucketExists: the destination is not empty.
        """
        request = wire.uvarint(destination.handle) + wire.uvarint(tx_max_size)
        self._library.call(b"compact", self.handle, request)
