"""What is asked in the bottom line, and what becomes of the answers."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from boltview.tui.actions import Do
from boltview.tui.commanding import ASKED as PALETTE
from boltview.tui.linking import ASKED as FOLLOW

if TYPE_CHECKING:
    from boltview.tui.main_screen import MainScreen


def _nothing(_screen: "MainScreen", _text: str) -> None:
    """Wait for the whole answer."""


def _edits(_screen: "MainScreen", _key: str) -> bool:
    """Leave every key to the line."""
    return False


class Question(NamedTuple):
    """Something that is asked."""

    label: str
    done: "Callable[[MainScreen, str], None]"
    """Given the whole answer."""
    typed: "Callable[[MainScreen, str], None]" = _nothing
    """Given what has been typed so far, after every key."""
    dropped: "Callable[[MainScreen, str], None]" = _nothing
    """Given what had been typed when the user gave up."""
    pressed: "Callable[[MainScreen, str], bool]" = _edits
    """Given a key that is not to edit the line; whether it was one."""


def _end_search(screen: "MainScreen", text: str) -> None:
    screen.face.end_search(keep=bool(text))


def _export(what: str) -> "Callable[[MainScreen, str], None]":
    return lambda screen, text: screen.taking.begin(what, text)


QUESTIONS: dict[str, Question] = {
    "search": Question(
        "/",
        _end_search,
        lambda screen, text: screen.face.look_for(text),
        lambda screen, _: screen.face.end_search(keep=False),
    ),
    PALETTE: Question(
        ":",
        lambda screen, _: screen.commanding.enter(),
        lambda screen, text: screen.commanding.typed(text),
        lambda screen, _: screen.commanding.close(),
        lambda screen, key: screen.commanding.pressed(key),
    ),
    FOLLOW: Question(
        "follow ",
        lambda screen, _: screen.linking.chosen(),
        lambda screen, text: screen.linking.typed(text),
        lambda screen, _: screen.linking.close(),
        lambda screen, key: screen.linking.pressed(key),
    ),
    "find": Question("find in all ", lambda screen, text: screen.finding.begin(text)),
    "export-raw": Question("export the value to ", _export("export-raw")),
    "export-json": Question("export JSON to ", _export("export-json")),
    "screenshot": Question(
        "save the picture to ", lambda screen, text: screen.taking.keep_picture(text)
    ),
    "filter": Question(
        "filter ",
        lambda screen, text: screen.face.narrow(text),
        lambda screen, text: screen.face.narrow(text),
        lambda screen, _: screen.face.narrow(""),
    ),
}
"""By the action that asks."""


ACTIONS: Mapping[str, Do] = {
    "search": lambda screen, _: screen.ask("search"),
    "filter": lambda screen, _: screen.ask("filter", screen.face.filter),
}
