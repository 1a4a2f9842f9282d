"""The application: paints a frame first, opens the database behind it, and ends with its error."""

import gc
import os
import signal
from asyncio import get_running_loop
from collections.abc import Callable, Iterator
from functools import partial
from threading import Timer
from time import monotonic, sleep
from typing import TYPE_CHECKING

from textual.app import App
from textual.binding import Binding
from textual.worker import Worker, WorkerCancelled, get_current_worker

from boltview.bolt.errors import BoltError
from boltview.bolt.metawatch import Wait
from boltview.bolt.progress import Progress
from boltview.report.escape import escape
from boltview.report.opened import Opened
from boltview.report.refresh import Refresh
from boltview.tui.main_screen import MainScreen
from boltview.tui.messages import Reload
from boltview.tui.settings import NO_SETTINGS, Settings

if TYPE_CHECKING:
    from textual.theme import Theme

Opener = Callable[[Progress], Opened]
"""Opens the database; told whom to tell how far the copy of a live file is."""
Feed = Callable[[Progress, Wait], Iterator[Refresh | BoltError]]
"""Yields the states of a file that is followed, and what went wrong in between."""

_THEME = "nord"
"""A calm dark one; TEXTUAL_THEME names another."""
_TOLD_EVERY = 0.1
_SIGNALLED = 128
"""Shells count exit codes of what a signal ended from here on."""
_LAST_WORDS = 2.0
"""Seconds within which the terminal is restored when the program is told to end."""
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

    def __init__(
        self,
        opener: Opener,
        title: str,
        feed: Feed | None = None,
        settings: Settings = NO_SETTINGS,
    ) -> None:
        """Browse what `opener` opens, or follow `feed`.

        Args:
            opener: opens the database.
            title: shown until then.
            feed: follows it.
            settings: a memory, a zone.
        """
        super().__init__()
        self.animation_level = "none"
        self.error: Exception | None = None
        self._opener = opener
        self._feed = feed
        self._main = MainScreen(escape(title), settings)
        if "TEXTUAL_THEME" not in os.environ:
            wanted = self._main.comfort.theme
            self.theme = wanted if wanted in self.available_themes else _THEME
        self.stylesheet.set_variables(self.get_css_variables())
        self._parsed_for: Theme | None = self.current_theme
        self._interrupted = -_TWICE
        self._is_reading = False

    @property
    def is_settled(self) -> bool:
        """Whether the database is open, or will not be, and everything that follows is shown."""
        is_read = self._main.is_settled and not self._is_reading
        return is_read or self.error is not None

    @property
    def opened(self) -> Opened | None:
        """The database as it is shown; None until it is open."""
        return self._main.browsing.opened

    def on_mount(self) -> None:
        """Show the frame, and open the database once it is painted."""
        if not self.is_headless:
            self._heed_signals()
        self.push_screen(self._main)
        self.theme_changed_signal.subscribe(self, lambda theme: self._main.comfort.wear(theme.name))
        self._main.call_after_refresh(self._painted)

    def refresh_css(self, animate: bool = True) -> None:  # noqa: FBT001, FBT002  (Textual's)
        """Parse the style sheet again, but not at once after its first parsing.

        Textual does so for every theme that is put on, the first too: a second parsing before the
        first picture.
        """
        parsed_for, self._parsed_for = self._parsed_for, None
        if self.current_theme is not parsed_for:
            super().refresh_css(animate)

    def _heed_signals(self) -> None:
        """Leave the terminal as it was also when told to end, or when the connection breaks."""
        for number in (signal.SIGTERM, signal.SIGHUP):
            get_running_loop().add_signal_handler(number, self._leave, _SIGNALLED + number)

    def _leave(self, code: int) -> None:
        """Remember the place and quit; at once if a terminal that is gone takes no last words."""
        self.save()
        # What writes to the terminal waits for ever when nobody reads.
        watchdog = Timer(_LAST_WORDS, os._exit, [code])
        watchdog.daemon = True
        watchdog.start()
        self.exit(code)

    def _painted(self) -> None:
        """Read the database, now that the frame is there, and let garbage be collected again."""
        if not gc.isenabled():
            gc.freeze()  # what the start has made stays
            gc.enable()
        (self._start if self._feed is None else self._start_following)()

    def _start(self) -> None:
        self._is_reading = True
        self.run_worker(self._open, thread=True, exclusive=True, exit_on_error=False)

    def _start_following(self) -> None:
        self.run_worker(self._follow, thread=True, group="follow", exit_on_error=False)

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
        finally:
            self._is_reading = False

    def _follow(self) -> None:
        """Show each new state of the file, in a thread of its own."""
        worker = get_current_worker()
        wait = _waiter(worker)
        try:
            for state in self._feed(self._progress(worker), wait) if self._feed else ():
                while self._main.prompt.asking:
                    # Rows that change under what is being typed would take the cursor elsewhere.
                    wait(_TOLD_EVERY)
                if isinstance(state, Refresh):
                    self.call_from_thread(self._main.renew, state)
                else:
                    self.call_from_thread(self._failed, state)
        except WorkerCancelled:
            pass
        except Exception as error:  # noqa: BLE001 - as in `_open`
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

    def save(self) -> None:
        """Remember where the user is."""
        self._main.comfort.save()

    def action_interrupt(self) -> None:
        """Quit at the second Ctrl+C in a row; the first may have been meant for something else."""
        now = monotonic()
        if now - self._interrupted < _TWICE:
            self.exit(0)
        self._interrupted = now
        self._main.hints.say("once more, or q, quits")


def _waiter(worker: Worker[object]) -> Wait:
    """Return what passes the time until the user quits."""

    def wait(seconds: float) -> None:
        end = monotonic() + seconds
        while not worker.is_cancelled:
            left = end - monotonic()
            if left <= 0:
                return
            sleep(min(left, _TOLD_EVERY))
        raise WorkerCancelled("the user has quit")

    return wait


def run(
    opener: Opener,
    feed: Feed | None = None,
    *,
    title: str,
    settings: Settings = NO_SETTINGS,
    mouse: bool = True,
) -> tuple[int, Opened | None]:
    """Run the browser on the terminal.

    Returns the exit code that it was ended with, 0 if the user quit, and the database as it was
    shown last; None if it was not open by then.

    Args:
        opener: opens the database; called in a thread, again for every reload.
        feed: follows the database instead; called once, in a thread.
        title: name of the file, shown until it is open.
        settings: a memory, a zone.
        mouse: whether the mouse does anything here, or is left to the terminal.

    Raises:
        Exception: what `opener` or `feed` raised, after the user has read it and quit.
    """
    app = BoltviewApp(opener, title, feed, settings)
    code = app.run(mouse=mouse)
    app.save()
    if app.error is not None:
        raise app.error
    return code or 0, app.opened
