"""The help: every key, from the table that the keys themselves come from."""

from collections.abc import Iterator

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from boltview.browse.keys import BINDINGS, GROUPS, key_text

_CLOSERS = frozenset({"?", "q", "escape", "enter", "f1"})
_KEYS_WIDTH = 18
_SCROLL = {"down": 1, "j": 1, "up": -1, "k": -1, "pagedown": 10, "pageup": -10, "space": 10}


class Help(ModalScreen[None]):
    """All keys on one page, over the tree."""

    def compose(self) -> ComposeResult:
        """Lay out the groups."""
        with VerticalScroll(id="help"):
            yield Static(Text.assemble(*help_text()), markup=False)

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


def help_text() -> Iterator[tuple[str, str]]:
    """Yield pieces of text with their styles."""
    yield ("boltview reads and never writes: no key changes the file.\n", "italic")
    for group in GROUPS:
        yield (f"\n{group}\n", "bold")
        for binding in BINDINGS:
            if binding.group == group:
                keys = "  ".join(key_text(key) for key in binding.keys)
                yield (f"  {keys:<{_KEYS_WIDTH}}", "")
                yield (f"{binding.help}\n", "dim")
    yield ("\nNumbers before a key repeat it. Esc or ? closes this.", "dim")
