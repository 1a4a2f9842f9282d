"""Of each bucket within a bucket only the wanted keys, streamed: for work over all of them.

What a garbage collection looks at is a tenth of what the records hold. Here only the pages that can
hold a wanted key are read, of a long leaf only its first page if that will do, and records that are
laid out alike are judged once (`boltview/bolt/shape.py`). What is read is verified as in
`boltview/bolt/bulk.py`; a record about which there is any doubt is read the general way.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import lt
from typing import NamedTuple

from boltview.bolt.bucket import Bucket
from boltview.bolt.bulk import INLINE_HEADERS, MAX_DEPTH, ZEROS, BulkReader, Contents, DoubtfulError
from boltview.bolt.errors import Damage
from boltview.bolt.format import (
    BRANCH_PAGE,
    BUCKET_SIZE,
    ELEMENT_SIZE,
    HEADER_SIZE,
    LEAF_PAGE,
)
from boltview.bolt.revision import Revision
from boltview.bolt.shape import Plan, Shape, elements_of

Fields = Sequence[bytes | Contents | None]
"""What is under the wanted keys, in their order: a value, what is in a bucket, or None."""

_MAX_TABLE = 32 * ELEMENT_SIZE
_MAX_SHAPES = 1024
_MAX_PLANS = 16
"""Of one shape: lists of keys that are remembered."""
_MAX_KEYS = 2048
"""Bytes of the keys of one of them."""


class FoundFields(NamedTuple):
    """A record."""

    key: bytes
    fields: Fields


class _ShortError(Exception):
    """The first page of a long leaf does not tell enough."""


_Fields = list[bytes | Contents | None]
_Ends = tuple[bytes, bytes, int]
"""Least and greatest key of a page and of those below it, as far as they were read; end of data."""


class RecordReader(BulkReader):
    """Reads the same keys of many buckets of one revision, each page once."""

    __slots__ = ("_blank", "_last", "_order", "_shapes", "_shapes_within", "_wanted")

    def __init__(self, revision: Revision, wanted: Sequence[bytes]) -> None:
        """Start with nothing read.

        Args:
            revision: the revision.
            wanted: keys, each once.
        """
        super().__init__(revision)
        self._wanted = {key: slot for slot, key in enumerate(wanted)}
        self._order = sorted(wanted)
        self._last = max(wanted, default=b"")
        self._blank: _Fields = [None] * len(wanted)
        self._shapes: dict[bytes, Shape] = {}
        self._shapes_within: dict[bytes, Shape] = {}

    def records(self, bucket: Bucket) -> Iterator[FoundFields]:
        """Yield every bucket in `bucket`; damage in what is read is in the revision's log.

        The buckets above it must not be read with the same reader.
        """
        self._forbid_above(bucket)
        for page, _ in bucket._leaves(b"", None):  # noqa: SLF001 - of its own package
            if isinstance(page, Damage):
                continue
            for index in sorted(page.bad):
                bucket.entry(page, index)
            raw, keys = page.data, page.keys
            for index, at, size in page.buckets:
                fields = self._fields(raw, at, size) if at + size <= len(raw) else None
                if fields is None:
                    entry = bucket.entry(page, index)
                    if not isinstance(entry, Bucket):
                        continue
                    contents = self.read(entry).contents
                    fields = [contents.get(key) for key in self._wanted]
                yield FoundFields(keys[index], fields)

    def _fields(self, raw: bytes, at: int, size: int) -> _Fields | None:
        """Read the bucket whose value this is; None, and nothing claimed, if there is any doubt."""
        self._taken = []
        fields = self._blank[:]
        try:
            if size == BUCKET_SIZE:
                self._page(self._layout.page_id.unpack_from(raw, at)[0], b"", fields, 0)
            else:
                stop = at + size
                count = self._inline_count(raw, at, size)
                *_, end = self._leaf_fields(raw, at + INLINE_HEADERS, count, stop, fields)
                if end != stop:
                    return None
        except DoubtfulError:
            self._forget_taken()
            return None
        return fields

    def _page(self, page_id: int, raw: bytes, fields: _Fields, depth: int) -> _Ends:
        """Read a page of a record, and those below it that can have a wanted key.

        Raises:
            DoubtfulError: one of them is not exactly as bbolt writes it.
        """
        raw, flags, count, length = self._open(page_id, raw)
        if flags == LEAF_PAGE:
            try:
                ends = self._leaf_fields(raw, HEADER_SIZE, count, length, fields)
            except _ShortError:
                raw = self._read_bytes(page_id * self._page_size, length)
                if len(raw) < length:
                    raise DoubtfulError from None
                ends = self._leaf_fields(raw, HEADER_SIZE, count, length, fields)
        elif flags == BRANCH_PAGE and count and depth < MAX_DEPTH and len(raw) == length:
            ends = self._branch_fields(raw, count, fields, depth)
        else:
            raise DoubtfulError
        if not raw.endswith(ZEROS[: max(len(raw) - ends[2], 0)]):
            raise DoubtfulError
        return ends

    def _branch_fields(self, raw: bytes, count: int, fields: _Fields, depth: int) -> _Ends:
        """Read below a branch page; raises as `_page`."""
        place, end = HEADER_SIZE, HEADER_SIZE + count * ELEMENT_SIZE
        if end > len(raw):
            raise DoubtfulError
        keys, children, lows = [], [], []
        before = b""
        for position, key_size, child in self._layout.branch.iter_unpack(raw[place:end]):
            key = raw[end : end + key_size]
            if place + position != end or key <= before:
                raise DoubtfulError
            keys.append(key)
            children.append(child)
            lows.append(bisect_left(self._order, key))
            before = key
            end += key_size
            place += ELEMENT_SIZE
        if end > len(raw):
            raise DoubtfulError
        lows[0] = 0
        lows.append(len(self._order))
        needed = [index for index in range(count) if lows[index] < lows[index + 1]]
        first, last = keys[0], keys[-1]
        pages = self._read_children([children[index] for index in needed]) if needed else []
        for index, page in zip(needed, pages, strict=True):
            first_below, last, _ = self._page(children[index], page, fields, depth + 1)
            # Each key above is a bound of the keys below it and before it (`tx_check.go`).
            if first_below < keys[index] or (index + 1 < count and last >= keys[index + 1]):
                raise DoubtfulError
            if not index:
                first = first_below
        return first, max(last, keys[-1]), end

    def _leaf_fields(self, raw: bytes, start: int, count: int, stop: int, fields: _Fields) -> _Ends:
        """Take the wanted values out of a leaf.

        Args:
            raw: holds it; or its first page, if it is longer.
            start: where its table begins.
            count: number of elements.
            stop: where it ends.
            fields: to be filled.

        Raises:
            DoubtfulError: it is not exactly as bbolt writes it.
            _ShortError: a wanted value may lie behind what was read.
        """
        known = self._planned(self._shapes, raw, start, count, self._wanted)
        if known is None:
            return self._search(raw, start, count, stop, fields)
        shape, keys, plan = known
        end = start + shape.end
        if end > stop or (shape.has_buckets and start > HEADER_SIZE):
            raise DoubtfulError
        for slot, value in zip(plan.slots, plan.values(raw, start), strict=True):
            fields[slot] = value
        for slot, at, size in plan.buckets:
            fields[slot] = self._within(raw, start + at, size)
        return keys[0], keys[-1], end

    def _planned(
        self,
        shapes: dict[bytes, Shape],
        raw: bytes,
        start: int,
        count: int,
        wanted: dict[bytes, int] | None,
    ) -> tuple[Shape, tuple[bytes, ...], Plan] | None:
        """Return shape, keys and plan of a leaf; None for one that should not be remembered."""
        table = raw[start : start + count * ELEMENT_SIZE]
        shape = shapes.get(table)
        if shape is None:
            if not 0 < len(table) <= _MAX_TABLE or len(shapes) == _MAX_SHAPES:
                return None
            found = elements_of(table, self._layout)
            if found is None:
                raise DoubtfulError
            if start + found.end > len(raw):
                return None
            shape = shapes[table] = Shape(found)
        if start + shape.end > len(raw):
            return None
        keys = shape.keys(raw, start)
        plan = shape.plans.get(keys)
        if plan is None:
            if not all(map(lt, keys, keys[1:])):
                raise DoubtfulError
            plan = shape.plan(keys, wanted)
            if len(shape.plans) < _MAX_PLANS and sum(map(len, keys)) <= _MAX_KEYS:
                shape.plans[keys] = plan
        return shape, keys, plan

    def _search(self, raw: bytes, start: int, count: int, stop: int, fields: _Fields) -> _Ends:
        """Do what `_leaf_fields` does, element by element."""
        limit = len(raw)
        # Of what ends there no more can be read; before that, the rest of the leaf may tell.
        missing = _ShortError if limit < stop else DoubtfulError
        table = start + count * ELEMENT_SIZE
        if table > limit:
            raise missing
        found = elements_of(raw[start:table], self._layout)
        if found is None or start + found.end > stop or (found.has_buckets and start > HEADER_SIZE):
            raise DoubtfulError
        first = key = b""
        places = []
        for flags, at, key_size, size in found.elements:
            before, value_at = key, start + at + key_size
            if value_at > limit:
                if key < self._last:
                    raise missing
                break
            key = raw[start + at : value_at]
            if key <= before:
                raise DoubtfulError
            first = first or key
            slot = self._wanted.get(key)
            if slot is not None:
                if value_at + size > limit:
                    raise missing
                places.append((slot, flags, value_at, size))
        for slot, flags, at, size in places:
            fields[slot] = self._within(raw, at, size) if flags else raw[at : at + size]
        return first, key, start + found.end

    def _within(self, raw: bytes, at: int, size: int) -> Contents:
        """Read a bucket of a record whole; raises as `_page`."""
        if size == BUCKET_SIZE:
            return self._tree(self._layout.page_id.unpack_from(raw, at)[0], 1, 0)
        start, stop = at + INLINE_HEADERS, at + size
        count = self._inline_count(raw, at, size)
        known = self._planned(self._shapes_within, raw, start, count, None)
        if known is None:
            found, end = self._leaf(raw, start, count, stop, -1)
        else:
            shape, keys, plan = known
            if shape.has_buckets:
                raise DoubtfulError
            found, end = dict(zip(keys, plan.values(raw, start), strict=True)), start + shape.end
        if end != stop:
            raise DoubtfulError
        return found
