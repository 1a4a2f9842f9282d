"""A tree narrowed to what passes a filter: against the rows found the slow and obvious way."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from boltview.browse.chords import Action
from boltview.browse.state import Browser
from tests.browse.test_outline import path_of, trees
from tests.browse.toytree import Item, Path, Toy, tree

TEXT = """
a/
  apple
  b/
    apricot
    cherry
c/
  cherry
d
"""


def settled(browser: Browser[Item]) -> Browser[Item]:
    while browser.is_busy:
        browser.work(2)
    return browser


def shown(browser: Browser[Item]) -> list[Path]:
    return [path_of(place) for place in browser.outline.walk()]


def whole(text: str = TEXT, height: int = 30) -> Browser[Item]:
    return Browser(Toy(tree(text)), height)


def hits(browser: Browser[Item]) -> int:
    return -1 if browser.search is None else len(browser.search)


def naive(rows: Sequence[Path], pattern: str) -> list[Path]:
    """The rows that have the text in their name, and those that hold one of them."""
    wanted = pattern.removeprefix("!") or pattern
    hits = [row for row in rows if (wanted in row[-1]) != (pattern != wanted)]
    return [row for row in rows if any(hit[: len(row)] == row for hit in hits)]


@settings(max_examples=150, deadline=None)
@given(trees(), st.data())
def test_what_is_shown_and_the_way_back(top: list[Item], data: st.DataObject) -> None:
    browser = Browser(Toy(top), 1)
    for _ in range(data.draw(st.integers(0, 4))):
        if top:
            browser.apply(Action("row", data.draw(st.integers(0, len(browser.outline) - 1))))
            browser.apply(Action("in"))
    rows = shown(browser)
    place = browser.path
    names = [row[-1] for row in rows] or ["x"]
    for _ in range(data.draw(st.integers(1, 3))):
        pattern = data.draw(st.sampled_from(names))[:1]
        pattern = data.draw(st.sampled_from(["", "!"])) + pattern.lower()
        browser.narrow(pattern)
        settled(browser)
        if pattern.lower() == pattern and all(name == name.lower() for name in names):
            assert shown(browser) == naive(rows, pattern)
        assert len(browser.whole) == len(rows)
        if len(browser.outline):
            assert browser.path == tuple(name.encode() for name in shown(browser)[browser.row])
    browser.apply(Action("cancel"))
    assert shown(browser) == rows
    assert not browser.is_narrowed
    if rows and browser.path == place:
        assert browser.row == rows.index(tuple(key.decode() for key in place))


def test_the_cursor_stays_where_it_can_and_comes_back() -> None:
    browser = whole()
    browser.visit((b"a", b"b", b"cherry"))
    settled(browser).narrow("apr")
    assert shown(settled(browser)) == [("a",), ("a", "b"), ("a", "b", "apricot")]
    assert browser.path == (b"a", b"b")
    assert (browser.matches, len(browser.whole)) == (1, 8)
    browser.narrow("none of that")
    assert shown(settled(browser)) == []
    browser.apply(Action("cancel"))
    assert (len(browser.outline), browser.filter.pattern) == (8, "")


def test_what_is_closed_opens_whole_and_a_jump_to_what_is_hidden_shows_all() -> None:
    browser = whole()
    browser.narrow("b")
    assert shown(settled(browser)) == [("a",), ("a", "b")]
    browser.visit((b"a", b"b"))
    browser.apply(Action("in"))
    assert shown(browser)[-1] == ("a", "b", "cherry")
    browser.visit((b"c", b"cherry"))
    assert not browser.is_narrowed
    assert browser.path == (b"c", b"cherry")


def test_another_state_of_the_file_is_narrowed_too_and_searched() -> None:
    browser = whole()
    browser.narrow("cherry")
    settled(browser)
    browser.look_for("c")
    settled(browser).end_typing(keep=True)
    assert hits(browser) == 3
    browser.reload(Toy(tree(TEXT.replace("d", "cherry"))))
    settled(browser)
    assert shown(browser) == [
        ("a",), ("a", "b"), ("a", "b", "cherry"), ("c",), ("c", "cherry"), ("cherry",)
    ]  # fmt: skip
    assert hits(browser) == 4
    browser.apply(Action("cancel"))
    assert hits(browser) == -1
    assert browser.is_narrowed


def test_what_opens_while_rows_are_looked_at_is_looked_at() -> None:
    browser = whole(height=3)
    assert len(browser.outline) == 3
    browser.narrow("ap")
    browser.work(1)
    browser.apply(Action("in"))
    assert shown(settled(browser)) == [("a",), ("a", "apple")]
