"""Noticing that the file under the browser was changed, replaced or removed, and saying so."""

import os
from typing import TYPE_CHECKING

from boltview.report.opened import Opened

if TYPE_CHECKING:
    from boltview.tui.main_screen import MainScreen

EVERY = 2.0
"""Seconds from one look at the file to the next: a look is one `stat`, and reads nothing."""
_KEPT = "what was read before stays"

Mark = tuple[int, ...]


class Noticing:
    """What has become of the file since it was opened.

    Attributes:
        note: what is to be said of it; empty while there is nothing.
    """

    def __init__(self, screen: "MainScreen") -> None:
        """Look at nothing until there is a file."""
        self._screen = screen
        self._opened: Opened | None = None
        self._before: Mark | None = None
        self._is_looking = False
        self.note = ""

    def begin(self, opened: Opened) -> None:
        """Compare with the file as it is now, from here on."""
        self._opened, self.note = opened, ""
        self._before = self._mark()
        if not self._is_looking:
            self._is_looking = True
            self._screen.set_interval(EVERY, self.look)

    def look(self) -> None:
        """Look at the file."""
        if self._opened is None or self._before is None:
            return
        now = self._mark()
        if now is None:
            note = f"no longer there: {_KEPT}"
        elif now[:2] != self._before[:2]:
            note = "another file is in its place: r reads that"
        elif now != self._before:
            note = "changed on disk: r reads it again"
        else:
            note = ""
        if note != self.note:
            self.note = note
            self._screen.browsing.show_facts()

    def _mark(self) -> Mark | None:
        """Return what tells one state of the file from another; None where it is not to be seen.

        Of a file that somebody writes, and of which a copy is read, only which file it is: that it
        changes says nothing.
        """
        opened = self._opened
        if opened is None:
            return None
        try:
            status = os.stat(opened.path)
        except OSError:
            return None
        which = (status.st_dev, status.st_ino)
        return which if opened.holder else (*which, status.st_size, status.st_mtime_ns)
