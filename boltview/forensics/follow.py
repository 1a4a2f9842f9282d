"""Following a live database: one consistent view after the other, as commits land.

It looks at the metas and copies when they have changed. A writer that commits faster than that has
several commits between two views; how many is known from their txids, what they did one by one not.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from boltview.bolt.errors import NoConsistentCopy, SourceReplaced
from boltview.bolt.meta import Meta
from boltview.bolt.metawatch import MetaWatch, Wait
from boltview.bolt.progress import Progress
from boltview.bolt.snapshot import Snapshot, copy_live
from boltview.bolt.source import FileSource
from boltview.bolt.target import Target

_POLL = 0.01
"""Seconds between two looks at the metas, of one who wants every commit."""
_FAILURES = 5
"""Copies that may fail one after the other before that is an error."""


class View(NamedTuple):
    """The database at one moment."""

    snapshot: Snapshot
    is_replaced: bool
    """Whether another file has taken the path since the view before."""


def follow(
    path: str,
    spill: Callable[[], Target] | None,
    wait: Wait,
    *,
    poll: float = _POLL,
    progress: Progress | None = None,
) -> Iterator[View]:
    """Yield a view of the database as it is, and another whenever it has changed; without end.

    Args:
        path: the file.
        spill: opens what a copy too large for memory goes to.
        wait: passes the time between two looks; may raise to end.
        poll: seconds between two looks at the metas.
        progress: told how far a copy is; may raise to end.

    Raises:
        UnreadableFile: it is missing, or not there any more.
        NotABoltFile: it is none, or none any more.
        NoConsistentCopy: it changes too fast, again and again.
    """
    file = FileSource(path)
    is_replaced = False
    failures = 0
    while True:
        try:
            snapshot = copy_live(file, progress=progress, spill=spill)
        except SourceReplaced:
            snapshot = None
        except NoConsistentCopy:
            failures += 1
            if failures == _FAILURES:
                raise
            continue
        if snapshot:
            failures = 0
            yield View(snapshot, is_replaced)
            is_replaced = not _wait_for_change(file, snapshot.meta, wait, poll)
        if snapshot is None or is_replaced:
            is_replaced = True
            file.close()
            file = FileSource(path)


def _wait_for_change(file: FileSource, seen: Meta, wait: Wait, poll: float) -> bool:
    """Return when there is a newer revision, false when the path names another file."""
    watch = MetaWatch(file, wait)
    while file.is_still_at_path():
        file.refresh()
        newest = watch.newest().meta
        if (newest.txid, newest.checksum) != (seen.txid, seen.checksum):
            return True
        wait(poll)
    return False
