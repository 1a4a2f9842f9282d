"""A pane over a document: paints the lines that show, scrolls, and passes on keys and clicks."""

from collections.abc import Callable

from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from boltview.browse.chords import Action
from boltview.report.span import Span
from boltview.tui.document import Document, Reply, Text
from boltview.tui.messages import GoTo, Said
from boltview.tui.paint import Lines, strip

_WHEEL = 3
_BAR = 1
"""Columns on the left for the mark of the cursor."""


class Page(Lines, ScrollView, inherit_bindings=False, can_focus=False):
    """One document, scrolled.

    Attributes:
        beside: a page over the same document's other lines, repainted with this one.
    """

    ALLOW_SELECT = False

    def __init__(self, name: str) -> None:
        """Show nothing."""
        super().__init__(id=name)
        self.beside: Page | None = None
        self._document: Document = Text(())
        self._lines = 0  # of the document as it was laid out; none while the pane is hidden
        self._is_mirroring = False

    def show(self, document: Document, *, keep: bool = False) -> None:
        """Show a document from its beginning, or scrolled as the one before was."""
        self._document = document
        self._lines = 0
        self._fit()
        if document.top is not None:
            self.follow()
            return
        if not keep:
            self._scroll(0)
        self.repaint()

    def on_resize(self) -> None:
        """Wrap the lines anew."""
        self._fit()
        self.follow()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Paint the lines that have come into sight."""
        super().watch_scroll_y(old_value, new_value)
        if not self._is_mirroring:
            self._document.scroll(round(new_value))
            self.repaint()

    @property
    def moves(self) -> dict[str, Callable[[int], int]]:
        """Where each action scrolls to, given the number typed before it."""
        at, height = self.scroll_offset.y, max(self.size.height, 1)
        end = max(self.virtual_size.height - height, 0)
        return {
            "down": lambda number: at + (number or 1),
            "up": lambda number: at - (number or 1),
            "page-down": lambda number: at + (number or 1) * height,
            "page-up": lambda number: at - (number or 1) * height,
            "half-down": lambda number: at + (number or 1) * max(height // 2, 1),
            "half-up": lambda number: at - (number or 1) * max(height // 2, 1),
            "first": lambda number: number - 1 if number else 0,
            "last": lambda number: number - 1 if number else end,
        }

    def act(self, action: Action) -> bool:
        """Do what an action says, here or in the document; return whether it means anything."""
        reply = self._document.act(action)
        if reply is not None:
            self._answer(reply)
            return True
        move = self.moves.get(action.id)
        if move is None:
            return False
        self.scroll_to(y=move(action.number), animate=False, force=True)
        return True

    def move(self, lines: int) -> None:
        """Scroll by so many lines."""
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False, force=True)

    def follow(self) -> None:
        """Paint what the document shows now, scrolled to where it says."""
        self._fit()
        top = self._document.top
        if top is not None:
            self._scroll(top)
        self.repaint()

    def paint_line(self, y: int) -> Strip:
        """Paint one line."""
        number = y + self.scroll_offset.y
        is_there = number < self._lines
        spans = self._document.line(number) if is_there else []
        base = self.ground
        is_active = self.has_class("-active")
        is_shown = is_active or self._document.points
        is_cursor = is_there and is_shown and number == self._document.cursor
        if is_cursor:
            base += self.span_styles["cursor"]
        bar = Span("▎" if is_cursor and is_active else " ", "bar")
        return strip([bar, *spans], self.span_styles, base, self.size.width)

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width - _BAR

    @property
    def _height(self) -> int:
        return max(self.size.height, 1)

    def _fit(self) -> None:
        if self._width > 0:
            self._lines = self._document.layout(self._width, self._height)
            size = Size(self._width + _BAR, self._lines)
            if self.virtual_size != size:
                self.virtual_size = size

    def _scroll(self, top: int) -> None:
        """Scroll because the document says so, which must not come back as a wish."""
        self._is_mirroring = True
        self.scroll_to(y=top, animate=False, force=True)
        self._is_mirroring = False

    def _answer(self, reply: Reply) -> None:
        self.follow()
        if self.beside is not None:
            self.beside.follow()
        if reply.message:
            self.post_message(Said(reply.message))
        if reply.goto is not None:
            self.post_message(GoTo(reply.goto))

    def on_click(self, event: events.Click) -> None:
        """Pass a click to the document."""
        reply = self._document.click(event.y + self.scroll_offset.y, event.x - _BAR)
        if reply is not None:
            self._answer(reply)

    def _on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(event, _WHEEL)

    def _on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(event, -_WHEEL)

    def _wheel(self, event: events.MouseEvent, lines: int) -> None:
        event.stop()
        event.prevent_default()
        self.move(lines)
        if self.beside is not None:
            self.beside.follow()
