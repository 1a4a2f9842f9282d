"""Which of the two panes has the keyboard, which has the room, and what the detail pane shows."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from boltview.browse.chords import Action
from boltview.tui.actions import Do

if TYPE_CHECKING:
    from boltview.tui.main_screen import MainScreen

_ZOOMS = ("-zoomed-rows", "-zoomed-detail")


def read(screen: "MainScreen", _: Action) -> None:
    """Give the keyboard to the detail pane."""
    screen.remove_class("-zoomed-rows")
    screen.give_keyboard(to_detail=True)


def leave(screen: "MainScreen", _: Action) -> None:
    """Give the keyboard to the rows."""
    screen.remove_class("-zoomed-detail")
    screen.give_keyboard(to_detail=False)


def _switch(screen: "MainScreen", action: Action) -> None:
    (leave if screen.is_reading else read)(screen, action)


def _zoom(screen: "MainScreen", _: Action) -> None:
    """Give the pane that has the keyboard the whole screen, or give it back."""
    if any(screen.has_class(name) for name in _ZOOMS):
        screen.remove_class(*_ZOOMS)
    else:
        screen.add_class(_ZOOMS[screen.is_reading])


def _turn_tabs(screen: "MainScreen", by: int) -> None:
    screen.detail.to_tab(screen.detail.tabs.active + by)


ACTIONS: Mapping[str, Do] = {
    "switch-pane": _switch,
    "tree-pane": leave,
    "detail-pane": read,
    "zoom": _zoom,
    "next-tab": lambda screen, _: _turn_tabs(screen, 1),
    "previous-tab": lambda screen, _: _turn_tabs(screen, -1),
    "tab": lambda screen, action: screen.detail.to_tab(action.number),
    "detail-down": lambda screen, _: screen.detail.page.move(1),
    "detail-up": lambda screen, _: screen.detail.page.move(-1),
}
