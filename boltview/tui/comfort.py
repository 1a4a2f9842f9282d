"""What makes one feel at home: the last place in a file, a theme, times in the local zone."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from boltview.browse.chords import Action
from boltview.browse.resume import opened_paths
from boltview.report.memory import MAX_OPEN, Stay
from boltview.report.opened import Opened
from boltview.report.units import utc
from boltview.tui import switching
from boltview.tui.actions import Do
from boltview.tui.settings import Settings

if TYPE_CHECKING:
    from boltview.tui.main_screen import MainScreen

SAVE_EVERY = 20.0
"""Seconds after which a place is remembered although nobody has quit: a connection can break."""
LOCAL = "local"


class Comfort:
    """What is remembered of the user's wishes, and of where the user was."""

    def __init__(self, screen: "MainScreen", settings: Settings) -> None:
        """Know the settings; nothing is shown yet."""
        self._screen = screen
        self._settings = settings
        memory = settings.keeper.memory if settings.keeper else None
        wish = settings.is_local
        is_local = memory is not None and memory.zone == LOCAL if wish is None else wish
        self._zone = settings.local if is_local else utc
        self._theme = memory.theme if memory else ""
        self._kept: Stay | None = None
        self._is_resumed = False

    @property
    def theme(self) -> str:
        """The theme that is remembered; empty for none."""
        return self._theme

    def dressed(self, opened: Opened) -> Opened:
        """Return a database with its times in the zone that the user wants."""
        return opened._replace(clock=opened.clock._replace(zone=self._zone))

    def resume(self, opened: Opened) -> None:
        """Go where the user was in this file the last time; once."""
        keeper, screen = self._settings.keeper, self._screen
        if self._is_resumed or keeper is None:
            return
        self._is_resumed = True
        screen.set_interval(SAVE_EVERY, self.save)
        stay = keeper.recall(opened.path)
        if stay is None:
            return
        self._kept = stay
        screen.detail.to_tab(stay.tab)
        screen.browsing.resume(stay.opened, stay.path)
        if stay.view != switching.TREE and switching.switch(screen, stay.view):
            screen.tabling.visit(stay.row)
        if stay.path:
            screen.hints.say("where you were the last time; g goes to the top")

    def save(self) -> None:
        """Remember where the user is."""
        keeper, screen = self._settings.keeper, self._screen
        opened, outline = screen.browsing.opened, screen.browsing.outline
        if keeper is None or opened is None or outline is None:
            return
        paths = opened_paths(outline, MAX_OPEN)
        at, row = screen.browsing.path, screen.tabling.path
        stay = Stay(screen.view, at, row, paths, screen.detail.tabs.active)
        if stay != self._kept:
            self._kept = stay
            keeper.keep(opened.path, stay)

    def wear(self, theme: str) -> None:
        """Remember a theme."""
        if theme != self._theme:
            self._theme = theme
            self._prefer()

    def turn_clock(self) -> None:
        """Show times in UTC or in the local zone, whichever they are not in."""
        screen = self._screen
        opened = screen.browsing.opened
        if opened is None:
            return
        is_utc = self._zone is utc
        self._zone = self._settings.local if is_utc else utc
        screen.begin(opened, f"times in {'the local zone' if is_utc else 'UTC'}")
        self._prefer()

    def _prefer(self) -> None:
        keeper = self._settings.keeper
        if keeper is not None:
            keeper.prefer(self._theme, "" if self._zone is utc else LOCAL)


def _next_theme(screen: "MainScreen", _: Action) -> None:
    """Show the next theme in the order of their names, and say which it is."""
    app = screen.app
    names = sorted(app.available_themes)
    app.theme = names[(names.index(app.theme) + 1) % len(names)]
    screen.hints.say(f"theme {app.theme}")


ACTIONS: Mapping[str, Do] = {
    "zone": lambda screen, _: screen.comfort.turn_clock(),
    "next-theme": _next_theme,
}
