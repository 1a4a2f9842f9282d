"""The tree: draws the rows that show, and turns mouse and scroll bar into actions."""

from typing import TYPE_CHECKING

from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from boltview.browse.buckets import Entry
from boltview.browse.chords import Action
from boltview.browse.state import Browser
from boltview.report.screen import Rows
from boltview.report.span import Span
from boltview.tui.messages import Acted, Resized, Scrolled
from boltview.tui.paint import Lines, marked, strip

if TYPE_CHECKING:
    from boltview.browse.marks import Marks
    from boltview.browse.outline import Place

_WHEEL = 3
"""Rows that one notch of the wheel scrolls."""
_INDENT = 2
"""Columns of a level of indentation, and of the glyph before a key."""
_SEARCHED = frozenset({"key", "bucket"})
"""Styles of what a search in the tree looks into."""


class FlatTree(Lines, ScrollView, inherit_bindings=False, can_focus=False):
    """A `Browser` on the screen; what is not on the screen costs nothing.

    Attributes:
        marks: what changed last in a file that is followed; None for one that is not.
    """

    ALLOW_SELECT = False

    def __init__(self) -> None:
        """Show nothing until there is something to browse."""
        super().__init__(id="tree")
        self.browser: Browser[Entry] | None = None
        self.marks: Marks | None = None
        self._rows: Rows | None = None
        self._window: list[Place[Entry]] = []
        self._is_mirroring = False
        self._notice = "opening …"

    def activate(self, *, on: bool) -> None:
        """Show whether the tree has the keyboard."""
        self.set_class(on, "-active")
        self.repaint()

    def tell(self, notice: str) -> None:
        """Say what is going on while there is nothing to browse; escaped."""
        self._notice = notice
        self.repaint()

    def show(self, browser: Browser[Entry], rows: Rows) -> None:
        """Show a browser's rows, described by `rows`."""
        self.browser, self._rows = browser, rows
        self.follow()

    def on_resize(self) -> None:
        """Have the rows fitted to the new height."""
        self.post_message(Resized())

    def follow(self) -> None:
        """Draw what the browser shows now."""
        if self.browser is None:
            return
        self._window = self.browser.window()
        # The scroll bar mirrors the browser's viewport; moving it must not come back as a wish.
        self._is_mirroring = True
        self.virtual_size = Size(self.size.width, len(self.browser.outline))
        self.scroll_to(y=self.browser.viewport.top, animate=False, force=True)
        self._is_mirroring = False
        self.repaint()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Turn a drag of the scroll bar into a wish."""
        super().watch_scroll_y(old_value, new_value)
        top = round(new_value)
        if self.browser and not self._is_mirroring and top != self.browser.viewport.top:
            self.post_message(Scrolled(top))

    def paint_line(self, y: int) -> Strip:
        """Paint one row."""
        width = self.size.width
        base = self.ground
        browser = self.browser
        if browser is None or self._rows is None or y >= len(self._window):
            is_told = y == 0 and not self._window
            notice = self._notice if browser is None else _why_empty(browser)
            spans = [Span(f" {notice}", "dim")] if is_told else []
            return strip(spans, self.span_styles, base, width)
        place = self._window[y]
        is_cursor = place == browser.cursor
        if is_cursor:
            base += self.span_styles["cursor"]
        levels_shown = max((width // 2) // _INDENT, 1)
        left = max(0, browser.cursor.depth - levels_shown)
        bar = Span("▎" if is_cursor and self.has_class("-active") else " ", "bar")
        spans = [bar, *self._gutter(place, browser), *self._rows.spans(place, left)]
        if browser.search is not None:
            spans = marked(spans, browser.search.pattern, _SEARCHED)
        return strip(spans, self.span_styles, base, width)

    def _gutter(self, place: "Place[Entry]", browser: Browser[Entry]) -> list[Span]:
        """Return the column of marks, which is there while a file is followed."""
        if self.marks is None:
            return []
        key = browser.source.key(place.entry)
        glyph = ""
        if key is not None:
            path = (*place.node.path, key)
            glyph = self.marks.glyph(path, is_open=place.opened is not None)
        return [Span(glyph or " ", "good" if glyph == "+" else "note")]

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to a row; a click on its glyph, or a second one, opens or closes."""
        if self.browser is None or event.y >= len(self._window):
            return
        self.post_message(Acted(Action("tree-pane")))
        place = self._window[event.y]
        row = self.browser.viewport.top + event.y
        self.post_message(Acted(Action("row", row)))
        glyph = 1 + (self.marks is not None) + place.depth * _INDENT
        is_on_glyph = glyph <= event.x < glyph + _INDENT
        if is_on_glyph or event.chain > 1:
            self.post_message(Acted(Action("enter" if event.chain > 1 else "toggle")))

    def _on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(event, _WHEEL)

    def _on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(event, -_WHEEL)

    def _wheel(self, event: events.MouseEvent, rows: int) -> None:
        event.stop()
        event.prevent_default()
        if self.browser is not None:
            self.post_message(Scrolled(self.browser.viewport.top + rows))


def _why_empty(browser: Browser[Entry]) -> str:
    if browser.is_narrowed:
        return "no key that is open passes the filter; Esc clears it"
    return "the database holds no bucket"
