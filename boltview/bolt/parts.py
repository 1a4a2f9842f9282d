"""Which bytes are which field: headers, elements, bucket headers, metas and freelists taken apart.

Names are those of bbolt's `internal/common`. What a field says stands beside it as a sentence, not
escaped; offsets are of the file, so that a part leads to its bytes whatever it is shown next to.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from boltview.bolt.format import (
    ELEMENT_SIZE,
    EXTENDED_COUNT,
    FREELIST_PAGE,
    HEADER_SIZE,
    MAGIC,
    NO_FREELIST,
    Header,
    page_type,
)
from boltview.bolt.meta import Meta
from boltview.bolt.page import Page
from boltview.bolt.revision import Revision


class Part(NamedTuple):
    """Some bytes and what they are; a part of a part follows it, one level deeper."""

    offset: int
    """File offset."""
    length: int
    name: str
    meaning: str
    kind: str
    """What it belongs to: `page`, `element`, `key`, `value`, `bucket`, `meta` or `freelist`;
    `free` for bytes that nothing uses, `damage`."""
    depth: int = 0


class Run(NamedTuple):
    """Bytes of the file that lie together."""

    offset: int
    length: int


def runs(parts: Sequence[Part]) -> list[Run]:
    """Return the bytes that parts cover, those that touch as one."""
    found: list[Run] = []
    for part in sorted(part for part in parts if not part.depth and part.length):
        end = found[-1].offset + found[-1].length if found else -1
        if found and part.offset <= end:
            last = found[-1]
            found[-1] = Run(last.offset, max(end, part.offset + part.length) - last.offset)
        else:
            found.append(Run(part.offset, part.length))
    return found


def part_at(parts: Sequence[Part], offset: int) -> int | None:
    """Return the index of the innermost part that holds a byte, None if none does."""
    at = bisect_right(parts, offset, key=lambda part: part.offset) - 1
    while at >= 0:
        part = parts[at]
        if part.offset <= offset < part.offset + part.length:
            return at
        at -= 1
    return None


def page_header_parts(header: Header, offset: int, *, is_inline: bool = False) -> list[Part]:
    """Take a page header apart (`page.go: Page`).

    Args:
        header: what it says.
        offset: where it lies.
        is_inline: it is of the page inside an inline bucket.
    """
    kind = page_type(header.flags)
    title = f"of an inline {kind}" if is_inline else f"page {header.id}, a {kind}"
    says: tuple[tuple[str, int, str], ...] = (
        ("id", 8, f"{header.id}{', as on every inline page' if is_inline else ''}"),
        ("flags", 2, f"{header.flags:#x}: {kind}"),
        ("count", 2, _count(header)),
        ("overflow", 4, f"{header.overflow} further pages belong to it"),
    )
    return _group("page header", title, "page", offset, says)


def element_parts(page: Page, index: int) -> list[Part]:
    """Take entry `index` of a page's element table apart (`page.go: leafPageElement`)."""
    element = page.elements[index]
    offset = page.entry_offset(index)
    position = HEADER_SIZE + index * ELEMENT_SIZE
    pos = f"{element.key_offset - position}: from here to the key"
    ksize = f"the key takes {element.key_size} bytes"
    says: tuple[tuple[str, int, str], ...]
    if page.is_leaf:
        what = "a bucket" if element.is_bucket else "a value"
        says = (
            ("flags", 4, f"{element.flags:#x}: it is {what}"),
            ("pos", 4, pos),
            ("ksize", 4, ksize),
            ("vsize", 4, f"the value takes {element.value_size:,} bytes"),
        )
    else:
        says = (
            ("pos", 4, pos),
            ("ksize", 4, ksize),
            ("pgid", 8, f"page {element.child} holds the keys from this one on"),
        )
    title = f"entry {index} of the page's table of {len(page.elements)}"
    return _group(f"element {index}", title, "element", offset, says)


def bucket_parts(root: int, sequence: int, offset: int) -> list[Part]:
    """Take the 16 bytes apart that make a value a bucket (`bucket.go: InBucket`)."""
    inline = "0: the bucket is inline, its one page follows right here"
    says = (
        ("root", 8, f"page {root} is the top of its tree" if root else inline),
        ("sequence", 8, f"{sequence}"),
    )
    return _group("bucket header", "what makes the value a bucket", "bucket", offset, says)


def meta_parts(meta: Meta) -> list[Part]:
    """Take a meta apart, the page header before it not included (`meta.go: Meta`)."""
    is_right = meta.checksum == meta.computed_checksum
    checked = "right" if is_right else f"wrong, {meta.computed_checksum:016x} would be right"
    freelist = f"page {meta.freelist}" if meta.freelist != NO_FREELIST else "not kept in the file"
    says = (
        ("magic", 4, f"{meta.magic:08x}{': a bolt file' if meta.magic == MAGIC else ': wrong'}"),
        ("version", 4, f"{meta.version}"),
        ("pageSize", 4, f"{meta.page_size:,} bytes"),
        ("flags", 4, f"{meta.flags:#x}"),
        ("root pgid", 8, f"page {meta.root} is the top of the root bucket"),
        ("root sequence", 8, f"{meta.sequence}"),
        ("freelist", 8, freelist),
        ("pgid", 8, f"page {meta.high_water} is the first never used: the high-water mark"),
        ("txid", 8, f"transaction {meta.txid} wrote it"),
        ("checksum", 8, f"FNV-1a over the 56 bytes before it: {checked}"),
    )
    title = meta.problem or f"number {meta.slot}, of transaction {meta.txid}"
    return _group("meta", title, "meta", meta.offset, says)


def freelist_parts(revision: Revision, header: Header, offset: int, limit: int) -> list[Part]:
    """Take the ids of a freelist page apart (`internal/freelist/shared.go: Write`).

    Args:
        revision: whose byte order it is.
        header: the page's header.
        offset: where the page lies.
        limit: ids to list.
    """
    unpack = revision.layout.page_id
    start, count, found = offset + HEADER_SIZE, header.elements, []
    room = max(0, min((header.overflow + 1) * revision.page_size, revision.source.size - offset))
    if count == EXTENDED_COUNT:
        raw = revision.source.read(start, unpack.size)
        count = unpack.unpack(raw)[0] if len(raw) == unpack.size else 0
        found.append(Part(start, len(raw), "count", f"{count} ids follow", "freelist"))
        start += unpack.size
    count = min(count, max(0, room - (start - offset)) // unpack.size)
    raw = revision.source.read(start, min(count, limit) * unpack.size)
    whole = len(raw) - len(raw) % unpack.size
    for index, (page_id,) in enumerate(unpack.iter_unpack(raw[:whole])):
        place = start + index * unpack.size
        found.append(Part(place, unpack.size, "id", f"page {page_id} is free", "freelist"))
    if count > limit:
        rest = (count - limit) * unpack.size
        more = f"{count - limit:,} further ids"
        found.append(Part(start + limit * unpack.size, rest, "ids", more, "freelist"))
    return found


def _count(header: Header) -> str:
    if header.flags == FREELIST_PAGE:
        if header.elements == EXTENDED_COUNT:
            return "the first id is the count"
        return f"{header.elements} {'id' if header.elements == 1 else 'ids'}"
    return f"{header.elements} {'element' if header.elements == 1 else 'elements'}"


def _group(
    name: str, title: str, kind: str, offset: int, says: Sequence[tuple[str, int, str]]
) -> list[Part]:
    """Return a part and the fields that it consists of, one behind the other."""
    inner = list(_fields(kind, offset, says))
    return [Part(offset, sum(part.length for part in inner), name, title, kind), *inner]


def _fields(kind: str, offset: int, says: Sequence[tuple[str, int, str]]) -> Iterator[Part]:
    for name, length, meaning in says:
        yield Part(offset, length, name, meaning, kind, 1)
        offset += length
