"""Where in a stream of bytes pages of bolt files begin, at any alignment.

A page begins with its number in eight bytes, of which the upper four are zero in any file below 16
terabytes, and its type in two. That is looked for; what follows decides: the first element of a
branch or leaf lies right behind the table of elements, and a meta has magic and checksum. Pages of
big-endian machines are not found this way.
"""

import re
from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple

from boltview.bolt.format import (
    BRANCH_PAGE,
    BUCKET_ELEMENT,
    BUCKET_SIZE,
    ELEMENT_SIZE,
    FIRST_DATA_PAGE,
    HEADER_SIZE,
    LEAF_PAGE,
    META_PAGE,
    META_SIZE,
)
from boltview.bolt.meta import Meta, parse_meta
from boltview.bolt.progress import Progress
from boltview.bolt.source import Source
from boltview.forensics.stale import MOST_OVERFLOW

_CHUNK = 1 << 20
_HEAD = HEADER_SIZE + max(ELEMENT_SIZE, META_SIZE)
"""Bytes of a page that are looked at."""
_TYPE_AT = 8
"""Offset of the type within a page."""
_SIGNS = [
    # The type, behind four zeros, before a count and few overflow pages. The letters come first:
    # so the search for them is that of a plain text.
    re.compile(rb"%s\0(?<=\0\0\0\0..)(?=....[\0-\x10]\0)" % kind, re.DOTALL)
    for kind in (rb"\x01", rb"\x02", rb"\x04")
]
_HEADER = Struct("<QHHI")
_LEAF = Struct("<IIII")
_BRANCH = Struct("<IIQ")
_MOST_PAGES = 1 << 22
"""Pages of the largest file that is believed: 16 gigabytes of the usual ones."""
_MOST_KEY = 1 << 15


class Header(NamedTuple):
    """The beginning of what can be a branch or leaf page."""

    offset: int
    """Where in the stream."""
    id: int
    overflow: int


def headers(source: Source, progress: Progress | None = None) -> Iterator[Header | Meta]:
    """Yield the pages and valid metas of a stream in the order in which they lie there.

    Args:
        source: the stream.
        progress: told how many bytes were looked at; may raise to cancel.
    """
    start = 0
    while start < source.size:
        if progress:
            progress(start, source.size)
        # One that begins in this chunk may end in the next.
        data = source.read(start, _CHUNK + _HEAD)
        places = sorted(found.start() for sign in _SIGNS for found in sign.finditer(data))
        for place in places:
            at = place - _TYPE_AT
            if 0 <= at < _CHUNK:
                page = (_meta if data[place] == META_PAGE else _page)(data, at, start)
                if page:
                    yield page
        start += _CHUNK


def _page(data: bytes, at: int, start: int) -> Header | None:
    """Return the page that begins at a place, if there is any sense in it."""
    if at + HEADER_SIZE + ELEMENT_SIZE > len(data):
        return None
    number, flags, count, overflow = _HEADER.unpack_from(data, at)
    if not FIRST_DATA_PAGE <= number < _MOST_PAGES or overflow > MOST_OVERFLOW or not count:
        return None
    if flags == LEAF_PAGE:
        kind, position, key, value = _LEAF.unpack_from(data, at + HEADER_SIZE)
        is_sound = kind == 0 or (kind == BUCKET_ELEMENT and value >= BUCKET_SIZE)
    else:
        position, key, child = _BRANCH.unpack_from(data, at + HEADER_SIZE)
        is_sound = flags == BRANCH_PAGE and FIRST_DATA_PAGE <= child < _MOST_PAGES
    is_sound = is_sound and position == count * ELEMENT_SIZE and 0 < key <= _MOST_KEY
    return Header(start + at, number, overflow) if is_sound else None


def _meta(data: bytes, at: int, start: int) -> Meta | None:
    """Return the meta in the page at a place, if it is valid."""
    slot = data[at]
    page = data[at : at + _HEAD]
    if slot > 1 or len(page) < _HEAD:
        return None
    meta = parse_meta(slot, start + at, page)
    return meta if meta.is_valid and not meta.header_problem else None
