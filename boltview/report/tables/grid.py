"""What a browser asks of a table besides its rows: headings, cells, and what a row stands for."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from boltview.browse.ordered import NO_ROW, Rows
from boltview.report.detail import Line
from boltview.report.span import Span
from boltview.report.units import Clock

Path = tuple[bytes, ...]


class Heading(NamedTuple):
    """What stands over a column, and how the cells below it are laid out."""

    title: str
    is_right: bool = False
    keeps_end: bool = False
    """Of a text that is too long the end tells more than the beginning."""
    least: int = 8
    """Columns of the screen that it keeps as long as others can be cut."""
    rank: int = 0
    """What is left out where there is no room: the highest first, and 0 never."""


class Grid(Rows, Protocol):
    """Rows with all that a screen shows of them."""

    @property
    def headings(self) -> Sequence[Heading]:
        """One for each column."""

    @property
    def tree(self) -> int:
        """The column before which the lines of a forest are drawn; `NO_ROW` for no forest."""

    @property
    def empty(self) -> str:
        """What to say where there is no row."""

    @property
    def summary(self) -> str:
        """What to say of the rows together, escaped; empty for nothing."""

    @property
    def is_whole(self) -> bool:
        """Whether no more rows will come."""

    def wear(self, clock: Clock) -> None:
        """Show times in the zone of another clock, which tells the same present."""

    def guide(self, row: int) -> str:
        """Return the lines of the forest before a row."""

    def mark(self, row: int) -> str:
        """Return what is odd about a row, escaped; empty for most."""

    def cells(self, row: int) -> Sequence[Span]:
        """Return the text of a row, escaped, one span for each column; a single one for damage."""

    def place(self, row: int) -> Path | None:
        """Return the path in the tree that a row stands for; None for none."""

    def about(self, row: int) -> list[Line]:
        """Return all that is known of what a row stands for."""


class Flat:
    """What is the same for every table that is no forest, and whole from the beginning."""

    tree = NO_ROW
    is_whole = True

    @property
    def summary(self) -> str:
        """There is nothing to say of the rows together."""
        return ""

    def wear(self, _clock: Clock) -> None:
        """There are no times."""

    def parent(self, _row: int) -> int:
        """Every row stands for itself."""
        return NO_ROW

    def guide(self, _row: int) -> str:
        """There are no lines to draw."""
        return ""

    def mark(self, _row: int) -> str:
        """Nothing is odd about a row."""
        return ""
