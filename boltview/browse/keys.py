"""Every key of the browser, as data: the keys, what they do, and their line in the help.

Keys are written as they are typed: `g`, `G`, `/`, `ctrl+d`, `pagedown`; a chord is two of them with
a space between, `z t`. Digits switch views at once: there are no counts before a key.
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
    word: str = ""
    """What the last key of a chord adds, said when the first was typed; empty for the help."""


MOVE, OPEN, VIEWS, FIND, SHOW, TAKE, PROGRAM = (
    "Move", "Open and close", "Views", "Find", "Detail pane", "Take away", "Program"
)  # fmt: skip

OF_VIEWS = (
    Binding("down", ("j", "down"), "one row down", MOVE),
    Binding("up", ("k", "up"), "one row up", MOVE),
    Binding("next-sibling", ("J",), "next entry of the same bucket", MOVE),
    Binding("previous-sibling", ("K",), "previous entry of the same bucket", MOVE),
    Binding("parent", ("H",), "the bucket that holds this", MOVE),
    Binding("first", ("g", "home"), "first row; :12 is row 12", MOVE),
    Binding("last", ("G", "end"), "last row", MOVE),
    Binding("page-down", ("ctrl+f", "pagedown"), "a page down", MOVE),
    Binding("page-up", ("ctrl+b", "pageup"), "a page up", MOVE),
    Binding("half-down", ("ctrl+d",), "half a page down", MOVE),
    Binding("half-up", ("ctrl+u",), "half a page up", MOVE),
    Binding("centre", ("z z",), "scroll this row to the middle", MOVE, word="to the middle"),
    Binding("to-top", ("z t",), "scroll this row to the top", MOVE, word="to the top"),
    Binding("to-bottom", ("z b",), "scroll this row to the bottom", MOVE, word="to the bottom"),
    Binding("in", ("l", "right"), "open a bucket; of an open one the first entry", OPEN),
    Binding("out", ("h", "left"), "close a bucket; else go to the one that holds this", OPEN),
    Binding("toggle", ("space",), "open or close a bucket", OPEN),
    Binding(
        "enter", ("enter",), "open an object, bucket or value; follow a reference", OPEN, "open"
    ),
    Binding("open-below", ("E",), "open everything below this bucket", OPEN),
    Binding("close-below", ("C",), "close everything below this bucket", OPEN),
    Binding("open-all", ("=",), "open everything", OPEN),
    Binding("close-all", ("-",), "close everything", OPEN),
    Binding("sort", ("o",), "order a table by its next column", VIEWS),
    Binding("reverse", ("O",), "the other way round", VIEWS),
    Binding("next-hit", ("n",), "next hit", FIND),
    Binding("previous-hit", ("N",), "previous hit", FIND),
    Binding("next-same", ("*",), "next open row with the same key; n and N go on", FIND),
    Binding("previous-same", ("#",), "previous one", FIND),
)
"""What acts on the rows of a view."""

OF_SCREEN = (
    Binding("view-tree", ("1",), "every bucket and key, as a tree", VIEWS),
    Binding("view-pods", ("2",), "pods and containers", VIEWS),
    Binding("view-images", ("3",), "images", VIEWS),
    Binding("view-content", ("4",), "content: blobs and uploads", VIEWS),
    Binding("view-snapshots", ("5",), "snapshots, each below the one it builds on", VIEWS),
    Binding("view-leases", ("6",), "leases: what each holds and until when", VIEWS),
    Binding("view-pages", ("7",), "pages of the file, and whose each is", VIEWS),
    Binding("view-findings", ("8",), "findings: what check and fsck have to say", VIEWS),
    Binding("view-garbage", ("9",), "what the next garbage collection would take", VIEWS),
    Binding("view-carved", ("0",), "deleted records that unused pages still hold", VIEWS),
    Binding("used-by", ("u",), "used by: who refers to this object", VIEWS),
    Binding("back", ("[", "backspace"), "back to where the last jump began", VIEWS),
    Binding("forward", ("]",), "forward again", VIEWS),
    Binding("filter", ("f",), "only rows with a text in them; !text without it", FIND),
    Binding("search", ("/",), "search the open rows: keys, or cells of a table", FIND, "search"),
    Binding("find", ("s",), "search all keys, values and what they decode to", FIND),
    Binding("view-hits", ("S",), "the list of what that found; n and N go through it", FIND),
    Binding("palette", (":",), "go to a path or a row, or do anything by its name", FIND, "go to"),
    Binding("cancel", ("escape",), "stop what goes on, clear the search, leave the pane", FIND),
    Binding("switch-pane", ("tab", "shift+tab"), "rows or detail pane", SHOW, "pane"),
    Binding("next-tab", ("t",), "next tab: JSON, Hex, Schema, Page, References", SHOW, "tab"),
    Binding("previous-tab", ("T",), "previous tab", SHOW),
    Binding("detail-down", ("alt+j", "alt+down"), "scroll the detail pane, from the rows", SHOW),
    Binding("detail-up", ("alt+k", "alt+up"), "the other way", SHOW),
    Binding("zoom", ("+",), "give the pane the whole screen, and back", SHOW),
    Binding(
        "copy-value",
        ("y y",),
        "copy the value; in the pane the JSON member",
        TAKE,
        word="value",
    ),
    Binding("copy-key", ("y k",), "copy the key", TAKE, word="key"),
    Binding("copy-path", ("y p",), "copy the path, as it can be typed back in", TAKE, word="path"),
    Binding("copy-json", ("y j",), "copy JSON, of a bucket all that is in it", TAKE, word="JSON"),
    Binding("copy-hex", ("y h",), "copy the value's bytes as hex", TAKE, word="hex"),
    Binding("copy-digest", ("y d",), "copy the nearest digest", TAKE, word="digest"),
    Binding("copy-command", ("y c",), "copy the command that prints this", TAKE, word="command"),
    Binding("export-raw", ("x",), "export the value's bytes to a file of yours", TAKE),
    Binding("export-json", ("X",), "export as JSON, a bucket with all that is in it", TAKE),
    Binding("page-out", ("v",), "read in $PAGER what the tab shows, all of it", TAKE),
    Binding("screenshot", ("ctrl+s",), "a picture of the screen as SVG", TAKE),
    Binding(
        "help", ("?", "f1"), "what keys do here, and all keys; F1 while typing", PROGRAM, "help"
    ),
    Binding("tour", ("f2",), "a tour: what is where in this file", PROGRAM),
    Binding("reload", ("r", "ctrl+r"), "read the file again", PROGRAM),
    Binding("revision", ("R",), "the previous revision, with its verdict, and back", PROGRAM),
    Binding("zone", ("Z",), "times in UTC or in the local zone", PROGRAM),
    Binding("next-theme", ("ctrl+t",), "the next theme; Ctrl+p lists them", PROGRAM),
    Binding("suspend", ("ctrl+z",), "to the shell; fg comes back", PROGRAM),
    Binding("quit", ("q", "ctrl+q"), "quit", PROGRAM, "quit"),
)
"""What the program around the views does."""

BINDINGS = OF_VIEWS + OF_SCREEN

GROUPS = (MOVE, OPEN, VIEWS, FIND, SHOW, TAKE, PROGRAM)
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
    "f2": "F2",
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
