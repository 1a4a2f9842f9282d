"""The objects of one kind as a table: the columns of its command, built row by row when shown."""

from collections.abc import Callable, Sequence

from boltview.bolt.errors import Damage
from boltview.browse.table import NO_ROW
from boltview.containerd.node import Node
from boltview.containerd.numbered import Numbered
from boltview.report.detail import Line
from boltview.report.escape import escape
from boltview.report.objects.column import Column, View, cell_text, remark, value_text
from boltview.report.objects.kind import Kind
from boltview.report.objects.select import choose_columns, sort_key
from boltview.report.screen import Span
from boltview.report.tables.grid import Flat, Heading, Path
from boltview.report.tables.meaning import style_of
from boltview.report.units import Clock

_KEPT = 1_000
"""Objects that are remembered; a screen shows some of them again and again."""
_ENDS = frozenset({"image", "source", "ref"})
"""Columns of names whose end tells them apart."""


class Objects(Flat):
    """All objects of one kind, over all namespaces, in the order of their records.

    Attributes:
        columns: those that are shown.
        headings: what stands over them.
        records: the records that the objects are made of.
        empty: what to say of a database without any.
    """

    def __init__(self, kind: Kind, node: Node, clock: Clock, empty: str) -> None:
        """Count the objects; none is read yet."""
        self.columns = choose_columns(kind.columns, None, wide=False)
        self.headings = [
            Heading(column.heading, column.is_right, column.name in _ENDS)
            for column in self.columns
        ]
        self.empty = empty
        self._kind = kind
        self._node = node
        self._clock = clock
        self.records = Numbered(node.metadata, kind.reference)
        self._keys: list[Callable[[View], object]] = [sort_key(each) for each in self.columns]
        self._views: dict[int, View | Damage] = {}

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.records)

    def key(self, column: int, row: int) -> object:
        """Return what rows are ordered by; damage comes first."""
        view = self.view(row)
        return (-1, 0) if isinstance(view, Damage) else self._keys[column](view)

    def text(self, row: int) -> str:
        """Return all cells of a row in full."""
        view = self.view(row)
        if isinstance(view, Damage):
            return escape(view.what)
        texts = [value_text(column.value(view), self._clock) for column in self.columns]
        return "  ".join([*texts, remark(view)])

    def path(self, row: int) -> Path:
        """Return the path of the record."""
        view = self.view(row)
        return (b"", b"%d" % row) if isinstance(view, Damage) else view.record.path

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

    def place(self, row: int) -> Path | None:
        """Return the path of the record."""
        view = self.view(row)
        return None if isinstance(view, Damage) else view.record.path

    def cells(self, row: int) -> Sequence[Span]:
        """Return what the command's table shows, coloured by what it means."""
        view = self.view(row)
        if isinstance(view, Damage):
            return [Span(f"✗ damaged: {escape(view.what)}", "damage")]
        return [self._cell(column, view) for column in self.columns]

    def about(self, row: int) -> list[Line]:
        """Return what the command shows of one object."""
        view = self.view(row)
        if isinstance(view, Damage):
            return [Line("what", escape(view.what), "error")]
        return self._kind.full(view)

    def view(self, row: int) -> View | Damage:
        """Return an object with what else is known of it, or the damage in its place."""
        found = self._views.get(row)
        if found is None:
            item = self.records[self.number_of(row)]
            is_damage = isinstance(item, Damage)
            found = item if is_damage else self._kind.wrap(self._node, item, self._clock)
            if len(self._views) >= _KEPT:
                self._views.clear()
            self._views[row] = found
        return found

    def _cell(self, column: Column, view: View) -> Span:
        text = cell_text(column, view, self._clock, is_wide=False)
        return Span(text, style_of(column, text))
