"""The tour on the screen: steps in the detail pane, the tree at the place that each is about."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from boltview.bolt.progress import Progress
from boltview.browse.chords import Action
from boltview.report.aside import Check, aside
from boltview.report.escape import escape
from boltview.tui import panes, switching
from boltview.tui.actions import Do
from boltview.tui.background import Background

if TYPE_CHECKING:
    from boltview.bolt.source import Source
    from boltview.browse.history import Spot
    from boltview.report.tour.step import Step
    from boltview.tui.main_screen import MainScreen
    from boltview.tui.tourpage import Steps

_MODE = "-touring"
"""The class that gives the pane more room."""


class Touring:
    """The tour that goes on, if one does."""

    def __init__(self, screen: "MainScreen") -> None:
        """Tour nothing yet."""
        self._screen = screen
        self._source: Source | None = None
        self._document: Steps | None = None
        self._began: Spot | None = None
        self._work = Background["list[Step]"](screen, self)

    @property
    def is_settled(self) -> bool:
        """Whether no tour is being prepared."""
        return not self._work.is_running

    @property
    def is_on(self) -> bool:
        """Whether there is a tour."""
        return self._document is not None

    def begin(self) -> None:
        """Prepare the tour of the open file; it begins when it is there."""
        opened = self._screen.browsing.opened
        if opened is None:
            return
        self._source = opened.reading.revision.source
        self._screen.hints.say("preparing the tour …")

        def work(check: Check, _: Progress) -> "Iterator[list[Step]]":
            from boltview.report.tour.steps import tour

            yield tour(aside(opened, check))

        self._work.start(work)

    def end(self) -> bool:
        """End the tour and go back to where it began; return whether there was one."""
        screen, began = self._screen, self._began
        if self._work.cancel():
            screen.hints.say("")
            return True
        if self._document is None:
            return False
        self._document = None
        screen.remove_class(_MODE)
        screen.detail.release()
        panes.leave(screen, Action("tree-pane"))
        if began is not None:
            switching.travel(screen, began)
        return True

    def _show(self) -> None:
        """Show the step, and the tree at its place."""
        document, screen = self._document, self._screen
        if document is None:
            return
        screen.detail.hold(document, document.label)
        if switching.switch(screen, switching.TREE):
            screen.browsing.visit(document.step.path)
        panes.read(screen, Action("detail-pane"))

    # --- the work, as it tells of itself ---------------------------------------------------------

    def took(self, made: "list[Step]") -> None:
        """Begin the tour."""
        if self._source is None or self.is_on:
            # What took long is delivered at once, and again at its end.
            return
        from boltview.tui.tourpage import Steps

        self._began = self._screen.here
        self._document = Steps(made, self._source, self._show)
        self._screen.hints.say("")
        self._screen.remove_class("-zoomed-rows", "-zoomed-detail")
        self._screen.add_class(_MODE)
        self._show()

    def ended(self) -> None:
        """All is there."""

    def failed(self, reason: str) -> None:
        """Say why there is no tour."""
        self._screen.hints.say(f"no tour: {escape(reason)}")

    def told(self) -> None:
        """Nothing is told of how far it is: a tour is of a bounded number of pages."""


def _tour(screen: "MainScreen", _: Action) -> None:
    if not screen.touring.end():
        screen.touring.begin()


ACTIONS: Mapping[str, Do] = {"tour": _tour}
