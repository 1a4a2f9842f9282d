"""What browsing costs: opening buckets of up to a million keys, the first picture, one key."""

import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from boltview.bbolt import DB, Batch
from boltview.bolt.database import Database
from boltview.bolt.source import FileSource
from boltview.browse.buckets import Buckets
from boltview.browse.chords import Action
from boltview.browse.state import Browser
from boltview.report.opened import Opened
from boltview.report.screen import Rows
from boltview.report.units import Clock, utc
from boltview.schema.load import Library
from boltview.schema.reading import Reading
from tests.plugins.require import Require
from tests.tui.terminal import Terminal

SIZES = (1_000, 10_000, 100_000, 1_000_000)
_PER_COMMIT = 100_000
RUNS = 5
HEIGHT = 40


@pytest.fixture(scope="module")
def large(require: Require, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a bucket of each size, by the real bbolt."""
    require("go")
    path = tmp_path_factory.mktemp("browser") / "large.db"
    with DB(path, no_sync=True, no_freelist_sync=True) as db:
        for size in SIZES:
            bucket = b"%07d" % size
            with db.update() as tx:
                tx.create_bucket(bucket)
            for start in range(0, size, _PER_COMMIT):
                batch = Batch().use(bucket)
                for number in range(start, min(start + _PER_COMMIT, size)):
                    batch.put(b"key-%012d" % number, b"value of %016d" % number)
                with db.update() as tx:
                    tx.apply(batch)
    return path


def browse(path: Path) -> tuple[Opened, Browser[object]]:
    source = FileSource(str(path))
    database = Database(source)
    reading = Reading.of(database, Library())
    opened = Opened(database, reading, str(path), Clock(0, utc), source.size)
    browser: Browser[object] = Browser(Buckets(reading, None), HEIGHT)  # type: ignore[arg-type]
    return opened, browser


@pytest.mark.parametrize("size", SIZES)
def test_opening_a_bucket(large: Path, size: int) -> None:
    seconds = []
    for _ in range(RUNS):
        opened, browser = browse(large)
        browser.goto((b"%07d" % size,))
        start = time.perf_counter()
        browser.apply(Action("in"))
        seconds.append(time.perf_counter() - start)
        assert len(browser.outline) == size + len(SIZES)
    rows = Rows(opened.reading, opened.clock)
    browser.apply(Action("last"))
    start = time.perf_counter()
    for place in browser.window():
        rows.spans(place)  # type: ignore[arg-type]
    screen = time.perf_counter() - start
    _, browser = browse(large)
    browser.goto((b"%07d" % size,))
    tracemalloc.start()
    browser.apply(Action("in"))
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(
        f"\n{size:>9,} keys: opened in {min(seconds) * 1000:6.1f} ms, "
        f"{kept / 1000:5.0f} kB kept ({peak / 1000:6.0f} kB at most), "
        f"a screen at the far end in {screen * 1000:4.1f} ms"
    )
    assert kept < 20_000_000


def test_searching_a_million_keys(large: Path) -> None:
    _, browser = browse(large)
    browser.apply(Action("last"))
    browser.apply(Action("in"))
    start = time.perf_counter()
    browser.look_for("9999")
    slices = []
    while browser.is_busy:
        begun = time.perf_counter()
        browser.work(100)
        slices.append(time.perf_counter() - begun)
    assert browser.search is not None
    print(
        f"\n{SIZES[-1]:,} keys searched in {time.perf_counter() - start:.1f} s, "
        f"{len(browser.search):,} hits; a slice of 100 rows takes {median(slices) * 1e6:.0f} µs, "
        f"the longest {max(slices) * 1000:.1f} ms"
    )


@pytest.fixture
def terminal(large: Path) -> Iterator[Terminal]:
    running = Terminal(str(large), columns=120, lines=40)
    yield running
    running.close()


def drain(terminal: Terminal, quiet: float = 0.15) -> tuple[int, float]:
    """Take all output; return how many bytes came, and seconds to the first of them."""
    before, start, first = len(terminal.sent), time.perf_counter(), 0.0
    while terminal.read(quiet):
        first = first or time.perf_counter() - start
    return len(terminal.sent) - before, first


def test_the_first_picture(large: Path) -> None:
    frames, pictures = [], []
    for _ in range(RUNS):
        start = time.perf_counter()
        terminal = Terminal(str(large), columns=120, lines=40)
        terminal.wait_for("large.db")
        frames.append(time.perf_counter() - start)
        terminal.wait_for("▸ 1000000")
        pictures.append(time.perf_counter() - start)
        terminal.close()
    print(
        f"\nfrom process start to the frame {min(frames) * 1000:.0f} ms "
        f"(median {median(frames) * 1000:.0f}), to the rows {min(pictures) * 1000:.0f} ms "
        f"(median {median(pictures) * 1000:.0f})"
    )


@pytest.mark.parametrize(
    ("name", "key"), [("cursor down", "j"), ("PageDown", "\x06"), ("a jump to the end", "G")]
)
def test_one_key(terminal: Terminal, name: str, key: str) -> None:
    terminal.wait_for("▸ 1000000")
    terminal.press("Gl")
    terminal.wait_for("1,000,004")
    drain(terminal, 0.5)
    sizes, waits = [], []
    for _ in range(10):
        terminal.press(key)
        size, first = drain(terminal)
        sizes.append(size)
        waits.append(first)
        if key == "G":
            terminal.press("g")
            drain(terminal)
    print(f"\n{name}: {median(sizes):,.0f} bytes, the first after {median(waits) * 1000:.1f} ms")
