"""The palette without a screen: what is offered, what is chosen, and what a line means."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boltview.browse.commands import commands
from boltview.browse.fuzzy import BEGINNING, NONE, SCATTERED, WHOLE, WITHIN, WORD, grade, ranked
from boltview.browse.keys import BINDINGS, key_text
from boltview.browse.palette import NO_CHOICE, PATH, ROW, Call, Command, Offer, Palette

COMMANDS = [
    Command("goto", "go to a path", PATH, ":", "PATH", start="v1/"),
    Command("view", "show a view", "to-view", "", "NAME"),
    Command("pods", "pods and containers", "view-pods", "2"),
    Command("quit", "leave", "quit", "q", "", ("q",)),
    Command("page", "a page", "to-page", "", "NUMBER"),
]
KEYS = ["v1", "v1/default", "v1/moby", "v2", "quarry"]


def paths(begun: str) -> list[Offer]:
    return [Offer(key, key, more="/") for key in KEYS if key.startswith(begun)]


def named(begun: str) -> list[Offer]:
    return [Offer(name, name) for name in ("pods", "images") if name.startswith(begun)]


def palette(text: str = "") -> Palette:
    made = Palette(COMMANDS, {PATH: paths, "to-view": named})
    made.type(text)
    return made


@pytest.mark.parametrize(
    ("typed", "text", "found"),
    [
        ("pods", "Pods", WHOLE),
        ("po", "pods", BEGINNING),
        ("js", "copy-json", WORD),
        ("od", "pods", WITHIN),
        ("ps", "pods", SCATTERED),
        ("sp", "pods", NONE),
        ("b-c", "a-b-c", WORD),
    ],
)
def test_grades(typed: str, text: str, found: int) -> None:
    assert grade(typed, text) == found


@given(st.text("ab-c", max_size=4), st.text("ab-c", max_size=8))
def test_what_matches_is_what_a_pattern_with_gaps_finds(typed: str, text: str) -> None:
    gaps = ".*".join(map(re.escape, typed))
    assert (grade(typed, text) != NONE) == bool(re.search(gaps, text))


@given(st.lists(st.text("ab-", max_size=5)), st.text("ab-", min_size=1, max_size=3))
def test_the_best_come_first_and_equals_in_their_order(texts: list[str], typed: str) -> None:
    found = ranked(enumerate(texts), lambda item: grade(typed, item[1]))
    keys = [(grade(typed, text), at) for at, text in found]
    assert keys == sorted(keys)
    assert len(found) == sum(grade(typed, text) != NONE for text in texts)


@pytest.mark.parametrize(
    ("text", "offered", "chosen"),
    [
        ("", ["goto", "view", "pods", "quit", "page"], NO_CHOICE),
        ("p", ["pods", "page", "goto"], 0),
        ("pods", ["pods"], 0),
        ("q", ["quit", "quarry"], 0),
        ("12", ["12"], 0),
        ("v1", ["v1", "v1/default", "v1/moby"], 0),
        ("v1/d", ["v1/default"], NO_CHOICE),
        ("goto v", ["goto v1", "goto v1/default", "goto v1/moby", "goto v2"], NO_CHOICE),
        ("view ", ["view pods", "view images"], NO_CHOICE),
        ("view i", ["view images"], 0),
        ("view x", [], NO_CHOICE),
        ("page 1", [], NO_CHOICE),
        ("xyzzy", [], NO_CHOICE),
    ],
)
def test_what_is_offered(text: str, offered: list[str], chosen: int) -> None:
    shown = palette(text)
    assert [offer.line for offer in shown.offers] == offered
    assert shown.chosen == chosen


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("12", Call(ROW, "12")),
        ("1" * 30, Call(PATH, "1" * 30)),
        ("pods", Call("view-pods")),
        ("po", Call("view-pods")),
        ("q", Call("quit")),
        ("v1/default", Call(PATH, "v1/default")),
        ("v1/de", Call(PATH, "v1/de")),
        ("goto v1/de", Call(PATH, "v1/de")),
        ("view im", Call("to-view", "images")),
        ("view x", Call("to-view", "x")),
        ("page 12", Call("to-page", "12")),
        ("goto", None),
        ("page ", None),
        ("xyzzy", Call(PATH, "xyzzy")),
        ("", Call(PATH, "")),
    ],
)
def test_what_enter_does(text: str, call: Call | None) -> None:
    assert palette(text).enter() == call


def test_tab_takes_what_is_chosen_and_the_line_goes_on() -> None:
    shown = palette("go")
    assert shown.take() == "goto v1/"
    assert [offer.label for offer in shown.offers] == ["v1/default", "v1/moby"]
    shown.move(1)
    shown.move(1)
    assert shown.take() == "goto v1/moby/"
    assert shown.take() == "goto v1/moby/"


def test_what_is_missing_is_said() -> None:
    shown = palette("page")
    assert shown.enter() is None
    assert shown.text == "page "
    assert shown.usage == "page NUMBER: a page"
    assert palette("xyzzy").usage.startswith("no command is called that")
    assert palette("po").usage == ""


STEPS = st.one_of(
    st.tuples(st.just("type"), st.text("vgp12/ od", max_size=8)),
    st.tuples(st.just("move"), st.integers(-3, 3)),
    st.tuples(st.just("choose"), st.integers(-2, 9)),
    st.tuples(st.just("take"), st.none()),
    st.tuples(st.just("enter"), st.none()),
)


@given(st.lists(STEPS), st.integers(1, 4))
def test_whatever_is_pressed_the_choice_is_among_what_shows(
    steps: Sequence[tuple[str, object]], height: int
) -> None:
    shown = palette()
    for name, argument in steps:
        before = shown.text
        do = getattr(shown, name)
        result = do() if argument is None else do(argument)
        if name in {"move", "choose"}:
            assert shown.text == before
        assert -1 <= shown.chosen < len(shown.offers)
        top, window = shown.window(height)
        assert list(window) == list(shown.offers[top : top + height])
        assert len(window) == min(height, len(shown.offers))
        if shown.chosen != NO_CHOICE:
            assert 0 <= shown.chosen - top < height
            # What is chosen and what the line would say are the same.
            assert palette(shown.offers[shown.chosen].line).enter() == again(shown)
        if name == "enter" and result is None:
            assert shown.text.split(" ")[0] in {"goto", "view", "page"}


def again(shown: Palette) -> Call | None:
    """Return what Enter would do, and leave all as it is."""
    other = palette(shown.text)
    other.chosen = shown.chosen
    return other.enter()


@given(st.integers(0, 6), st.integers(0, 20))
def test_moving_goes_round(there: int, more: int) -> None:
    shown = palette("v1")
    places = len(shown.offers) + 1
    start = shown.chosen
    for _ in range(there):
        shown.move(1)
    shown.move(places * more)
    shown.move(-there)
    assert shown.chosen == start


def test_no_name_has_two_meanings_and_commands_are_those_of_the_keys() -> None:
    found = commands(titles=[("view-garbage", "GC"), ("view-pods", "Pods")])
    names = [name for command in found for name in (command.name, *command.aliases)]
    assert len(names) == len(set(names))
    assert {"export-raw", "reload", "zone", "tour", "quit", "sort", "screenshot", "gc"} <= set(
        names
    )
    bindings = {binding.action: binding for binding in BINDINGS}
    for command in found:
        assert command.help
        if not command.argument:
            assert command.help == bindings[command.action].help
            assert command.key == key_text(bindings[command.action].keys[0])
