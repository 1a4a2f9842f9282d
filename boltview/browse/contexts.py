"""What keys do in one place of the browser: its views, each tab of the pane, the tour, the prompts.

The table of keys says what a key is for; this says what becomes of it where somebody is.
"""

from typing import NamedTuple

from boltview.browse.keys import BINDINGS, key_text


class Context(NamedTuple):
    """A place that has the keyboard."""

    title: str
    lines: tuple[tuple[str, str], ...]
    """An action, or a key that is none, and what it does here."""
    is_typed: bool = False
    """Whether letters are typed here: then only keys that are none do something."""


_SCROLLS = (
    ("down", "scroll; PgDn, Ctrl+d, G by more"),
    ("next-tab", "the next tab"),
    ("cancel", "back to the rows"),
)
_LINE = (
    ("ctrl+u", "clear to the beginning; Ctrl+k to the end"),
    ("ctrl+w", "delete the last word or component"),
    ("home", "to the beginning; End to the end"),
)
_FILE = Context(
    "Asked for a file",
    (("enter", "write a new file; one that exists is kept"), ("escape", "write none"), *_LINE),
    is_typed=True,
)

CONTEXTS = {
    "tree": Context(
        "The tree",
        (
            ("in", "open this bucket, or go to its first entry"),
            ("out", "close it, or go to the bucket that holds it"),
            ("enter", "open or close a bucket; read a value in the pane"),
            ("search", "search keys of open buckets; E opens all below"),
            ("switch-pane", "give the keyboard to the detail pane"),
        ),
    ),
    "table": Context(
        "A table",
        (
            ("enter", "show the object in the tree; [ comes back"),
            ("sort", "order by the next column; O the other way round"),
            ("filter", "show only rows with a text in them"),
            ("in", "of snapshots: to the first that builds on this one"),
            ("out", "of snapshots: to the one that this builds on"),
            ("switch-pane", "give the keyboard to the detail pane"),
        ),
    ),
    "Decoded": Context("The pane: decoded", _SCROLLS),
    "JSON": Context(
        "The pane: JSON",
        (
            ("toggle", "fold this member, or unfold it"),
            ("in", "unfold, or go in"),
            ("out", "fold, or go out"),
            ("copy-value", "copy the member under the cursor"),
            ("next-tab", "the next tab"),
            ("cancel", "back to the rows"),
        ),
    ),
    "Hex": Context(
        "The pane: hex",
        (
            ("in", "the next byte; Left the one before"),
            ("down", "a line of bytes down; what they are is named below"),
            ("next-sibling", "the next field; K the one before"),
            ("next-tab", "the next tab"),
            ("cancel", "back to the rows"),
        ),
    ),
    "Schema": Context("The pane: schema", _SCROLLS),
    "Page": Context("The pane: page", _SCROLLS),
    "References": Context(
        "The pane: references",
        (
            ("down", "the next reference"),
            ("enter", "go there; [ comes back"),
            ("next-tab", "the next tab"),
            ("cancel", "back to the rows, or stop what is being read"),
        ),
    ),
    "tour": Context(
        "The tour",
        (
            ("in", "the next step"),
            ("out", "the step before"),
            ("down", "scroll"),
            ("cancel", "end it, and go back to where it began"),
        ),
    ),
    "search": Context(
        "Asked what to search for",
        (
            ("enter", "keep the hits; then n and N go through them"),
            ("escape", "search no more"),
            *_LINE,
        ),
        is_typed=True,
    ),
    "find": Context(
        "Asked what to find in the whole database",
        (
            ("enter", "list the hits; n and N go through them"),
            ("escape", "find nothing"),
            *_LINE,
        ),
        is_typed=True,
    ),
    "filter": Context(
        "Asked for a filter",
        (
            ("enter", "keep the filter; !text keeps rows without it"),
            ("escape", "show all rows"),
            *_LINE,
        ),
        is_typed=True,
    ),
    "palette": Context(
        "The palette",
        (
            ("enter", "do what is chosen"),
            ("tab", "complete what is typed"),
            ("down", "the next of the list; Up the one before"),
            ("escape", "close it"),
            *_LINE,
        ),
        is_typed=True,
    ),
    "follow": Context(
        "Asked which reference to follow",
        (
            ("enter", "go there; [ comes back"),
            ("down", "the next of the list; Up the one before"),
            ("escape", "follow none"),
            *_LINE,
        ),
        is_typed=True,
    ),
    "export-raw": _FILE,
    "export-json": _FILE,
    "screenshot": _FILE,
}
"""By the name of a view's kind, of a tab, or of what is asked; and `tour`."""

_KEYS = {binding.action: binding.keys for binding in BINDINGS}


def lines(context: Context) -> list[tuple[str, str]]:
    """Return the lines of a context: how its keys are written, and what they do."""
    return [(_written(name, is_typed=context.is_typed), what) for name, what in context.lines]


def _written(name: str, *, is_typed: bool) -> str:
    keys = _KEYS.get(name, (name,))
    if is_typed:
        keys = tuple(key for key in keys if len(key) > 1)
    return "  ".join(key_text(key) for key in keys)
