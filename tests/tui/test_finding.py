"""The search through the whole database on the screen: its list, its steps, its end."""

import asyncio
from collections.abc import Iterator
from threading import Event

import pytest
from textual.pilot import Pilot

from boltview.bolt.page import Origin
from boltview.bolt.progress import Progress
from boltview.forensics.search.hit import VALUE, Hit, excerpt
from boltview.forensics.search.live import Step
from boltview.forensics.search.pattern import Pattern
from boltview.report.opened import Opened
from boltview.report.tables import hits
from boltview.schema.reading import Reading
from boltview.tui.app import BoltviewApp
from tests.plugins.golden import Golden
from tests.report.open import META_24, ROOT, SHAPES
from tests.tui.stage import (
    after,
    composed,
    from_file,
    from_node,
    from_source,
    press,
    screen_text,
    send,
    settle,
    stations,
    taken,
)

SIZES = [(80, 24), (160, 45)]
BUSYBOX = "s paste:busybox enter"


def position(text: str) -> str:
    return text.splitlines()[-2].strip()


def said(text: str) -> str:
    return text.splitlines()[-1].strip()


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "160x45"])
def test_the_list(size: tuple[int, int], golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    _, text = after(from_node(), f"{BUSYBOX} j j", size)
    golden(f"tui/view-hits-{size[0]}x{size[1]}.txt")(text)


def test_through_the_hits_and_back_to_the_list() -> None:
    ways = [BUSYBOX, "j j enter", "n", "N N", "[", "1 S", "G n", "1 n"]
    _, texts = stations(from_file(META_24), ways, (120, 30))
    listed, third, fourth, second, back, again, last, beyond = texts
    # The first four rows are those of `boltview search`, in the order of the tree.
    rows = [line for line in listed.splitlines() if "  busybox  :1.35" in line]
    assert [row.split()[-4:-3] for row in rows[2:4]] == [["value"], ["value"]]
    assert position(listed).endswith("busybox: 24 hits   1/24")
    assert position(third).startswith("v1/default/containers/native-1/image")
    assert position(fourth).startswith("v1/default/containers/web-1/image")
    assert said(fourth) == "hit 4 of 24, value: docker.io/library/busybox:1.35"
    assert position(second).startswith("v1/build-farm/images/docker.io%2Flibrary%2Fbusybox:1.35/")
    assert said(second).startswith("hit 2 of 24")
    for text in (back, again, last):
        assert "  FOUND" in text.splitlines()[3]
    assert position(back).endswith("3/24")
    assert position(last).endswith("24/24")
    assert said(beyond) == "busybox: 24 hits; no further one"


@pytest.mark.parametrize("turn", ["", "t"], ids=["decoded", "JSON"])
def test_a_hit_within_a_value_is_pointed_at(turn: str) -> None:
    # What the container runs stands far below the fold: `ctr run … busybox sleep 100000`.
    ways = [f"{turn} s paste:100000 enter f paste:web-1/spec enter enter", "tab y y", "tab n"]
    _, texts = stations(from_file(META_24), ways, (100, 24))
    assert position(texts[0]).startswith("v1/default/containers/web-1/spec")
    assert '1: "100000"' in texts[0]
    assert said(texts[1]).endswith("value of the member  100000")
    assert said(texts[2]).startswith("100000: ")


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("S", "nothing was searched for yet; s begins"),
        ("n", "no search; / begins one, and s one through the whole file"),
        (f"{BUSYBOX} 1 / paste:v1 enter n", "↑↓←→ move"),
        (f"{BUSYBOX} 1 / paste:v1 enter escape n", "hit 2 of 24"),
        (f"{BUSYBOX} / paste:native enter N n 1 n", "hit 4 of 24"),
        (": paste:find space paste:Busybox enter", "↑↓←→ move"),
        ("s enter", "↑↓←→ move"),
    ],
)
def test_what_is_said(keys: str, words: str) -> None:
    _, text = after(from_file(META_24), keys, (120, 30))
    assert said(text).startswith(words)


def test_capital_letters_are_meant() -> None:
    _, text = after(from_file(META_24), "s paste:BusyBox enter", (120, 30))
    assert "BusyBox is in no key and no value" in text
    assert position(text) == "BusyBox: 0 hits"


def test_numbers_and_times_are_found_as_they_read() -> None:
    source = composed({b"b": {b"k": b"plain"}})
    _, text = after(from_source(source), "s paste:PLAIN ctrl+u paste:plai enter", (120, 30))
    assert position(text).endswith("plai: 1 hit   1/1")
    # A Go time in 15 bytes, none of which is a digit.
    _, text = after(from_file(META_24), "s paste:2026-11-23T18:13:16.161521468 enter", (120, 30))
    assert "v1/default/containers/web-1/createdat" in text


def test_hostile_bytes_are_listed_escaped() -> None:
    ways = ["s paste:key enter", "s ctrl+u paste:2J enter", "enter", "n"]
    _, texts = stations(from_file(SHAPES / "hostile.db"), ways, (120, 30))
    for text in texts:
        assert text.replace("\n", "").isprintable()
    assert "\\x1b[" in texts[1]


def test_another_state_of_the_file_is_searched_again() -> None:
    trees = [{b"b": {b"one": b"v"}}, {b"b": {b"one": b"v", b"one-more": b"v"}}]
    sources = iter(composed(tree) for tree in trees)

    def opener(progress: Progress) -> Opened:
        return from_source(next(sources))(progress)

    _, texts = stations(opener, ["s paste:one enter", "r"], (120, 30))
    assert position(texts[0]).endswith("one: 1 hit   1/1")
    assert position(texts[1]).endswith("one: 2 hits   1/2")


class Gate:
    """A search that yields two hits, and then waits until it may go on."""

    def __init__(self) -> None:
        self.reached = Event()
        self.leave = Event()

    def __call__(self, _reading: Reading, _pattern: Pattern) -> Iterator[Hit | Step]:
        for key in (b"containers", b"images"):
            path = (b"v1", b"default", key)
            yield Hit(path, VALUE, (), excerpt(b"text", 1, 2), Origin(0, 0, 0, 0), is_bucket=True)
        self.reached.set()
        while not self.leave.wait(0.01):
            yield Step(40, 100)
        yield Hit((b"v1", b"moby"), VALUE, (), excerpt(b"text", 1, 2), Origin(0, 0, 0, 0))


async def begin(pilot: Pilot[int]) -> None:
    """Begin a search, and do not wait for its end."""
    await settle(pilot)
    for key in ("s", "e", "enter"):
        await send(pilot, key)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    made = Gate()
    monkeypatch.setattr(hits, "search", made)
    return made


def test_hits_come_while_it_goes_on_and_elsewhere_too(gate: Gate) -> None:
    async def play() -> None:
        app = BoltviewApp(from_file(META_24), "meta.db")
        async with app.run_test(size=(120, 30)) as pilot:
            await begin(pilot)
            for _ in range(200):
                await taken(pilot)
                text = screen_text(app)
                # How far it is and what was found come each in its time.
                if "Esc stops" in text and position(text).endswith("1/2"):
                    break
                await pilot.pause(0.01)
            text = screen_text(app)
            assert "searching … 40 %, e: 2 hits so far   Esc stops" in said(text)
            assert position(text).endswith("e: 2 hits so far   1/2")
            # It can be left, and goes on.
            await send(pilot, "1")
            gate.leave.set()
            await settle(pilot)
            text = screen_text(app)
            assert "[1 Tree]" in text
            assert said(text) == "e: 3 hits; S lists them"
            await press(pilot, "S")
            await press(pilot, "G")
            assert position(screen_text(app)).endswith("e: 3 hits   3/3")

    asyncio.run(play())


def test_escape_stops_it_and_keeps_what_was_found(gate: Gate) -> None:
    async def play() -> None:
        app = BoltviewApp(from_file(META_24), "meta.db")
        async with app.run_test(size=(120, 30)) as pilot:
            await begin(pilot)
            await asyncio.to_thread(gate.reached.wait, 10)
            for _ in range(50):
                await taken(pilot)
                await pilot.pause(0.01)
            await press(pilot, "escape")
            text = screen_text(app)
            assert said(text) == "stopped; e: 2 hits so far"
            await press(pilot, "1")
            await press(pilot, "S")
            text = screen_text(app)
            assert position(text).endswith("e: 2 hits so far   1/2")
        assert app.return_value is None

    asyncio.run(play())


def test_so_many_hits_are_kept_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hits, "MOST", 7)
    _, text = after(from_file(META_24), "s paste:v1 enter", (120, 30))
    assert position(text).endswith("v1: 7 hits and more   1/7")
