"""From page to page without reading any entry: the fast walk that copying and verifying share.

Only what leads further is looked at, and bounds. Where there is any doubt about a page the answer
is None, and `Revision.page` can tell what is wrong with it.
"""

from typing import NamedTuple

from boltview.bolt.format import (
    BRANCH_PAGE,
    BUCKET_ELEMENT,
    BUCKET_SIZE,
    ELEMENT_SIZE,
    FIRST_DATA_PAGE,
    HEADER_SIZE,
    LEAF_PAGE,
)
from boltview.bolt.meta import Meta
from boltview.bolt.source import Source


class Links(NamedTuple):
    """What one page of a tree says of others."""

    pages: int
    """Pages it takes itself, overflow pages included."""
    children: tuple[int, ...]
    """Pages it refers to: children of a branch, roots of the buckets in a leaf."""


PLAIN_LEAF = Links(1, ())
"""What almost every page is, kept once."""


def read_links(
    source: Source, meta: Meta, page_id: int, first: bytes | None = None
) -> Links | None:
    """Read where page `page_id` of the tree under `meta` leads.

    Args:
        source: the bytes.
        meta: the meta of the tree, for page size, byte order and bounds.
        page_id: the page, from 2 up to the high-water mark.
        first: the page's first block, if it was read already.
    """
    page_size, layout = meta.page_size, meta.layout
    start = page_id * page_size
    raw = source.read(start, page_size) if first is None else first
    if len(raw) < page_size:
        return None
    own_id, flags, count, overflow = layout.header.unpack_from(raw)
    pages, length = overflow + 1, (overflow + 1) * page_size
    table_end = HEADER_SIZE + count * ELEMENT_SIZE
    if own_id != page_id or page_id + overflow >= meta.high_water or table_end > length:
        return None
    if table_end > page_size:
        raw = source.read(start, table_end)
        if len(raw) < table_end:
            return None
    table = memoryview(raw)[HEADER_SIZE:table_end]
    if flags == LEAF_PAGE:
        buckets = _buckets(meta, table, length)
        children = None if buckets is None else _roots(source, meta, start, raw, buckets)
    else:
        children = _children(meta, table, length) if flags == BRANCH_PAGE and count else None
    if children is None:
        return None
    if any(not FIRST_DATA_PAGE <= child < meta.high_water for child in children):
        return None
    return Links(pages, tuple(children)) if children or overflow else PLAIN_LEAF


def _children(meta: Meta, table: memoryview, length: int) -> list[int] | None:
    """Return the children of a branch; None if a key lies outside the `length` bytes."""
    children = []
    for place, (position, size, child) in enumerate(meta.layout.branch.iter_unpack(table), 1):
        if place * ELEMENT_SIZE + position + size > length:
            return None
        children.append(child)
    return children


def _buckets(meta: Meta, table: memoryview, length: int) -> list[int] | None:
    """Return where the buckets of a leaf stand; None if anything lies outside `length` bytes."""
    found = []
    for place, (flags, position, key, value) in enumerate(meta.layout.leaf.iter_unpack(table), 1):
        end = place * ELEMENT_SIZE + position + key + value
        if end > length:
            return None
        if flags:
            if flags != BUCKET_ELEMENT or value < BUCKET_SIZE:
                return None
            found.append(end - value)
    return found


def _roots(
    source: Source, meta: Meta, start: int, raw: bytes, buckets: list[int]
) -> list[int] | None:
    """Return the root pages of the buckets at these places of a page; inline ones have none."""
    bucket = meta.layout.bucket
    roots = []
    for place in buckets:
        if place + BUCKET_SIZE <= len(raw):
            root, _ = bucket.unpack_from(raw, place)
        else:
            header = source.read(start + place, BUCKET_SIZE)
            if len(header) < BUCKET_SIZE:
                return None
            root, _ = bucket.unpack(header)
        if root:
            roots.append(root)
    return roots
