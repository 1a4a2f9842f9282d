"""Keys, chords and the line editor."""

from collections import Counter

import pytest

from boltview.browse.chords import Action, Chords
from boltview.browse.keys import BINDINGS, GROUPS, OF_SCREEN, OF_VIEWS, key_text
from boltview.browse.lineedit import LineEdit
from boltview.browse.state import Browser
from boltview.browse.table import Table
from tests.browse.toyrows import ToyRows
from tests.browse.toytree import Item, Toy


def press(*keys: str) -> list[Action | None]:
    chords = Chords()
    return [chords.press(key) for key in keys]


def test_no_key_has_two_meanings() -> None:
    keys = Counter(key for binding in BINDINGS for key in binding.keys)
    assert [key for key, count in keys.items() if count > 1] == []
    prefixes = {key.split(" ")[0] for key in keys if " " in key}
    assert prefixes & set(keys) == set()


def test_every_action_of_the_views_is_known_to_the_tree_and_to_tables() -> None:
    actions = {binding.action for binding in OF_VIEWS}
    assert actions <= set(Browser(Toy([Item("a")]))._actions)  # noqa: SLF001 (what it can do)
    assert actions <= set(Table(ToyRows([]))._actions)  # noqa: SLF001
    assert actions.isdisjoint(binding.action for binding in OF_SCREEN)
    for binding in BINDINGS:
        assert binding.group in GROUPS
        assert binding.help


def test_digits_switch_views_at_once() -> None:
    actions = press(*"123456789")
    assert None not in actions
    assert len(set(actions)) == 9
    assert all(action and action.id.startswith("view-") for action in actions)


def test_the_write_keys_of_other_browsers_do_nothing() -> None:
    assert press("p", "P", "b", "B", "e", "D", "i", "d", "a") == [None] * 9


@pytest.mark.parametrize(
    ("keys", "action"),
    [
        ("j", Action("down")),
        ("ctrl+d", Action("half-down")),
        ("space", Action("toggle")),
        ("z x", Action("nothing")),
        ("z escape", Action("nothing")),
    ],
)
def test_what_keys_mean(keys: str, action: Action) -> None:
    *before, last = press(*keys.split())
    assert before == [None] * len(before)
    assert last == action


def test_what_is_half_typed_is_shown() -> None:
    chords = Chords()
    chords.press("z")
    assert chords.pending == "z"
    assert {key for key, _ in chords.continuations} == {"z", "t", "b"}


@pytest.mark.parametrize(
    ("key", "shown"),
    [("j", "j"), ("ctrl+d", "Ctrl+d"), ("z z", "zz"), ("pagedown", "PgDn"), ("+", "+"),
     ("shift+tab", "Shift+Tab"), ("alt+down", "Alt+↓")],
)  # fmt: skip
def test_how_keys_are_written(key: str, shown: str) -> None:
    assert key_text(key) == shown


@pytest.mark.parametrize(
    ("keys", "text", "cursor"),
    [
        ("", "v1/ns/key", 9),
        ("left left", "v1/ns/key", 7),
        ("home right delete", "v/ns/key", 1),
        ("backspace", "v1/ns/ke", 8),
        ("ctrl+w", "v1/ns/", 6),
        ("ctrl+w ctrl+w", "v1/", 3),
        ("ctrl+u", "", 0),
        ("left left left ctrl+u", "key", 0),
        ("home right right ctrl+k", "v1", 2),
        ("home left backspace", "v1/ns/key", 0),
        ("right delete", "v1/ns/key", 9),
    ],
)
def test_editing_a_line(keys: str, text: str, cursor: int) -> None:
    edit = LineEdit("v1/ns/key")
    assert all(edit.press(key) for key in keys.split())
    assert (edit.text, edit.cursor) == (text, cursor)


def test_only_what_can_be_seen_is_inserted() -> None:
    edit = LineEdit("ac")
    edit.press("left")
    edit.insert("b\x1b[2J\n\u202e")
    assert (edit.text, edit.cursor) == ("ab[2Jc", 5)
    assert not edit.press("x")
