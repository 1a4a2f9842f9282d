"""What a path that is typed can become: keys level by level, however large the buckets are."""

from collections.abc import Iterator
from itertools import islice

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import BoltError
from boltview.browse.fuzzy import NONE, grade
from boltview.browse.palette import Offer
from boltview.report.keypath import NoSuchKey, component, parse_component, path_text, resolve
from boltview.report.opened import Opened
from boltview.report.texts import key_line

MOST = 50
"""Keys that are offered."""
_LOOKED_AT = 500
"""Entries at the beginning of a bucket in which a text is looked for that no key begins with."""
_LONGEST = 1_000
"""Characters of a key that can be offered: a longer one is not typed."""
_SPLITS = 32
"""Slashes from the end on that are tried as the one before the last key."""


def paths(opened: Opened, typed: str) -> list[Offer]:
    """Return paths that begin as typed, in key order, and others whose last key holds it.

    No more than `MOST` keys that begin so are read, and `_LOOKED_AT` others: a bucket of millions
    costs as much as one of hundreds.
    """
    found = _holder(opened.reading.root, typed)
    if found is None:
        return []
    bucket, begun = found
    try:
        return [_offer(opened, bucket, entry) for entry in _entries(bucket, begun)]
    except BoltError:
        # A file that shrinks while one types: nothing more can be offered.
        return []


def _holder(root: Bucket, typed: str) -> tuple[Bucket, str] | None:
    """Return the bucket that holds the last key of a path, and what is typed of that key.

    A slash may belong to a key, as in `docker.io/library/busybox`: the last one that stands behind
    a bucket is the one.
    """
    end = len(typed)
    for _ in range(_SPLITS):
        end = typed.rfind("/", 0, end)
        if end < 0:
            return root, typed
        try:
            entry = resolve(root, [typed[:end]]).entry
        except (NoSuchKey, BoltError):
            continue
        if isinstance(entry, Bucket):
            return entry, typed[end + 1 :]
    return None


def _entries(bucket: Bucket, begun: str) -> Iterator[Pair | Bucket]:
    prefix = parse_component(begun)
    count = 0
    for entry in islice(bucket.entries(prefix=prefix), MOST):
        if isinstance(entry, Pair | Bucket) and len(entry.key) <= _LONGEST:
            count += 1
            yield entry
    if not prefix:
        return
    others = (
        entry
        for entry in islice(bucket.entries(), _LOOKED_AT)
        if isinstance(entry, Pair | Bucket)
        and len(entry.key) <= _LONGEST
        and not entry.key.startswith(prefix)
        and grade(begun, component(entry.key)) != NONE
    )
    yield from islice(others, MOST - count)


def _offer(opened: Opened, bucket: Bucket, entry: Pair | Bucket) -> Offer:
    line = path_text((*bucket.path, entry.key))
    label = key_line(opened.reading.key(bucket, entry))
    return Offer(line, f"{label}/", more="/") if isinstance(entry, Bucket) else Offer(line, label)
