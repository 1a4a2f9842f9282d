"""The table: draws its headings and the rows that show, and turns the mouse into actions."""

from typing import TYPE_CHECKING

from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from boltview.browse.chords import Action
from boltview.browse.table import Table
from boltview.report.span import Span
from boltview.report.tables.grid import Grid
from boltview.report.tables.layout import Layout, layout
from boltview.report.width import cells
from boltview.tui.messages import Acted, Resized, Scrolled
from boltview.tui.paint import Lines, marked, strip

if TYPE_CHECKING:
    from collections.abc import Sequence

_WHEEL = 3
"""Rows that one notch of the wheel scrolls."""
_LEFT = 2
"""Columns on the left: the bar of the cursor, and the mark of what is odd."""
_SEARCHED = frozenset({"value", "strong", "dim", "good", "note", "damage", "bucket"})
"""Styles of what a search in a table looks into."""
_SO_FAR = "nothing so far …"
_ARROWS = {False: "▲", True: "▼"}


class FlatTable(Lines, ScrollView, inherit_bindings=False, can_focus=False):
    """A `Table` on the screen; what is not on the screen costs nothing."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        """Show nothing until there is a table."""
        super().__init__(id="table")
        self._table: Table | None = None
        self._grid: Grid | None = None
        self._notice = ""
        self._window: list[int] = []
        self._lines: list[Sequence[Span]] = []
        self._guides: list[Span | None] = []
        self._headings: list[Span] = []
        self._natural: list[int] = []
        self._layout = Layout((), (), ())
        self._is_mirroring = False

    @property
    def room(self) -> int:
        """Rows that there is room for below the headings."""
        return max(self.size.height - 1, 0)

    def activate(self, *, on: bool) -> None:
        """Show whether the table has the keyboard."""
        self.set_class(on, "-active")
        self.repaint()

    def tell(self, notice: str) -> None:
        """Say what goes on where there are no rows; escaped."""
        self._notice = notice

    def show(self, table: Table | None, grid: Grid | None) -> None:
        """Show a table's rows, described by `grid`; nothing without one."""
        if grid is not self._grid:
            self._natural = []
        self._table, self._grid = table, grid
        self.follow()

    def on_resize(self) -> None:
        """Have the rows fitted to the new height."""
        self.post_message(Resized())

    def follow(self) -> None:
        """Draw what the table shows now."""
        table, grid = self._table, self._grid
        self._window, self._lines, self._guides, self._headings = [], [], [], []
        if table is None or grid is None:
            self.virtual_size = Size(self.size.width, 0)
            self.repaint()
            return
        self._window = table.window()
        self._lines = [grid.cells(row) for row in self._window]
        is_forest = grid.tree >= 0 and table.column is None
        self._guides = [
            Span(grid.guide(row), "guide") if is_forest else None for row in self._window
        ]
        self._lay_out(table, grid)
        # The scroll bar mirrors the table's viewport; moving it must not come back as a wish.
        self._is_mirroring = True
        self.virtual_size = Size(self.size.width, len(table) + 1)
        self.scroll_to(y=table.viewport.top, animate=False, force=True)
        self._is_mirroring = False
        self.repaint()

    def _lay_out(self, table: Table, grid: Grid) -> None:
        """Give each column what it needs, as far as there is room; it never shrinks again."""
        headings = grid.headings
        arrow = _ARROWS[table.is_reversed]
        self._headings = [
            Span(f"{heading.title}{arrow}", "tab")
            if number == table.column
            else Span(heading.title, "dim")
            for number, heading in enumerate(headings)
        ]
        natural = self._natural or [0] * len(headings)
        natural = [
            max(width, cells(span.text))
            for width, span in zip(natural, self._headings, strict=True)
        ]
        for line, guide in zip(self._lines, self._guides, strict=True):
            if len(line) != len(headings):
                continue  # what is damaged says so across all columns
            for number, span in enumerate(line):
                drawn = guide.text if guide and number == grid.tree else ""
                natural[number] = max(natural[number], cells(drawn) + cells(span.text))
        self._natural = natural
        room = self.scrollable_content_region.width - _LEFT
        self._layout = layout(headings, natural, room, grid.tree, table.column)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Turn a drag of the scroll bar into a wish."""
        super().watch_scroll_y(old_value, new_value)
        top = round(new_value)
        if self._table and not self._is_mirroring and top != self._table.viewport.top:
            self.post_message(Scrolled(top))

    def paint_line(self, y: int) -> Strip:
        """Paint the headings, or one row."""
        width, base, styles = self.size.width, self.ground, self.span_styles
        table, grid = self._table, self._grid
        if table is None or grid is None or not self._window:
            told = self._notice if table is None or grid is None else self._why_empty(table, grid)
            if y == 0:
                return strip([Span(f" {told}", "dim")], styles, base, width)
            return strip([], styles, base, width)
        headings = grid.headings
        if y == 0:
            spans = self._layout.spans(self._headings)
            return strip([Span(" " * _LEFT, ""), *spans], styles, base, width)
        if y > len(self._window):
            return strip([], styles, base, width)
        is_cursor = table.viewport.top + y - 1 == table.at
        if is_cursor:
            base += styles["cursor"]
        bar = Span("▎" if is_cursor and self.has_class("-active") else " ", "bar")
        mark = Span("!" if grid.mark(self._window[y - 1]) else " ", "note")
        line = self._lines[y - 1]
        if len(line) == len(headings):
            line = self._layout.spans(line, self._guides[y - 1])
        if table.hits is not None:
            line = marked(line, table.hits.pattern, _SEARCHED)
        return strip([bar, mark, *line], styles, base, width)

    def _why_empty(self, table: Table, grid: Grid) -> str:
        if len(grid):
            return _SO_FAR if table.is_arranging else "no row passes the filter; Esc clears it"
        return grid.empty if grid.is_whole else _SO_FAR

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to a row, the second time open it; order by a heading."""
        if self._table is None:
            return
        self.post_message(Acted(Action("tree-pane")))
        if event.y == 0:
            self._order_by(event.x)
        elif event.y <= len(self._window):
            row = self._table.viewport.top + event.y - 1
            self.post_message(Acted(Action("row", row)))
            if event.chain > 1:
                self.post_message(Acted(Action("enter")))

    def _order_by(self, x: int) -> None:
        column = self._layout.column_at(x - _LEFT)
        if column is not None:
            self.post_message(Acted(Action("order", column)))

    def _on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(event, _WHEEL)

    def _on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(event, -_WHEEL)

    def _wheel(self, event: events.MouseEvent, rows: int) -> None:
        event.stop()
        event.prevent_default()
        if self._table:
            self.post_message(Scrolled(self._table.viewport.top + rows))
