"""A consistent copy of a database that somebody is writing, taken without a lock.

The rule behind it (bbolt `internal/freelist/shared.go`, `tx.go: Commit`): a page of revision T is
overwritten at the earliest by commit T+2, and not before the meta of T+1 is in the file. So a copy
is exact if the newest meta is, byte for byte, the same before the first and after the last page
read. "Advanced by one" is not enough: commit T+2 can be writing while T+1 is the newest.
"""

import os
import time
from collections.abc import Callable
from typing import NamedTuple

from boltview.bolt.errors import NoConsistentCopy, NotABoltFile, UnreadableFile
from boltview.bolt.format import (
    HEADER_SIZE,
    META_CHECKED,
    META_PAGE,
    META_SIZE,
    fnv1a,
)
from boltview.bolt.meta import Meta, read_metas
from boltview.bolt.source import FileSource, MemorySource

CHUNK = 1 << 22
"""Bytes read at a time."""
ATTEMPTS = 6
"""The first as it comes, the others right behind a commit."""
PATIENCE = 2.0
"""Seconds to wait for a commit to align an attempt with."""
_META_TRIES = 50
_META_PAUSE = 0.001

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all; may raise to cancel."""


class Snapshot(NamedTuple):
    """A consistent copy of one revision."""

    source: MemorySource
    """The copy: pages 0 up to the high-water mark, with both metas on the copied revision."""
    meta: Meta
    """The meta of the copied revision, as it was in the file."""
    attempts: int
    """How many readings it took."""


def copy_live(
    file: FileSource, *, progress: Progress | None = None, attempts: int = ATTEMPTS
) -> Snapshot:
    """Copy the newest revision of a file that a writer may hold.

    Args:
        file: the open file.
        progress: told how far the copy is.
        attempts: how often to try.

    Raises:
        NoConsistentCopy: a commit landed during every attempt, or the path was replaced; the file
            ends before its last page; there is not enough memory.
        NotABoltFile: no meta is valid, however often it is read.
        UnreadableFile: the file cannot be read.
    """
    for attempt in range(1, attempts + 1):
        if attempt > 1:
            _wait_for_commit(file)
        file.refresh()
        before, stored = _newest_meta(file)
        data = _read_pages(file, before, progress)
        _, after = _newest_meta(file)
        if after == stored and file.is_still_at_path():
            _write_metas(data, before)
            return Snapshot(MemorySource(data), before, attempt)
    raise NoConsistentCopy(
        f"{file.path}: a writer committed during each of {attempts} attempts to copy it"
    )


def _newest_meta(file: FileSource) -> tuple[Meta, bytes]:
    """Return the newest valid meta and its 64 bytes; a half-written one is read again."""
    for last in range(_META_TRIES, -1, -1):
        try:
            metas = read_metas(file)
        except NotABoltFile:
            if not last:
                raise
        else:
            settled = all(meta and meta.is_valid for meta in metas.pages)
            if settled or not last:
                meta = metas.current
                raw = file.read(meta.offset, META_SIZE)
                # The slot may have been rewritten between judging it and keeping its bytes.
                if meta.layout.meta.unpack(raw)[8:] == (meta.txid, meta.checksum):
                    return meta, raw
        time.sleep(_META_PAUSE)
    raise NoConsistentCopy(f"{file.path}: its meta pages change faster than they can be read")


def _wait_for_commit(file: FileSource) -> None:
    """Return when a new meta appears: the next attempt then has a whole commit interval."""
    _, stored = _newest_meta(file)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if _newest_meta(file)[1] != stored:
            return
        time.sleep(_META_PAUSE / 4)


def _read_pages(file: FileSource, meta: Meta, progress: Progress | None) -> bytearray:
    """Read every page below the high-water mark.

    A writer lets the file grow before it writes the meta that says so (`db.go: grow`), so a file
    that ends earlier was cut short and no patience helps.
    """
    size = meta.high_water * meta.page_size
    file.refresh()
    if size > file.size:
        raise _cut_short(file, meta)
    try:
        data = bytearray(size)
    except MemoryError:
        raise NoConsistentCopy(f"{file.path}: no memory for a copy of {size:,} bytes") from None
    view = memoryview(data)
    for start in range(0, size, CHUNK):
        end = min(start + CHUNK, size)
        try:
            count = os.preadv(file.fileno(), [view[start:end]], start)
        except OSError as error:
            raise UnreadableFile(f"{file.path}: {error.strerror}") from error
        if count != end - start:
            raise _cut_short(file, meta)
        if progress:
            progress(end, size)
    return data


def _cut_short(file: FileSource, meta: Meta) -> NoConsistentCopy:
    return NoConsistentCopy(
        f"{file.path}: the file ends before its last page ({meta.high_water} pages of "
        f"{meta.page_size} bytes), so it cannot be copied whole"
    )


def _write_metas(data: bytearray, meta: Meta) -> None:
    """Put the copied revision into both meta slots, as bbolt's `Tx.WriteTo` does.

    The tree of the revision before is not guaranteed to be whole in the copy, so the other slot
    holds the same tree under the txid before it.
    """
    layout = meta.layout
    for slot in (0, 1):
        txid = meta.txid if slot == meta.txid % 2 else max(meta.txid - 1, 0)
        offset = slot * meta.page_size
        layout.header.pack_into(data, offset, slot, META_PAGE, 0, 0)
        start = offset + HEADER_SIZE
        layout.meta.pack_into(
            data, start, meta.magic, meta.version, meta.page_size, meta.flags, meta.root,
            meta.sequence, meta.freelist, meta.high_water, txid, 0,
        )  # fmt: skip
        checksum = fnv1a(bytes(data[start : start + META_CHECKED]))
        layout.page_id.pack_into(data, start + META_CHECKED, checksum)
