"""Snapshots as the chains they form: each below the one that it builds on."""

from collections.abc import Iterator

from boltview.bolt.bulk import BulkReader
from boltview.bolt.progress import Progress
from boltview.browse.forest import Forest
from boltview.containerd.metadata import Metadata
from boltview.containerd.node import Node
from boltview.containerd.numbered import Numbered
from boltview.report.objects.snapshots import KIND
from boltview.report.tables.objects import NO_ROW, Objects
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
        self._forest = Forest(_parents(node.metadata, self.records, progress))
        self.tree = [column.name for column in self.columns].index("key")

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


def _parents(metadata: Metadata, records: Numbered, progress: Progress) -> list[int]:
    """Return for each record the one that it builds on."""
    parents: list[int] = []
    total = len(records)
    for place, numbers in records.groups():
        numbered: dict[bytes, int] = {}
        named: dict[int, bytes] = {}
        for number, key, parent in _named(metadata, records, place, numbers):
            numbered[key] = number
            named[number] = parent
            if number % _EVERY == 0:
                progress(number, total)
        parents += [numbered.get(named.get(number, b""), NO_ROW) for number in numbers]
    return parents
