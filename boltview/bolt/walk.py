"""The way to one entry, and over all of a bucket in key order, parents first."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.revision import Revision


class Visit(NamedTuple):
    """One entry met on a walk."""

    depth: int
    """Levels below the bucket that the walk began at; 0 for its own entries."""
    bucket: Bucket
    """The bucket that holds the entry."""
    entry: Pair | Bucket | Damage


def entry_at(root: Bucket, path: Sequence[bytes]) -> tuple[Bucket, Pair | Bucket | Damage]:
    """Return what is at a path, and the bucket that holds it; as far as the path leads.

    Args:
        root: where the path begins, which holds itself.
        path: keys from there.
    """
    bucket, entry = root, root
    for key in path:
        found = entry.get(key)
        if found is None:
            break
        bucket = entry
        if not isinstance(found, Bucket):
            return bucket, found
        entry = found
    return bucket, entry


def walk(revision: Revision, bucket: Bucket, depth: int | None = None) -> Iterator[Visit]:
    """Yield the entries of `bucket` and below, without recursion and each tree once.

    A second bucket that claims a tree already walked is damaged: two owners would otherwise
    multiply what is printed, without end in a forged file.

    Args:
        revision: the revision it belongs to.
        bucket: where to begin.
        depth: levels to visit; all if None.
    """
    claimed = {bucket.root} - {0}
    waiting = [(bucket, bucket.entries())]
    while waiting:
        parent, entries = waiting[-1]
        level = len(waiting) - 1
        entry = next(entries, None)
        if entry is None:
            waiting.pop()
            continue
        if isinstance(entry, Bucket) and entry.root in claimed:
            what = f"page {entry.origin.page}: a second bucket claims the tree of page {entry.root}"
            place = entry.origin.offset
            entry = revision.note(Damage("bucket-shared", entry.origin.page, place, what))
        yield Visit(level, parent, entry)
        if isinstance(entry, Bucket) and (depth is None or len(waiting) < depth):
            if entry.root:
                claimed.add(entry.root)
            waiting.append((entry, entry.entries()))
