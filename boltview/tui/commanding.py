"""What the palette asks for: asks the line, lists what it can become, and does it."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from boltview.browse.chords import Action
from boltview.browse.commands import FIND, NAMESPACE, PAGE, THEME, VIEW, commands, views
from boltview.browse.fuzzy import grade, ranked
from boltview.browse.lineedit import LineEdit
from boltview.browse.palette import PATH, ROW, Offer, Palette
from boltview.containerd.metadata import SCHEMA
from boltview.report.complete import paths
from boltview.report.escape import escape
from boltview.report.keypath import NoSuchKey, path_text
from boltview.report.tables.views import VIEWS
from boltview.tui.actions import Do
from boltview.tui.linking import ASKED as FOLLOW
from boltview.tui.switching import TREE, switch

if TYPE_CHECKING:
    from boltview.tui.main_screen import MainScreen

ASKED = "palette"
"""The question, and the action that asks it."""
_STEPS = {"down": 1, "ctrl+n": 1, "up": -1, "ctrl+p": -1, "shift+tab": -1}
_TOP = "v1/"
"""Where containerd keeps its namespaces."""
_PAGES = "view-pages"
_LONGEST = 1_000
"""Bytes of keys that a path begins with by itself."""
_TITLES = [(view.id, title) for view in VIEWS for title in (view.title, view.short)]


class Commanding:
    """The palette of the screen, anew for every time it is opened."""

    def __init__(self, screen: "MainScreen") -> None:
        """Ask nothing yet."""
        self._screen = screen
        self._palette = Palette([], {PATH: lambda _: ()})

    def ask(self) -> None:
        """Open the palette with all that there is."""
        browsing = self._screen.browsing
        above = browsing.path[:-1]
        # A thousand levels of keys of 32 KiB are nothing that one goes on typing.
        is_short = sum(map(len, above)) <= _LONGEST
        found = commands(f"{path_text(above)}/" if above and is_short else "", _TITLES)
        offers: dict[str, Callable[[str], Sequence[Offer]]] = {
            PATH: self._paths,
            NAMESPACE: self._namespaces,
            VIEW: lambda begun: _named(begun, [command.name for command in views(found)]),
            THEME: lambda begun: _named(begun, sorted(self._screen.app.available_themes)),
        }
        self._palette = Palette(found, offers)
        self._screen.ask(ASKED)
        self._list()

    def typed(self, text: str) -> None:
        """List what the line can become now."""
        self._palette.type(text)
        self._list()

    def pressed(self, key: str) -> bool:
        """Choose, or take what is chosen; return whether that is what the key is for."""
        if key == "tab":
            self._extend(self._palette.take())
        elif key in _STEPS:
            self._palette.move(_STEPS[key])
            self._list()
        else:
            return False
        return True

    def choose(self, position: int) -> None:
        """Do what is offered at a position."""
        self._palette.choose(position)
        self._screen.end_prompt(keep=True)

    def close(self) -> None:
        """List nothing any more."""
        self._screen.choices.close()

    def enter(self) -> None:
        """Do what is chosen or typed; or go on asking for what is missing."""
        self.close()
        call = self._palette.enter()
        if call is None:
            self._screen.ask(ASKED, self._palette.text)
            self._list()
        elif call.action in _CALLS:
            _CALLS[call.action](self._screen, call.argument)
        else:
            self._screen.act(Action(call.action))

    def _extend(self, line: str) -> None:
        self._screen.prompt.edit = LineEdit(line)
        self._screen.prompt.refresh()
        self._list()

    def _list(self) -> None:
        if self._screen.prompt.asking == ASKED:
            self._screen.choices.show(self._palette)

    # --- what arguments can become ---------------------------------------------------------------

    def _paths(self, begun: str) -> Sequence[Offer]:
        opened = self._screen.browsing.opened
        return paths(opened, begun) if opened else ()

    def _namespaces(self, begun: str) -> Sequence[Offer]:
        if not _has_namespaces(self._screen):
            return ()
        return [
            Offer(offer.line.removeprefix(_TOP), offer.label.removesuffix("/"))
            for offer in self._paths(f"{_TOP}{begun}")
            if offer.more
        ]


def _named(begun: str, names: Sequence[str]) -> list[Offer]:
    found = ranked(names, lambda name: grade(begun, name)) if begun else names
    return [Offer(name, name) for name in found]


def _has_namespaces(screen: "MainScreen") -> bool:
    opened = screen.browsing.opened
    schema = opened.reading.schema if opened else None
    return schema is not None and schema.id == SCHEMA


# --- what commands with an argument do -----------------------------------------------------------


def _to_row(screen: "MainScreen", number: str) -> None:
    screen.face.apply(Action("jump", int(number) - 1))


def _to_path(screen: "MainScreen", text: str) -> None:
    if not text:
        return
    try:
        path = screen.browsing.find(text)
    except NoSuchKey as error:
        is_word = "/" not in text
        said = f"no command is called {escape(text)}, and {error}" if is_word else str(error)
        screen.hints.say(escape(said))
        return
    _leave_for_tree(screen, lambda: screen.browsing.go_to(path))


def _to_namespace(screen: "MainScreen", name: str) -> None:
    if not _has_namespaces(screen):
        screen.hints.say("no namespaces here: containerd's meta.db has them")
        return
    try:
        path = screen.browsing.find(f"{_TOP}{name}")
    except NoSuchKey:
        screen.hints.say(f"no namespace {escape(name)}")
        return
    _leave_for_tree(screen, lambda: screen.browsing.unveil(path))


def _leave_for_tree(screen: "MainScreen", go: Callable[[], None]) -> None:
    """Go somewhere in the tree; `[` comes back from there."""
    here = screen.here
    if switch(screen, TREE):
        screen.history.leave(here)
        go()


def _to_page(screen: "MainScreen", text: str) -> None:
    opened = screen.browsing.opened
    last = opened.reading.revision.high_water - 1 if opened else 0
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(last))
    if not is_number or int(text) > last:
        screen.hints.say(f"no page {escape(text)}: pages are numbered from 0 to {last:,}")
        return
    here = screen.here
    if switch(screen, _PAGES):
        screen.history.leave(here)
        screen.tabling.visit((text.encode(),))


def _to_view(screen: "MainScreen", name: str) -> None:
    found = next((view for view in views(commands(titles=_TITLES)) if view.is_called(name)), None)
    if found is None:
        screen.hints.say(f"no view is called {escape(name)}")
    else:
        screen.act(Action(found.action))


def _wear(screen: "MainScreen", name: str) -> None:
    if name in screen.app.available_themes:
        screen.app.theme = name
        screen.hints.say(f"theme {name}")
    else:
        screen.hints.say(f"no theme is called {escape(name)}; : theme and Tab list them")


def _choose(screen: "MainScreen", action: Action) -> None:
    """Do what was clicked in the list above the prompt."""
    if screen.prompt.asking == ASKED:
        screen.commanding.choose(action.number)
    elif screen.prompt.asking == FOLLOW:
        screen.linking.choose(action.number)


_CALLS: Mapping[str, "Callable[[MainScreen, str], None]"] = {
    ROW: _to_row,
    PATH: _to_path,
    NAMESPACE: _to_namespace,
    PAGE: _to_page,
    VIEW: _to_view,
    THEME: _wear,
    FIND: lambda screen, text: screen.finding.begin(text),
}

ACTIONS: Mapping[str, Do] = {
    ASKED: lambda screen, _: screen.commanding.ask(),
    "choose": _choose,
}
