"""Pages that no tree leads to: what of each can still be believed.

bbolt zeroes nothing on disk, so a freed page keeps what it held until it is used again. Such a page
names itself by its number, its elements lie in line, and its keys rise; nothing else vouches for
it. Of a block of several pages the later ones may have been overwritten: each that names itself is
the beginning of another block, and only what ends before it is trusted.
"""

from collections.abc import Iterator
from typing import NamedTuple

from boltview.bolt.elements import Element, table_end
from boltview.bolt.format import (
    BRANCH_PAGE,
    BUCKET_ELEMENT,
    BUCKET_SIZE,
    ELEMENT_SIZE,
    FIRST_DATA_PAGE,
    FREELIST_PAGE,
    HEADER_SIZE,
    LEAF_PAGE,
    META_PAGE,
    Layout,
)
from boltview.bolt.page import Origin
from boltview.bolt.source import Source

_TYPES = frozenset({BRANCH_PAGE, LEAF_PAGE, META_PAGE, FREELIST_PAGE})
_READ_AT_ONCE = 1 << 20
MOST_OVERFLOW = 1 << 20
"""Overflow pages that are believed: four gigabytes, twice what the largest value takes."""


class Space(NamedTuple):
    """Where pages are looked for: a file, and which of its pages are in use."""

    source: Source
    page_size: int
    layout: Layout
    used: bytearray
    """One byte for each whole page of the file: 1 for what is in use now."""


class Stale(NamedTuple):
    """A page nothing leads to, as far as it can be believed."""

    id: int
    offset: int
    """File offset."""
    is_leaf: bool
    elements: list[Element]
    """The elements that are trusted, in order."""
    keys: list[bytes]
    raw: bytes
    """The block up to the first page that was overwritten."""
    is_whole: bool
    """Whether that is every element it counts."""
    first: int = 0
    """Index of the first of `elements` in the page's table."""

    def value(self, index: int) -> bytes:
        """Return the value of leaf element `index`."""
        element = self.elements[index]
        return self.raw[element.value_offset : element.end]

    def origin(self, index: int) -> Origin:
        """Return where key and value of element `index` lie."""
        element = self.elements[index]
        place = self.offset + element.key_offset
        return Origin(self.id, self.first + index, place, element.end - element.key_offset)

    def root(self, index: int, layout: Layout) -> int | None:
        """Return the root page of the bucket in element `index`, 0 if inline; None for a value."""
        element = self.elements[index]
        if not self.is_leaf or not element.is_bucket or element.value_size < BUCKET_SIZE:
            return None
        root: int = layout.bucket.unpack_from(self.raw, element.value_offset)[0]
        return root


def read_stale(
    space: Space, page_id: int, raw: bytes = b"", *, in_use: bool = False
) -> Stale | None:
    """Read a page that no tree leads to; None if it is no branch or leaf.

    Args:
        space: where it lies.
        page_id: its number.
        raw: its first page, if it was read already.
        in_use: the page belongs to the tree, and so do its overflow pages.
    """
    size = space.page_size
    if not 0 <= page_id < len(space.used):
        return None
    offset = page_id * size
    raw = raw or space.source.read(offset, size)
    if len(raw) < size:
        return None
    own_id, flags, count, overflow = space.layout.header.unpack_from(raw)
    if own_id != page_id or flags not in {BRANCH_PAGE, LEAF_PAGE} or not count:
        return None
    if overflow and table_end(count) <= (overflow + 1) * size:
        most = min(overflow, MOST_OVERFLOW)
        pages = _own_pages(space, page_id, most, in_use=in_use)
        raw = space.source.read(offset, pages * size)
    return parse_stale(space.layout, page_id, offset, raw)


def parse_stale(
    layout: Layout, page_id: int, offset: int, raw: bytes, first: int = 0
) -> Stale | None:
    """Take the elements of a page's table as long as they lie in line; None without any.

    Args:
        layout: the byte order.
        page_id: number of the page.
        offset: its file offset.
        raw: the block as far as it is the page's own.
        first: elements to leave out.
    """
    _, flags, count, _ = layout.header.unpack_from(raw)
    is_leaf = flags == LEAF_PAGE
    elements = _in_line(layout, raw, count, is_leaf=is_leaf)
    chosen = elements[first:]
    if not chosen:
        return None
    keys = [raw[place : place + size] for _, place, size, _, _ in chosen]
    rising = len(keys)
    for index in range(1, len(keys)):
        if keys[index - 1] >= keys[index]:
            rising = index
            break
    is_whole = rising + first == count
    return Stale(page_id, offset, is_leaf, chosen[:rising], keys[:rising], raw, is_whole, first)


def _in_line(layout: Layout, raw: bytes, count: int, *, is_leaf: bool) -> list[Element]:
    """Read elements until one is out of line or ends behind what can be trusted."""
    due = table_end(count)
    length = len(raw)
    if due > length:
        return []
    found = []
    table = raw[HEADER_SIZE:due]
    at = HEADER_SIZE
    rows = (
        ((flags, pos, key, value, 0) for flags, pos, key, value in layout.leaf.iter_unpack(table))
        if is_leaf
        else ((0, pos, key, 0, child) for pos, key, child in layout.branch.iter_unpack(table))
    )
    for flags, pos, key, value, child in rows:
        if at + pos != due or not key or flags & ~BUCKET_ELEMENT:
            break
        end = due + key + value
        if end > length:
            break
        found.append(Element(flags, due, key, value, child))
        due = end
        at += ELEMENT_SIZE
    return found


def inline_elements(layout: Layout, raw: bytes, start: int, length: int) -> list[Element] | None:
    """Read the page inside an inline bucket; offsets count from `start`; None if it is none.

    Args:
        layout: the byte order.
        raw: what it lies in.
        start: where the bucket's value begins.
        length: bytes of the value.
    """
    room = length - BUCKET_SIZE
    if room < HEADER_SIZE:
        return None
    page = raw[start + BUCKET_SIZE : start + length]
    if len(page) != room:
        return None
    own_id, flags, count, overflow = layout.header.unpack_from(page)
    if own_id or flags != LEAF_PAGE or overflow:
        return None
    found = _in_line(layout, page, count, is_leaf=True)
    end = found[-1].end if found else HEADER_SIZE
    if len(found) != count or end != room or any(element.flags for element in found):
        return None
    return [
        Element(0, element.key_offset + BUCKET_SIZE, element.key_size, element.value_size, 0)
        for element in found
    ]


def _own_pages(space: Space, page_id: int, overflow: int, *, in_use: bool) -> int:
    """Count the pages of a block up to the first that is another's."""
    size, used = space.page_size, space.used
    last = min(page_id + overflow, len(used) - 1)
    following = page_id + 1
    while following <= last and used[following] == in_use:
        head = space.source.read(following * size, HEADER_SIZE)
        own_id, flags, _, _ = space.layout.header.unpack(head)
        if own_id == following and flags in _TYPES:
            break
        following += 1
    return following - page_id


def stale_pages(space: Space) -> Iterator[Stale]:
    """Yield every page that names itself and is not in use, in order."""
    size, used = space.page_size, space.used
    at_once = max(_READ_AT_ONCE // size, 1)
    page = FIRST_DATA_PAGE
    while page < len(used):
        page = used.find(0, page)
        if page < 0:
            return
        behind = used.find(1, page, page + at_once)
        behind = min(page + at_once, len(used)) if behind < 0 else behind
        raw = space.source.read(page * size, (behind - page) * size)
        for number in range(page, behind):
            start = (number - page) * size
            # Most pages of an old file are empty or other blocks' overflow: the number tells.
            if space.layout.page_id.unpack_from(raw, start)[0] == number:
                found = read_stale(space, number, raw[start : start + size])
                if found:
                    yield found
        page = behind
