"""The application: paints a frame first, opens the database behind it, and ends with its error."""

import os
from collections.abc import Callable
from functools import partial
from time import monotonic

from textual.app import App
from textual.binding import Binding
from textual.worker import Worker, WorkerCancelled, get_current_worker

from boltview.report.escape import escape
from boltview.report.opened import Opened
from boltview.tui.main_screen import MainScreen
from boltview.tui.messages import Reload

Progress = Callable[[int, int], None]
"""Told bytes done and bytes in all."""
Opener = Callable[[Progress], Opened]
"""Opens the database; told whom to tell how far the copy of a live file is."""

_THEME = "nord"
"""A calm dark one; TEXTUAL_THEME names another."""
_TOLD_EVERY = 0.1
_TWICE = 2.0
"""Seconds within which a second Ctrl+C quits."""


class BoltviewApp(App[int]):
    """The browser of one database.

    Attributes:
        error: why the database could not be opened; None if it could.
    """

    TITLE = "boltview"
    CSS_PATH = "styles.tcss"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS = [Binding("ctrl+c", "interrupt", show=False, system=True, priority=True)]

    def __init__(self, opener: Opener, title: str) -> None:
        """Browse what `opener` opens; `title` is shown until then."""
        super().__init__()
        self.animation_level = "none"
        if "TEXTUAL_THEME" not in os.environ:
            self.theme = _THEME
        self.error: Exception | None = None
        self._opener = opener
        self._main = MainScreen(escape(title))
        self._interrupted = -_TWICE

    @property
    def is_settled(self) -> bool:
        """Whether the database is open, or will not be, and everything that follows is shown."""
        return self._main.browsing.is_settled or self.error is not None

    def on_mount(self) -> None:
        """Show the frame, and open the database once it is painted."""
        self.push_screen(self._main)
        self._main.call_after_refresh(self._start)

    def _start(self) -> None:
        self.run_worker(self._open, thread=True, exclusive=True, exit_on_error=False)

    def on_reload(self, _: Reload) -> None:
        """Read the file again."""
        self._main.hints.say("reading …")
        self._start()

    def _open(self) -> None:
        """Open the database, in a thread of its own."""
        try:
            opened = self._opener(self._progress(get_current_worker()))
            self.call_from_thread(self._main.begin, opened)
        except WorkerCancelled:
            pass
        except Exception as error:  # noqa: BLE001 - `run` raises it again when the screen is gone
            self.call_from_thread(self._failed, error)

    def _failed(self, error: Exception) -> None:
        if self._main.browsing.is_open:
            # What is on the screen is still true of the file as it was.
            self._main.hints.say(f"cannot be read again: {escape(str(error))}")
            return
        self.error = error
        self._main.fail(escape(str(error)))

    def _progress(self, worker: Worker[object]) -> Progress:
        due = monotonic() + _TOLD_EVERY

        def tell(done: int, total: int) -> None:
            nonlocal due
            if worker.is_cancelled:
                raise WorkerCancelled("the user has quit")
            if monotonic() >= due:
                due = monotonic() + _TOLD_EVERY
                share = 100 * done // total if total else 100
                notice = f"copying the live file … {share} %"
                self.call_from_thread(partial(self._main.tree_view.tell, notice))

        return tell

    def action_interrupt(self) -> None:
        """Quit at the second Ctrl+C in a row; the first may have been meant for something else."""
        now = monotonic()
        if now - self._interrupted < _TWICE:
            self.exit(0)
        self._interrupted = now
        self._main.hints.say("once more, or q, quits")


def run(opener: Opener, *, title: str) -> int:
    """Run the browser on the terminal; return the exit code.

    Args:
        opener: opens the database; called in a thread, again for every reload.
        title: name of the file, shown until it is open.

    Raises:
        Exception: what `opener` raised, after the user has read it and quit.
    """
    app = BoltviewApp(opener, title)
    code = app.run()
    if app.error is not None:
        raise app.error
    return code or 0
