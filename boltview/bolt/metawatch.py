"""The newest meta of a file that somebody writes, read again and again; and metas for a copy.

A meta can be read half-written, so an invalid one is read again before it is believed. One that is
invalid for good, because a writer was killed while writing it, is remembered by its bytes.
"""

import time
from collections.abc import Callable
from typing import NamedTuple, Protocol

from boltview.bolt.errors import NoConsistentCopy, NotABoltFile
from boltview.bolt.format import HEADER_SIZE, META_CHECKED, META_PAGE, META_SIZE, fnv1a
from boltview.bolt.meta import Meta, Metas, read_metas
from boltview.bolt.source import Source

_TRIES = 50
_PAUSE = 0.001
_POLL = 0.00025

Wait = Callable[[float], None]
"""Passes the time; `time.sleep`, unless a test plays the writer meanwhile."""


class LiveSource(Source, Protocol):
    """A file that may change while it is read."""

    @property
    def path(self) -> str:
        """What messages call it."""

    def read_into(self, view: memoryview, offset: int) -> int:
        """Fill `view` from `offset`; return how many bytes there were."""

    def refresh(self) -> None:
        """Take notice of the present size."""

    def is_still_at_path(self) -> bool:
        """Whether the path still names this file, no shorter than it was."""


class Newest(NamedTuple):
    """The newest valid meta at one moment."""

    meta: Meta
    raw: bytes
    """Its 64 bytes: equal bytes mean that no commit has landed in between."""


class MetaWatch:
    """Tells which meta of a live file is the newest."""

    __slots__ = ("_file", "_hopeless", "_wait")

    def __init__(self, file: LiveSource, wait: Wait = time.sleep) -> None:
        """Watch `file`; nothing is read yet."""
        self._file = file
        self._wait = wait
        self._hopeless: tuple[bytes, ...] = ()

    def newest(self) -> Newest:
        """Return the newest valid meta.

        Raises:
            NotABoltFile: no meta is valid, however often it is read.
            NoConsistentCopy: the metas change faster than they can be read.
            UnreadableFile: the file cannot be read.
        """
        for last in range(_TRIES, -1, -1):
            try:
                metas = read_metas(self._file)
            except NotABoltFile:
                if not last:
                    raise
            else:
                if not last or self._is_settled(metas):
                    found = self._with_bytes(metas.current)
                    if found:
                        return found
            self._wait(_PAUSE)
        raise NoConsistentCopy(f"{self._file.path}: its metas change faster than they can be read")

    def is_newest(self, raw: bytes) -> bool:
        """Whether the newest valid meta still has exactly these 64 bytes."""
        return self.newest().raw == raw

    def wait_for_commit(self, patience: float) -> bool:
        """Return when a new meta appears: from now on there is a whole commit interval.

        Args:
            patience: seconds to wait at most.

        Returns:
            Whether one appeared.
        """
        raw = self.newest().raw
        for _ in range(round(patience / _POLL)):
            if not self.is_newest(raw):
                return True
            self._wait(_POLL)
        return False

    def _is_settled(self, metas: Metas) -> bool:
        """Whether both slots can be believed: valid, or invalid for good."""
        unsettled = [meta for meta in metas.pages if meta is None or not meta.is_valid]
        if not unsettled:
            return True
        seen = tuple(self._file.read(m.offset, META_SIZE) if m else b"" for m in unsettled)
        if seen == self._hopeless:
            return True
        for _ in range(_TRIES):
            self._wait(_PAUSE)
            again = tuple(self._file.read(m.offset, META_SIZE) if m else b"" for m in unsettled)
            if again != seen:
                return False
        self._hopeless = seen
        return True

    def _with_bytes(self, meta: Meta) -> Newest | None:
        """Keep the bytes of a meta, unless its slot was rewritten since it was judged."""
        raw = self._file.read(meta.offset, META_SIZE)
        if len(raw) < META_SIZE or meta.layout.meta.unpack(raw)[8:] != (meta.txid, meta.checksum):
            return None
        return Newest(meta, raw)


def build_meta_pages(meta: Meta) -> bytes:
    """Return both meta pages of a copy, each on the copied revision (as bbolt's `Tx.WriteTo`).

    The tree of the revision before is not guaranteed to be whole in the copy, so the other slot
    holds the same tree under the txid before it.
    """
    layout = meta.layout
    pages = bytearray(2 * meta.page_size)
    for slot in (0, 1):
        txid = meta.txid if slot == meta.txid % 2 else max(meta.txid - 1, 0)
        offset = slot * meta.page_size
        layout.header.pack_into(pages, offset, slot, META_PAGE, 0, 0)
        start = offset + HEADER_SIZE
        layout.meta.pack_into(
            pages, start, meta.magic, meta.version, meta.page_size, meta.flags, meta.root,
            meta.sequence, meta.freelist, meta.high_water, txid, 0,
        )  # fmt: skip
        checksum = fnv1a(bytes(pages[start : start + META_CHECKED]))
        layout.page_id.pack_into(pages, start + META_CHECKED, checksum)
    return bytes(pages)
