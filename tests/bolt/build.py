"""Compose bolt files byte by byte from the format's description, in either byte order.

Nothing here knows boltview: what these functions write is the expected side of a test.
"""

import struct
from collections.abc import Mapping, Sequence
from typing import NamedTuple

BRANCH, LEAF, META, FREELIST = 0x01, 0x02, 0x04, 0x10
BUCKET = 0x01
NOFL = 2**64 - 1
HEADER = ELEMENT = 16

Tree = Mapping[bytes, "bytes | Tree"]


class Item(NamedTuple):
    """A leaf element as it is to be written."""

    key: bytes
    value: bytes
    flags: int = 0


def fnv1a(data: bytes) -> int:
    """Return FNV-1a, 64 bits."""
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def header(order: str, page: int, flags: int, count: int, overflow: int = 0) -> bytes:
    return struct.pack(order + "QHHI", page, flags, count, overflow)


class Meta(NamedTuple):
    """The fields of a meta as they are to be written; no checksum means the right one."""

    page_size: int = 4096
    root: int = 2
    high_water: int = 3
    txid: int = 7
    freelist: int = NOFL
    sequence: int = 0
    magic: int = 0xED0CDAED
    version: int = 2
    checksum: int | None = None

    def body(self, order: str = "<") -> bytes:
        """Return the 64 bytes."""
        first = struct.pack(order + "IIII", self.magic, self.version, self.page_size, 0)
        ids = (self.root, self.sequence, self.freelist, self.high_water, self.txid)
        checked = first + struct.pack(order + "5Q", *ids)
        checksum = fnv1a(checked) if self.checksum is None else self.checksum
        return checked + struct.pack(order + "Q", checksum)


def leaf_body(order: str, items: Sequence[Item]) -> bytes:
    """Return element table and data of a leaf, the page header not included."""
    table, done = [], 0
    for index, (key, value, flags) in enumerate(items):
        pos = (len(items) - index) * ELEMENT + done
        table.append(struct.pack(order + "IIII", flags, pos, len(key), len(value)))
        done += len(key) + len(value)
    return b"".join(table) + b"".join(key + value for key, value, _ in items)


def branch_body(order: str, children: Sequence[tuple[bytes, int]]) -> bytes:
    """Return element table and data of a branch."""
    table, done = [], 0
    for index, (key, child) in enumerate(children):
        pos = (len(children) - index) * ELEMENT + done
        table.append(struct.pack(order + "IIQ", pos, len(key), child))
        done += len(key)
    return b"".join(table) + b"".join(key for key, _ in children)


class Image:
    """A file under construction: pages are appended, then `finish` writes the metas."""

    def __init__(self, page_size: int = 4096, order: str = "<") -> None:
        """Start with room for the two metas.

        Args:
            page_size: bytes per page.
            order: `<` for little endian, `>` for big endian.
        """
        self.page_size = page_size
        self.order = order
        self.data = bytearray(2 * page_size)

    @property
    def next_page(self) -> int:
        """Page number that the next page gets."""
        return len(self.data) // self.page_size

    def page(self, flags: int, count: int, body: bytes) -> int:
        """Append a page with as many overflow pages as `body` needs; return its number."""
        page = self.next_page
        blocks = -(-(HEADER + len(body)) // self.page_size)
        raw = header(self.order, page, flags, count, blocks - 1) + body
        self.data += raw.ljust(blocks * self.page_size, b"\0")
        return page

    def leaf(self, *items: Item | tuple[bytes, bytes]) -> int:
        full = [Item(*item) for item in items]
        return self.page(LEAF, len(full), leaf_body(self.order, full))

    def branch(self, *children: tuple[bytes, int]) -> int:
        return self.page(BRANCH, len(children), branch_body(self.order, children))

    def freelist(self, ids: Sequence[int], *, extended: bool = False) -> int:
        """Append a freelist page, in the extended form from 65,535 ids on."""
        body = struct.pack(f"{self.order}{len(ids)}Q", *ids)
        if extended or len(ids) >= 0xFFFF:
            return self.page(FREELIST, 0xFFFF, struct.pack(self.order + "Q", len(ids)) + body)
        return self.page(FREELIST, len(ids), body)

    def bucket(self, key: bytes, root: int, sequence: int = 0) -> Item:
        """Return the element of a bucket with a tree of its own."""
        return Item(key, struct.pack(self.order + "QQ", root, sequence), BUCKET)

    def inline(self, key: bytes, *items: Item | tuple[bytes, bytes], sequence: int = 0) -> Item:
        """Return the element of an inline bucket."""
        full = [Item(*item) for item in items]
        page = header(self.order, 0, LEAF, len(full)) + leaf_body(self.order, full)
        return Item(key, struct.pack(self.order + "QQ", 0, sequence) + page, BUCKET)

    def tree(self, items: Sequence[Item | tuple[bytes, bytes]], per_page: int = 4) -> int:
        """Append the pages of one bucket, `per_page` elements a page; return the root page."""
        if not items:
            return self.leaf()
        level = [
            (items[i][0], self.leaf(*items[i : i + per_page]))
            for i in range(0, len(items), per_page)
        ]
        while len(level) > 1:
            level = [
                (level[i][0], self.branch(*level[i : i + per_page]))
                for i in range(0, len(level), per_page)
            ]
        return level[0][1]

    def nested(self, tree: Tree, per_page: int = 4) -> int:
        """Append buckets within buckets; small ones without sub-buckets lie inline."""
        items: list[Item] = []
        for key, value in sorted(tree.items()):
            if isinstance(value, bytes):
                items.append(Item(key, value))
            else:
                items.append(self._bucket_of(key, value, per_page))
        return self.tree(items, per_page)

    def _bucket_of(self, key: bytes, tree: Tree, per_page: int) -> Item:
        pairs = [Item(k, v) for k, v in sorted(tree.items()) if isinstance(v, bytes)]
        size = HEADER + len(leaf_body(self.order, pairs))
        if len(pairs) == len(tree) and size <= self.page_size // 4:
            return self.inline(key, *pairs, sequence=len(tree))
        return self.bucket(key, self.nested(tree, per_page), len(tree))

    def finish(
        self, root: int, *, txid: int = 7, freelist: int = NOFL, high_water: int | None = None
    ) -> bytearray:
        """Write both metas, page 0 for revision txid - 1 and page 1 for txid, on one root."""
        if high_water is None:
            high_water = self.next_page
        for slot in (0, 1):
            meta = Meta(self.page_size, root, high_water, txid - 1 + slot, freelist)
            put_meta(self.data, slot, meta, self.order)
        return self.data


def put_meta(data: bytearray, slot: int, meta: Meta, order: str = "<") -> None:
    """Write a meta page into slot 0 or 1."""
    raw = header(order, slot, META, 0) + meta.body(order)
    data[slot * meta.page_size : slot * meta.page_size + len(raw)] = raw
