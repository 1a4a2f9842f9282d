"""What differs between two trees: a merge by key, that leaves out what is surely the same.

How the entries are spread over pages does not matter: splits and merges move keys from page to
page, and a small bucket may lie within its parent's page in one tree and on pages of its own in the
other. What damage hides on one side is told as hidden, never as added or removed.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.equalpages import Sameness
from boltview.bolt.errors import Damage
from boltview.bolt.format import BUCKET_SIZE
from boltview.bolt.page import Page
from boltview.bolt.revision import Revision
from boltview.bolt.runs import Gap, Leaf, Runs, Subtree, found_in

Entry = Pair | Bucket
_PIECE = 1 << 18
"""Bytes of two values compared at once."""


class Side(NamedTuple):
    """An entry in one of the two trees."""

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

    @property
    def side(self) -> Side:
        """The side after, or the one before where that is the only one."""
        side = self.after or self.before
        if side is None:
            raise ValueError("a change without a side")
        return side

    @property
    def path(self) -> tuple[bytes, ...]:
        """Path of the entry."""
        side = self.side
        return (*side.bucket.path, side.entry.key)


class Hidden(NamedTuple):
    """Entries of which nothing can be said, because one side is damaged there."""

    bucket: Bucket
    """The bucket on the damaged side."""
    damage: Damage
    is_after: bool
    """Which side is damaged."""


def difference(before: Revision, after: Revision, same: Sameness) -> Iterator[Change | Hidden]:
    """Yield what differs between two trees, in key order, parents first.

    The contents of an added or removed bucket follow it, entry by entry. A changed bucket is one
    whose sequence differs. Damage is noted in the revisions' logs as well.

    Args:
        before: one tree.
        after: the other.
        same: tells which subtrees need not be read.
    """
    comparison = _Comparison(same)
    waiting = comparison.inside(before.root, after.root)
    while waiting:
        found = next(waiting[-1], None)
        if found is None:
            waiting.pop()
        elif isinstance(found, Hidden):
            yield found
        else:
            old, new = (side.entry if side else None for side in found)
            both = isinstance(old, Bucket) and isinstance(new, Bucket)
            if not both or _sequence(old) != _sequence(new):
                yield found
            waiting += comparison.inside(old, new)


def _sequence(entry: Entry | None) -> int | None:
    return entry.sequence if isinstance(entry, Bucket) else None


Found = Iterator[Change | Hidden]
"""Entries that differ, and pairs of buckets that may."""


class _Comparison:
    """The comparison of two trees, bucket by bucket."""

    def __init__(self, same: Sameness) -> None:
        self._same = same
        # In a forged file many buckets can claim one tree, and multiply what is told without end.
        self._claimed: tuple[set[int], set[int]] = (set(), set())

    def inside(self, old: Entry | None, new: Entry | None) -> list[Found]:
        """Return what goes through the buckets among a pair of entries; nothing for the same."""
        old = old if isinstance(old, Bucket) else None
        new = new if isinstance(new, Bucket) else None
        if old and new and self._are_same(old, new):
            return []
        hidden = [
            Hidden(bucket, shared, is_after)
            for bucket, is_after in ((old, False), (new, True))
            if bucket and (shared := self._claim(bucket, is_after=is_after))
        ]
        if hidden:
            return [iter(hidden)]
        if old and new:
            return [_Merge(old, new, self._same).run()]
        whole = old or new
        return [_whole(whole, is_after=new is not None)] if whole else []

    def _are_same(self, old: Bucket, new: Bucket) -> bool:
        """Whether two buckets surely hold the same."""
        if old.is_inline and new.is_inline:
            return _raw(old) == _raw(new)
        return bool(old.root and new.root) and self._same(old.root, new.root)

    def _claim(self, bucket: Bucket, *, is_after: bool) -> Damage | None:
        """Take the tree of a bucket; the damage if another bucket of this side has it."""
        claimed, root = self._claimed[is_after], bucket.root
        if root and root in claimed:
            origin = bucket.origin
            what = f"page {origin.page}: a second bucket claims the tree of page {root}"
            damage = Damage("bucket-shared", origin.page, origin.offset, what)
            return bucket.revision.note(damage)
        if root:
            claimed.add(root)
        return None


def _raw(bucket: Bucket) -> bytes:
    """Return an inline bucket's page as it is stored."""
    origin = bucket.origin
    return bucket.revision.source.read(origin.offset + BUCKET_SIZE, origin.length - BUCKET_SIZE)


def _whole(bucket: Bucket, *, is_after: bool) -> Found:
    """Yield everything in a bucket as added or removed; its own buckets are left to the caller."""
    for entry in bucket.entries():
        if isinstance(entry, Damage):
            yield Hidden(bucket, entry, is_after)
        else:
            yield _lone(Side(bucket, entry), is_after=is_after)


def _lone(side: Side, *, is_after: bool) -> Change:
    return Change(None, side) if is_after else Change(side, None)


class _Merge:
    """The merge of two buckets by key.

    Whatever is in front of both walks can be dropped if it is the same, whether or not it begins
    at the same key: two ordered lists differ by as much without a common beginning.
    """

    def __init__(self, before: Bucket, after: Bucket, same: Sameness) -> None:
        self._buckets = (before, after)
        self._runs = (Runs(before), Runs(after))
        self._same = same
        # Found where they do not belong: not to be missed where they do.
        self._strays: tuple[set[bytes], set[bytes]] = (set(), set())
        self._gaps: tuple[deque[Gap], deque[Gap]] = (deque(), deque())

    def run(self) -> Found:
        """Yield entries that differ, and pairs of buckets."""
        old, new = self._runs
        while old.front or new.front:
            if isinstance(old.front, Gap):
                yield from self._pass_gap(0, old.front)
            elif isinstance(new.front, Gap):
                yield from self._pass_gap(1, new.front)
            elif isinstance(old.front, Leaf) and isinstance(new.front, Leaf):
                yield from self._merge_leaves(old.front, new.front)
                self._leave_used()
            elif isinstance(old.front, Subtree) and isinstance(new.front, Subtree):
                self._pass_subtrees(old.front, new.front)
            else:
                yield from self._before_other()
                self._leave_used()

    def _pass_subtrees(self, old: Subtree, new: Subtree) -> None:
        """Drop two subtrees that are the same, or go into one of them or both."""
        if self._same(old.id, new.id):
            for run in self._runs:
                run.leave()
            return
        # The one that begins first, or else the higher one: what is below may be the other's like.
        enter = [old.key <= new.key, new.key <= old.key]
        if all(enter) and -1 not in {old.height, new.height}:
            enter = [old.height >= new.height, new.height >= old.height]
        for run, is_due in zip(self._runs, enter, strict=True):
            if is_due:
                run.enter()

    def _before_other(self) -> Found:
        """Take what one side alone can have before the first key of the other; or go further."""
        first, second = (run.front for run in self._runs)
        for index, (mine, other) in enumerate(((first, second), (second, first))):
            if isinstance(mine, Subtree) and not isinstance(other, Leaf):
                self._runs[index].enter()
                return
            if isinstance(mine, Leaf):
                end = mine.stop
                if isinstance(other, Subtree):
                    end = bisect_left(mine.page.keys, other.key, mine.index, mine.stop)
                if end == mine.index:
                    self._runs[1 - index].enter()
                else:
                    yield from self._take(index, mine, end)
                return

    def _take(self, index: int, leaf: Leaf, end: int) -> Found:
        """Yield the entries of a leaf up to `end`, which the other side has not."""
        bucket, is_after = self._buckets[index], bool(index)
        for at in range(leaf.index, end):
            entry = bucket.entry(leaf.page, at)
            if isinstance(entry, Damage):
                yield Hidden(bucket, entry, is_after)
            elif not self._is_hidden(1 - index, entry.key):
                yield _lone(Side(bucket, entry), is_after=is_after)
        leaf.index = end

    def _merge_leaves(self, old: Leaf, new: Leaf) -> Found:
        """Merge two leaves until one has been used up."""
        one, other = old.page, new.page
        keys, other_keys = one.keys, other.keys
        elements, other_elements = one.elements, other.elements
        at, to = old.index, new.index
        while at < old.stop and to < new.stop:
            key, other_key = keys[at], other_keys[to]
            if key == other_key:
                mine, theirs = elements[at], other_elements[to]
                if mine.flags or theirs.flags:
                    yield from self._pair(one, at, other, to)
                elif _differ(one, at, other, to):
                    yield Change(
                        Side(self._buckets[0], Pair(one, at)),
                        Side(self._buckets[1], Pair(other, to)),
                    )
                at += 1
                to += 1
            elif key < other_key:
                old.index = at
                at = bisect_left(keys, other_key, at, old.stop)
                yield from self._take(0, old, at)
            else:
                new.index = to
                to = bisect_left(other_keys, key, to, new.stop)
                yield from self._take(1, new, to)
        old.index, new.index = at, to

    def _pair(self, one: Page, at: int, other: Page, to: int) -> Found:
        """Yield two elements of one key, at least one a bucket, unless they are the same."""
        before, after = self._buckets
        mine, theirs = one.elements[at], other.elements[to]
        if mine.is_bucket and theirs.is_bucket and mine.value_size == theirs.value_size:
            if mine.value_size > BUCKET_SIZE:
                if one.value(at) == other.value(to):
                    return
            elif mine.value_size == BUCKET_SIZE:
                root, sequence = before.revision.layout.bucket.unpack(one.value(at))
                new_root, new_sequence = after.revision.layout.bucket.unpack(other.value(to))
                if sequence == new_sequence and root and new_root and self._same(root, new_root):
                    return
        yield from self._compare(before.entry(one, at), after.entry(other, to))

    def _compare(self, old: Entry | Damage, new: Entry | Damage) -> Found:
        """Yield what is to be told of two entries of one key."""
        before, after = self._buckets
        if isinstance(old, Damage) or isinstance(new, Damage):
            if isinstance(old, Damage):
                yield Hidden(before, old, is_after=False)
            if isinstance(new, Damage):
                yield Hidden(after, new, is_after=True)
        elif isinstance(old, Bucket) != isinstance(new, Bucket):
            yield Change(Side(before, old), None)
            yield Change(None, Side(after, new))
        elif isinstance(old, Bucket) or isinstance(new, Bucket) or old.value != new.value:
            yield Change(Side(before, old), Side(after, new))

    def _pass_gap(self, index: int, gap: Gap) -> Found:
        """Tell of a gap on one side, and look up on the other what was found in it all the same."""
        is_after = bool(index)
        bucket, other = self._buckets[index], self._buckets[1 - index]
        yield Hidden(bucket, gap.damage, is_after)
        seen: set[bytes] = set()
        for entry in found_in(bucket, gap):
            if entry.key in seen:
                continue
            seen.add(entry.key)
            if not gap.holds(entry.key):
                self._strays[index].add(entry.key)
            counterpart = other.get(entry.key)
            if counterpart is None:
                yield _lone(Side(bucket, entry), is_after=is_after)
            elif not isinstance(counterpart, Damage):
                pair = (counterpart, entry) if is_after else (entry, counterpart)
                yield from self._compare(*pair)
        self._gaps[index].append(gap)
        self._runs[index].leave()

    def _is_hidden(self, index: int, key: bytes) -> bool:
        """Whether a side may have a key that was not seen there; keys must be asked for rising."""
        gaps = self._gaps[index]
        while gaps and gaps[0].upper is not None and gaps[0].upper <= key:
            gaps.popleft()
        return key in self._strays[index] or (bool(gaps) and gaps[0].holds(key))

    def _leave_used(self) -> None:
        for run in self._runs:
            if isinstance(run.front, Leaf) and run.front.index >= run.front.stop:
                run.leave()


def _differ(one: Page, at: int, other: Page, to: int) -> bool:
    """Whether two values differ; large ones are compared piece by piece."""
    mine, theirs = one.elements[at], other.elements[to]
    size = mine.value_size
    if size != theirs.value_size:
        return True
    if size <= _PIECE:
        return one.value(at) != other.value(to)
    start, begin = mine.value_offset, theirs.value_offset
    return any(
        one.bytes_at(start + done, _PIECE) != other.bytes_at(begin + done, _PIECE)
        for done in range(0, size - _PIECE, _PIECE)
    ) or one.bytes_at(mine.end - _PIECE, _PIECE) != other.bytes_at(theirs.end - _PIECE, _PIECE)
