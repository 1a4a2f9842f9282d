"""Of each bucket within a bucket only the wanted keys, streamed: for work over all of them.

What a garbage collection looks at is a tenth of what the records hold. Here only the pages that can
hold a wanted key are read, of a long leaf only its first page if that will do, and records that are
laid out alike are judged once (`boltview/bolt/shape.py`). What is read is verified as in
`boltview/bolt/bulk.py`; a record about which there is any doubt is read the general way.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from operator import lt
from struct import Struct
from types import MappingProxyType
from typing import NamedTuple

from boltview.bolt.bucket import Bucket
from boltview.bolt.bulk import (
    BYTE_ORDERS,
    INLINE_HEADERS,
    MAX_DEPTH,
    ZEROS,
    BulkReader,
    Contents,
    DoubtfulError,
)
from boltview.bolt.errors import Damage
from boltview.bolt.format import (
    BRANCH_PAGE,
    BUCKET_SIZE,
    ELEMENT_SIZE,
    HEADER_SIZE,
    LEAF_PAGE,
)
from boltview.bolt.revision import Revision
from boltview.bolt.shape import Inner, Plan, Shape, Wanted, elements_of

Fields = Sequence[bytes | Contents | None]
"""What is under the wanted keys, in their order: a value, what is in a bucket, or None."""

_MAX_TABLE = 32 * ELEMENT_SIZE
"""Bytes of a table of elements that is remembered."""
_MAX_SHAPES = 1024
"""Tables that are remembered, each with what follows from it."""
_MAX_PLANS = 8
"""Of one shape: lists of keys that are remembered."""
_MAX_KEYS = 1024
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


class _Branch(NamedTuple):
    """What a branch page says without its children."""

    keys: list[bytes]
    needed: list[int]
    """Children that can have a wanted key."""


class RecordReader(BulkReader):
    """Reads the same keys of many buckets of one revision, each page once."""

    __slots__ = (
        "_blank",
        "_branches",
        "_head",
        "_last",
        "_order",
        "_prefixes",
        "_shape",
        "_shapes",
        "_shapes_within",
        "_wanted",
    )

    def __init__(
        self,
        revision: Revision,
        wanted: Sequence[bytes],
        prefixes: Mapping[bytes, bytes] = MappingProxyType({}),
    ) -> None:
        """Start with nothing read.

        Args:
            revision: the revision.
            wanted: keys, each once.
            prefixes: of the buckets under some of them, what the keys begin with that are wanted.
        """
        super().__init__(revision)
        self._wanted = {key: slot for slot, key in enumerate(wanted)}
        self._order = sorted(wanted)
        self._last = max(wanted, default=b"")
        self._blank: _Fields = [None] * len(wanted)
        self._shapes: dict[bytes, Shape] = {}
        # How the last inline record was laid out, and its first bytes, the table included.
        self._shape: Shape | None = None
        self._head = b""
        self._branches: dict[tuple[object, ...], _Branch] = {}
        self._prefixes = [prefixes.get(key, b"") for key in wanted]
        self._shapes_within: list[dict[bytes, Shape]] = [{} for _ in wanted]

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
                    fields = self._chosen(self.read(entry).contents)
                yield FoundFields(keys[index], fields)

    def _chosen(self, contents: Contents) -> _Fields:
        """Return what is wanted of a record that was read the general way."""
        fields: _Fields = [contents.get(key) for key in self._wanted]
        for slot, found in enumerate(fields):
            if isinstance(found, dict):
                fields[slot] = self._narrowed(found, slot)
        return fields

    def _fields(self, raw: bytes, at: int, size: int) -> _Fields | None:
        """Read the bucket whose value this is; None, and nothing claimed, if there is any doubt."""
        self._taken = []
        fields = self._blank[:]
        try:
            if size == BUCKET_SIZE:
                self._page(self._layout.page_id.unpack_from(raw, at)[0], b"", fields, 0)
            elif not self._inline_fields(raw, at, at + size, fields):
                return None
        except DoubtfulError:
            self._forget_taken()
            return None
        return fields

    def _inline_fields(self, raw: bytes, at: int, stop: int, fields: _Fields) -> bool:
        """Take the wanted values out of an inline bucket; return whether it is sound."""
        start, shape = at + INLINE_HEADERS, self._shape
        # As the one before it, most likely.
        if shape and start + shape.end == stop and raw.startswith(self._head, at):
            plan = shape.plans.get(shape.keys(raw, start))
            if plan:
                _fill(fields, plan, raw, start)
                return True
        count = self._inline_count(raw, at, stop - at)
        *_, end = self._leaf_fields(raw, start, count, stop, fields)
        table = start + count * ELEMENT_SIZE
        if end == stop:
            self._head, self._shape = raw[at:table], self._shapes.get(raw[start:table])
        return end == stop

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
        data = HEADER_SIZE + count * ELEMENT_SIZE
        if data > len(raw):
            raise DoubtfulError
        # Positions, sizes of keys and children, one after the other.
        table = self._branch_table(count).unpack_from(raw, HEADER_SIZE)
        positions, sizes, children = table[::3], table[1::3], table[2::3]
        end = data + sum(sizes)
        layout = positions, sizes, raw[data:end]
        branch = self._branches.get(layout)
        if branch is None:
            branch = self._branch_of(*layout)
            is_small = data <= HEADER_SIZE + _MAX_TABLE and end - data <= _MAX_KEYS
            if is_small and len(self._branches) < _MAX_SHAPES:
                self._branches[layout] = branch
        keys, needed = branch
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

    def _branch_table(self, count: int) -> Struct:
        found = _BRANCH_TABLES.get((self._layout.order, count))
        if found is None:
            found = Struct(BYTE_ORDERS[self._layout.order] + "IIQ" * count)
            if count <= _MAX_TABLE // ELEMENT_SIZE:
                _BRANCH_TABLES[self._layout.order, count] = found
        return found

    def _branch_of(self, positions: Sequence[int], sizes: Sequence[int], data: bytes) -> _Branch:
        """Judge a branch page by itself; raises as `_page`."""
        if sum(sizes) > len(data):
            raise DoubtfulError
        keys: list[bytes] = []
        start = 0
        for index, (position, size) in enumerate(zip(positions, sizes, strict=True)):
            key = data[start : start + size]
            joint = (len(sizes) - index) * ELEMENT_SIZE + start
            if position != joint or key <= (keys[-1] if keys else b""):
                raise DoubtfulError
            keys.append(key)
            start += size
        lows = [0, *(bisect_left(self._order, key) for key in keys[1:]), len(self._order)]
        return _Branch(keys, [i for i in range(len(keys)) if lows[i] < lows[i + 1]])

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
        plan = self._planned(self._shapes, raw, start, count, self._wanted)
        if plan is None:
            return self._search(raw, start, count, stop, fields)
        end = start + plan.end
        if end > stop or (plan.has_buckets and start > HEADER_SIZE):
            raise DoubtfulError
        _fill(fields, plan, raw, start)
        for inner in plan.buckets:
            at = start + inner.at
            if inner.head and raw.startswith(inner.head, at):
                fields[inner.slot] = self._alike(inner, raw, at)
            else:
                fields[inner.slot] = self._within(raw, at, inner.size, inner.slot, inner)
        return plan.first, plan.last, end

    def _planned(
        self,
        shapes: dict[bytes, Shape],
        raw: bytes,
        start: int,
        count: int,
        wanted: Wanted,
    ) -> Plan | None:
        """Return the plan of a leaf; None for one that should not be remembered."""
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
        return plan

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
            fields[slot] = self._within(raw, at, size, slot) if flags else raw[at : at + size]
        return first, key, start + found.end

    def _within(
        self, raw: bytes, at: int, size: int, slot: int, inner: Inner | None = None
    ) -> Contents:
        """Read a bucket of a record; raises as `_page`.

        Args:
            raw: the page.
            at: where its value begins.
            size: of its value.
            slot: the number that it goes by.
            inner: what remembers how it is laid out.
        """
        if size == BUCKET_SIZE:
            return self._narrowed(
                self._tree(self._layout.page_id.unpack_from(raw, at)[0], 1, 0), slot
            )
        start, stop = at + INLINE_HEADERS, at + size
        count = self._inline_count(raw, at, size)
        shapes = self._shapes_within[slot]
        plan = self._planned(shapes, raw, start, count, self._prefixes[slot])
        if plan is None:
            whole, end = self._leaf(raw, start, count, stop, -1)
            found = self._narrowed(whole, slot)
        else:
            if plan.has_buckets:
                raise DoubtfulError
            found = dict(zip(plan.keys, plan.values(raw, start), strict=True))
            end = start + plan.end
        if end != stop:
            raise DoubtfulError
        if inner and plan:
            table = start + count * ELEMENT_SIZE
            inner.head, inner.shape = raw[at:table], shapes.get(raw[start:table])
        return found

    def _alike(self, inner: Inner, raw: bytes, at: int) -> Contents:
        """Read a bucket that is laid out as the one before it was; raises as `_page`."""
        shape, start = inner.shape, at + INLINE_HEADERS
        plan = shape.plans.get(shape.keys(raw, start)) if shape else None
        if plan is None:
            return self._within(raw, at, inner.size, inner.slot, inner)
        return dict(zip(plan.keys, plan.values(raw, start), strict=True))

    def _narrowed(self, found: Contents, slot: int) -> Contents:
        """Leave of a bucket what begins as is wanted."""
        prefix = self._prefixes[slot]
        return (
            found
            if not prefix
            else {key: value for key, value in found.items() if key.startswith(prefix)}
        )


def _fill(fields: _Fields, plan: Plan, raw: bytes, start: int) -> None:
    """Put the wanted values of a leaf where they belong."""
    if plan.span:
        fields[plan.span] = plan.values(raw, start)
    else:
        for slot, value in zip(plan.slots, plan.values(raw, start), strict=True):
            fields[slot] = value


_BRANCH_TABLES: dict[tuple[str, int], Struct] = {}
