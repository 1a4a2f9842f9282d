"""The detail pane: tabs over a document, of which only the lines that show are made."""

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from boltview.bolt.errors import Damage
from boltview.browse.chords import Action
from boltview.report.screen import Span
from boltview.tui.documents import TABS, Document, Subject, Text
from boltview.tui.messages import Acted
from boltview.tui.paint import Lines, Painted, strip

_WHEEL = 3


class Page(Lines, ScrollView, inherit_bindings=False, can_focus=False):
    """One document, scrolled."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        """Show nothing."""
        super().__init__(id="page")
        self._document: Document = Text(())

    def show(self, document: Document, *, keep: bool = False) -> None:
        """Show a document from its beginning, or scrolled as the one before was."""
        self._document = document
        self._fit()
        if not keep:
            self.scroll_to(y=0, animate=False, force=True)
        self.repaint()

    def on_resize(self) -> None:
        """Wrap the lines anew."""
        self._fit()
        self.repaint()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Paint the lines that have come into sight."""
        super().watch_scroll_y(old_value, new_value)
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

    def act(self, action: Action) -> None:
        """Scroll as one of `moves` says."""
        to = self.moves[action.id](action.number)
        self.scroll_to(y=to, animate=False, force=True)

    def move(self, lines: int) -> None:
        """Scroll by so many lines."""
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False, force=True)

    def paint_line(self, y: int) -> Strip:
        """Paint one line."""
        width = self.size.width
        number = y + self.scroll_offset.y
        spans = self._document.line(number) if number < self.virtual_size.height else []
        return strip(spans, self.span_styles, self.rich_style, width)

    def _fit(self) -> None:
        width = self.scrollable_content_region.width
        if width > 0:
            self.virtual_size = Size(width, self._document.layout(width))

    def _on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(event, _WHEEL)

    def _on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(event, -_WHEEL)

    def _wheel(self, event: events.MouseEvent, lines: int) -> None:
        event.stop()
        event.prevent_default()
        self.move(lines)


class TabLine(Painted, Widget):
    """The names of the tabs, the one that shows set off by brackets and colour."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        """Show the first tab."""
        super().__init__(id="tabs")
        self.active = 0

    def render_line(self, _y: int) -> Strip:
        """Draw the tabs."""
        spans = [
            Span(f"[{name}]" if number == self.active else f" {name} ", style)
            for number, (name, _) in enumerate(TABS)
            for style in ("tab" if number == self.active else "dim",)
        ]
        bar = Span("▎" if self.has_class("-active") else " ", "bar")
        return strip([bar, *spans], self.span_styles, self.rich_style, self.size.width)

    def on_click(self, event: events.Click) -> None:
        """Show the tab that was clicked."""
        start = 1
        for number, (name, _) in enumerate(TABS):
            end = start + len(name) + 2
            if start <= event.x < end:
                self.post_message(Acted(Action("tab", number)))
            start = end


class Detail(Vertical):
    """All about one entry, in the way that the active tab shows it."""

    def __init__(self) -> None:
        """Show nothing until there is a subject."""
        super().__init__(id="detail")
        self.tabs = TabLine()
        self.page = Page()
        self._subject: Subject | None = None

    def compose(self) -> ComposeResult:
        """Put the tabs over the page."""
        yield self.tabs
        yield self.page

    def activate(self, *, on: bool) -> None:
        """Show whether the pane has the keyboard."""
        self.tabs.set_class(on, "-active")
        self.page.set_class(on, "-active")
        self.tabs.refresh()

    def on_click(self) -> None:
        """Ask for the keyboard."""
        self.post_message(Acted(Action("detail-pane")))

    def show(self, subject: Subject | None) -> None:
        """Show an entry; nothing for None. Another state of the same keeps its place."""
        path = _path(subject)
        keep = path is not None and path == _path(self._subject)
        self._subject = subject
        self._show(keep=keep)

    def to_tab(self, number: int) -> None:
        """Show another tab, counted round."""
        self.tabs.active = number % len(TABS)
        self.tabs.refresh()
        self._show()

    def _show(self, *, keep: bool = False) -> None:
        _, make = TABS[self.tabs.active]
        self.page.show(make(self._subject) if self._subject else Text(()), keep=keep)


def _path(subject: Subject | None) -> tuple[bytes, ...] | None:
    """Return the path of an entry; None for damage, which has none of its own."""
    if subject is None or isinstance(subject.entry, Damage):
        return None
    return (*subject.bucket.path, subject.entry.key)
