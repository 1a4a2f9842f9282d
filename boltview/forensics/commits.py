"""What commits changed: two consistent views of a database compared key by key.

Between two views any number of commits can lie. Then what is told is the difference between the
views; what came and went in between is unknown, and nothing is said of it.
"""

from collections.abc import Iterator
from typing import NamedTuple

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.revision import Revision

Entry = Pair | Bucket


class Side(NamedTuple):
    """An entry in one of the two views."""

    bucket: Bucket
    """The bucket that holds it."""
    entry: Entry


class Change(NamedTuple):
    """One entry that differs; at least one side is there."""

    before: Side | None
    after: Side | None

    @property
    def kind(self) -> str:
        """`added`, `removed` or `changed`."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


def changes(before: Revision, after: Revision) -> Iterator[Change]:
    """Yield what differs between two views of one database, in key order, parents first.

    The contents of an added or removed bucket follow it, entry by entry. A changed bucket is one
    whose sequence differs. Damage is noted in the revisions' logs and hides what is below it.

    Both views must be proved to be consistent. If `after` is the very next revision, a tree with
    the same root page in both is unchanged: commit T+1 writes on no page of revision T. Over more
    than one commit a page number means nothing.
    """
    is_next = after.txid == before.txid + 1
    if is_next and before.meta.root == after.meta.root:
        return
    waiting = [_merge(before.root, after.root)]
    # In a forged file many buckets can claim one tree, and multiply what is told without end.
    claimed: set[tuple[int, int]] = set()
    while waiting:
        found = next(waiting[-1], None)
        if found is None:
            waiting.pop()
            continue
        old = found.before.entry if found.before else None
        new = found.after.entry if found.after else None
        both = isinstance(old, Bucket) and isinstance(new, Bucket)
        if not both or _sequence(old) != _sequence(new):
            yield found
        if _is_same_tree(old, new, is_next=is_next):
            continue
        trees = (_root(old), _root(new))
        if trees not in claimed:
            if any(trees):
                claimed.add(trees)
            waiting += _inside(old, new)


def _inside(old: Entry | None, new: Entry | None) -> list[Iterator[Change]]:
    """Return what goes through the buckets among a pair of entries; nothing for mere values."""
    if isinstance(old, Bucket):
        return [_merge(old, new) if isinstance(new, Bucket) else _whole(old, is_new=False)]
    return [_whole(new, is_new=True)] if isinstance(new, Bucket) else []


def _sequence(entry: Entry | None) -> int | None:
    return entry.sequence if isinstance(entry, Bucket) else None


def _root(entry: Entry | None) -> int:
    return entry.root if isinstance(entry, Bucket) else 0


def _merge(before: Bucket, after: Bucket) -> Iterator[Change]:
    """Yield what may differ between two buckets: every pair that does, and every sub-bucket."""
    olds, news = _entries(before), _entries(after)
    old, new = next(olds, None), next(news, None)
    while old or new:
        if new is None or (old and old.entry.key < new.entry.key):
            yield Change(old, None)
            old = next(olds, None)
        elif old is None or new.entry.key < old.entry.key:
            yield Change(None, new)
            new = next(news, None)
        else:
            if isinstance(old.entry, Bucket) != isinstance(new.entry, Bucket):
                yield Change(old, None)
                yield Change(None, new)
            elif not isinstance(old.entry, Pair) or _differ(old.entry, new.entry):
                yield Change(old, new)
            old, new = next(olds, None), next(news, None)


def _differ(old: Pair, new: Entry) -> bool:
    return isinstance(new, Pair) and (old.size != new.size or old.value != new.value)


def _whole(bucket: Bucket, *, is_new: bool) -> Iterator[Change]:
    """Yield everything in a bucket as added or removed; its own buckets are left to the caller."""
    for side in _entries(bucket):
        yield Change(None, side) if is_new else Change(side, None)


def _entries(bucket: Bucket) -> Iterator[Side]:
    for entry in bucket.entries():
        if not isinstance(entry, Damage):
            yield Side(bucket, entry)


def _is_same_tree(old: Entry | None, new: Entry | None, *, is_next: bool) -> bool:
    """Whether two entries are buckets that surely hold the same."""
    if not isinstance(old, Bucket) or not isinstance(new, Bucket):
        return False
    if old.is_inline and new.is_inline:
        return _raw(old) == _raw(new)
    return is_next and old.root == new.root


def _raw(bucket: Bucket) -> bytes:
    return bucket.revision.source.read(bucket.origin.offset, bucket.origin.length)
