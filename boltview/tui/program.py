"""What is about the program itself: help, reading the file again, stopping, quitting."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from boltview.browse.chords import Action
from boltview.tui import panes
from boltview.tui.actions import Do
from boltview.tui.messages import Reload

if TYPE_CHECKING:
    from boltview.tui.main_screen import MainScreen


def _cancel(screen: "MainScreen", action: Action) -> None:
    """Give up an export; end the tour; leave the pane; else stop or clear what the rows do."""
    if (
        screen.taking.cancel()
        or screen.detail.graphs.cancel()
        or screen.revising.cancel()
        or screen.touring.end()
    ):
        return
    if screen.finding.cancel():
        return
    if screen.is_reading:
        panes.leave(screen, action)
    else:
        screen.face.apply(action)


def show_help(screen: "MainScreen", _: Action) -> None:
    """Show what keys do where the keyboard is now, and all keys."""
    from boltview.tui.help import Help

    screen.app.push_screen(Help(screen.prompt.asking or _place(screen)))


def _place(screen: "MainScreen") -> str:
    """Return which of `CONTEXTS` has the keyboard while nothing is asked."""
    if screen.touring.is_on:
        return "tour"
    if screen.is_reading:
        return screen.detail.place
    return "tree" if screen.face is screen.browsing else "table"


ACTIONS: Mapping[str, Do] = {
    "help": show_help,
    "reload": lambda screen, _: screen.post_message(Reload()),
    "suspend": lambda screen, _: screen.app.action_suspend_process(),
    "quit": lambda screen, _: screen.app.exit(0),
    "cancel": _cancel,
    "nothing": lambda _screen, _action: None,
}
