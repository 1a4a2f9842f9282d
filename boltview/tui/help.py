"""The help: what keys do here, then every key, from the tables of contexts and of keys."""

from collections.abc import Iterator, Sequence

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from boltview.browse.contexts import CONTEXTS, Context, lines
from boltview.browse.keys import BINDINGS, GROUPS, key_text

_CLOSERS = frozenset({"?", "q", "escape", "enter", "f1"})
_KEYS_WIDTH = 18
_COLUMNS = (GROUPS[:2], GROUPS[2:])
_WIDE = 150
_SCROLL = {"down": 1, "j": 1, "up": -1, "k": -1, "pagedown": 10, "pageup": -10, "space": 10}


class Help(ModalScreen[None]):
    """What keys do in one place, and all keys, on one page over the screen."""

    def __init__(self, place: str) -> None:
        """Begin with a place, one of `CONTEXTS`."""
        super().__init__()
        self._place = place

    def compose(self) -> ComposeResult:
        """Lay out the groups."""
        with VerticalScroll(id="help"):
            yield Static("boltview reads and never writes: no key changes the file.")
            here = Text.assemble(*here_text(CONTEXTS[self._place]))
            yield Static(here, id="here", markup=False)
            with Container(id="columns"):
                for groups in _COLUMNS:
                    yield Static(Text.assemble(*help_text(groups)), markup=False)
            yield Static("Esc or ? closes this.")

    def on_resize(self, event: events.Resize) -> None:
        """Set the groups side by side where there is room."""
        self.set_class(event.size.width >= _WIDE, "-wide")

    def on_key(self, event: events.Key) -> None:
        """Close or scroll."""
        event.stop()
        event.prevent_default()
        key = event.character if event.is_printable and event.character else event.key
        if key in _CLOSERS:
            self.dismiss()
        elif key in _SCROLL or event.key in _SCROLL:
            lines = _SCROLL.get(key) or _SCROLL[event.key]
            self.query_one("#help").scroll_relative(y=lines, animate=False)


def here_text(context: Context) -> Iterator[tuple[str, str]]:
    """Yield what keys do in one place, as pieces of text with their styles."""
    yield (f"\n{context.title}\n", "bold")
    for keys, what in lines(context):
        yield (f"  {keys:<{_KEYS_WIDTH}}", "")
        yield (f"{what}\n", "dim")


def help_text(groups: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield all keys of some groups, as pieces of text with their styles."""
    for group in groups:
        yield (f"\n{group}\n", "bold")
        for binding in BINDINGS:
            if binding.group == group:
                keys = "  ".join(key_text(key) for key in binding.keys)
                yield (f"  {keys:<{_KEYS_WIDTH}}", "")
                yield (f"{binding.help}\n", "dim")
