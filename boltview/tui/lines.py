"""The single lines around the tree: header, breadcrumb, hints."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from textual.strip import Strip
from textual.widget import Widget

from boltview.browse.chords import Action
from boltview.browse.keys import BINDINGS, key_text
from boltview.report.span import Span
from boltview.tui.messages import Acted
from boltview.tui.paint import Painted, strip


class Line(Painted, Widget):
    """One line of text on the left, and some on the right that is never cut."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "Line { height: 1; }"

    def __init__(self, name: str, *, keep_end: bool = False) -> None:
        """Show nothing yet; of what is too long on the left the beginning, or the end."""
        super().__init__(id=name)
        self._keep_end = keep_end
        self._left: Sequence[Span] = ()
        self._right: Sequence[Span] = ()

    def show(self, left: Sequence[Span], right: Sequence[Span] = ()) -> None:
        """Show other text."""
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    def render_line(self, _y: int) -> Strip:
        """Draw the line."""
        width = self.size.width
        right = [Span(" ", ""), *self._right, Span(" ", "")] if self._right else []
        taken = min(sum(cell_len(span.text) for span in right), width)
        base, styles = self.ground, self.span_styles
        left = strip(
            [Span(" ", ""), *self._left], styles, base, width - taken, keep_end=self._keep_end
        )
        return Strip.join([left, strip(right, styles, base, taken)]) if taken else left


class Hints(Line):
    """The keys that matter most; a click on one is the same as the key."""

    def __init__(self) -> None:
        """Take the hints from the table of keys."""
        super().__init__("hints")
        self._places: list[tuple[range, str]] = []
        spans: list[Span] = [Span("↑↓←→", "hint-key"), Span(" move", "dim")]
        end = sum(len(span.text) for span in spans) + 1
        for binding in BINDINGS:
            if binding.hint:
                key = key_text(binding.keys[0])
                spans += [Span("  ", ""), Span(key, "hint-key"), Span(f" {binding.hint}", "dim")]
                start, end = end + 2, end + 2 + len(key) + 1 + len(binding.hint)
                self._places.append((range(start, end), binding.action))
        self._hints = spans

    def say(self, message: str) -> None:
        """Show a message in the place of the hints; the hints again for an empty one."""
        self.show([Span(message, "note")] if message else self._hints)

    def on_mount(self) -> None:
        """Show the hints."""
        self.say("")

    def on_click(self, event: events.Click) -> None:
        """Do what the hint under the mouse says."""
        for columns, action in self._places:
            if event.x in columns:
                self.post_message(Acted(Action(action)))
