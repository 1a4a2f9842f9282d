"""The previous revision and back: shown in every view, judged in the background."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from boltview.bolt.errors import BoltError
from boltview.browse.history import Path
from boltview.browse.resume import opened_paths
from boltview.report.escape import escape
from boltview.report.memory import MAX_OPEN
from boltview.report.opened import Opened
from boltview.report.previous import is_previous, judged, other_revision, verdicts
from boltview.tui.actions import Do
from boltview.tui.background import Background

if TYPE_CHECKING:
    from boltview.forensics.revisions import Held
    from boltview.tui.main_screen import MainScreen


class _Left(NamedTuple):
    """Where the user was in the tree of the current revision."""

    opened: Opened
    path: Path
    unfolded: tuple[Path, ...]
    landed: Path
    """Where that led in the previous one: who has not moved on goes back to where it began."""


class Revising:
    """Turns from one revision to the other."""

    def __init__(self, screen: "MainScreen") -> None:
        """Show what the screen shows."""
        self._screen = screen
        self._work = Background["Held"](screen, self)
        self._left: _Left | None = None

    @property
    def is_judging(self) -> bool:
        """Whether the previous revision is being judged."""
        return self._work.is_running

    def turn(self) -> None:
        """Show the other revision."""
        opened = self._screen.browsing.opened
        if opened is None:
            return
        try:
            other = other_revision(opened)
            if is_previous(opened):
                self._back(other)
            else:
                self._away(opened, other)
        except BoltError as error:
            self._screen.hints.say(escape(str(error)))

    def _away(self, opened: Opened, other: Opened) -> None:
        screen = self._screen
        outline, path = screen.browsing.outline, screen.browsing.path
        unfolded = opened_paths(outline, MAX_OPEN) if outline else ()
        txid = other.reading.revision.txid
        screen.begin(other, f"previous revision {txid}; R goes back to {_txid(opened)}")
        self._left = _Left(opened, path, unfolded, screen.browsing.path)
        self._work.start(lambda check, progress: verdicts(other, check, progress))

    def _back(self, other: Opened) -> None:
        screen, left = self._screen, self._left
        self._work.cancel()
        self._left = None
        is_known = left is not None and left.opened.database.source is other.database.source
        current = left.opened if left and is_known else other
        has_moved = left is None or screen.browsing.path != left.landed
        screen.begin(current, f"current revision {_txid(current)}")
        if left is not None and is_known and not has_moved:
            if len(left.unfolded) < MAX_OPEN:
                screen.browsing.resume(left.unfolded, left.path)
            else:
                # Of more than that only what the other revision has too is open again.
                screen.browsing.visit(left.path)

    def cancel(self) -> bool:
        """Give up judging; return whether anything was given up."""
        if not self._work.cancel():
            return False
        self._say("not judged; boltview history does")
        return True

    def took(self, made: "Held") -> None:
        """Show the verdict."""
        opened = self._screen.browsing.opened
        if opened is not None and is_previous(opened):
            self._screen.begin(judged(opened, made), f"{made.verdict}: {escape(made.why)}")

    def ended(self) -> None:
        """Nothing is left to do."""

    def failed(self, reason: str) -> None:
        """Say why there is no verdict."""
        self._say(f"not judged: {escape(reason)}")

    def told(self) -> None:
        """Say how far the judging is."""
        share = self._work.share
        if share:
            self._screen.hints.say(f"judging the previous revision … {share}   Esc stops")

    def _say(self, what: str) -> None:
        opened = self._screen.browsing.opened
        if opened is not None and is_previous(opened):
            caution = f"previous revision {_txid(opened)}: {what}"
            self._screen.begin(opened._replace(caution=caution), what)


def _txid(opened: Opened) -> int:
    return opened.reading.revision.txid


ACTIONS: Mapping[str, Do] = {"revision": lambda screen, _: screen.revising.turn()}
