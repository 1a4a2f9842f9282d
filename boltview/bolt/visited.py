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

    __slots__ = ("_pages", "_revision")

    def __init__(self, revision: "Revision", root: Page) -> None:
        """Start a walk at `root`."""
        self._revision = revision
        header = root.block.header
        self._pages = set(range(root.id, root.id + header.overflow + 1))

    def page(self, parent: Page, index: int) -> Page | Damage:
        """Read the child in branch element `index` of `parent`."""
        child = self._child_id(parent, index)
        if isinstance(child, Damage):
            return child
        page = self._revision.page(child)
        if isinstance(page, Damage):
            return page
        return self._claim(parent, index, page.block.header) or page

    def header(self, parent: Page, index: int) -> Header | Damage:
        """Read only the header of the child in branch element `index` of `parent`.

        Without the elements nothing can multiply, so its overflow pages do not count.
        """
        child = self._child_id(parent, index)
        if isinstance(child, Damage):
            return child
        header = self._revision.header(child)
        if isinstance(header, Damage):
            return header
        return self._claim(parent, index, header._replace(overflow=0)) or header

    def _child_id(self, parent: Page, index: int) -> int | Damage:
        revision = self._revision
        if index in parent.bad:
            return revision.note(parent.bad[index])
        child = parent.elements[index].child
        if not FIRST_DATA_PAGE <= child < revision.high_water:
            what = (
                f"page {parent.id}: element {index}: child page {child} is outside "
                f"2..{revision.high_water - 1}"
            )
            return revision.note(Damage("page-range", parent.id, parent.entry_offset(index), what))
        return child

    def _claim(self, parent: Page, index: int, header: Header) -> Damage | None:
        """Take the child's pages for this walk, unless it has been in one of them."""
        pages = range(header.id, header.id + header.overflow + 1)
        if self._pages.isdisjoint(pages):
            self._pages.update(pages)
            return None
        what = f"page {parent.id}: element {index}: page {header.id} has another place in the tree"
        return self._revision.note(
            Damage("page-shared", parent.id, parent.entry_offset(index), what)
        )
