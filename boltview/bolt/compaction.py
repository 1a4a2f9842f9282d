"""How many pages a bucket would take if it were written anew, in key order and full (`compact.go`).

An estimate from sums: the exact number depends on where each element falls on a page. It is meant
for the question whether compaction is worth a stop of the daemon.
"""

from math import ceil

from boltview.bolt.format import ELEMENT_SIZE, HEADER_SIZE
from boltview.bolt.sound import TreePage


class BucketSize:
    """Sums over the pages of one bucket that has more than one."""

    __slots__ = ("_branch_bytes", "_branch_elements", "_large", "_leaf_bytes", "_leaf_elements",
                 "_page_size")  # fmt: skip

    def __init__(self, page_size: int) -> None:
        """Start with nothing.

        Args:
            page_size: bytes per page.
        """
        self._page_size = page_size
        self._leaf_bytes = self._leaf_elements = 0
        self._branch_bytes = self._branch_elements = 0
        self._large = 0

    def add(self, page: TreePage) -> None:
        """Count a page. A block of several pages stays one: large values are not packed closer."""
        if page.overflow:
            self._large += page.overflow + 1
        elif page.is_leaf:
            self._leaf_bytes += page.used - HEADER_SIZE
            self._leaf_elements += page.elements
        else:
            self._branch_bytes += page.used - HEADER_SIZE
            self._branch_elements += page.elements

    def pages(self) -> int:
        """Return the number of pages, leaves and the branches above them."""
        level = _packed(self._leaf_bytes, self._leaf_elements, self._page_size)
        entry = (
            self._branch_bytes / self._branch_elements if self._branch_elements else ELEMENT_SIZE
        )
        total = level + self._large
        while level > 1:
            level = _packed(level * entry, level, self._page_size)
            total += level
        return total


def _packed(size: float, elements: int, page_size: int) -> int:
    """Return how many pages elements fill; at the end of each half an element's room stays free."""
    if not elements:
        return 0
    room = page_size - HEADER_SIZE
    lost = min(size / elements / 2, room / 2)
    return max(ceil(size / (room - lost)), 1)
