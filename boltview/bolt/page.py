"""One branch or leaf page: its elements, where their bytes lie, and whether they can be believed.

bbolt writes keys and values right behind the element table, in element order, without gaps
(`internal/common/inode.go: WriteInodeToPage`). Each element must therefore begin where the one
before it ends; an element that does not is damaged, and says so instead of giving a wrong value.
"""

from itertools import pairwise
from typing import NamedTuple

from boltview.bolt.errors import Damage
from boltview.bolt.format import (
    BRANCH_PAGE,
    BUCKET_ELEMENT,
    BUCKET_SIZE,
    ELEMENT_SIZE,
    HEADER_SIZE,
    LEAF_PAGE,
    Header,
    Layout,
    page_type,
)
from boltview.bolt.source import Source

BLOCK_READ_WHOLE = 1 << 18
"""Blocks up to this many bytes are read at once; of larger ones only the parts asked for."""


class Origin(NamedTuple):
    """Where something lies in the file."""

    page: int
    """Page number; for an inline bucket the page that holds it."""
    element: int
    """Index in the page's element table."""
    offset: int
    """File offset in bytes."""
    length: int
    """Length in bytes."""


class Element(NamedTuple):
    """One entry of a page's element table; offsets are relative to the page."""

    flags: int
    key_offset: int
    key_size: int
    value_size: int
    child: int
    """Child page id on a branch page, 0 on a leaf."""

    @property
    def is_bucket(self) -> bool:
        """Whether the value is a bucket."""
        return bool(self.flags & BUCKET_ELEMENT)

    @property
    def value_offset(self) -> int:
        """The value follows its key without a gap."""
        return self.key_offset + self.key_size

    @property
    def end(self) -> int:
        """Offset of the first byte behind the element."""
        return self.key_offset + self.key_size + self.value_size


class Block(NamedTuple):
    """The bytes of one page image and what its header says of them."""

    id: int
    """Page number; for an inline page the page that holds it."""
    header: Header
    offset: int
    """File offset."""
    length: int
    """Bytes, overflow pages included."""
    is_inline: bool = False


class Page:
    """A branch or leaf page, from the file or from inside an inline bucket.

    Attributes:
        block: where it lies.
        elements: the element table; element i may be damaged, see `bad`.
        keys: key of each element; `b""` for a damaged one.
        bad: damage by element index.
        damage: what is wrong with the page as a whole.
    """

    __slots__ = ("_data", "_source", "bad", "block", "damage", "elements", "keys", "layout")

    def __init__(self, source: Source, layout: Layout, block: Block) -> None:
        """Read the element table; the caller has checked that the block lies inside the file."""
        self._source = source
        self.layout = layout
        self.block = block
        length, count = block.length, block.header.elements
        whole = length <= BLOCK_READ_WHOLE
        table_end = HEADER_SIZE + count * ELEMENT_SIZE
        self._data = source.read(block.offset, length if whole else min(length, table_end))
        self.bad: dict[int, Damage] = {}
        self.damage: list[Damage] = []
        self.elements = self._read_table(count)
        self._check_bounds(table_end)
        self.keys = [
            b"" if i in self.bad else self.bytes_at(element.key_offset, element.key_size)
            for i, element in enumerate(self.elements)
        ]
        self._check_order()

    @property
    def is_leaf(self) -> bool:
        """Whether this is a leaf page."""
        return self.block.header.flags == LEAF_PAGE

    @property
    def id(self) -> int:
        """Page number; for an inline page the page that holds it."""
        return self.block.id

    def bytes_at(self, start: int, length: int) -> bytes:
        """Return bytes of the page image; `start` is relative to the page."""
        if start + length <= len(self._data):
            return self._data[start : start + length]
        return self._source.read(self.block.offset + start, length)

    def value(self, index: int) -> bytes:
        """Return the value of leaf element `index`."""
        element = self.elements[index]
        return self.bytes_at(element.value_offset, element.value_size)

    def key_origin(self, index: int) -> Origin:
        """Return where the key of element `index` lies."""
        element = self.elements[index]
        return Origin(self.id, index, self.block.offset + element.key_offset, element.key_size)

    def value_origin(self, index: int) -> Origin:
        """Return where the value of leaf element `index` lies."""
        element = self.elements[index]
        return Origin(self.id, index, self.block.offset + element.value_offset, element.value_size)

    def sound_keys(self) -> tuple[list[int], list[bytes]]:
        """Return indices and keys of the undamaged elements, for binary search."""
        if not self.bad:
            return list(range(len(self.keys))), self.keys
        good = [i for i in range(len(self.keys)) if i not in self.bad]
        return good, [self.keys[i] for i in good]

    def _read_table(self, count: int) -> list[Element]:
        table = self._data[HEADER_SIZE : HEADER_SIZE + count * ELEMENT_SIZE]
        starts = range(HEADER_SIZE, HEADER_SIZE + len(table), ELEMENT_SIZE)
        if self.is_leaf:
            return [
                Element(flags, start + pos, key_size, value_size, 0)
                for start, (flags, pos, key_size, value_size) in zip(
                    starts, self.layout.leaf.iter_unpack(table), strict=True
                )
            ]
        return [
            Element(0, start + pos, key_size, 0, child)
            for start, (pos, key_size, child) in zip(
                starts, self.layout.branch.iter_unpack(table), strict=True
            )
        ]

    def _check_bounds(self, table_end: int) -> None:
        """Mark the elements that cannot be where the table says."""
        elements = self.elements
        if not elements:
            return
        for i, element in enumerate(elements):
            if element.key_offset < table_end or element.end > self.block.length:
                self._mark(
                    i, "element-bounds",
                    f"bytes {element.key_offset}..{element.end} are outside the page's data "
                    f"({table_end}..{self.block.length})",
                )  # fmt: skip
            elif element.key_size == 0:
                self._mark(i, "element-key", "the key is empty")
            elif element.flags & ~BUCKET_ELEMENT:
                self._mark(i, "element-flags", f"unknown flags {element.flags:#x}")
        # breaks[i]: element i does not begin where its predecessor ends.
        breaks = [elements[0].key_offset != table_end]
        breaks += [right.key_offset != left.end for left, right in pairwise(elements)]
        if True in breaks:
            self._blame(breaks)
            self._forbid_overlap(table_end)
        last = elements[-1]
        if self.block.is_inline and last.end != self.block.length:
            what = f"it ends at {last.end}, the inline bucket at {self.block.length}"
            self._mark(len(elements) - 1, "element-size", what)

    def _blame(self, breaks: list[bool]) -> None:
        """Tell which element of each broken joint lies about its place or size.

        A wrong size breaks one joint, the one behind the element; a wrong position breaks both.
        """
        last = len(breaks) - 1
        i = 0
        while i <= last:
            if not breaks[i]:
                i += 1
                continue
            element = self.elements[i]
            both = i < last and breaks[i + 1]
            if i == 0 and not both:
                implied = (element.key_offset - HEADER_SIZE) // ELEMENT_SIZE
                self.damage.append(
                    self._damage(
                        0, "element-count",
                        f"{len(self.elements)} elements are counted, "
                        f"but the data begins where {implied} would end",
                    )
                )  # fmt: skip
            elif both:
                self._mark(i, "element-place", f"it begins at {element.key_offset}, out of line")
            else:
                end = self.elements[i - 1].end
                self._mark(
                    i - 1, "element-size",
                    f"it ends at {end}, but the next begins at {element.key_offset}",
                )  # fmt: skip
            i += 2 if both else 1

    def _forbid_overlap(self, table_end: int) -> None:
        """Let no two undamaged elements share bytes: a forged page could multiply its size so."""
        end = table_end
        for i, element in enumerate(self.elements):
            if i in self.bad:
                continue
            if element.key_offset < end:
                self._mark(i, "element-place", f"it begins at {element.key_offset}, before {end}")
            else:
                end = element.end

    def _check_order(self) -> None:
        """Keys must rise strictly, or a search by halves misses some (`tx_check.go`)."""
        keys = self.keys if not self.bad else self.sound_keys()[1]
        for left, right in pairwise(keys):
            if left >= right:
                index = self.keys.index(right)
                what = f"key {index} is not greater than the key before it"
                self.damage.append(self._damage(index, "key-order", what))
                return

    def _mark(self, index: int, code: str, what: str) -> None:
        if index not in self.bad:
            self.bad[index] = self._damage(index, code, f"element {index}: {what}")

    def _damage(self, index: int, code: str, what: str) -> Damage:
        offset = self.block.offset + HEADER_SIZE + index * ELEMENT_SIZE
        where = f"inline page in page {self.id}" if self.block.is_inline else f"page {self.id}"
        return Damage(code, self.id, offset, f"{where}: {what}")


def read_header(source: Source, layout: Layout, offset: int) -> Header | None:
    """Read a page header; None where the source ends."""
    raw = source.read(offset, HEADER_SIZE)
    return Header(*layout.header.unpack(raw)) if len(raw) == HEADER_SIZE else None


def check_tree_header(page_id: int, header: Header, offset: int, room: int) -> Damage | None:
    """Say why a page cannot be part of a tree, or None if it can.

    Args:
        page_id: the id under which it is referred to.
        header: its header.
        offset: its file offset.
        room: bytes of its block, overflow pages included.
    """
    if header.id != page_id:
        what = f"page {page_id}: it calls itself {header.id}"
        return Damage("page-id", page_id, offset, what)
    if header.flags not in {BRANCH_PAGE, LEAF_PAGE}:
        what = f"page {page_id}: type {page_type(header.flags)} where a branch or leaf belongs"
        return Damage("page-type", page_id, offset, what)
    if HEADER_SIZE + header.elements * ELEMENT_SIZE > room:
        what = f"page {page_id}: {header.elements} elements do not fit into {room} bytes"
        return Damage("page-count", page_id, offset, what)
    if header.flags == BRANCH_PAGE and header.elements == 0:
        return Damage("page-count", page_id, offset, f"page {page_id}: a branch without elements")
    return None


def inline_page(source: Source, layout: Layout, host: Origin) -> Page | Damage:
    """Read the page image of an inline bucket (`bucket.go: openBucket`).

    Args:
        source: the database.
        layout: its byte order.
        host: where the bucket's whole value lies, its 16-byte header included.
    """
    offset = host.offset + BUCKET_SIZE
    length = host.length - BUCKET_SIZE
    where = f"page {host.page} element {host.element}: inline bucket"
    header = read_header(source, layout, offset) if length >= HEADER_SIZE else None
    if header is None:
        what = f"{where} of {host.length} bytes has no page"
        return Damage("inline-size", host.page, host.offset, what)
    if header.flags != LEAF_PAGE or header.overflow or header.id:
        what = f"{where}: page id {header.id}, type {page_type(header.flags)}, not an inline leaf"
        return Damage("inline-header", host.page, offset, what)
    if HEADER_SIZE + header.elements * ELEMENT_SIZE > length:
        what = f"{where}: {header.elements} elements do not fit into {length} bytes"
        return Damage("inline-count", host.page, offset, what)
    page = Page(source, layout, Block(host.page, header, offset, length, is_inline=True))
    for index, element in enumerate(page.elements):
        # Inline buckets hold no buckets (`bucket.go: inlineable`). A forged one could nest itself.
        if element.is_bucket and index not in page.bad:
            what = f"{where}: element {index} is a bucket, which an inline bucket cannot hold"
            page.bad[index] = Damage("inline-bucket", host.page, offset, what)
    return page
