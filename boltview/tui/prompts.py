"""What is asked in the bottom line, and what becomes of the answers."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from boltview.browse.chords import Action
from boltview.report.keypath import path_text
from boltview.tui.actions import Do
from boltview.tui.switching import TREE, switch

if TYPE_CHECKING:
    from boltview.tui.main_screen import MainScreen


def _nothing(_screen: "MainScreen", _text: str) -> None:
    """Wait for the whole answer."""


class Question(NamedTuple):
    """Something that is asked."""

    label: str
    done: "Callable[[MainScreen, str], None]"
    """Given the whole answer."""
    typed: "Callable[[MainScreen, str], None]" = _nothing
    """Given what has been typed so far, after every key."""
    dropped: "Callable[[MainScreen, str], None]" = _nothing
    """Given what had been typed when the user gave up."""


def _goto(screen: "MainScreen", text: str) -> None:
    if text.isascii() and text.isdigit():
        screen.face.apply(Action("jump", int(text) - 1))
    else:
        here = screen.here
        if screen.face is not screen.browsing and switch(screen, TREE):
            screen.history.leave(here)
        screen.browsing.goto(text)


def _end_search(screen: "MainScreen", text: str) -> None:
    screen.browsing.end_search(keep=bool(text))


def _export(what: str) -> "Callable[[MainScreen, str], None]":
    return lambda screen, text: screen.taking.begin(what, text)


QUESTIONS: dict[str, Question] = {
    "search": Question(
        "/",
        _end_search,
        lambda screen, text: screen.browsing.look_for(text),
        lambda screen, _: screen.browsing.end_search(keep=False),
    ),
    "goto": Question(":", _goto),
    "export-raw": Question("export the value to ", _export("export-raw")),
    "export-json": Question("export JSON to ", _export("export-json")),
    "screenshot": Question(
        "save the picture to ", lambda screen, text: screen.taking.keep_picture(text)
    ),
    "filter": Question(
        "filter ",
        lambda screen, text: screen.tabling.narrow(text),
        lambda screen, text: screen.tabling.narrow(text),
        lambda screen, _: screen.tabling.narrow(""),
    ),
}
"""By the action that asks."""


def _ask_filter(screen: "MainScreen", _: Action) -> None:
    if screen.face is screen.tabling:
        screen.ask("filter", screen.tabling.filter)
    else:
        screen.hints.say("f filters tables; in the tree / searches")


def _ask_goto(screen: "MainScreen", _: Action) -> None:
    """Ask for a path, from that of the tree's cursor on; in a table rather for a row."""
    in_tree = screen.face is screen.browsing
    screen.ask("goto", path_text(screen.browsing.path) if in_tree else "")


ACTIONS: Mapping[str, Do] = {
    "search": lambda screen, _: screen.ask("search"),
    "goto": _ask_goto,
    "filter": _ask_filter,
}
