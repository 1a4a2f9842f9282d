"""What a tree takes: bbolt's own statistics, and beside them free room, fill and scattering.

The counts are those of `bucket.go: Stats`, bucket by bucket with all below it. Whole-file work.
"""

from array import array
from collections.abc import Iterator
from typing import NamedTuple

from boltview.bolt.bucketnumbers import NOBODY, ROOT
from boltview.bolt.checkfree import runs
from boltview.bolt.compaction import BucketSize
from boltview.bolt.finding import Finding, Path
from boltview.bolt.owners import FreeSpace, free_space
from boltview.bolt.progress import Progress
from boltview.bolt.revision import Revision
from boltview.bolt.survey import Survey, Visit

ALL_LEVELS = 1 << 30


class TreeStats(NamedTuple):
    """Statistics of a bucket and all below it, as in bbolt's `BucketStats`; sizes in bytes."""

    branch_pages: int = 0
    branch_overflow: int = 0
    leaf_pages: int = 0
    leaf_overflow: int = 0
    keys: int = 0
    """Elements of leaves, those that are buckets included."""
    depth: int = 0
    """Levels of the B+tree, plus those of the deepest bucket within."""
    branch_alloc: int = 0
    branch_used: int = 0
    leaf_alloc: int = 0
    leaf_used: int = 0
    buckets: int = 0
    """Buckets, the one itself included."""
    inline_buckets: int = 0
    inline_used: int = 0

    @property
    def pages(self) -> int:
        """Pages of the file, overflow pages included."""
        return self.branch_pages + self.branch_overflow + self.leaf_pages + self.leaf_overflow

    @property
    def alloc(self) -> int:
        """Bytes of these pages."""
        return self.branch_alloc + self.leaf_alloc

    @property
    def used(self) -> int:
        """Bytes of these pages that hold something."""
        return self.branch_used + self.leaf_used

    def plus(self, other: "TreeStats") -> "TreeStats":
        """Return the sum of two buckets' statistics (`bucket.go: Add`)."""
        total = (a + b for a, b in zip(self, other, strict=True))
        return TreeStats(*total)._replace(depth=max(self.depth, other.depth))


class BucketUse(NamedTuple):
    """What one bucket and all below it take."""

    path: Path
    stats: TreeStats
    fragments: int
    """Places of the file over which its pages are scattered: 1 is all in one piece."""
    compact_pages: int
    """Pages that it would take after compaction, about."""


class FileUse(NamedTuple):
    """What a whole file is made of."""

    page_size: int
    size: int
    """Bytes of the file."""
    high_water: int
    tree_pages: int
    free: FreeSpace
    longest_free_run: int
    """Pages of the longest stretch of free pages."""
    free_runs: int
    compact_size: int
    """Bytes that the file would have after compaction, about."""
    buckets: tuple[BucketUse, ...]
    """The root bucket first, the others in key order, down to the depth asked for."""
    faults: tuple[Finding, ...]
    """What the walk found wrong; what it says of the rest is right all the same."""


def file_use(revision: Revision, levels: int = 1, progress: Progress | None = None) -> FileUse:
    """Measure a revision.

    Args:
        revision: what to measure.
        levels: levels of buckets that get a line of their own; 1 for those in the root bucket.
        progress: told how many pages are done.
    """
    survey = Survey(revision)
    counter = _Counter(survey, levels)
    faults = []
    for item in survey.walk(progress):
        if isinstance(item, Finding):
            faults.append(item)
        else:
            counter.count(item)
    buckets = tuple(counter.finish())
    free = free_space(survey)
    free_lengths = [len(run) for run in runs(sorted(free.pages))]
    # Two metas, and a page for the freelist, which is empty then.
    compact = buckets[0].compact_pages + 2 + (1 if revision.meta.has_freelist else 0)
    return FileUse(
        revision.page_size,
        revision.source.size,
        revision.high_water,
        len(survey.owner) - survey.owner.count(NOBODY),
        free,
        max(free_lengths, default=0),
        len(free_lengths),
        compact * revision.page_size,
        buckets,
        tuple(faults),
    )


class _Counter:
    """Counts page by page, for the bucket with a line of its own that each page belongs to."""

    def __init__(self, survey: Survey, levels: int) -> None:
        self._survey = survey
        self._levels = levels
        # Of each bucket: its line, levels of its own tree, most levels of a bucket within.
        self._line = array("i")
        self._level = array("H")
        self._depth = array("H")
        self._within = array("H")
        # Of each line: its path, the line above, and its sums.
        self._paths: list[Path] = []
        self._above: list[int] = []
        self._sums: list[list[int]] = []
        self._inline_depths: list[int] = []
        self._sizes: dict[int, BucketSize] = {}
        self._compact: list[int] = []
        self._begin(ROOT)

    def count(self, visit: Visit) -> None:
        """Count one page."""
        _, bucket, depth, page = visit
        if depth == 0 and bucket != ROOT:
            self._begin(bucket)
        if depth >= self._depth[bucket]:
            self._depth[bucket] = depth + 1
        line = self._line[bucket]
        sums = self._sums[line]
        if page.is_leaf:
            sums[_LEAF] += 1
            sums[_LEAF_OVERFLOW] += page.overflow
            sums[_LEAF_USED] += page.used
            sums[_KEYS] += page.elements
        else:
            sums[_BRANCH] += 1
            sums[_BRANCH_OVERFLOW] += page.overflow
            sums[_BRANCH_USED] += page.used
        if page.inlines:
            self._within[bucket] = max(self._within[bucket], 1)
            is_listed = self._level[bucket] < self._levels
            keys = self._survey.keys(visit) if is_listed else ()
            for index, elements, used in page.inlines:
                place = line
                if is_listed:
                    place = self._new_line((*self._survey.buckets.path(bucket), keys[index]), line)
                    self._inline_depths[place] = 1
                inline = self._sums[place]
                inline[_BUCKETS] += 1
                inline[_INLINE] += 1
                inline[_INLINE_USED] += used
                inline[_KEYS] += elements
        if depth == 0 and page.is_leaf:
            # A bucket of one page stays one.
            self._compact[line] += 1 + page.overflow
        else:
            size = self._sizes.get(bucket)
            if size is None:
                size = self._sizes[bucket] = BucketSize(self._survey.revision.page_size)
            size.add(page)

    def finish(self) -> Iterator[BucketUse]:
        """Sum up, from the innermost bucket to the root."""
        for bucket, size in self._sizes.items():
            self._compact[self._line[bucket]] += size.pages()
        levels = self._total_depths()
        fragments = self._fragments()
        page_size = self._survey.revision.page_size
        for line in reversed(range(1, len(self._paths))):
            above = self._above[line]
            for field, amount in enumerate(self._sums[line]):
                self._sums[above][field] += amount
            self._compact[above] += self._compact[line]
        order = sorted(range(len(self._paths)), key=self._paths.__getitem__)
        for line in order:
            sums = self._sums[line]
            depth = levels[line] or self._inline_depths[line]
            yield BucketUse(
                self._paths[line], _tree_stats(sums, depth, page_size), fragments[line],
                self._compact[line],
            )  # fmt: skip

    def _begin(self, bucket: int) -> None:
        """Give a bucket its place among the lines."""
        while len(self._line) <= bucket:
            self._line.append(NOBODY)
            self._level.append(0)
            self._depth.append(0)
            self._within.append(0)
        if bucket == ROOT:
            self._line[ROOT] = self._new_line((), NOBODY)
        else:
            holder = self._survey.buckets.parent(bucket)
            self._level[bucket] = min(self._level[holder] + 1, 0xFFFF)
            line = self._line[holder]
            if self._level[bucket] <= self._levels:
                line = self._new_line(self._survey.buckets.path(bucket), line)
            self._line[bucket] = line
        self._sums[self._line[bucket]][_BUCKETS] += 1

    def _new_line(self, path: Path, above: int) -> int:
        self._paths.append(path)
        self._above.append(above)
        self._sums.append([0] * _FIELDS)
        self._inline_depths.append(0)
        self._compact.append(0)
        return len(self._paths) - 1

    def _total_depths(self) -> list[int]:
        """Return the depth of each line's bucket: its levels and those of the deepest within."""
        depths = [0] * len(self._paths)
        for bucket in reversed(range(len(self._line))):
            line = self._line[bucket]
            if line == NOBODY:
                continue  # its pages could not be read
            total = min(self._depth[bucket] + self._within[bucket], 0xFFFF)
            if bucket == ROOT:
                depths[line] = total
                continue
            holder = self._survey.buckets.parent(bucket)
            self._within[holder] = max(self._within[holder], total)
            if self._level[bucket] <= self._levels:
                depths[line] = total
        return depths

    def _fragments(self) -> list[int]:
        """Count for each line the stretches of pages that it and the lines below it have."""
        found = [0] * len(self._paths)
        chains: dict[int, frozenset[int]] = {NOBODY: frozenset()}
        before = NOBODY
        for bucket in self._survey.owner:
            # Of a bucket whose root page cannot be read there is nothing to count.
            line = self._line[bucket] if NOBODY < bucket < len(self._line) else NOBODY
            if line != before:
                ended = self._chain(before, chains)
                for one in self._chain(line, chains) - ended:
                    found[one] += 1
                before = line
        return found

    def _chain(self, line: int, chains: dict[int, frozenset[int]]) -> frozenset[int]:
        """Return a line and all above it."""
        if line not in chains:
            chains[line] = self._chain(self._above[line], chains) | {line}
        return chains[line]


(
    _BRANCH, _BRANCH_OVERFLOW, _LEAF, _LEAF_OVERFLOW, _KEYS, _BRANCH_USED, _LEAF_USED, _BUCKETS,
    _INLINE, _INLINE_USED, _FIELDS,
) = range(11)  # fmt: skip


def _tree_stats(sums: list[int], depth: int, page_size: int) -> TreeStats:
    return TreeStats(
        sums[_BRANCH],
        sums[_BRANCH_OVERFLOW],
        sums[_LEAF],
        sums[_LEAF_OVERFLOW],
        sums[_KEYS],
        depth,
        (sums[_BRANCH] + sums[_BRANCH_OVERFLOW]) * page_size,
        sums[_BRANCH_USED],
        (sums[_LEAF] + sums[_LEAF_OVERFLOW]) * page_size,
        sums[_LEAF_USED],
        sums[_BUCKETS],
        sums[_INLINE],
        sums[_INLINE_USED],
    )
