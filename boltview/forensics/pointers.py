"""Who points where among the pages that no tree leads to."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from boltview.bolt.progress import Progress
from boltview.forensics.reachable import Reachable
from boltview.forensics.stale import Stale, stale_pages

_EVERY = 1024


class Pointer(NamedTuple):
    """An element that leads to a page."""

    holder: int
    """The page it stands on."""
    element: int
    """Which of the page's trusted elements."""


class Pointers:
    """Every element on an unused page that leads to an unused page.

    Attributes:
        leaves: the unused pages that can be read as leaves, in order.
        branches: those that can be read as branches.
        names: hashes of the keys of buckets with pages of their own.
    """

    __slots__ = ("_child", "_holder", "_index", "_order", "branches", "leaves", "names")

    def __init__(self, found: Reachable, progress: Progress | None = None) -> None:
        """Read all unused pages once."""
        self.leaves = array("Q")
        self.branches = array("Q")
        self.names: set[int] = set()
        self._child = array("Q")
        self._holder = array("Q")
        self._index = array("I")
        space = found.space
        total = len(space.used)
        for page in found.cleared.values():
            self._add(found, page)
        for count, page in enumerate(stale_pages(space)):
            (self.leaves if page.is_leaf else self.branches).append(page.id)
            self._add(found, page)
            if progress and count % _EVERY == 0:
                progress(page.id, total)
        children = self._child
        self._order = array("Q", sorted(range(len(children)), key=children.__getitem__))

    def to(self, page: int) -> Iterator[Pointer]:
        """Yield the elements that lead to a page."""
        child = self._child
        at = bisect_left(self._order, page, key=child.__getitem__)
        while at < len(self._order) and child[self._order[at]] == page:
            number = self._order[at]
            yield Pointer(self._holder[number], self._index[number])
            at += 1

    def _add(self, found: Reachable, page: Stale) -> None:
        used, layout = found.space.used, found.space.layout
        for index, element in enumerate(page.elements):
            child = page.root(index, layout) if page.is_leaf else element.child
            if child and page.is_leaf:
                self.names.add(hash(page.keys[index]))
            if child and child < len(used) and not used[child]:
                self._child.append(child)
                self._holder.append(page.id)
                self._index.append(index)
