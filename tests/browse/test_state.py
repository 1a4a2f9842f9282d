"""What random walks do not reach: waiting buckets, bounds, history, and searches half done."""

import pytest

from boltview.browse import unfold
from boltview.browse.chords import Action
from boltview.browse.history import MAX_KEPT, History, Spot
from boltview.browse.hits import MAX_HITS
from boltview.browse.outline import Outline
from boltview.browse.search import Search
from boltview.browse.state import Browser
from tests.browse.test_outline import path_of
from tests.browse.toytree import Item, Toy, tree

SMALL = """
a/
  x
  y/
    deep
b/
  x
c
"""


def browse(text: str = SMALL, height: int = 1, slow: str = "") -> Browser[Item]:
    return Browser(Toy(tree(text), frozenset(slow.split())), height)


def act(browser: Browser[Item], *actions: str) -> str:
    message = ""
    for action in actions:
        message = browser.apply(Action(action)).message or message
        while browser.is_busy:
            message = browser.work(5).message or message
    return message


def rows(browser: Browser[Item]) -> list[str]:
    return ["/".join(path_of(place)) for place in browser.outline.walk()]


def here(browser: Browser[Item]) -> str:
    return "/".join(key.decode() for key in browser.path)


def bring(browser: Browser[Item]) -> None:
    """Read on the side what the browser waits for."""
    waiting, browser.waiting = browser.waiting, []
    for node in waiting:
        entry = next(p.entry for p in browser.outline.walk() if p.opened is node)
        browser.loaded(node, entry.items or [])


def test_whole_levels_are_open_at_first_as_far_as_they_fit() -> None:
    assert rows(browse(height=5)) == ["a", "b", "c"]
    assert rows(browse(height=6)) == ["a", "a/x", "a/y", "b", "b/x", "c"]
    assert "a/y/deep" in rows(browse(height=7))


def test_a_slow_bucket_shows_a_row_until_its_rows_are_there() -> None:
    browser = browse(slow="a")
    act(browser, "in")
    assert rows(browser) == ["a", "a/reading a", "b", "c"]
    act(browser, "last")
    bring(browser)
    assert rows(browser) == ["a", "a/x", "a/y", "b", "c"]
    assert here(browser) == "c"


def test_rows_that_come_in_above_leave_the_picture_still() -> None:
    browser = browse(slow="a", height=3)
    act(browser, "in", "last")
    before = browser.row - browser.viewport.top
    bring(browser)
    assert browser.row - browser.viewport.top == before


def test_a_slow_bucket_closed_meanwhile_is_there_when_opened_again() -> None:
    browser = browse(slow="a")
    act(browser, "in", "out")
    bring_folded = browser.waiting
    for node in bring_folded:
        browser.loaded(node, tree("x\ny"))
    act(browser, "in")
    assert rows(browser) == ["a", "a/x", "a/y", "b", "c"]


def test_a_jump_goes_on_when_the_bucket_on_its_way_has_been_read() -> None:
    browser = browse(slow="a y")
    browser.goto((b"a", b"y", b"deep"))
    assert here(browser) == "a"
    bring(browser)
    assert here(browser) == "a/y"
    bring(browser)
    assert here(browser) == "a/y/deep"


def test_whoever_moves_on_is_not_taken_back_by_a_jump() -> None:
    browser = browse(slow="a")
    browser.goto((b"a", b"x"))
    act(browser, "last")
    bring(browser)
    assert here(browser) == "c"


def test_a_reload_opens_slow_buckets_again_with_what_was_open_in_them() -> None:
    browser = browse()
    browser.goto((b"a", b"y", b"deep"))
    browser.reload(Toy(tree(SMALL), frozenset({"a"})))
    assert here(browser) == "a"
    bring(browser)
    assert rows(browser) == ["a", "a/x", "a/y", "a/y/deep", "b", "c"]
    assert here(browser) == "a/y/deep"


def test_a_jump_to_what_is_gone_stops_at_what_is_left() -> None:
    browser = browse()
    change = browser.goto((b"a", b"nothing", b"deep"))
    assert "not there" in change.message
    assert here(browser) == "a"
    assert "below a value" in browser.goto((b"c", b"d")).message


def test_jumps_tell_the_place_that_they_leave_and_steps_do_not() -> None:
    left: list[tuple[bytes, ...]] = []
    browser = Browser(Toy(tree(SMALL)), leave=left.append)
    browser.goto((b"a", b"y"))
    act(browser, "last", "up", "first")
    assert left == [(b"a",), (b"a", b"y"), (b"b",)]
    browser.visit((b"c",))
    assert here(browser) == "c"
    assert len(left) == 3


def test_history_goes_back_and_forward_across_views() -> None:
    history = History()
    a, b, c = (Spot("tree", (b"a",)), Spot("leases", (b"b",)), Spot("tree", (b"c",)))
    history.leave(a)
    history.leave(b)
    assert history.back(c) == b
    assert history.back(b) == a
    assert history.back(a) is None
    assert history.forward(a) == b
    assert history.forward(b) == c
    assert history.forward(c) is None
    assert history.back(c) == b
    # A new jump from the middle forgets what lay forward.
    history.leave(b)
    assert history.forward(a) is None


def test_history_is_bounded_and_never_leads_to_where_one_is() -> None:
    history = History()
    for number in range(MAX_KEPT + 50):
        history.leave(Spot("tree", (b"%d" % number,)))
        history.leave(Spot("tree", (b"%d" % number,)))
    here = Spot("tree", (b"%d" % (MAX_KEPT + 49),))
    steps = 0
    while (spot := history.back(here)) is not None:
        assert spot != here
        here = spot
        steps += 1
    assert steps == MAX_KEPT - 1


def test_opening_everything_asks_above_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boltview.browse.state.ASK_ABOVE", 3)
    browser = browse()
    message = act(browser, "open-all")
    assert "opened 3 rows; again opens up to" in message
    assert rows(browser) == ["a", "a/x", "a/y", "b", "b/x", "c"]
    assert act(browser, "open-all") == ""
    assert "a/y/deep" in rows(browser)


def test_opening_everything_is_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ASK_ABOVE", "MAX_ROWS"):
        monkeypatch.setattr(f"boltview.browse.state.{name}", 3)
    assert unfold.MAX_ROWS > 3
    browser = browse()
    assert "stays closed" in act(browser, "open-all")
    assert "a/y/deep" not in rows(browser)


def test_escape_stops_opening_and_clears_a_search() -> None:
    browser = browse()
    browser.apply(Action("open-all"))
    browser.work(1)
    assert browser.apply(Action("cancel")).message == "stopped"
    assert not browser.is_busy
    browser.look_for("x")
    browser.end_typing(keep=True)
    browser.apply(Action("cancel"))
    assert browser.search is None


def test_a_search_is_smart_about_case() -> None:
    browser = browse("Image\nimage\nIMAGE")
    for pattern, hits in (("image", 3), ("Image", 1), ("IM", 1)):
        browser.look_for(pattern)
        while browser.is_busy:
            browser.work(1)
        assert browser.search is not None
        assert len(browser.search) == hits


def test_typing_on_looks_again_from_where_it_began_and_giving_up_returns() -> None:
    browser = browse("start\nab\nabc\nb")
    for pattern, found in (("a", "start"), ("ab", "ab"), ("abc", "abc"), ("", "start")):
        browser.look_for(pattern)
        while browser.is_busy:
            browser.work(1)
        # The `a` of `start` itself comes last: a search leaves the place where it begins.
        assert here(browser) == ("ab" if pattern == "a" else found)
    browser.look_for("abc")
    while browser.is_busy:
        browser.work(1)
    browser.end_typing(keep=False)
    assert here(browser) == "start"
    assert browser.search is None


def test_hits_are_counted_anew_when_a_bucket_opens() -> None:
    browser = browse()
    browser.look_for("x")
    while browser.is_busy:
        browser.work(1)
    browser.end_typing(keep=True)
    assert browser.search is not None
    assert len(browser.search) == 0
    assert "= opens everything" in act(browser, "next-hit")
    act(browser, "open-all")
    assert len(browser.search) == 2
    act(browser, "next-hit")
    assert here(browser) == "a/x"


def test_next_hit_before_the_search_is_done_comes_when_it_is_found() -> None:
    browser = browse("\n".join(f"{number:03}" for number in range(100)))
    browser.look_for("99")
    assert here(browser) == "000"
    browser.work(50)
    assert here(browser) == "000"
    browser.work(60)
    assert here(browser) == "099"


def test_the_same_key_is_the_whole_key_and_outlives_another_state_of_the_file() -> None:
    browser = browse("k\nkk\na/\n  k\nb/\n  k")
    act(browser, "open-all")
    found = []
    for _ in range(4):
        act(browser, "next-same")
        found.append(here(browser))
    assert found == ["a/k", "b/k", "k", "a/k"]
    act(browser, "previous-same")
    assert here(browser) == "k"
    browser.reload(browser.source)
    while browser.is_busy:
        browser.work(1)
    assert browser.search is not None
    assert len(browser.search) == 3
    act(browser, "next-hit")
    assert here(browser) == "a/k"


def test_damage_has_no_key_to_look_for() -> None:
    browser = browse("!damage\nk")
    assert act(browser, "next-same") == "there is no key here to look for"


def test_endless_hits_are_capped() -> None:
    items = [Item("x")] * (MAX_HITS + 5)

    search = Search(Outline(items), Toy(items), "x", 0)
    assert sum(1 for _ in search.steps()) == MAX_HITS - 1
    assert (search.is_done, search.is_capped, len(search)) == (True, True, MAX_HITS)


def test_an_empty_tree_bears_everything() -> None:
    browser = browse("")
    assert browser.entry is None
    assert browser.path == ()
    for action in ("down", "in", "open-all", "next-hit", "last", "centre"):
        assert act(browser, action) == ""
    browser.look_for("x")
    browser.end_typing(keep=True)
    browser.goto((b"a",))
    browser.resize(5)
    browser.scroll(3)
    browser.reload(Toy(tree(SMALL)))
    assert rows(browser) == ["a", "b", "c"]
