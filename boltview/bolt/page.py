"""One branch or leaf page: its elements, their keys and values, and where the bytes lie.

An element whose place or size cannot be right is damaged, and says so instead of giving a wrong
value; `boltview/bolt/elements.py` judges that.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from boltview.bolt.elements import (
    Element,
    are_in_line,
    blame,
    implied_count,
    table_end,
)
from boltview.bolt.errors import Damage, UnreadableFile
from boltview.bolt.format import (
    BRANCH_PAGE,
    BUCKET_SIZE,
    ELEMENT_SIZE,
    HEADER_SIZE,
    LEAF_PAGE,
    Header,
    Layout,
    page_type,
)
from boltview.bolt.sound import leaf_columns
from boltview.bolt.source import Source

_ELEMENT_WEIGHT = 256
"""Bytes of memory that the objects of an element take, besides the bytes of its key."""
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
        keys: key of each element; `b""` for a damaged one.
        bad: damage by element index.
        damage: what is wrong with the page as a whole.
    """

    __slots__ = (
        "_buckets",
        "_data",
        "_elements",
        "_source",
        "bad",
        "block",
        "damage",
        "keys",
        "layout",
    )

    def __init__(self, source: Source, layout: Layout, block: Block) -> None:
        """Read the element table; the caller has checked that the block lies inside the file."""
        self._source = source
        self.layout = layout
        self.block = block
        length, count = block.length, block.header.elements
        whole = length <= BLOCK_READ_WHOLE
        self._data = read_exactly(
            source, block.offset, length if whole else min(length, table_end(count))
        )
        self.bad: dict[int, Damage] = {}
        self.damage: list[Damage] = []
        self._elements: list[Element] | None = None
        self._buckets: list[tuple[int, int, int]] | None = None
        # Most pages are sound, and of most only the keys are looked at.
        columns = (
            leaf_columns(self._data, 0, length, count, layout) if whole and self.is_leaf else None
        )
        if columns and self._is_end(columns[2]):
            self.keys, self._buckets, _ = columns
            return
        if not are_in_line(self.elements, self._is_end):
            self._find_faults()
        self.keys = [
            b"" if i in self.bad else self.bytes_at(element.key_offset, element.key_size)
            for i, element in enumerate(self.elements)
        ]
        self._check_order()

    @property
    def elements(self) -> list[Element]:
        """The element table; element i may be damaged, see `bad`."""
        if self._elements is None:
            self._elements = self._read_table(self.block.header.elements)
        return self._elements

    @property
    def buckets(self) -> list[tuple[int, int, int]]:
        """Of the undamaged elements of a leaf that are buckets number, offset and size of value."""
        if self._buckets is None:
            self._buckets = [
                (index, element.value_offset, element.value_size)
                for index, element in enumerate(self.elements)
                if element.is_bucket and index not in self.bad
            ]
        return self._buckets

    @property
    def data(self) -> bytes:
        """Its bytes, as far as they were read at once."""
        return self._data

    @property
    def is_leaf(self) -> bool:
        """Whether this is a leaf page."""
        return self.block.header.flags == LEAF_PAGE

    @property
    def id(self) -> int:
        """Page number; for an inline page the page that holds it."""
        return self.block.id

    @property
    def weight(self) -> int:
        """Bytes of memory it takes, roughly."""
        return len(self._data) + _ELEMENT_WEIGHT * len(self.keys) + sum(map(len, self.keys))

    def hidden(self, at: int, indices: Sequence[int]) -> Damage | None:
        """Return a damaged element that may stand just before sound element number `at`.

        Args:
            at: where a search among the undamaged keys ended.
            indices: the undamaged elements, as `sound_keys` returns them.
        """
        if not self.bad:
            return None
        low = indices[at - 1] + 1 if at else 0
        high = indices[at] if at < len(indices) else len(self.elements)
        return next((self.bad[i] for i in range(low, high) if i in self.bad), None)

    def bytes_at(self, start: int, length: int) -> bytes:
        """Return bytes of the page image; `start` is relative to the page."""
        if start + length <= len(self._data):
            return self._data[start : start + length]
        return read_exactly(self._source, self.block.offset + start, length)

    def entry_offset(self, index: int) -> int:
        """Return the file offset of entry `index` of the element table."""
        return self.block.offset + HEADER_SIZE + index * ELEMENT_SIZE

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

    def sound_keys(self) -> tuple[Sequence[int], list[bytes]]:
        """Return indices and keys of the undamaged elements, for binary search."""
        if not self.bad:
            return range(len(self.keys)), self.keys
        good = [i for i in range(len(self.keys)) if i not in self.bad]
        return good, [self.keys[i] for i in good]

    def _read_table(self, count: int) -> list[Element]:
        table = self.bytes_at(HEADER_SIZE, count * ELEMENT_SIZE)
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

    def _is_end(self, end: int) -> bool:
        """Whether the data can end at `end`: what is left is zero, and nothing inside a bucket."""
        left = self.block.length - end
        if left <= 0 or self.block.is_inline:
            return left == 0
        # Of a block too large to be read whole, the start of the rest tells enough.
        rest = self.bytes_at(end, min(left, BLOCK_READ_WHOLE))
        return rest == bytes(len(rest))

    def _find_faults(self) -> None:
        """Find out whether the header lies, or else which elements do."""
        if self._has_fewer_pages() or self._has_other_count():
            return
        faults = blame(self.elements, self.block.length, self._is_end)
        for index, (code, what) in faults.items():
            self.bad[index] = self._damage(code, f"element {index}: {what}", index)

    def _has_fewer_pages(self) -> bool:
        """Whether all is in line on fewer overflow pages; if so, the block becomes shorter."""
        stated = self.block
        overflow = stated.header.overflow
        page_size = stated.length // (overflow + 1)
        end = self.elements[-1].end if self.elements else HEADER_SIZE
        needed = max(-(-end // page_size) - 1, 0)
        if needed >= overflow:
            return False
        header = stated.header._replace(overflow=needed)
        self.block = stated._replace(header=header, length=(needed + 1) * page_size)
        if are_in_line(self.elements, self._is_end):
            what = f"{overflow} overflow pages are stated, but the data ends on number {needed}"
            self.damage.append(self._damage("page-overflow", what))
            return True
        self.block = stated
        return False

    def _has_other_count(self) -> bool:
        """Whether all is in line with another number of elements; if so, what is there is kept."""
        counted = len(self.elements)
        if not counted:
            what = "no elements are counted, but the page is not empty"
            self.damage.append(self._damage("element-count", what))
            return True
        implied = implied_count(self.elements, self.block.length)
        if implied is None or implied == counted:
            return False
        table = self._read_table(implied)
        if not are_in_line(table, self._is_end):
            return False
        what = f"{counted} elements are counted, but the table holds {implied}"
        self.damage.append(self._damage("element-count", what))
        self._elements = table[:counted]
        return True

    def _check_order(self) -> None:
        """Keys must rise strictly, or a search by halves misses some (`tx_check.go`)."""
        indices, keys = self.sound_keys()
        for at, (left, right) in enumerate(pairwise(keys), start=1):
            if left >= right:
                what = f"key {indices[at]} is not greater than the key before it"
                self.damage.append(self._damage("key-order", what, indices[at]))
                return

    def _damage(self, code: str, what: str, index: int | None = None) -> Damage:
        """Describe damage of an element, or of the page's header."""
        offset = self.block.offset if index is None else self.entry_offset(index)
        where = f"inline page in page {self.id}" if self.block.is_inline else f"page {self.id}"
        return Damage(code, self.id, offset, f"{where}: {what}")


def read_exactly(source: Source, offset: int, length: int) -> bytes:
    """Return bytes that lie within the source as it was when it was opened.

    Raises:
        UnreadableFile: they are no longer there; a short piece would be a wrong key or value.
    """
    data = source.read(offset, length)
    if len(data) != length:
        raise UnreadableFile(f"the file shrank while it was read: {offset + length} bytes expected")
    return data


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
            place = page.entry_offset(index)
            page.bad[index] = Damage("inline-bucket", host.page, place, what)
    return page
