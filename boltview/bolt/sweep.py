"""Every entry of a revision in the order of the tree, read leaf by leaf.

An object for each entry is most of the time of a careful walk. Here a leaf that is exactly as bbolt
writes it comes as its bytes and where in them the entries lie; any other is read the general way
(`boltview/bolt/bucket.py`), which knows what is wrong. What is found, and what damage is noted, is
the same.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from boltview.bolt.bucket import (
    MAX_DEPTH,
    MAX_NESTING,
    Bucket,
    Pair,
    _Bounds,
)
from boltview.bolt.errors import Damage
from boltview.bolt.format import (
    BUCKET_ELEMENT,
    BUCKET_SIZE,
    ELEMENT_SIZE,
    FIRST_DATA_PAGE,
    HEADER_SIZE,
    LEAF_PAGE,
    Header,
)
from boltview.bolt.page import BLOCK_READ_WHOLE, Origin, Page
from boltview.bolt.revision import Revision
from boltview.bolt.visited import Visited

Path = tuple[bytes, ...]
Span = tuple[int, int, int, int]
"""An entry within the bytes of its leaf: where its key begins, where its value begins (its key ends
there), where that ends, and its flags."""


class Stretch(NamedTuple):
    """Neighbouring entries of a bucket, values and inline buckets."""

    path: Path
    """The bucket that holds them."""
    raw: bytes
    """The whole block that they lie in."""
    offset: int
    """File offset of `raw`."""
    page: int
    first: int
    """Index of the first of them in its page."""
    spans: Sequence[Span]
    inner: dict[int, list[Span]]
    """What is in the inline buckets, by their place among `spans`."""


class Single(NamedTuple):
    """One entry read the general way, or the damage in its place."""

    path: Path
    """The bucket that holds it."""
    entry: Pair | Bucket | Damage


class _Leaf:
    """A leaf beyond doubt."""

    __slots__ = ("has_buckets", "header", "raw", "spans")

    def __init__(self, header: Header, raw: bytes, spans: list[Span], *, has_buckets: bool) -> None:
        self.header = header
        self.raw = raw
        self.spans = spans
        self.has_buckets = has_buckets


_Found = Stretch | tuple[Bucket, Pair | Bucket | Damage]


def sweep(revision: Revision) -> Iterator[Stretch | Single]:
    """Yield all that a revision holds: what a careful walk of it yields, in the same order.

    A second bucket that claims a tree already swept is damaged. Damage is in the revision's log.
    """
    reader = _Reader(revision)
    root = revision.root
    claimed = {root.root} - {0}
    waiting = [reader.entries(root)]
    while waiting:
        for found in waiting[-1]:
            if isinstance(found, Stretch):
                yield found
                continue
            bucket, entry = found
            if isinstance(entry, Bucket) and entry.root in claimed:
                page, _, offset, _ = entry.origin
                what = f"page {page}: a second bucket claims the tree of page {entry.root}"
                entry = revision.note(Damage("bucket-shared", page, offset, what))
            yield Single(bucket.path, entry)
            if isinstance(entry, Bucket):
                claimed |= {entry.root} - {0}
                waiting.append(reader.entries(entry))
                break
        else:
            waiting.pop()


class _Reader:
    """Reads the entries of buckets of one revision."""

    __slots__ = ("_end", "_layout", "_page_size", "_revision")

    def __init__(self, revision: Revision) -> None:
        self._revision = revision
        self._layout = revision.layout
        self._page_size = revision.page_size
        self._end = revision.high_water

    def entries(self, bucket: Bucket) -> Iterator[_Found]:
        """Yield what is in one bucket, as `Bucket._leaves` finds it; it says what each step is for.

        What is in inline buckets comes with them; what is in others does not.
        """
        leaf = None if bucket.is_inline else self._leaf(bucket.root)
        return self._quickly(bucket, leaf) if leaf else self._carefully(bucket)

    def _carefully(self, bucket: Bucket) -> Iterator[_Found]:
        leaves: Iterator[tuple[Page | Damage | _Leaf, int]] = bucket._leaves(  # noqa: SLF001 - of its own package
            b"", None, self._leaf_below
        )
        for page, _ in leaves:
            if isinstance(page, Damage):
                yield bucket, page
            elif isinstance(page, Page):
                for at in range(len(page.elements)):
                    yield bucket, bucket.entry(page, at)
            else:
                yield from self._quickly(bucket, page)

    def _leaf_below(
        self, visited: Visited, page: Page, index: int, bounds: _Bounds
    ) -> _Leaf | Damage | None:
        """Read the child of a branch if it is a leaf beyond doubt, and in its place."""
        if index in page.bad or bounds.depth >= MAX_DEPTH:
            return None
        leaf = self._leaf(page.elements[index].child)
        if leaf is None:
            return None
        if leaf.spans:
            raw, first, last = leaf.raw, leaf.spans[0], leaf.spans[-1]
            if not bounds.hold(raw[first[0] : first[1]], raw[last[0] : last[1]]):
                return None
        return visited.enter(page, index, leaf.header) or leaf

    def _leaf(self, page_id: int) -> _Leaf | None:
        """Read a page if it is a leaf exactly as bbolt writes it."""
        block = self._block(page_id)
        if block is None:
            return None
        header, raw = block
        found = self._spans(raw, HEADER_SIZE, header.elements)
        if found is None:
            return None
        spans, end, has_buckets = found
        if end > len(raw) or raw[end:] != bytes(len(raw) - end):
            return None
        return _Leaf(header, raw, spans, has_buckets=has_buckets)

    def _block(self, page_id: int) -> tuple[Header, bytes] | None:
        """Read the bytes of a leaf; None if its header leaves any doubt, or it is large."""
        size, read = self._page_size, self._revision.source.read
        start = page_id * size
        raw = read(start, size) if FIRST_DATA_PAGE <= page_id < self._end else b""
        if len(raw) < size:
            return None
        own_id, flags, count, overflow = self._layout.header.unpack_from(raw)
        if own_id != page_id or flags != LEAF_PAGE or page_id + overflow >= self._end:
            return None
        if overflow:
            size *= overflow + 1
            raw = read(start, size) if size <= BLOCK_READ_WHOLE else b""
        return (Header(own_id, flags, count, overflow), raw) if len(raw) == size else None

    def _spans(self, raw: bytes, place: int, count: int) -> tuple[list[Span], int, bool] | None:
        """Read a table of elements; None if there is any doubt.

        The joints of the elements are checked as in `elements.are_in_line`, and the order of the
        keys as in `Page`; whether the last ends in time is left to the caller.

        Args:
            raw: holds the page.
            place: where the table begins.
            count: number of elements.

        Returns the elements, where the last one ends, and whether any is a bucket.
        """
        at = place + count * ELEMENT_SIZE
        if at > len(raw):
            return None
        found: list[Span] = []
        before = b""
        seen = 0
        for flags, position, key_size, value_size in self._layout.leaf.iter_unpack(raw[place:at]):
            value_at = at + key_size
            key = raw[at:value_at]
            # An empty key is not greater than the b"" that stands before the first.
            if place + position != at or key <= before:
                return None
            end = value_at + value_size
            found.append((at, value_at, end, flags))
            seen |= flags
            at, before = end, key
            place += ELEMENT_SIZE
        return None if seen & ~BUCKET_ELEMENT else (found, at, seen != 0)

    def _quickly(self, bucket: Bucket, leaf: _Leaf) -> Iterator[_Found]:
        """Yield the entries of a leaf beyond doubt."""
        page_id, raw, spans = leaf.header.id, leaf.raw, leaf.spans
        offset = page_id * self._page_size
        path = bucket.path
        start = 0
        inner: dict[int, list[Span]] = {}
        if leaf.has_buckets:
            for index, span in enumerate(spans):
                if not span[3]:
                    continue
                within = self._inline(raw, span) if len(path) < MAX_NESTING else None
                if within is not None:
                    inner[index - start] = within
                    continue
                if index > start:
                    yield Stretch(path, raw, offset, page_id, start, spans[start:index], inner)
                key, value, end, _ = span
                origin = Origin(page_id, index, offset + value, end - value)
                key_origin = Origin(page_id, index, offset + key, value - key)
                head = raw[value : min(end, value + BUCKET_SIZE)]
                yield bucket, bucket.open(raw[key:value], head, origin, key_origin)
                start, inner = index + 1, {}
        if start < len(spans):
            rest = spans[start:] if start else spans
            yield Stretch(path, raw, offset, page_id, start, rest, inner)

    def _inline(self, raw: bytes, span: Span) -> list[Span] | None:
        """Read an inline bucket if it is exactly as bbolt writes it (`page.inline_page`)."""
        _, value, stop, _ = span
        at = value + BUCKET_SIZE
        if stop < at + HEADER_SIZE or self._layout.bucket.unpack_from(raw, value)[0]:
            return None
        own_id, flags, count, overflow = self._layout.header.unpack_from(raw, at)
        if own_id or overflow or flags != LEAF_PAGE:
            return None
        found = self._spans(raw, at + HEADER_SIZE, count)
        return found[0] if found and found[1] == stop and not found[2] else None
