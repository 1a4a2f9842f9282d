"""The buckets that a whole-file walk meets, by number: who holds whom, root pages, names, paths.

A number takes four bytes a page, where a path would take hundreds.
"""

from array import array
from collections.abc import Callable

from boltview.bolt.bucket import MAX_NESTING
from boltview.bolt.finding import Path

NOBODY = -1
ROOT = 0
"""Number of the root bucket."""
_PATHS_KEPT = 10_000
_LONGEST_KEPT = 32
"""Names of a path that is remembered; a forged file nests deeper."""


class BucketNumbers:
    """Buckets in the order in which they were met; the one that holds another has a smaller number.

    Attributes:
        roots: root page of each.
    """

    __slots__ = ("_levels", "_name_of", "_names", "_parents", "_paths", "roots")

    def __init__(self, root: int) -> None:
        """Begin with the root bucket.

        Args:
            root: its root page.
        """
        self.roots = array("Q", [root])
        self._parents = array("i", [NOBODY])
        self._levels = array("H", [0])
        self._names = [b""]
        self._name_of: Callable[[int], bytes] = self._names.__getitem__
        self._paths: dict[int, Path] = {ROOT: ()}

    @classmethod
    def of_scan(
        cls, parents: list[int], roots: list[int], name_of: Callable[[int], bytes]
    ) -> "BucketNumbers":
        """Take over buckets that are known already; their names are read when asked for."""
        found = cls(roots[0])
        found.roots = array("Q", roots)
        found._parents = array("i", parents)
        found._name_of = name_of
        return found

    def add(self, holder: int, name: bytes, root: int) -> int:
        """Give a bucket its number."""
        self.roots.append(root)
        self._parents.append(holder)
        self._levels.append(min(self._levels[holder] + 1, MAX_NESTING + 1))
        self._names.append(name)
        return len(self._names) - 1

    def parent(self, bucket: int) -> int:
        """Return the number of the bucket that holds this one."""
        return self._parents[bucket]

    def is_too_deep(self, bucket: int) -> bool:
        """Whether it is nested deeper than `MAX_NESTING`."""
        return self._levels[bucket] > MAX_NESTING

    def is_within(self, bucket: int, root: int) -> bool:
        """Whether one of the buckets that hold this one has this root page."""
        while bucket != ROOT:
            bucket = self._parents[bucket]
            if self.roots[bucket] == root:
                return True
        return False

    def path(self, bucket: int) -> Path:
        """Return the names from the root bucket to this one; those of its holder are remembered."""
        if bucket == ROOT:
            return ()
        names = []
        above = self._parents[bucket]
        while above not in self._paths:
            names.append(self._name_of(above))
            above = self._parents[above]
        holder = (*self._paths[above], *reversed(names))
        if names and len(holder) <= _LONGEST_KEPT:
            if len(self._paths) > _PATHS_KEPT:
                self._paths = {ROOT: ()}
            self._paths[self._parents[bucket]] = holder
        return (*holder, self._name_of(bucket))
