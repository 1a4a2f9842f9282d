"""How the pages of a scanned file belong together: in one tree, once each, keys in bounds."""

from typing import TYPE_CHECKING, NamedTuple

from boltview.bolt.bucket import MAX_DEPTH
from boltview.bolt.format import FIRST_DATA_PAGE
from boltview.bolt.revision import Revision
from boltview.bolt.scan.columns import Scan

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from boltview.bolt.scan.columns import Ints

NOBODY = -1
MAX_LEVELS = 512
"""Steps from the root page down to the last; deeper files are left to the walk."""


class Tree(NamedTuple):
    """The tree of a revision that is sound throughout; a row is a place in the columns of pages."""

    scan: Scan
    owner: "NDArray[np.int32]"
    """Of each page the number of its bucket, -1 for none."""
    rows: "Ints"
    """The pages in the tree, bucket by bucket, each with its root page first."""
    bucket: "Ints"
    """Of each row its bucket."""
    depth: "Ints"
    """Of each row its level below the bucket's root page."""
    parent: "Ints"
    """Of each bucket the one that holds it; the root bucket is number 0."""
    root: "Ints"
    """Of each bucket its root page."""
    name: "Ints"
    """Of each bucket the place of its name among the links; -1 for the root bucket."""


def link(revision: Revision, scan: Scan) -> Tree | None:
    """Follow the tree of a revision through scanned pages; None if anything is wrong with it."""
    found = _Linker(revision, scan)
    return found.tree() if found.follow() and found.fits() else None


class _Linker:
    """Follows the tree level by level, all pages of a level at once."""

    def __init__(self, revision: Revision, scan: Scan) -> None:
        import numpy as np

        self._revision = revision
        self._scan = scan
        pages, total = scan.pages, revision.high_water
        self._total = total
        self._row = np.full(total, NOBODY, np.int64)
        self._row[pages.id] = np.arange(len(pages.id))
        self._low = np.searchsorted(scan.links.page, pages.id, "left")
        self._high = np.searchsorted(scan.links.page, pages.id, "right")
        self.owner = np.full(total, NOBODY, np.int32)
        self._mark = np.zeros(total, np.int64)
        self.bucket = np.full(len(pages.id), NOBODY, np.int64)
        self.depth = np.zeros(len(pages.id), np.int64)
        # Of the buckets found on each level: the holder, the root page, the link with the name.
        self._buckets = [(np.array([NOBODY]), np.array([revision.meta.root]), np.array([NOBODY]))]
        self._branches: list[Ints] = []

    def follow(self) -> bool:
        """Reach every page; False if one is in doubt or has two places."""
        import numpy as np

        root, buckets = self._revision.meta.root, 1
        if not FIRST_DATA_PAGE <= root < self._total:
            return False
        rows = self._row[[root]]
        number = np.zeros(1, np.int64)
        depth = np.zeros(1, np.int64)
        pages, links = self._scan.pages, self._scan.links
        for _ in range(MAX_LEVELS):
            if not len(rows):
                return True
            if (rows < 0).any() or not pages.is_sound[rows].all() or not self._claim(rows, number):
                return False
            self.bucket[rows], self.depth[rows] = number, depth
            if depth.max() > MAX_DEPTH:
                return False
            self._branches.append(rows[~pages.is_leaf[rows]])
            count = self._high[rows] - self._low[rows]
            source = np.repeat(np.arange(len(rows)), count)
            at = self._low[rows][source] + _within(count)
            target = links.target[at]
            if ((target < FIRST_DATA_PAGE) | (target >= self._total)).any():
                return False
            inner = links.is_bucket[at]
            holder = number[source]
            number = holder.copy()
            number[inner] = buckets + np.arange(int(inner.sum()))
            self._buckets.append((holder[inner], target[inner], at[inner]))
            buckets += int(inner.sum())
            depth = np.where(inner, 0, depth[source] + 1)
            rows = self._row[target]
        return False

    def fits(self) -> bool:
        """Whether leaves lie at one depth, none is empty, and all keys are in their bounds."""
        import numpy as np

        pages = self._scan.pages
        leaf = np.flatnonzero((self.bucket >= 0) & pages.is_leaf)
        bucket, depth = self.bucket[leaf], self.depth[leaf]
        if ((depth > 0) & (pages.elements[leaf] == 0)).any():
            return False
        usual = np.zeros(int(bucket.max()) + 1 if len(bucket) else 0, np.int64)
        usual[bucket] = depth
        return bool((usual[bucket] == depth).all()) and self._keys_fit()

    def tree(self) -> Tree:
        """Return the tree, its pages ordered by bucket and depth."""
        import numpy as np

        rows = np.flatnonzero(self.bucket >= 0)
        rows = rows[np.lexsort((self.depth[rows], self.bucket[rows]))]
        parent, root, name = (np.concatenate(parts) for parts in zip(*self._buckets, strict=True))
        return Tree(
            self._scan, self.owner, rows, self.bucket[rows], self.depth[rows], parent, root, name
        )

    def _claim(self, rows: "Ints", number: "Ints") -> bool:
        """Take pages and their overflow pages, each for one place only."""
        import numpy as np

        size = self._scan.pages.overflow[rows] + 1
        source = np.repeat(np.arange(len(rows)), size)
        taken = self._scan.pages.id[rows][source] + _within(size)
        if taken.max() >= self._total or (self.owner[taken] != NOBODY).any():
            return False
        self.owner[taken] = number[source]
        nth = np.arange(len(taken))
        self._mark[taken] = nth
        # A page that is taken twice on this level bears the mark of the later one.
        return bool((self._mark[taken] == nth).all())

    def _keys_fit(self) -> bool:
        """Whether the key above each page is its first, and its last is below the next one above.

        Branches come before the branches below them, so their own bounds are known by then.
        """
        pages, links, read = self._scan.pages, self._scan.links, self._revision.source.read
        upper_of: dict[int, bytes | None] = {}
        for rows in self._branches:
            for row in rows.tolist():
                upper = upper_of.pop(row, None)
                span = slice(int(self._low[row]), int(self._high[row]))
                keys = list(map(read, links.key[span].tolist(), links.size[span].tolist()))
                children = self._row[links.target[span]]
                firsts = map(
                    read, pages.first_key[children].tolist(), pages.first_size[children].tolist()
                )
                lasts = map(
                    read, pages.last_key[children].tolist(), pages.last_size[children].tolist()
                )
                for child, lower, above, first, last, is_leaf in zip(
                    children.tolist(), keys, [*keys[1:], upper], firsts, lasts,
                    pages.is_leaf[children].tolist(), strict=True,
                ):  # fmt: skip
                    if first != lower or (above is not None and last >= above):
                        return False
                    if not is_leaf:
                        upper_of[child] = above
        return True


def _within(count: "Ints") -> "Ints":
    """Return 0, 1, … up to each count, one after the other."""
    import numpy as np

    return np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
