"""The rows of a table as they are ordered and filtered, and a cursor that stays on its row.

While neither an order nor a filter is asked for nothing is kept but the cursor: five million rows
cost no more than five.
"""

from typing import TYPE_CHECKING, Any, Protocol

from boltview.browse.arrange import Arranging, Filter

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterator

Path = tuple[bytes, ...]
NO_ROW = -1


class Rows(Protocol):
    """The rows of a table by number, in an order of their own.

    Rows may form a forest: then each stands somewhere behind the one that it belongs to, its
    parent, and before what does not belong to that.
    """

    def __len__(self) -> int:
        """Return the number of rows so far; it may grow."""

    def key(self, column: int, row: int) -> Any:  # noqa: ANN401 - one type in each column
        """Return what rows are ordered by."""

    def text(self, row: int) -> str:
        """Return the text that a filter or a search looks into."""

    def parent(self, row: int) -> int:
        """Return the row that this one belongs to; `NO_ROW` for none."""

    def path(self, row: int) -> Path:
        """Return what finds the row again in another state of the file."""

    def row_at(self, path: Path) -> int:
        """Return the row that a path finds; `NO_ROW` for none."""


class Ordered:
    """Rows in some order, some of them, with a cursor.

    Attributes:
        rows: the rows.
        at: position of the cursor among the rows that are shown; meaningless while there is none.
        column: the column that the rows are ordered by; None for their own order.
        is_reversed: whether the greatest comes first.
        filter: which rows are shown.
    """

    def __init__(self, rows: Rows, columns: int) -> None:
        """Show all rows in their own order.

        Args:
            rows: the rows.
            columns: how many columns they can be ordered by.
        """
        self.rows = rows
        self.at = 0
        self.column: int | None = None
        self.is_reversed = False
        self.filter = Filter("")
        self._columns = columns
        # Row numbers as they are shown; None for all rows in their own order.
        self._order: array[int] | None = None
        self._matches = 0
        self._arranging: Arranging | None = None
        self._steps: Iterator[None] = iter(())
        # The row that the cursor goes back to as soon as it is shown.
        self._wanted = NO_ROW

    def __len__(self) -> int:
        """Return the number of rows that are shown."""
        return len(self.rows) if self._order is None else len(self._order)

    @property
    def matches(self) -> int:
        """Rows that the filter lets through; what they belong to is shown besides."""
        return len(self.rows) if self._order is None else self._matches

    @property
    def row(self) -> int:
        """The row under the cursor; `NO_ROW` while none is shown."""
        return self.row_number(self.at) if len(self) else NO_ROW

    @property
    def path(self) -> Path:
        """What finds the row under the cursor again; empty while there is none."""
        row = self.row
        return () if row == NO_ROW else self.rows.path(row)

    @property
    def is_arranging(self) -> bool:
        """Whether rows are being put in order."""
        return self._arranging is not None

    @property
    def progress(self) -> tuple[int, int]:
        """What is done, and what there is in all, of what `work` does; 0 of 0 without work."""
        return self._arranging.progress if self._arranging else (0, 0)

    def row_number(self, position: int) -> int:
        """Return the row at a position among those that are shown."""
        return position if self._order is None else self._order[position]

    def _to(self, position: int) -> None:
        self._wanted = NO_ROW
        self.at = max(0, min(position, len(self) - 1))

    def _position_of(self, row: int) -> int | None:
        if self._order is None:
            return row if 0 <= row < len(self.rows) else None
        try:
            return self._order.index(row)
        except ValueError:
            return None

    def _show_row(self, row: int) -> None:
        """Move the cursor to a row, at once or as soon as it is shown."""
        if row == NO_ROW:
            return
        position = self._position_of(row)
        if position is not None:
            self._to(position)
        elif self.is_arranging:
            self._wanted = row

    # --- order and filter ------------------------------------------------------------------------

    def _sort(self) -> str:
        """Order by the next column; behind the last comes the rows' own order."""
        following = 0 if self.column is None else self.column + 1
        self.column = following if following < self._columns else None
        self.is_reversed = False
        self._arrange()
        return ""

    def _reverse(self) -> str:
        if self.column is None:
            return "in its own order; o orders by a column"
        self.is_reversed = not self.is_reversed
        self._arrange()
        return ""

    def _order_by(self, column: int) -> None:
        """Order by a column; the other way round if that is how the rows are ordered."""
        self.is_reversed = column == self.column and not self.is_reversed
        self.column = column
        self._arrange()

    def _arrange(self) -> None:
        """Begin to put the rows in order; the cursor stays on its row."""
        row = self._wanted if self._wanted != NO_ROW else self.row
        self._arranging, self._steps = None, iter(())
        if self.column is None and not self.filter.pattern:
            self._order = None
            self.at = max(row, 0)
            self._wanted = NO_ROW
            return
        self._arranging = Arranging(self.rows, self.filter, self.column, self.is_reversed)
        self._steps = self._arranging.steps()
        self._wanted = row
        if self.column is None:
            # Without an order there is nothing to wait for: rows show as they are found.
            self._order = self._arranging.order
            self._matches = 0
            self.at = 0

    def _arrange_on(self, arranging: Arranging, steps: int) -> None:
        """Go on with putting rows in order."""
        for _ in zip(range(steps), self._steps, strict=False):
            pass
        if arranging.is_done:
            self._arranging = None
            self._order = arranging.order
        if self._order is arranging.order:
            self._matches = arranging.matches
            if self._wanted != NO_ROW:
                self._find_wanted(is_last=arranging.is_done)

    def _find_wanted(self, *, is_last: bool) -> None:
        """Put the cursor back on its row; on the first one if the filter hides it."""
        position = self._position_of(self._wanted)
        if position is not None or is_last:
            self.at = position or 0
            self._wanted = NO_ROW
