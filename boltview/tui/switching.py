"""Going from view to view: by key, by opening an object, back and forward."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from boltview.browse.chords import Action
from boltview.browse.history import Spot
from boltview.report.tables.views import VIEWS
from boltview.tui.actions import Do
from boltview.tui.panes import leave

if TYPE_CHECKING:
    from boltview.tui.main_screen import MainScreen

TREE = "view-tree"


def switch(screen: "MainScreen", name: str) -> bool:
    """Show a view; say why not where there is none. Return whether it shows."""
    view = screen.finding.view(name) or screen.linking.view(name)
    opened = screen.browsing.opened
    if opened is None:
        return False
    refusal = view.refusal(opened) if view else ""
    if refusal:
        screen.hints.say(refusal)
        return False
    screen.show_view(view)
    return True


def _to_view(screen: "MainScreen", action: Action) -> None:
    here = screen.here
    if action.id == here.view:
        # Once more: what failed or was stopped begins again.
        switch(screen, action.id)
    elif switch(screen, action.id):
        screen.history.leave(here)


def travel(screen: "MainScreen", spot: Spot | None) -> None:
    """Go to a spot that the history knows."""
    if spot is None:
        screen.hints.say("no further jump to go back or forward to")
    elif spot.view == screen.view or switch(screen, spot.view):
        leave(screen, Action("tree-pane"))
        screen.face.visit(spot.path)


def open_place(screen: "MainScreen") -> None:
    """Go from a row of a table to what it stands for in the tree."""
    place = screen.tabling.place
    if place is None:
        screen.hints.say("nothing in the tree stands for this row")
        return
    screen.jump(place)


ACTIONS: Mapping[str, Do] = {
    TREE: _to_view,
    **{view.id: _to_view for view in VIEWS},
    "back": lambda screen, _: travel(screen, screen.history.back(screen.here)),
    "forward": lambda screen, _: travel(screen, screen.history.forward(screen.here)),
}
