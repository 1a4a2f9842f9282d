"""What the detail pane shows of a tour: one step at a time."""

from collections.abc import Callable, Sequence

from boltview.bolt.source import Source
from boltview.browse.chords import Action
from boltview.browse.touring import Tour
from boltview.report.span import Span
from boltview.report.tour.step import Step
from boltview.report.tour.text import step_lines
from boltview.tui.document import DONE, Document, Reply


class Steps(Document):
    """One step at a time."""

    def __init__(self, steps: Sequence[Step], source: Source, moved: Callable[[], None]) -> None:
        """Show the first of `steps`, whose bytes are in `source`.

        Args:
            steps: the tour.
            source: the file.
            moved: called when another step shows.
        """
        self.tour = Tour(len(steps))
        self._steps = steps
        self._source = source
        self._moved = moved
        self._lines: list[list[Span]] = []

    @property
    def step(self) -> Step:
        """The step that shows."""
        return self._steps[self.tour.number]

    @property
    def label(self) -> list[Span]:
        """Which step shows, and how to go on."""
        number = f"Tour {self.tour.number + 1}/{self.tour.total}"
        return [
            Span(f"{number} · ", "tab"), Span(self.step.title, "strong"), Span("   →", "hint-key"),
            Span(" on  ", "dim"), Span("←", "hint-key"), Span(" back  ", "dim"),
            Span("Esc", "hint-key"), Span(" ends", "dim"),
        ]  # fmt: skip

    def layout(self, width: int, height: int) -> int:
        """Lay out the step."""
        del height
        self._lines = step_lines(self.step, self._source, max(width, 1))
        return len(self._lines)

    def line(self, number: int) -> list[Span]:
        """Return one line."""
        return self._lines[number]

    def act(self, action: Action) -> Reply | None:
        """Go on or back."""
        is_moved = self.tour.apply(action)
        if is_moved:
            self._moved()
        return None if is_moved is None else DONE
