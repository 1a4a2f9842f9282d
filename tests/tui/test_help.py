"""The help tells what keys do where somebody is: in each view, tab and prompt, and on the tour."""

from boltview.browse.contexts import CONTEXTS, lines
from boltview.browse.keys import BINDINGS
from boltview.browse.lineedit import LineEdit
from boltview.tui.documents import TABS
from boltview.tui.prompts import QUESTIONS
from tests.report.open import META_24
from tests.tui.stage import from_file, stations

SPEC = ": ctrl+u paste:v1/default/containers/web-1/spec enter"
ROOM = 51
ENDS = {"enter", "escape", "tab", "up", "down"}
"""Keys that a prompt takes besides those that edit its line."""


def test_every_place_has_its_help() -> None:
    tabs = {tab.name for tab in TABS}
    assert set(CONTEXTS) == {"tree", "table", "tour"} | tabs | set(QUESTIONS)


def test_what_is_explained_is_a_key_of_that_place() -> None:
    actions = {binding.action for binding in BINDINGS}
    for name, context in CONTEXTS.items():
        for key, _ in context.lines:
            if name in QUESTIONS:
                assert key in ENDS or LineEdit("a").press(key), (name, key)
            else:
                assert key in actions, (name, key)
        assert all(keys for keys, _ in lines(context)), name
        assert context.is_typed == (name in QUESTIONS), name


def test_help_begins_with_where_one_is() -> None:
    places = {
        "?": "The tree",
        "? 3 ?": "A table",
        f"? {SPEC} tab ?": "The pane: JSON",
        "? t t ?": "The pane: hex",
        "? t ?": "The pane: schema",
        "? x f1": "Asked for a file",
        "f1 escape / f1": "Asked what to search for",
        "f1 escape : f1": "The palette",
        "f1 escape 2 f f1": "Asked for a filter",
        "f1 escape f2 ?": "The tour",
    }
    _, texts = stations(from_file(META_24), list(places))
    for text, title in zip(texts, places.values(), strict=True):
        assert title in text.splitlines()[3], text


def test_a_line_of_help_fits_80_columns() -> None:
    lines_ = [what for context in CONTEXTS.values() for _, what in context.lines]
    for what in (*lines_, *(binding.help for binding in BINDINGS)):
        assert len(what) <= ROOM, what


def test_after_help_what_was_typed_is_still_there() -> None:
    _, (_, text) = stations(from_file(META_24), ["/ p o f1", "f1 d"])
    assert text.splitlines()[-1].startswith(" /pod")
