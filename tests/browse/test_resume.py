"""How a browser is left is how it is found again, as far as the tree is still the same."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from boltview.browse.chords import Action
from boltview.browse.outline import Node, Outline
from boltview.browse.resume import as_nodes, opened_paths
from boltview.browse.state import Browser
from tests.browse.test_outline import path_of, trees
from tests.browse.toytree import Item, Toy, tree

ACTIONS = ("down", "up", "in", "out", "toggle", "last", "open-below", "close-below", "next-sibling")


def rows(browser: Browser[Item]) -> list[object]:
    return [path_of(browser.outline.locate(row)) for row in range(len(browser.outline))]


@given(trees(), st.lists(st.sampled_from(ACTIONS), max_size=30))
def test_left_and_found(items: Sequence[Item], names: list[str]) -> None:
    browser = Browser(Toy(items), 5)
    for name in names:
        browser.apply(Action(name))
        while browser.is_busy:
            browser.work(100)
    again = Browser(Toy(items), 9)
    again.resume(opened_paths(browser.outline, 10_000), browser.path)
    assert rows(again) == rows(browser)
    assert again.path == browser.path


def test_what_is_gone_is_passed_over() -> None:
    browser = Browser(Toy(tree("a/\n  b/\n    c\nd")), 5)
    browser.resume([(b"a",), (b"a", b"x"), (b"d", b"y"), (b"a", b"b")], (b"a", b"gone"))
    assert opened_paths(browser.outline, 9) == ((b"a",), (b"a", b"b"))


def test_a_large_bucket_is_gone_into_when_it_is_there() -> None:
    items = tree("big/\n  in/\n    x")
    browser = Browser(Toy(items, frozenset({"big"})), 5)
    browser.resume([(b"big",), (b"big", b"in")], (b"big", b"in", b"x"))
    (node,) = browser.waiting
    assert items[0].items is not None
    browser.loaded(node, items[0].items)
    assert browser.path == (b"big", b"in", b"x")
    assert (b"big", b"in") in opened_paths(browser.outline, 9)


def test_no_more_than_so_many() -> None:
    outline = Outline([Item("a", [])])
    assert opened_paths(outline, 5) == ()
    top: Node[Item] = as_nodes([(b"%d" % number,) for number in range(9)])
    assert len(top.nodes) == 9
