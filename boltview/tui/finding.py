"""The search through the whole database: goes on in the background, its hits in a list."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from boltview.bolt.progress import Progress
from boltview.browse.chords import Action
from boltview.report.aside import Check, aside
from boltview.report.escape import escape
from boltview.report.opened import Opened
from boltview.report.tables.grid import Grid
from boltview.report.tables.views import View
from boltview.tui.actions import Do
from boltview.tui.background import Background
from boltview.tui.switching import TREE, switch

if TYPE_CHECKING:
    from boltview.report.tables.hits import Hits
    from boltview.tui.main_screen import MainScreen

VIEW = "view-hits"
"""The action that shows the list."""
_STEPS = {"next-hit": "down", "previous-hit": "up"}


class Finding:
    """One search at a time, and what the latest has found."""

    def __init__(self, screen: "MainScreen") -> None:
        """Look for nothing yet."""
        self._screen = screen
        self._work: Background[Hits] = Background(screen, self)
        self._hits: Hits | None = None
        self._opened: Opened | None = None
        self._view = View(VIEW, "Search", self._made, "hits", needs_metadata=False)

    @property
    def is_running(self) -> bool:
        """Whether a search goes on."""
        return self._work.is_running

    @property
    def wanted(self) -> str:
        """What was looked for last."""
        return self._hits.wanted if self._hits is not None else ""

    def view(self, name: str) -> View | None:
        """Return the list, if it is the one of that name and there is one."""
        return self._view if name == VIEW and self._hits is not None else None

    def begin(self, text: str) -> None:
        """Look for a text, and show the list."""
        opened = self._screen.browsing.opened
        if opened is None or not text:
            return
        self._start(opened, text)
        self._screen.browsing.forget_search()
        self.show()

    def _start(self, opened: Opened, text: str) -> None:
        from boltview.report.tables.hits import Hits, find

        self._opened = opened
        self._hits = hits = Hits(text)

        def work(check: Check, progress: Progress) -> Iterator[Hits]:
            return find(aside(opened, check), hits, progress)

        self._work.start(work)
        self._screen.tabling.renew(VIEW, hits)

    def show(self) -> None:
        """Show the list; what was found in another state of the file is looked for again."""
        screen = self._screen
        if self._hits is None:
            screen.hints.say("nothing was searched for yet; s begins")
            return
        self._refresh()
        here = screen.here
        if here.view != VIEW and switch(screen, VIEW):
            screen.history.leave(here)

    def reopened(self) -> None:
        """Take notice of another state of the file: what shows is looked for again."""
        if self._screen.view == VIEW:
            self._refresh()

    def _refresh(self) -> None:
        opened, before, hits = self._screen.browsing.opened, self._opened, self._hits
        if opened is None or before is None or hits is None:
            return
        # Another clock or zone makes no other file.
        if opened.reading is not before.reading:
            self._start(opened, hits.wanted)

    def step(self, action: Action) -> None:
        """Go to the next or previous hit of the list, in its order."""
        screen, hits = self._screen, self._hits
        if hits is None or screen.is_reading or screen.face.is_searching:
            screen.pass_on(action)
            return
        row = screen.tabling.step(VIEW, _STEPS[action.id])
        if screen.view == VIEW:
            return
        if row is None:
            screen.hints.say(f"{hits.summary}; no further one")
            return
        here = screen.here
        if here.view != TREE and switch(screen, TREE):
            screen.history.leave(here)
        screen.browsing.visit(hits.place(row) or ())
        self.point(row)
        screen.hints.say(hits.said(row))

    @property
    def row(self) -> int | None:
        """The hit under the cursor of the list; None where it does not show."""
        return self._screen.tabling.row if self._screen.view == VIEW else None

    def point(self, row: int | None) -> None:
        """Point at a hit within the value that the tree's cursor stands on."""
        screen, hits = self._screen, self._hits
        if row is not None and hits is not None and screen.view == TREE and hits.within(row):
            screen.browsing.show_detail()
            screen.detail.reveal(hits.within(row))

    def cancel(self) -> bool:
        """Give up; return whether a search went on."""
        if not self._work.cancel():
            return False
        self._screen.hints.say(f"stopped; {self._summary}")
        return True

    @property
    def _summary(self) -> str:
        return self._hits.summary if self._hits is not None else ""

    def _made(self, _opened: Opened, _progress: Progress) -> Iterator[Grid]:
        """Make the table of the list: it is there, and grows by itself."""
        if self._hits is not None:
            yield self._hits

    # --- what the search tells -------------------------------------------------------------------

    def took(self, made: "Hits") -> None:
        """Take notice of further hits."""
        self._screen.tabling.renew(VIEW, made)

    def told(self) -> None:
        """Say how far the search is, where its list shows."""
        work = self._work
        if self._screen.view == VIEW:
            share = f"{work.share}, " if work.share else ""
            self._screen.hints.say(f"searching … {share}{self._summary}   Esc stops")

    def ended(self) -> None:
        """Say what there is."""
        is_shown = self._screen.view == VIEW
        self._screen.hints.say("" if is_shown else f"{self._summary}; S lists them")
        self._screen.face.show_position()

    def failed(self, reason: str) -> None:
        """Say why the search has ended."""
        self._screen.hints.say(escape(reason))


def _ask(screen: "MainScreen", _: Action) -> None:
    screen.ask("find", screen.finding.wanted)


ACTIONS: Mapping[str, Do] = {
    "find": _ask,
    VIEW: lambda screen, _: screen.finding.show(),
    **{name: lambda screen, action: screen.finding.step(action) for name in _STEPS},
}
