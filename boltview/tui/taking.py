"""Taking things along: to the clipboard, to a file, into a pager."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from textual.app import SuspendNotSupported

from boltview.bolt.bucket import Bucket
from boltview.bolt.errors import BoltError, CannotWrite
from boltview.bolt.progress import Progress
from boltview.browse.chords import Action
from boltview.forensics.extract import write_new
from boltview.forensics.files import UnusableDestination
from boltview.report.aside import Check, aside
from boltview.report.escape import escape
from boltview.report.pagertext import TEXTS
from boltview.report.takeaway import (
    KINDS,
    NotTaken,
    Place,
    file_name,
    json_chunks,
    raw_chunks,
    take,
)
from boltview.report.units import exact_size
from boltview.tui.actions import Do
from boltview.tui.background import Background
from boltview.tui.documents import TABS
from boltview.tui.osc52 import give_to_tmux, sequences
from boltview.tui.pager import NoPager, command, page
from boltview.tui.pictures import without_fonts

if TYPE_CHECKING:
    from boltview.tui.main_screen import MainScreen

Chunks = Callable[[Place], tuple[int, Iterator[bytes]]]
"""Returns how many bytes there will be, 0 where nobody knows, and the bytes."""


class Export(NamedTuple):
    """One way to write an entry to a file."""

    chunks: Chunks
    suffix: str


EXPORTS: Mapping[str, Export] = {
    "export-raw": Export(raw_chunks, ".bin"),
    "export-json": Export(lambda place: (0, json_chunks(place)), ".json"),
}
"""By the action that asks for it."""
_SAID = 40
"""Bytes of what was copied that are said."""


class Taking:
    """What goes on while something is being exported: one thing at a time.

    Attributes:
        clipboard: how what is copied gets to the clipboard, one of `settings.CLIPBOARDS`.
        picture: of the screen, which waits for the name of its file.
    """

    def __init__(self, screen: "MainScreen", clipboard: str) -> None:
        """Export nothing yet."""
        self.clipboard = clipboard
        self._screen = screen
        self._work: Background[int] = Background(screen, self)
        self._path = ""
        self._written = 0
        self._asked: Place | None = None
        self.picture = ""

    @property
    def is_running(self) -> bool:
        """Whether something is being written."""
        return self._work.is_running

    def ask(self, what: str) -> None:
        """Ask for the file to export the entry under the cursor to."""
        place = self._screen.place
        if place is None:
            return
        if self.is_running:
            self._screen.hints.say("one export at a time; Esc gives up the one that goes on")
            return
        try:
            EXPORTS[what].chunks(place)
        except NotTaken as reason:
            self._screen.hints.say(str(reason))
            return
        # What is under the cursor can change while the name is typed: a file is followed.
        self._asked = place
        self._screen.ask(what, file_name(place, EXPORTS[what].suffix))

    def begin(self, what: str, name: str) -> None:
        """Export to the file that was named."""
        place, self._asked = self._asked, None
        if place is None or not name:
            self._screen.hints.say("nothing was written")
            return
        export, path = EXPORTS[what], self._to(name)
        self._work.start(lambda check, tell: _write(place, export, path, check, tell))

    def keep_picture(self, name: str) -> None:
        """Write the picture to the file that was named."""
        picture, self.picture = self.picture, ""
        if not name:
            self._screen.hints.say("nothing was written")
            return
        path = self._to(name)
        self._work.start(lambda _check, _tell: _write_all(path, [picture.encode()]))

    def _to(self, name: str) -> str:
        self._path, self._written = os.path.abspath(os.path.expanduser(name)), 0
        return self._path

    def cancel(self) -> bool:
        """Give up what is being written; return whether anything was."""
        if self._work.cancel():
            self._screen.hints.say(f"given up: {escape(self._path)} was not written")
            return True
        return False

    def took(self, made: int) -> None:
        """Take notice of how much is written."""
        self._written = made
        if self._work.is_running:
            self.told()

    def told(self) -> None:
        """Say how far the export is."""
        total = self._work.total
        share = f", {100 * self._written // total} %" if total else ""
        size = exact_size(self._written)
        self._screen.hints.say(f"exporting {escape(self._path)}: {size}{share}; Esc gives up")

    def ended(self) -> None:
        """Say what was written where."""
        self._screen.hints.say(f"wrote {exact_size(self._written)} to {escape(self._path)}")

    def failed(self, reason: str) -> None:
        """Say why nothing was written."""
        # The user knows the name; a long path would push the reason off the screen.
        self._screen.hints.say(f"not written: {escape(reason.removeprefix(f'{self._path}: '))}")


NOT_ON_PAGES = frozenset({*EXPORTS, "screenshot", "page-out", "suspend"})
"""What a web page may not do: it writes no file, and has no terminal to lend."""


def _write(place: Place, export: Export, path: str, check: Check, tell: Progress) -> Iterator[int]:
    """Write an entry, in a thread of its own; yield how much of it there is so far."""
    own, entry = aside(place.opened, check), place.entry
    if isinstance(entry, Bucket):
        entry = Bucket(own.reading.revision, entry.path, entry.header)
    size, chunks = export.chunks(Place(own, place.bucket, entry))
    for done in _write_all(path, chunks):
        tell(done, size)
        yield done


def _write_all(path: str, chunks: Iterable[bytes]) -> Iterator[int]:
    try:
        yield from write_new(path, chunks)
    except UnusableDestination as error:
        raise CannotWrite(str(error)) from error


def _copy(screen: "MainScreen", action: Action) -> None:
    """Send something to the clipboard of the terminal, and say what."""
    place = screen.place
    if place is None:
        return
    try:
        what = action.id.removeprefix("copy-")
        taken = (screen.detail.take(what) if screen.is_reading else None) or take(place, what)
        way = _send(screen, taken.data)
    except NotTaken as reason:
        screen.hints.say(str(reason))
        return
    except BoltError as error:
        screen.hints.say(escape(str(error)))
        return
    count = len(taken.data)
    said = f"sent {count:,} byte{'' if count == 1 else 's'} to the terminal's clipboard ({way})"
    start = escape(taken.data[:_SAID].decode(errors="replace"))
    more = "…" if count > _SAID else ""
    screen.hints.say(f"{said}: {taken.what}  {start}{more}")


def _send(screen: "MainScreen", data: bytes) -> str:
    """Send text to the clipboard of the terminal; return by which way.

    Raises:
        NotTaken: it goes nowhere.
    """
    wanted = screen.taking.clipboard
    if wanted == "off":
        raise NotTaken("nothing was copied: --clipboard is off; x and X export to a file")
    if wanted in {"auto", "tmux"} and give_to_tmux(data, os.environ):
        return "tmux load-buffer -w"
    if wanted == "tmux":
        raise NotTaken("nothing was copied: there is no tmux here that takes it")
    # Textual's own way knows no multiplexer, and takes text alone; what writes in turn with
    # everything else that goes to the terminal has no public name.
    driver = screen.app._driver  # noqa: SLF001 (see above)
    if driver is not None:
        for sequence in sequences(data, os.environ):
            driver.write(sequence)
    return "OSC 52"


def _read(screen: "MainScreen", _: Action) -> None:
    """Show an entry in the user's pager, in the way that the active tab shows it."""
    place = screen.place
    if place is None:
        return
    try:
        words = command(os.environ)
        with screen.app.suspend():
            page(words, _pager_text(screen, place))
    except NoPager as reason:
        screen.hints.say(escape(str(reason)))
    except BoltError as error:
        screen.hints.say(escape(str(error)))
    except SuspendNotSupported:
        screen.hints.say("there is no terminal here that a pager could use")


def _pager_text(screen: "MainScreen", place: Place) -> Iterator[str]:
    name = TABS[screen.detail.tabs.active].name
    text = TEXTS.get(name)
    return text(place) if text else screen.detail.text()


def _ask_picture(screen: "MainScreen", _: Action) -> None:
    """Keep the picture of the screen as it is now, and ask where to put it."""
    screen.taking.picture = without_fonts(screen.app.export_screenshot(title="boltview"))
    screen.ask("screenshot", "boltview.svg")


ACTIONS: Mapping[str, Do] = {
    **{f"copy-{kind}": _copy for kind in KINDS},
    **{what: lambda screen, action: screen.taking.ask(action.id) for what in EXPORTS},
    "page-out": _read,
    "screenshot": _ask_picture,
}
