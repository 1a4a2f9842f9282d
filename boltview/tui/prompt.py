"""The prompt in the bottom line: a pattern to search for, or a path to go to.

It takes its keys from the screen and not by focus: focus moves a moment after it is asked for, and
what is typed within that moment would go elsewhere.
"""

from rich.cells import cell_len
from textual.strip import Strip
from textual.widget import Widget

from boltview.browse.lineedit import LineEdit
from boltview.report.span import Span
from boltview.tui.paint import Painted, strip


class Prompt(Painted, Widget):
    """A label and a line to type into; hidden until something is asked.

    Attributes:
        asking: which action the answer is for; empty while nothing is asked.
        edit: what has been typed.
    """

    ALLOW_SELECT = False

    def __init__(self) -> None:
        """Ask nothing."""
        super().__init__(id="prompt")
        self.asking = ""
        self.edit = LineEdit()
        self._label = ""

    def ask(self, what: str, label: str, text: str = "") -> None:
        """Open the prompt.

        Args:
            what: which action the answer is for.
            label: what stands before the line.
            text: what the line holds at first; escaped.
        """
        self.asking, self._label, self.edit = what, label, LineEdit(text)
        self.display = True
        self.refresh()

    def close(self) -> None:
        """Ask nothing any more."""
        self.asking = ""
        self.display = False

    def render_line(self, _y: int) -> Strip:
        """Draw the line; of one that is too long, the part around the cursor."""
        width = self.size.width
        text, cursor = f"{self.edit.text} ", self.edit.cursor
        room = max(width - len(self._label) - 2, 1)
        # No more characters fit than there are columns; how long the line is makes no difference.
        start = max(cursor - room, 0)
        while cell_len(text[start : cursor + 1]) > room:
            start += 1
        spans = [
            Span(f" {self._label}", "hint-key"),
            Span(text[start:cursor], "value"),
            Span(text[cursor], "caret"),
            Span(text[cursor + 1 : cursor + 1 + room], "value"),
        ]
        return strip(spans, self.span_styles, self.ground, width)
