"""Every key of the browser, as data: the keys, what they do, and their line in the help.

Keys are written as they are typed: `g`, `G`, `/`, `ctrl+d`, `pagedown`; a chord is two of them with
a space between, `z t`. The tree understands most actions by itself; those of `SCREEN` are for the
program around it.
"""

from typing import NamedTuple


class Binding(NamedTuple):
    """One action and its keys."""

    action: str
    keys: tuple[str, ...]
    help: str
    group: str
    hint: str = ""
    """Word for the line of hints at the bottom; empty for an action not shown there."""


MOVE, OPEN, FIND, SHOW, PROGRAM = "Move", "Open and close", "Find", "Detail pane", "Program"

BINDINGS = (
    Binding("down", ("j", "down"), "one row down; 5j is five", MOVE),
    Binding("up", ("k", "up"), "one row up", MOVE),
    Binding("next-sibling", ("J",), "next entry of the same bucket", MOVE),
    Binding("previous-sibling", ("K",), "previous entry of the same bucket", MOVE),
    Binding("parent", ("H",), "the bucket that holds this", MOVE),
    Binding("first", ("g", "home"), "first row; 12g is row 12", MOVE),
    Binding("last", ("G", "end"), "last row; 12G is row 12", MOVE),
    Binding("page-down", ("ctrl+f", "pagedown"), "a page down", MOVE),
    Binding("page-up", ("ctrl+b", "pageup"), "a page up", MOVE),
    Binding("half-down", ("ctrl+d",), "half a page down", MOVE),
    Binding("half-up", ("ctrl+u",), "half a page up", MOVE),
    Binding("centre", ("z z",), "scroll this row to the middle", MOVE),
    Binding("to-top", ("z t",), "scroll this row to the top", MOVE),
    Binding("to-bottom", ("z b",), "scroll this row to the bottom", MOVE),
    Binding("in", ("l", "right"), "open a bucket; of an open one the first entry", OPEN),
    Binding("out", ("h", "left"), "close a bucket; else go to the one that holds this", OPEN),
    Binding("toggle", ("space",), "open or close a bucket", OPEN),
    Binding("enter", ("enter",), "open or close a bucket; read a value in full", OPEN, "open"),
    Binding("open-below", ("E",), "open everything below this bucket", OPEN),
    Binding("close-below", ("C",), "close everything below this bucket", OPEN),
    Binding("open-all", ("=",), "open everything", OPEN),
    Binding("close-all", ("-",), "close everything", OPEN),
    Binding("search", ("/",), "search the keys of all open buckets", FIND, "search"),
    Binding("next-hit", ("n",), "next hit", FIND),
    Binding("previous-hit", ("N",), "previous hit", FIND),
    Binding("goto", (":",), "go to a path", FIND, "go to"),
    Binding("back", ("[", "backspace"), "back to where the last jump began", FIND),
    Binding("forward", ("]",), "forward again", FIND),
    Binding("cancel", ("escape",), "stop what goes on, clear the search, leave the pane", FIND),
    Binding("switch-pane", ("tab", "shift+tab"), "tree or detail pane", SHOW, "pane"),
    Binding("next-tab", ("t",), "next tab: Decoded, JSON, Hex", SHOW, "tab"),
    Binding("previous-tab", ("T",), "previous tab", SHOW),
    Binding("detail-down", ("alt+j", "alt+down"), "scroll the detail pane, from the tree", SHOW),
    Binding("detail-up", ("alt+k", "alt+up"), "the other way", SHOW),
    Binding("zoom", ("+",), "give the pane the whole screen, and back", SHOW),
    Binding("help", ("?", "f1"), "this help", PROGRAM, "help"),
    Binding("reload", ("r", "ctrl+r"), "read the file again", PROGRAM),
    Binding("suspend", ("ctrl+z",), "to the shell; fg comes back", PROGRAM),
    Binding("quit", ("q", "ctrl+q"), "quit", PROGRAM, "quit"),
)

SCREEN = frozenset(
    {
        "search", "goto", "switch-pane", "next-tab", "previous-tab", "detail-down", "detail-up",
        "zoom", "help", "reload", "suspend", "quit",
    }
)  # fmt: skip
"""Actions that the program around the tree carries out."""

GROUPS = (MOVE, OPEN, FIND, SHOW, PROGRAM)
"""The groups of the help, in its order."""

_SHOWN = {
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
    "enter": "Enter",
    "escape": "Esc",
    "space": "Space",
    "tab": "Tab",
    "backspace": "Backspace",
    "f1": "F1",
}


def key_text(key: str) -> str:
    """Return a key or chord as the help writes it: `PgDn`, `Ctrl+D`, `zt`."""
    return "".join("+".join(map(_part_text, _parts(part))) for part in key.split(" "))


def _parts(key: str) -> list[str]:
    return [key] if len(key) == 1 else key.split("+")


def _part_text(part: str) -> str:
    if part in {"ctrl", "alt", "shift"}:
        return part.capitalize()
    return _SHOWN.get(part, part)
