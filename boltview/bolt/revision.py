"""A revision: the whole tree under one meta page, read page by page as it is asked for."""

from collections import OrderedDict

from boltview.bolt.bucket import Bucket, BucketHeader
from boltview.bolt.errors import Damage, DamageLog
from boltview.bolt.format import BUCKET_SIZE, FIRST_DATA_PAGE, Header, Layout
from boltview.bolt.meta import Meta
from boltview.bolt.page import Block, Origin, Page, check_tree_header, read_header
from boltview.bolt.source import Source

MEMORY_KEPT = 1 << 23
"""Bytes that remembered pages may take: some 500 ordinary ones, enough for every path on a screen.

A limit by number would not do: one forged page of 65,535 elements takes as much as a thousand.
"""


class Revision:
    """The tree under one meta page.

    Attributes:
        meta: the meta page it hangs from.
        source: the bytes.
        damage: every fault met so far.
    """

    __slots__ = ("_kept", "_pages", "damage", "layout", "meta", "source")

    def __init__(self, source: Source, meta: Meta, damage: DamageLog) -> None:
        """Describe the revision; nothing is read yet."""
        self.source = source
        self.meta = meta
        self.layout: Layout = meta.layout
        self.damage = damage
        self._pages: OrderedDict[int, Page] = OrderedDict()
        self._kept = 0

    @property
    def txid(self) -> int:
        """Number of the transaction that wrote it."""
        return self.meta.txid

    @property
    def page_size(self) -> int:
        """Bytes per page."""
        return self.meta.page_size

    @property
    def high_water(self) -> int:
        """First page id never allocated."""
        return self.meta.high_water

    @property
    def root(self) -> Bucket:
        """The root bucket, which holds only buckets in databases written by bbolt."""
        place = Origin(self.meta.slot, 0, self.meta.offset + BUCKET_SIZE, BUCKET_SIZE)
        return Bucket(self, (), BucketHeader(self.meta.root, self.meta.sequence, place))

    def note(self, damage: Damage) -> Damage:
        """Remember a fault; raises `DamageError` in strict mode."""
        return self.damage.note(damage)

    def header(self, page_id: int) -> Header | Damage:
        """Read and judge the header of tree page `page_id` without reading its elements."""
        page = self._pages.get(page_id)
        if page is not None:
            return page.block.header
        offset = page_id * self.page_size
        if not FIRST_DATA_PAGE <= page_id < self.high_water:
            what = f"page {page_id} is outside 2..{self.high_water - 1}"
            return self.note(Damage("page-range", page_id, offset, what))
        header = read_header(self.source, self.layout, offset)
        if header is None:
            what = f"page {page_id}: the file ends before it"
            return self.note(Damage("page-missing", page_id, offset, what))
        fault = check_tree_header(page_id, header, offset, self._block_size(header))
        if fault is None and header.overflow and not self._block_fits(page_id, header):
            what = f"page {page_id}: its {header.overflow} overflow pages run past the end"
            fault = Damage("page-overflow", page_id, offset, what)
        if fault is None and offset + self.page_size > self.source.size:
            what = f"page {page_id}: the file ends within it"
            fault = Damage("page-missing", page_id, offset, what)
        return self.note(fault) if fault else header

    def page(self, page_id: int, header: Header | None = None) -> Page | Damage:
        """Read a branch or leaf page; a page that cannot be one comes back as its damage.

        Args:
            page_id: its number.
            header: what `header` returned for it, where that was asked before.
        """
        page = self._pages.get(page_id)
        if page is not None:
            self._pages.move_to_end(page_id)
            return page
        judged = header or self.header(page_id)
        if isinstance(judged, Damage):
            return judged
        offset = page_id * self.page_size
        block = Block(page_id, judged, offset, self._block_size(judged))
        page = Page(self.source, self.layout, block)
        self._keep(page)
        return page

    def _keep(self, page: Page) -> None:
        self._pages[page.id] = page
        self._kept += page.weight
        while self._kept > MEMORY_KEPT and len(self._pages) > 1:
            _, oldest = self._pages.popitem(last=False)
            self._kept -= oldest.weight

    def _block_size(self, header: Header) -> int:
        return (header.overflow + 1) * self.page_size

    def _block_fits(self, page_id: int, header: Header) -> bool:
        last = page_id + header.overflow
        return last < self.high_water and (last + 1) * self.page_size <= self.source.size
