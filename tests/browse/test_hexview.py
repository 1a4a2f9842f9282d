"""The cursor of the hex tab: bytes name their part, and parts find their bytes."""

from hypothesis import given
from hypothesis import strategies as st

from boltview.bolt.parts import Part
from boltview.browse.chords import Action
from boltview.browse.hexview import HexView, Row


def part(name: str, offset: int, length: int, depth: int = 0) -> Part:
    return Part(offset, length, name, "", "value", depth)


# A header of two fields, 60 bytes left out, then a key, an empty value and a value of 40 bytes.
PARTS = [
    part("header", 100, 16), part("id", 100, 8, 1), part("count", 108, 8, 1),
    part("key", 176, 4), part("nothing", 180, 0), part("value", 180, 40),
    part("seconds", 181, 8, 1),
]  # fmt: skip


def name(view: HexView) -> str:
    return view.parts[view.part].name


def after(keys: str, first: int = 0, per_line: int = 16) -> HexView:
    view = HexView(PARTS, first)
    view.fit(per_line, 3)
    for key in keys.split():
        number, _, action = key.rpartition("*")
        assert view.apply(Action(action, int(number or 0)))
    return view


def test_lines_of_bytes_and_a_gap_between() -> None:
    view = after("")
    assert [view.row(number) for number in range(len(view))] == [
        Row(100, 16), Row(116, 60, is_gap=True), Row(176, 16), Row(192, 16), Row(208, 12)
    ]  # fmt: skip
    view.fit(8, 3)
    assert [view.row(number).length for number in range(len(view))] == [8, 8, 60, 8, 8, 8, 8, 8, 4]


def test_bytes_name_their_innermost_part() -> None:
    assert name(after("")) == "header"
    assert name(after("in")) == "id"
    assert name(after("8*in")) == "count"
    view = after("15*in in")
    assert (name(view), view.offset) == ("key", 176)
    view = after("16*in out")
    assert (name(view), view.offset) == ("count", 115)
    assert name(after("down")) == "key"
    assert name(after("down up")) == "id"
    view = after("3*down")
    assert (name(view), view.offset) == ("value", 192)
    assert after("last").offset == 219
    assert after("last 99*in").offset == 219
    assert after("99*out").offset == 100


def test_parts_find_their_bytes() -> None:
    view = after("next-sibling next-sibling")
    assert (name(view), view.offset, view.marked) == ("count", 108, range(108, 116))
    view = after("4*next-sibling")
    assert (name(view), view.marked) == ("nothing", range(180, 180))
    view = after("9*next-sibling")
    assert (name(view), view.offset) == ("seconds", 181)
    assert name(after("9*next-sibling parent")) == "value"
    assert name(after("first", first=5)) == "header"


def test_it_begins_at_the_part_that_matters_and_keeps_it_in_sight() -> None:
    view = after("", first=5)
    assert (name(view), view.offset) == ("value", 180)
    assert view.viewport.top <= view.line_of(180) < view.viewport.top + 3


def test_nothing_to_show() -> None:
    view = HexView([])
    view.fit(16, 5)
    assert len(view) == 0
    assert view.apply(Action("down"))
    assert not view.apply(Action("enter"))
    assert list(view.marked) == []


MOVES = st.sampled_from(
    ["in", "out", "down", "up", "page-down", "half-up", "next-sibling", "previous-sibling",
     "parent", "first", "last"]
)  # fmt: skip


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 40)), min_size=1, max_size=6),
    st.lists(st.tuples(MOVES, st.integers(0, 30)), max_size=12),
    st.sampled_from([8, 16]),
)
def test_the_cursor_stays_on_a_byte_and_in_sight(
    shapes: list[tuple[int, int]], moves: list[tuple[str, int]], per_line: int
) -> None:
    parts, at = [], 0
    for gap, length in shapes:
        parts.append(part("x", at + gap, length))
        at += gap + length
    view = HexView(parts)
    view.fit(per_line, 4)
    shown = {offset for one in parts for offset in range(one.offset, one.offset + one.length)}
    for action, number in moves:
        view.apply(Action(action, number))
        if shown:
            line = view.line_of(view.offset)
            assert view.offset in shown or not parts[view.part].length
            assert 0 <= view.viewport.top <= line < view.viewport.top + 4
            assert not view.row(line).is_gap
