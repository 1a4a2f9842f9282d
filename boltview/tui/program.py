"""What is about the program itself: help, reading the file again, stopping, quitting."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from boltview.browse.chords import Action
from boltview.tui import panes
from boltview.tui.actions import Do
from boltview.tui.help import Help
from boltview.tui.messages import Reload

if TYPE_CHECKING:
    from boltview.tui.main_screen import MainScreen


def _cancel(screen: "MainScreen", action: Action) -> None:
    """Give up an export; end the tour; leave the pane; else stop or clear what the rows do."""
    if screen.taking.cancel() or screen.detail.graphs.cancel() or screen.touring.end():
        return
    if screen.finding.cancel():
        return
    if screen.is_reading:
        panes.leave(screen, action)
    else:
        screen.face.apply(action)


ACTIONS: Mapping[str, Do] = {
    "help": lambda screen, _: screen.app.push_screen(Help()),
    "reload": lambda screen, _: screen.post_message(Reload()),
    "suspend": lambda screen, _: screen.app.action_suspend_process(),
    "quit": lambda screen, _: screen.app.exit(0),
    "cancel": _cancel,
    "nothing": lambda _screen, _action: None,
}
