"""Random access to a bucket by position: entry number i of a million without reading the million.

bolt does not count the entries of a bucket, so the index walks the branch pages once and reads the
16-byte header of each leaf. It keeps two integers a leaf page and no entry.
"""

from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING

from boltview.bolt.bucket import MAX_DEPTH, Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.format import ELEMENT_SIZE, FIRST_DATA_PAGE, HEADER_SIZE, LEAF_PAGE
from boltview.bolt.page import Page
from boltview.bolt.visited import Visited

if TYPE_CHECKING:
    from boltview.bolt.revision import Revision


class BucketIndex:
    """Positions of a bucket's entries; a damaged page takes one position, as its `Damage`."""

    __slots__ = ("_bad", "_before", "_pages", "_total", "bucket")

    def __init__(self, bucket: Bucket) -> None:
        """Walk the branch pages of `bucket` and count its leaves' elements."""
        self.bucket = bucket
        self._before = array("Q")
        self._pages = array("Q")
        self._bad: dict[int, Damage] = {}
        self._total = 0
        root = bucket.root_page()
        if isinstance(root, Damage):
            self._add(0, 1, root)
        elif root.is_leaf:
            self._add(root.id, len(root.elements))
        else:
            self._walk(root)

    def __len__(self) -> int:
        """Return the number of entries, each damaged page counted as one."""
        return self._total

    def __getitem__(self, position: int) -> Pair | Bucket | Damage:
        """Return the entry at `position`; raises IndexError outside 0..len-1."""
        if not 0 <= position < self._total:
            raise IndexError(position)
        leaf = bisect_right(self._before, position) - 1
        if leaf in self._bad:
            return self._bad[leaf]
        page = self._page(leaf)
        index = position - self._before[leaf]
        if isinstance(page, Damage):
            return page
        if index >= len(page.elements):
            # The count lied, or the page changed since.
            what = f"page {page.id}: it has no element {index}"
            gone = Damage("page-changed", page.id, page.block.offset, what)
            return page.damage[0] if page.damage else gone
        return self.bucket.entry(page, index)

    def position(self, key: bytes) -> int | None:
        """Return the position of `key`, or None if it is not there or cannot be reached."""
        low, high = 0, len(self._pages) - 1
        while low <= high:
            middle = (low + high) // 2
            first = self._first_key(middle)
            if first is None:
                return self._scan(key)
            if first <= key:
                low = middle + 1
            else:
                high = middle - 1
        return self._position_in(max(low - 1, 0), key) if self._pages else None

    def _scan(self, key: bytes) -> int | None:
        """Look for `key` leaf by leaf: a damaged page makes a search by halves unsafe."""
        for leaf in range(len(self._pages)):
            found = self._position_in(leaf, key)
            if found is not None:
                return found
        return None

    def _position_in(self, leaf: int, key: bytes) -> int | None:
        page = self._page(leaf) if leaf not in self._bad else self._bad[leaf]
        if isinstance(page, Damage) or not key or key not in page.keys:
            return None
        return self._before[leaf] + page.keys.index(key)

    def _first_key(self, leaf: int) -> bytes | None:
        page = self._page(leaf) if leaf not in self._bad else self._bad[leaf]
        if isinstance(page, Damage) or page.bad or page.damage or not page.keys:
            return None
        return page.keys[0]

    def _page(self, leaf: int) -> Page | Damage:
        if self.bucket.is_inline:
            return self.bucket.root_page()
        return self._revision.page(self._pages[leaf])

    @property
    def _revision(self) -> "Revision":
        return self.bucket.revision

    def _add(self, page_id: int, count: int, damage: Damage | None = None) -> None:
        if damage:
            self._bad[len(self._pages)] = damage
        elif count == 0:
            return
        self._before.append(self._total)
        self._pages.append(page_id)
        self._total += count

    def _walk(self, root: Page) -> None:
        """Count every leaf under a branch page, left to right."""
        revision = self._revision
        visited = Visited(revision, root)
        stack = [(root, 0, 1)]
        while stack:
            page, index, depth = stack.pop()
            if depth < MAX_DEPTH and not page.bad:
                index = self._count_plain_leaves(page, index, visited)
                if index == len(page.elements):
                    continue
            if index + 1 < len(page.elements):
                stack.append((page, index + 1, depth))
            header = visited.header(page, index)
            if isinstance(header, Damage):
                self._add(0, 1, header)
            elif depth >= MAX_DEPTH:
                self._add(0, 1, self.bucket.too_deep())
            elif header.flags == LEAF_PAGE:
                self._add(header.id, header.elements)
            else:
                child = revision.page(header.id)
                if isinstance(child, Damage):
                    self._add(0, 1, child)
                else:
                    stack.append((child, 0, depth + 1))

    def _count_plain_leaves(self, page: Page, start: int, visited: Visited) -> int:
        """Count the children from `start` on as long as they are leaves beyond doubt.

        Returns the index of the first that is not one, for the careful way. Most buckets consist of
        such leaves, and this loop decides how long a large one takes to open.
        """
        revision = self._revision
        read, unpack, size = revision.source.read, revision.layout.header.unpack, revision.page_size
        top = min(revision.high_water, revision.source.size // size)
        most = (size - HEADER_SIZE) // ELEMENT_SIZE
        claim, add_before, add_page = visited.claim, self._before.append, self._pages.append
        total = self._total
        elements = page.elements
        # By index, for whoever comes back after every second child must not pay for all of them.
        for index in range(start, len(elements)):
            child = elements[index].child
            raw = read(child * size, HEADER_SIZE) if FIRST_DATA_PAGE <= child < top else b""
            if len(raw) != HEADER_SIZE:
                break
            own_id, flags, count, overflow = unpack(raw)
            if own_id != child or flags != LEAF_PAGE or overflow or count > most:
                break
            if not claim(child):
                break
            if count:
                add_before(total)
                add_page(child)
                total += count
        else:
            index = len(elements)
        self._total = total
        return index
