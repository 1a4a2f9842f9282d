"""A table of objects: cells, order and filter from the columns that the commands use as well."""

from collections.abc import Sequence
from typing import NamedTuple

from boltview.bolt.errors import Damage
from boltview.report.detail import Line
from boltview.report.escape import escape
from boltview.report.objects.column import NOTHING, Column, View, cell_text, remark, value_text
from boltview.report.objects.kind import Kind
from boltview.report.objects.select import find_column, sort_key
from boltview.report.span import Span
from boltview.report.tables.grid import Flat, Heading, Path
from boltview.report.tables.meaning import GLYPHS, style_of
from boltview.report.units import Clock, short_age, short_time
from boltview.schema.values import GoTime

AGE = "created"
"""The column whose heading is `AGE`."""
_KEPT = 1_000
"""Objects that are remembered; a screen shows some of them again and again."""


class Pair(NamedTuple):
    """One column, worked out in one way for each of two kinds; None for what a kind has not."""

    heading: Heading
    first: Column | None
    second: Column | None


def paired(
    heading: Heading,
    of_first: Sequence[Column],
    first: str,
    of_second: Sequence[Column],
    second: str,
) -> Pair:
    """Return a column of two kinds by its names in each; an empty name for none."""
    return Pair(
        heading,
        find_column(of_first, first) if first else None,
        find_column(of_second, second) if second else None,
    )


class ViewTable(Flat):
    """Rows that are objects, each read when it is first asked for."""

    def __init__(self, clock: Clock) -> None:
        """Remember nothing yet; ages are as of `clock`."""
        self.clock = clock
        self._views: dict[int, View | Damage] = {}

    def wear(self, clock: Clock) -> None:
        """Show times in the zone of another clock."""
        self.clock = clock
        self._views.clear()

    def load(self, row: int) -> View | Damage:
        """Read the object of a row."""
        raise NotImplementedError

    def kind(self, view: View) -> Kind:
        """Return of which kind an object is."""
        raise NotImplementedError

    def columns(self, view: View) -> Sequence[Column | None]:
        """Return the columns of an object; None for one that its kind has not."""
        raise NotImplementedError

    def view(self, row: int) -> View | Damage:
        """Return an object with what else is known of it, or the damage in its place."""
        found = self._views.get(row)
        if found is None:
            found = self.load(row)
            if len(self._views) >= _KEPT:
                self._views.clear()
            self._views[row] = found
        return found

    def key(self, column: int, row: int) -> object:
        """Return what rows are ordered by; damage comes first, then what has no value."""
        view = self.view(row)
        if isinstance(view, Damage):
            return (-1, 0)
        found = self.columns(view)[column]
        return sort_key(found)(view) if found else (0, "")

    def text(self, row: int) -> str:
        """Return all cells of a row in full."""
        view = self.view(row)
        if isinstance(view, Damage):
            return escape(view.what)
        columns = self.columns(view)
        texts = [value_text(column.value(view), self.clock) for column in columns if column]
        return "  ".join([*texts, remark(view)])

    def place(self, row: int) -> Path | None:
        """Return the path of the object's record."""
        view = self.view(row)
        return None if isinstance(view, Damage) else view.record.path or None

    def path(self, row: int) -> Path:
        """Return the path of the record; of damage, its number in its place."""
        return self.place(row) or (b"", b"%d" % row)

    def cells(self, row: int) -> Sequence[Span]:
        """Return what the commands' tables show, coloured by what it means."""
        view = self.view(row)
        if isinstance(view, Damage):
            return [Span(f"✗ damaged: {escape(view.what)}", "damage")]
        return [self._cell(column, view) for column in self.columns(view)]

    def about(self, row: int) -> list[Line]:
        """Return what the command shows of one object."""
        view = self.view(row)
        if isinstance(view, Damage):
            return [Line("what", escape(view.what), "error")]
        odd = remark(view)
        return self.kind(view).full(view) + ([Line("odd", odd, "error")] if odd else [])

    def mark(self, row: int) -> str:
        """Return what is odd about an object."""
        view = self.view(row)
        return "damage" if isinstance(view, Damage) else remark(view)

    def _cell(self, column: Column | None, view: View) -> Span:
        if column is None:
            return Span(NOTHING, "dim")
        value = column.value(view)
        if column.form == "age" and isinstance(value, GoTime):
            # Below AGE everything is past; an expiry may be either.
            shorten = short_age if column.name == AGE else short_time
            return Span(shorten(value, self.clock), "dim")
        text = cell_text(column, view, self.clock, is_wide=False)
        style = style_of(column, text)
        return Span(f"{GLYPHS[style]}{text}" if style in GLYPHS else text, style)
