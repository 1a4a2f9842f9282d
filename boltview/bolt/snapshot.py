"""A consistent copy of a database that somebody is writing, taken without a lock.

The rule behind it (bbolt `internal/freelist/shared.go`, `tx.go: Commit`): a page of revision T is
overwritten at the earliest by commit T+2, and not before the meta of T+1 is in the file. So a copy
is exact if the newest meta is, byte for byte, the same before the first and after the last page
read. "Advanced by one" is not enough: commit T+2 can be writing while T+1 is the newest.

First the file is copied from end to end, as it comes; then right behind a commit, when there is a
whole commit interval for it; then by the step-chase (`chase.py`), which keeps what it has.
"""

import time
from collections.abc import Callable
from typing import NamedTuple

from boltview.bolt.chase import chase
from boltview.bolt.errors import NoConsistentCopy, SourceReplaced
from boltview.bolt.hashing import BUFFER
from boltview.bolt.meta import Meta, describe_truncation
from boltview.bolt.metawatch import LiveSource, MetaWatch, Newest, Wait, build_meta_pages
from boltview.bolt.progress import Progress
from boltview.bolt.source import Source
from boltview.bolt.target import MemoryTarget, Target, put

ATTEMPTS = 6
"""Linear copies: the first as it comes, the others right behind a commit."""
PATIENCE = 2.0
"""Seconds to wait for a commit to align an attempt with."""
CHASE = 15.0
"""Seconds that the step-chase may take."""
SPILL = 32 << 20
"""Copies of more bytes than this do not stay in memory, if there is somewhere else to go."""


class Snapshot(NamedTuple):
    """A copy of one revision."""

    source: Source
    """The copy: pages 0 up to the high-water mark, with both metas on the copied revision."""
    meta: Meta
    """The meta of the copied revision; of a copy without its freelist, the meta as it is there."""
    attempts: int
    """How many readings it took; the step-chase counts as one."""
    method: str = "linear"
    """`linear`, `chase` (reachable pages only, no freelist), or `reflink`."""
    advanced: int = 0
    """Commits that landed during the copy: 0 for a consistent one, more for a torn one."""

    @property
    def is_torn(self) -> bool:
        """Whether it may mix pages of several revisions."""
        return self.advanced != 0


class Limits(NamedTuple):
    """How hard to try, and by which clock."""

    attempts: int = ATTEMPTS
    patience: float = PATIENCE
    chase: float = CHASE
    allow_torn: bool = False
    """Return a torn copy, marked as such, where no consistent one can be had."""
    wait: Wait = time.sleep
    now: Callable[[], float] = time.monotonic


def copy_live(
    file: LiveSource,
    *,
    progress: Progress | None = None,
    attempts: int = ATTEMPTS,
    spill: Callable[[], Target] | None = None,
) -> Snapshot:
    """Copy the newest revision of a file that a writer may hold, to read it.

    Args:
        file: the open file.
        progress: told how far the copy is.
        attempts: how many linear copies to try before the step-chase.
        spill: opens what a copy too large for memory goes to; without it every copy fits.

    Raises:
        NoConsistentCopy: commits landed faster than they could be followed, or the file is
            truncated.
        SourceReplaced: the path came to name another file: to be opened again.
        NotABoltFile: no meta is valid, however often it is read.
        UnreadableFile: the file cannot be read.
        CannotWrite: there is no room for a copy too large for memory.
    """
    meta = MetaWatch(file).newest().meta
    is_large = meta.high_water * meta.page_size > SPILL
    target = spill() if spill and is_large else MemoryTarget()
    return copy_to(target, file, progress=progress, limits=Limits(attempts))


def copy_to(
    target: Target,
    file: LiveSource,
    *,
    progress: Progress | None = None,
    limits: Limits = Limits(),  # noqa: B008  immutable
) -> Snapshot:
    """Copy the newest revision of a file that a writer may hold into `target`.

    Raises as `copy_live` does.
    """
    watch = MetaWatch(file, limits.wait)
    for attempt in range(1, limits.attempts + 1):
        if attempt > 1:
            watch.wait_for_commit(limits.patience)
        before = _newest_whole(file, watch)
        copied = _copy_pages(target, file, before, _Until(watch, before), progress)
        _demand_same_file(file)
        if copied and watch.is_newest(before.raw):
            _demand_same_file(file)
            return Snapshot(target.source(), before.meta, attempt)
    end = limits.now() + limits.chase
    meta = chase(target, file, watch, lambda: limits.now() < end, progress)
    _demand_same_file(file)
    if meta:
        return Snapshot(target.source(), meta, limits.attempts + 1, "chase")
    if limits.allow_torn:
        return _copy_torn(target, file, watch, limits.attempts + 2, progress)
    raise NoConsistentCopy(
        f"{file.path}: a writer committed during each of {limits.attempts} attempts to copy it, "
        "and faster than its changes could be followed"
    )


class _Until:
    """Ends a hopeless copy early: called between parts, false when a commit has landed."""

    __slots__ = ("_before", "_watch")

    def __init__(self, watch: MetaWatch, before: Newest) -> None:
        self._watch = watch
        self._before = before

    def __call__(self) -> bool:
        return self._watch.is_newest(self._before.raw)


def _copy_pages(
    target: Target,
    file: LiveSource,
    before: Newest,
    go_on: Callable[[], bool],
    progress: Progress | None,
) -> bool:
    """Copy every page below the high-water mark; false if the file ends before it."""
    meta = before.meta
    size = meta.high_water * meta.page_size
    if size > file.size:
        return False
    target.start(size)
    metas = build_meta_pages(meta)
    put(target, 0, metas)
    for start in range(len(metas), size, BUFFER):
        length = min(BUFFER, size - start)
        read = file.read_into(target.room(start, length), start)
        target.keep(start, length)
        if read != length or not go_on():
            return False
        if progress:
            progress(start + length, size)
    return True


def _newest_whole(file: LiveSource, watch: MetaWatch) -> Newest:
    """Return the newest meta of a file that is as long as it must be.

    The size is taken after the meta: a file grows before the meta that needs it is written.
    """
    newest = watch.newest()
    file.refresh()
    truncation = describe_truncation(newest.meta, file.size)
    if truncation:
        raise NoConsistentCopy(f"{file.path}: {truncation.what}")
    return newest


def _demand_same_file(file: LiveSource) -> None:
    if not file.is_still_at_path():
        raise SourceReplaced(
            f"{file.path}: it was replaced, removed or truncated while it was copied"
        )


def _copy_torn(
    target: Target,
    file: LiveSource,
    watch: MetaWatch,
    attempts: int,
    progress: Progress | None,
) -> Snapshot:
    """Copy from end to end whatever happens meanwhile."""
    before = _newest_whole(file, watch)
    copied = _copy_pages(target, file, before, lambda: True, progress)
    _demand_same_file(file)
    if not copied:
        raise NoConsistentCopy(f"{file.path}: it ended while it was copied")
    after = watch.newest()
    # A database that was restored in place can show any txid: torn by one commit at least.
    advanced = 0 if after.raw == before.raw else max(after.meta.txid - before.meta.txid, 1)
    return Snapshot(target.source(), before.meta, attempts, "linear", advanced)
