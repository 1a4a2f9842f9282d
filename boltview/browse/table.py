"""A table as a state machine: rows by number, ordered by a column, filtered by a text.

What takes long, looking at every row, is done in steps, so that a screen can go on meanwhile.
"""

from collections.abc import Callable

from boltview.browse.arrange import Filter
from boltview.browse.change import NO_CHANGE, Change
from boltview.browse.chords import Action
from boltview.browse.hits import Hits
from boltview.browse.ordered import NO_ROW, Ordered, Path, Rows
from boltview.browse.seeking import Seeking
from boltview.browse.viewport import Viewport


def _forget(_path: Path) -> None:
    """Remember nothing."""


class Table(Ordered):
    """A table that takes actions.

    Attributes:
        viewport: which of the rows there is room for.
        version: another number whenever other rows are shown, or in another order.
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
        super().__init__(rows, columns)
        self.viewport = Viewport(height)
        self.version = 0
        self._leave = leave
        self._seeking = Seeking(self)
        # Where the cursor was when a pattern was begun to be typed.
        self._began: int | None = None
        self._actions = self._table()

    @property
    def is_busy(self) -> bool:
        """Whether `work` has something to do."""
        return self._arranging is not None or self._seeking.is_busy

    @property
    def hits(self) -> Hits | None:
        """The positions that a search found; None without one."""
        return self._seeking.hits

    def text_at(self, position: int) -> str:
        """Return the text of the row at a position, for a search."""
        return self.rows.text(self.row_number(position))

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
            if pattern != self.filter.pattern:
                self.filter = Filter(pattern)
                self._arrange()

        return self._watched(do)

    def look_for(self, pattern: str) -> Change:
        """Search while the pattern is typed: the cursor goes to the first hit from where it was.

        An empty pattern takes the cursor back there.
        """
        return self._watched(lambda: self._look_for(pattern))

    def end_typing(self, *, keep: bool) -> Change:
        """End the typing of a pattern.

        Args:
            keep: stay where the search led to; or go back and forget it.
        """
        began, self._began = self._began, None
        if began is None:
            return NO_CHANGE
        if keep:
            self._leave(self.rows.path(began))
            return NO_CHANGE

        def back() -> None:
            self._seeking.stop()
            self._show_row(began)

        return self._watched(back)

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
            self.version += 1
            # A filter alone goes on with the new rows; an order has to be made anew.
            if self.column is not None or (self._order is not None and not self.is_arranging):
                self._arrange()

        change = self._watched(do)
        return change._replace(rows=True, view=True)

    def renew(self, rows: Rows) -> Change:
        """Show the rows of another state of the file, ordered and filtered as they are."""
        path, at = self.path, self.at

        def do() -> None:
            self.rows = rows
            self.version += 1
            self._order, self._began = None, None
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
        self.version += is_changed
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
            "next-hit": lambda _: self._seeking.step(1),
            "previous-hit": lambda _: self._seeking.step(-1),
            "next-same": lambda _: _NO_KEYS,
            "previous-same": lambda _: _NO_KEYS,
            "cancel": lambda _: self._cancel(),
            **dict.fromkeys(_OF_TREES, lambda _: "only a tree opens and closes; 1 shows it"),
            "enter": lambda _: None,
        }

    # --- moving ----------------------------------------------------------------------------------

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

    def _look_for(self, pattern: str) -> None:
        if not len(self):
            return
        if self._began is None:
            self._began = self.row
        self._show_row(self._began)
        self._seeking.begin(pattern, self.at)

    # --- what takes long -------------------------------------------------------------------------

    def _work(self, steps: int) -> str:
        arranging = self._arranging
        if arranging is None:
            self._seeking.work(self.at, steps, self._to)
        else:
            self._arrange_on(arranging, steps)
        return ""

    def _cancel(self) -> str:
        """Stop ordering; else forget the search; else show all rows again."""
        if self._arranging is not None:
            order = self._arranging.order
            self._arranging, self._steps = None, iter(())
            if self._order is not order:
                # What was to be is not known; what is shown is.
                self.column, self.is_reversed = None, False
            return "stopped"
        if self._seeking.stop():
            return ""
        if self.filter.pattern:
            self.filter = Filter("")
            self._arrange()
        return ""


_NO_KEYS = "only the tree has keys to look for; f filters a table"
_OF_TREES = ("toggle", "open-below", "close-below", "open-all", "close-all")
