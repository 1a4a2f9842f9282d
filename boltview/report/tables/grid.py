"""What a browser asks of a table besides its rows: headings, cells, and what a row stands for."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from boltview.browse.table import Rows
from boltview.report.detail import Line
from boltview.report.screen import Span

Path = tuple[bytes, ...]


class Heading(NamedTuple):
    """What stands over a column, and how the cells below it are laid out."""

    title: str
    is_right: bool = False
    keeps_end: bool = False
    """Of a text that is too long the end tells more than the beginning."""


class Grid(Rows, Protocol):
    """Rows with all that a screen shows of them."""

    @property
    def headings(self) -> Sequence[Heading]:
        """One for each column."""

    @property
    def empty(self) -> str:
        """What to say where there is no row."""

    @property
    def is_whole(self) -> bool:
        """Whether no more rows will come."""

    def cells(self, row: int) -> Sequence[Span]:
        """Return the text of a row, escaped, one span for each column."""

    def place(self, row: int) -> Path | None:
        """Return the path in the tree that a row stands for; None for none."""

    def about(self, row: int) -> list[Line]:
        """Return all that is known of what a row stands for."""
