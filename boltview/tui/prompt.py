"""The prompt in the bottom line: a pattern to search for, or a path to go to."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Label


class Prompt(Horizontal):
    """A label and a line to type into; hidden until something is asked."""

    def __init__(self) -> None:
        """Ask nothing."""
        super().__init__(id="prompt")
        self.asking = ""
        self._label = Label("", markup=False)
        self.input = Input(compact=True, select_on_focus=False)

    def compose(self) -> ComposeResult:
        """Put the label before the line."""
        yield self._label
        yield self.input

    def ask(self, what: str, label: str, text: str = "") -> None:
        """Open the prompt.

        Args:
            what: which action the answer is for.
            label: what stands before the line.
            text: what the line holds at first; escaped.
        """
        self.asking = what
        self._label.update(label)
        with self.prevent(Input.Changed):
            self.input.value = text
        self.input.cursor_position = len(text)
        self.display = True
        self.input.focus()

    def close(self) -> None:
        """Ask nothing any more."""
        self.asking = ""
        self.display = False
