"""Snapshots as the chains they form: each below the one that it builds on."""

from boltview.bolt.progress import Progress
from boltview.browse.forest import Forest
from boltview.browse.ordered import NO_ROW
from boltview.containerd.node import Node
from boltview.containerd.numbered import Numbered
from boltview.report.objects.snapshots import KIND
from boltview.report.tables.objects import Objects
from boltview.report.units import Clock

_EVERY = 1_024
"""Records between two reports of progress."""


class Snapshots(Objects):
    """The snapshots of every namespace and snapshotter as a forest."""

    def __init__(self, node: Node, clock: Clock, progress: Progress) -> None:
        """Read which snapshot builds on which.

        Args:
            node: the node.
            clock: the present.
            progress: told how many records were read; may raise to cancel.
        """
        super().__init__(KIND, node, clock, "no snapshot in any namespace")
        self._forest = Forest(_parents(self.records, progress))
        self.tree = [column.name for column in self.shown].index("key")

    def parent(self, row: int) -> int:
        """Return the row of the snapshot that this one builds on."""
        return self._forest.parents[row]

    def guide(self, row: int) -> str:
        """Return the lines of the chain."""
        return self._forest.guide(row)

    def number_of(self, row: int) -> int:
        """Return the number of the record that stands in a row."""
        return self._forest.items[row]

    def row_of(self, number: int) -> int:
        """Return the row in which a record stands."""
        return self._forest.rows[number]


def _parents(records: Numbered, progress: Progress) -> list[int]:
    """Return for each record the one that it builds on."""
    total = len(records)
    numbers: dict[tuple[int, bytes], int] = {}
    parents: dict[int, bytes] = {}
    for number, key, contents in records.contents():
        numbers[records.group_of(number), key] = number
        parent = contents.get(b"parent")
        if isinstance(parent, bytes) and parent:
            parents[number] = parent
        if number % _EVERY == 0:
            progress(number, total)
    # A parent is of the same namespace and snapshotter.
    return [
        numbers.get((records.group_of(number), parents.get(number, b"")), NO_ROW)
        for number in range(total)
    ]
