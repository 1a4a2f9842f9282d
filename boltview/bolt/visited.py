"""The pages that one walk over a tree has met: each may belong to one place of the tree only."""

from typing import TYPE_CHECKING

from boltview.bolt.errors import Damage
from boltview.bolt.format import FIRST_DATA_PAGE, Header
from boltview.bolt.page import Page

if TYPE_CHECKING:
    from boltview.bolt.revision import Revision


class Visited:
    """Steps from branch pages to their children, and refuses to enter a page twice.

    Overflow pages count as well: blocks that overlap could multiply the size of a forged file.
    """

    __slots__ = ("_comparisons", "_pages", "_revision")

    def __init__(self, revision: "Revision", root: Page) -> None:
        """Start a walk at `root`."""
        self._revision = revision
        self._pages = set(_pages_of(root.block.header))
        # Blocks that do not overlap have no more overflow pages than the file has pages.
        self._comparisons = 2 * revision.source.size // revision.page_size

    def page(self, parent: Page, index: int) -> Page | Damage:
        """Read the child in branch element `index` of `parent`."""
        header = self._header(parent, index)
        if isinstance(header, Damage):
            return header
        if not self._are_free(_pages_of(header)):
            return self._shared(parent, index, header.id)
        page = self._revision.page(header.id, header)
        if isinstance(page, Page):
            # Not all pages that the header states, if the elements showed that it lies.
            self._pages.update(_pages_of(page.block.header))
        return page

    def enter(self, parent: Page, index: int, header: Header) -> Damage | None:
        """Enter the child in branch element `index`, which was read apart from this walk.

        Args:
            parent: the branch.
            index: the element.
            header: the child's, with as many overflow pages as it has beyond doubt.
        """
        pages = _pages_of(header)
        if not self._are_free(pages):
            return self._shared(parent, index, header.id)
        self._pages.update(pages)
        return None

    def claim(self, page_id: int) -> bool:
        """Enter one page; False if this walk has been there."""
        if page_id in self._pages:
            return False
        self._pages.add(page_id)
        return True

    def header(self, parent: Page, index: int) -> Header | Damage:
        """Read only the header of the child in branch element `index` of `parent`.

        Without the elements nothing can multiply, so its overflow pages do not count.
        """
        header = self._header(parent, index)
        if isinstance(header, Damage):
            return header
        if not self.claim(header.id):
            return self._shared(parent, index, header.id)
        return header

    def _header(self, parent: Page, index: int) -> Header | Damage:
        revision = self._revision
        if index in parent.bad:
            return revision.note(parent.bad[index])
        child = parent.elements[index].child
        if FIRST_DATA_PAGE <= child < revision.high_water:
            return revision.header(child)
        bounds = f"{FIRST_DATA_PAGE}..{revision.high_water - 1}"
        what = f"page {parent.id}: element {index}: child page {child} is outside {bounds}"
        return revision.note(Damage("page-range", parent.id, parent.entry_offset(index), what))

    def _are_free(self, pages: range) -> bool:
        """Whether the walk has been in none of the pages; after too many lies, the answer is no."""
        overflow = len(pages) - 1
        self._comparisons -= overflow
        if overflow and self._comparisons < 0:
            return False
        return self._pages.isdisjoint(pages)

    def _shared(self, parent: Page, index: int, child: int) -> Damage:
        what = f"page {parent.id}: element {index}: page {child} has another place in the tree"
        place = parent.entry_offset(index)
        return self._revision.note(Damage("page-shared", parent.id, place, what))


def _pages_of(header: Header) -> range:
    return range(header.id, header.id + header.overflow + 1)
