"""The objects of one kind as a table, in the order of their records."""

from collections.abc import Sequence
from typing import NamedTuple

from boltview.bolt.errors import Damage
from boltview.browse.ordered import NO_ROW
from boltview.containerd.node import Node
from boltview.containerd.numbered import Numbered
from boltview.report.objects.column import Column, View
from boltview.report.objects.kind import Kind
from boltview.report.objects.select import choose_columns
from boltview.report.tables.grid import Heading, Path
from boltview.report.tables.viewtable import AGE, ViewTable
from boltview.report.units import Clock

_ENDS = frozenset({"image", "name", "source", "ref"})
"""Columns of names whose end tells them apart."""


class _Room(NamedTuple):
    """How a column gives way where there is no room for all; see `Heading`."""

    least: int
    rank: int = 0


_ROOMS = {
    "namespace": _Room(10),
    "snapshotter": _Room(9),
    "name": _Room(24),
    "key": _Room(24),
    "kind": _Room(9),
    "digest": _Room(19),
    "images digest": _Room(19, 9),
    "platforms": _Room(11, 2),
    "unpacked": _Room(9, 5),
    "source": _Room(16, 9),
    "id": _Room(12),
    "parent": _Room(19, 9),
    "inodes": _Room(6, 8),
    "holds": _Room(16),
}
"""By the column's name, where it matters with that of its kind."""
_TITLES = {AGE: "AGE", "snapshots id": "DIR"}
"""Where the screen has another heading than the commands, whose tables are as wide as they need."""
_FORMS = {"age": _Room(4), "size": _Room(10)}


def heading(kind: Kind, column: Column) -> Heading:
    """Return what stands over a column, and how its cells are cut where there is no room."""
    named = _ROOMS.get(f"{kind.name} {column.name}") or _ROOMS.get(column.name)
    room = named or _FORMS.get(column.form) or _Room(8)
    title = _TITLES.get(f"{kind.name} {column.name}") or _TITLES.get(column.name) or column.heading
    return Heading(title, column.is_right, column.name in _ENDS, room.least, room.rank)


class _Lacking(NamedTuple):
    """What is not known of any object, as a part of the node is not there."""

    columns: frozenset[str]
    why: str


_NO_CONTENT = _Lacking(
    frozenset({"platforms", "size", "unpacked"}),
    "no content store: sizes not known",
)
_NO_BACKENDS = _Lacking(
    frozenset({"kind", "id", "size", "inodes"}),
    "no snapshotter database: kinds not known",
)


def _lacking(kind: Kind, node: Node) -> _Lacking | None:
    if kind.name == "images" and node.content is None:
        return _NO_CONTENT
    return _NO_BACKENDS if kind.name == "snapshots" and not node.snapshotters else None


class Objects(ViewTable):
    """All objects of one kind, over all namespaces.

    Attributes:
        shown: the columns.
        headings: what stands over the columns.
        empty: what to say of a database without any.
        records: what the objects are made of.
    """

    def __init__(self, kind: Kind, node: Node, clock: Clock, empty: str) -> None:
        """Count the records; none is read yet."""
        super().__init__(clock)
        self.empty = empty
        self.records = Numbered(node.metadata, kind.reference)
        self._kind = kind
        self._node = node
        columns = choose_columns(kind.columns, None, wide=False)
        lacking = _lacking(kind, node)
        self._why = lacking.why if lacking else ""
        self.shown = [
            column for column in columns if not lacking or column.name not in lacking.columns
        ]
        self.headings = [heading(kind, column) for column in self.shown]

    @property
    def summary(self) -> str:
        """Which part of the node is not there, if that matters."""
        return self._why

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.records)

    def kind(self, _view: View) -> Kind:
        """All are of one kind."""
        return self._kind

    def columns(self, _view: View) -> Sequence[Column | None]:
        """All have the same columns."""
        return self.shown

    def load(self, row: int) -> View | Damage:
        """Read a record and make it an object."""
        item = self.records[self.number_of(row)]
        if isinstance(item, Damage):
            return item
        return self._kind.wrap(self._node, item, self.clock)

    def row_at(self, path: Path) -> int:
        """Return the row of the record at a path."""
        found = self.records.number(path)
        return NO_ROW if found is None else self.row_of(found)

    def number_of(self, row: int) -> int:
        """Return the number of the record that stands in a row."""
        return row

    def row_of(self, number: int) -> int:
        """Return the row in which a record stands."""
        return number
