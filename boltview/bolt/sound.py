"""A page exactly as bbolt writes it, judged in a few passes over whole columns; None for any doubt.

Whole-file work meets hundreds of thousands of pages, nearly all of them sound. Reading them element
by element would be most of its time. What is said here of a page is complete: its header is right,
each element begins where the one before it ends, the keys rise, all behind the last is zero, and
each inline bucket is so as well. `boltview/bolt/doubt.py` tells what is wrong with any other page.
"""

from collections.abc import Sequence
from itertools import accumulate
from operator import add, lt
from struct import Struct
from typing import NamedTuple

from boltview.bolt.format import (
    BIG,
    BRANCH_PAGE,
    BUCKET_ELEMENT,
    BUCKET_SIZE,
    ELEMENT_SIZE,
    HEADER_SIZE,
    LEAF_PAGE,
    LITTLE,
    Layout,
)

MAX_INLINE_SHARE = 4
"""An inline page takes at most a fourth of a page (`bucket.go: inlineable`)."""
_WORDS = 4
_ZEROS = bytes(1 << 16)


class Inline(NamedTuple):
    """An inline bucket of a leaf."""

    element: int
    """Which element of the leaf it is."""
    elements: int
    """Elements on its page."""
    used: int
    """Bytes of its page."""


class TreePage(NamedTuple):
    """What whole-file work needs to know of a branch or leaf page."""

    is_leaf: bool
    elements: int
    """Number of elements, as its header counts them."""
    overflow: int
    used: int
    """Bytes up to the end of the last element (`bucket.go: Stats`)."""
    keys: Sequence[bytes]
    """Key of each element; `b""` for one that cannot be believed."""
    children: Sequence[tuple[int, int]]
    """Element and page of each child, on a branch."""
    buckets: Sequence[tuple[int, int]]
    """Element and root page of each bucket with pages of its own, on a leaf."""
    inlines: Sequence[Inline]
    is_sound: bool = True


def sound_page(raw: bytes, layout: Layout, page_size: int) -> TreePage | None:
    """Judge a branch or leaf page whose id and room have been checked.

    Args:
        raw: the page, overflow pages included.
        layout: its byte order.
        page_size: bytes per page.

    Returns None if anything about it is not as bbolt writes it.
    """
    _, flags, count, overflow = layout.header.unpack_from(raw)
    length = len(raw)
    if HEADER_SIZE + count * ELEMENT_SIZE > length:
        return None
    if flags == LEAF_PAGE:
        found = leaf_columns(raw, 0, length, count, layout)
        if found is None:
            return None
        keys, places, used = found
        page = _with_buckets(raw, keys, places, used, layout, page_size, overflow)
    elif flags == BRANCH_PAGE and count:
        page = _branch(raw, length, count, layout, overflow)
    else:
        return None
    if page is None or not _is_zero(raw, page.used, length):
        return None
    # Bolt allocated a page too many for data that ends with a page (`node.go: spill`).
    return page if overflow <= page.used // page_size <= overflow + 1 else None


Columns = tuple[list[bytes], list[tuple[int, int, int]], int]
"""Keys, place of each bucket (element, offset and length of its value), end of the data."""


def leaf_columns(raw: bytes, start: int, length: int, count: int, layout: Layout) -> Columns | None:
    """Read the table of a leaf that begins at `start` of `raw`; offsets returned count from there.

    The caller has made sure that the table lies within `length`, and sees to what is behind the
    end. Returns None if anything about it is not as bbolt writes it.
    """
    fields = _columns(layout, count).unpack_from(raw, start + HEADER_SIZE)
    key_sizes, value_sizes = fields[2::_WORDS], fields[3::_WORDS]
    data = HEADER_SIZE + count * ELEMENT_SIZE
    places = list(accumulate(map(add, key_sizes, value_sizes), initial=data))
    used = places.pop()
    stated = list(map(add, fields[1::_WORDS], range(HEADER_SIZE, data, ELEMENT_SIZE)))
    if stated != places or used > length or 0 in key_sizes:
        return None
    if start:
        keys = [
            raw[start + at : start + at + size] for at, size in zip(places, key_sizes, strict=True)
        ]
    else:
        keys = [raw[at : at + size] for at, size in zip(places, key_sizes, strict=True)]
    if not all(map(lt, keys, keys[1:])):
        return None
    flags = fields[::_WORDS]
    if not any(flags):
        return keys, [], used
    if max(flags) > BUCKET_ELEMENT:
        return None
    buckets = [
        (i, places[i] + key_sizes[i], value_sizes[i]) for i, flag in enumerate(flags) if flag
    ]
    return keys, buckets, used


def _with_buckets(  # noqa: PLR0913, PLR0917 - the parts of one page
    raw: bytes,
    keys: list[bytes],
    places: list[tuple[int, int, int]],
    used: int,
    layout: Layout,
    page_size: int,
    overflow: int,
) -> TreePage | None:
    """Judge the buckets of a leaf as well."""
    buckets: list[tuple[int, int]] = []
    inlines: list[Inline] = []
    for index, at, length in places:
        if length < BUCKET_SIZE:
            return None
        root = layout.page_id.unpack_from(raw, at)[0]
        if root:
            if length != BUCKET_SIZE:
                return None
            buckets.append((index, root))
            continue
        room = length - BUCKET_SIZE
        inline = _inline(raw, at + BUCKET_SIZE, room, layout)
        if inline is None or room * MAX_INLINE_SHARE > page_size:
            return None
        inlines.append(Inline(index, inline, room))
    return TreePage(True, len(keys), overflow, used, keys, (), buckets, inlines)  # noqa: FBT003


def _inline(raw: bytes, start: int, length: int, layout: Layout) -> int | None:
    """Return the number of elements of an inline page; None if it is in doubt."""
    if length < HEADER_SIZE:
        return None
    page_id, flags, count, overflow = layout.header.unpack_from(raw, start)
    if page_id or flags != LEAF_PAGE or overflow or HEADER_SIZE + count * ELEMENT_SIZE > length:
        return None
    found = leaf_columns(raw, start, length, count, layout)
    if found is None:
        return None
    _, buckets, used = found
    return None if buckets or used != length else int(count)


def _branch(raw: bytes, length: int, count: int, layout: Layout, overflow: int) -> TreePage | None:
    data = HEADER_SIZE + count * ELEMENT_SIZE
    fields = _columns(layout, count).unpack_from(raw, HEADER_SIZE)
    key_sizes = fields[1::_WORDS]
    places = list(accumulate(key_sizes, initial=data))
    used = places.pop()
    stated = list(map(add, fields[::_WORDS], range(HEADER_SIZE, data, ELEMENT_SIZE)))
    if stated != places or used > length or 0 in key_sizes:
        return None
    keys = [raw[at : at + size] for at, size in zip(places, key_sizes, strict=True)]
    if not all(map(lt, keys, keys[1:])):
        return None
    high, low = fields[3::_WORDS], fields[2::_WORDS]
    if layout is BIG:
        high, low = low, high
    # Pages above 2^32 are out of every real file's bounds, and the walk says so.
    children = [
        (index, one + (two << 32)) for index, (one, two) in enumerate(zip(low, high, strict=True))
    ]
    return TreePage(False, count, overflow, used, keys, children, (), ())  # noqa: FBT003


def _is_zero(raw: bytes, start: int, length: int) -> bool:
    left = length - start
    return raw[start:] == (_ZEROS[:left] if left <= len(_ZEROS) else bytes(left))


_COLUMNS: dict[tuple[str, int], Struct] = {}


def _columns(layout: Layout, count: int) -> Struct:
    """Return the structure of a whole element table as 32-bit words."""
    key = (layout.order, count)
    found = _COLUMNS.get(key)
    if found is None:
        prefix = "<" if layout is LITTLE else ">"
        found = _COLUMNS[key] = Struct(f"{prefix}{_WORDS * count}I")
    return found
