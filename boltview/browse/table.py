"""A table as a state machine: rows by number, ordered by a column, filtered by a text.

What takes long, looking at every row, is done in steps, so that a screen can go on meanwhile. Of a
table in its own order without a filter nothing is kept but the cursor: five million rows cost no
more than five.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

from boltview.browse.arrange import Arranging, Filter
from boltview.browse.change import NO_CHANGE, Change
from boltview.browse.chords import Action
from boltview.browse.viewport import Viewport

if TYPE_CHECKING:
    from array import array

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


def _forget(_path: Path) -> None:
    """Remember nothing."""


class Table:
    """A table that takes actions.

    Attributes:
        rows: the rows.
        at: position of the cursor among the rows that are shown; meaningless while there is none.
        viewport: which of them there is room for.
        column: the column that the rows are ordered by; None for their own order.
        is_reversed: whether the greatest comes first.
        filter: which rows are shown.
    """

    def __init__(
        self,
        rows: Rows,
        columns: int = 0,
        height: int = 1,
        leave: Callable[[Path], None] = _forget,
    ) -> None:
        """Show all rows in their own order.

        Args:
            rows: the rows.
            columns: how many columns they can be ordered by.
            height: rows that there is room for.
            leave: told the path that a jump leaves, for the way back.
        """
        self.rows = rows
        self.at = 0
        self.viewport = Viewport(height)
        self.column: int | None = None
        self.is_reversed = False
        self.filter = Filter("")
        self._columns = columns
        self._leave = leave
        # Row numbers as they are shown; None for all rows in their own order.
        self._order: array[int] | None = None
        self._matches = 0
        self._arranging: Arranging | None = None
        self._steps: Iterator[None] = iter(())
        # The row that the cursor goes back to as soon as it is shown.
        self._wanted = NO_ROW
        self._actions = self._table()

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
    def is_busy(self) -> bool:
        """Whether `work` has something to do."""
        return self._arranging is not None

    @property
    def progress(self) -> tuple[int, int]:
        """What is done, and what there is in all, of what `work` does; 0 of 0 without work."""
        return self._arranging.progress if self._arranging else (0, 0)

    def row_number(self, position: int) -> int:
        """Return the row at a position among those that are shown."""
        return position if self._order is None else self._order[position]

    def window(self) -> list[int]:
        """Return the rows that there is room for, from the first on."""
        top = self.viewport.top
        end = min(top + self.viewport.height, len(self))
        return [self.row_number(position) for position in range(top, end)]

    def apply(self, action: Action) -> Change:
        """Do what an action says; one that a table does not know changes nothing."""
        do = self._actions.get(action.id)
        return NO_CHANGE if do is None else self._watched(lambda: do(action.number))

    def resize(self, height: int) -> Change:
        """Have room for another number of rows; the cursor stays in sight."""
        return self._watched(lambda: self.viewport.resize(height))

    def scroll(self, top: int) -> Change:
        """Show the rows from `top` on; the cursor comes along where it would leave the screen."""
        return self._watched(lambda: self._scroll(top))

    def narrow(self, pattern: str) -> Change:
        """Show only the rows that a filter lets through; all of them for an empty one."""

        def do() -> None:
            self.filter = Filter(pattern)
            self._arrange()

        return self._watched(do)

    def goto(self, path: Path) -> Change:
        """Jump to a row; the filter goes where it hides the row."""
        self._leave(self.path)
        return self.visit(path)

    def visit(self, path: Path) -> Change:
        """Go to a row as `goto` does, without remembering the place that this leaves."""
        return self._watched(lambda: self._go(path))

    def grown(self) -> Change:
        """Take notice of rows that have come, at the end."""

        def do() -> None:
            # A filter alone goes on with the new rows; an order has to be made anew.
            if self.column is not None or (self._order is not None and not self.is_busy):
                self._arrange()

        change = self._watched(do)
        return change._replace(rows=True, view=True)

    def renew(self, rows: Rows) -> Change:
        """Show the rows of another state of the file, ordered and filtered as they are."""
        path, at = self.path, self.at

        def do() -> None:
            self.rows = rows
            self._order = None
            found = rows.row_at(path) if path else NO_ROW
            self._wanted = NO_ROW
            self.at = max(0, min(at, len(rows) - 1)) if found == NO_ROW else found
            self._arrange()

        change = self._watched(do)
        return change._replace(rows=True, view=True)

    def work(self, steps: int) -> Change:
        """Go on with what takes long, for so many rows; see `is_busy`."""
        return self._watched(lambda: self._work(steps))

    def _watched(self, do: Callable[[], str | None]) -> Change:
        """Do something, bring the cursor into sight, and compare before and after."""
        before = (self.at, self.viewport.top)
        order, shown = self._order, len(self)
        message = do() or ""
        total = len(self)
        self.at = max(0, min(self.at, total - 1))
        is_far = abs(self.at - before[0]) > self.viewport.height
        self.viewport.show(self.at, total, centred=is_far)
        is_changed = self._order is not order or total != shown
        is_moved = before != (self.at, self.viewport.top)
        return Change(is_changed, is_changed or is_moved, message)

    def _table(self) -> dict[str, Callable[[int], str | None]]:
        """Return what each action does, given the number that it carries."""
        view = self.viewport
        return {
            "down": lambda _: self._to(self.at + 1),
            "up": lambda _: self._to(self.at - 1),
            "next-sibling": lambda _: self._to_sibling(1),
            "previous-sibling": lambda _: self._to_sibling(-1),
            "parent": lambda _: self._to_parent(),
            "first": lambda _: self._jump(0),
            "last": lambda _: self._jump(len(self) - 1),
            "row": self._to,
            "jump": self._jump,
            "page-down": lambda _: self._page(view.height),
            "page-up": lambda _: self._page(-view.height),
            "half-down": lambda _: self._page(view.half),
            "half-up": lambda _: self._page(-view.half),
            "centre": lambda _: self._align(view.height // 2),
            "to-top": lambda _: self._align(0),
            "to-bottom": lambda _: self._align(view.height - 1),
            "in": lambda _: self._to_child(),
            "out": lambda _: self._to_parent(),
            "sort": lambda _: self._sort(),
            "reverse": lambda _: self._reverse(),
            "order": self._order_by,
            "next-hit": lambda _: None,
            "previous-hit": lambda _: None,
            "next-same": lambda _: _NO_KEYS,
            "previous-same": lambda _: _NO_KEYS,
            "cancel": lambda _: self._cancel(),
            **dict.fromkeys(_OF_TREES, lambda _: "only a tree opens and closes; 1 shows it"),
            "enter": lambda _: None,
        }

    # --- moving ----------------------------------------------------------------------------------

    def _to(self, position: int) -> None:
        self._wanted = NO_ROW
        self.at = max(0, min(position, len(self) - 1))

    def _jump(self, position: int) -> None:
        self._leave(self.path)
        self._to(position)

    def _page(self, rows: int) -> None:
        self.viewport.scroll(self.viewport.top + rows, len(self))
        self._to(self.at + rows)

    def _scroll(self, top: int) -> None:
        total = len(self)
        self.viewport.scroll(top, total)
        if total:
            self._to(self.viewport.nearest(self.at, total))

    def _align(self, offset: int) -> None:
        self.viewport.align(self.at, offset, len(self))

    def _to_parent(self) -> None:
        self._show_row(self.rows.parent(self.row) if len(self) else NO_ROW)

    def _to_child(self) -> None:
        """Go to the first row that belongs to this one, where it stands right behind it."""
        following = self.at + 1
        if following < len(self) and self.rows.parent(self.row_number(following)) == self.row:
            self._to(following)

    def _to_sibling(self, step: int) -> None:
        """Go to the next row that belongs to the same one, as far as rows belong to that."""
        if not len(self):
            return
        parent = self.rows.parent(self.row)
        position = self.at + step
        while 0 <= position < len(self):
            row = self.row_number(position)
            above = self.rows.parent(row)
            if above == parent:
                self._to(position)
                return
            if row == parent or (above != NO_ROW and above < parent):
                return
            position += step

    def _go(self, path: Path) -> str:
        row = self.rows.row_at(path)
        if row == NO_ROW:
            return "that row is not there (any more)"
        if self._position_of(row) is None:
            self.filter = Filter("")
            self._arrange()
        self._show_row(row)
        return ""

    def _show_row(self, row: int) -> None:
        """Move the cursor to a row, at once or as soon as it is shown."""
        if row == NO_ROW:
            return
        position = self._position_of(row)
        if position is not None:
            self._to(position)
        elif self.is_busy:
            self._wanted = row

    def _position_of(self, row: int) -> int | None:
        if self._order is None:
            return row if 0 <= row < len(self.rows) else None
        try:
            return self._order.index(row)
        except ValueError:
            return None

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

    def _work(self, steps: int) -> str:
        arranging = self._arranging
        if arranging is None:
            return ""
        for _ in zip(range(steps), self._steps, strict=False):
            pass
        if arranging.is_done:
            self._arranging = None
            self._order = arranging.order
        if self._order is arranging.order:
            self._matches = arranging.matches
            if self._wanted != NO_ROW:
                self._find_wanted(is_last=arranging.is_done)
        return ""

    def _find_wanted(self, *, is_last: bool) -> None:
        """Put the cursor back on its row; on the first one if the filter hides it."""
        position = self._position_of(self._wanted)
        if position is not None:
            self.at = position
        if position is not None or is_last:
            self._wanted = NO_ROW

    def _cancel(self) -> str:
        """Stop ordering; else show all rows again."""
        if self._arranging is not None:
            order = self._arranging.order
            self._arranging, self._steps = None, iter(())
            if self._order is not order:
                # What was to be is not known; what is shown is.
                self.column, self.is_reversed = None, False
            return "stopped"
        if self.filter.pattern:
            self.filter = Filter("")
            self._arrange()
        return ""


_NO_KEYS = "only the tree has keys to look for; f filters a table"
_OF_TREES = ("toggle", "open-below", "close-below", "open-all", "close-all")
