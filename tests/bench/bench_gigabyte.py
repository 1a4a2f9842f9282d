"""The browser on a gigabyte: first picture, memory, bytes and time of a key; beside boltbrowser."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest

from boltview.bbolt import DB, Batch
from tests.plugins.require import Require
from tests.tui.terminal import Terminal

GIGABYTE = 1_000_000_000
RUNS = 5
EMPTY = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("nothing here")
Empty().run()
"""


@pytest.fixture(scope="module")
def gigabyte(require: Require, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of a gigabyte, by the real bbolt: 250,000 values of 3,000 bytes."""
    require("go")
    path = tmp_path_factory.mktemp("gigabyte") / "large.db"
    number = 0
    with DB(path, no_sync=True, no_freelist_sync=True) as db:
        with db.update() as tx:
            tx.create_bucket(b"bucket")
        while path.stat().st_size < GIGABYTE:
            batch = Batch().use(b"bucket")
            for number in range(number, number + 25_000):  # noqa: B020 (goes on)
                batch.put(b"key-%012d" % number, b"v" * 3_000)
            number += 1
            with db.update() as tx:
                tx.apply(batch)
    return path


def memory(terminal: Terminal) -> float:
    """Return the megabytes that a program has of its own: not those of files that it maps."""
    for line in Path(f"/proc/{terminal.pid}/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1024
    raise AssertionError("the program has ended")


def drain(terminal: Terminal, quiet: float = 0.15) -> tuple[int, float]:
    """Take all output; return how many bytes came, and seconds to the first of them."""
    before, start, first = len(terminal.sent), time.perf_counter(), 0.0
    while terminal.read(quiet):
        first = first or time.perf_counter() - start
    return len(terminal.sent) - before, first


def timed(begin: Callable[[], Terminal], wanted: str) -> tuple[list[float], Terminal]:
    """Begin a program several times; return seconds to a text on its screen, and the last one."""
    seconds, terminal = [], None
    for _ in range(RUNS):
        if terminal is not None:
            terminal.close()
        start = time.perf_counter()
        terminal = begin()
        terminal.wait_for(wanted)
        seconds.append(time.perf_counter() - start)
    assert terminal is not None
    return seconds, terminal


def test_a_gigabyte(gigabyte: Path) -> None:
    def browse() -> Terminal:
        return Terminal(str(gigabyte), "--no-state", columns=120, lines=40)

    empty = Terminal(program=[sys.executable, "-c", EMPTY], columns=120, lines=40)
    empty.wait_for("nothing here")
    drain(empty, 0.5)
    ground = memory(empty)
    empty.close()
    frames, terminal = timed(browse, "large.db")
    terminal.close()
    pictures, terminal = timed(browse, "▸ bucket")
    print(
        f"\nfrom process start to the frame {min(frames) * 1000:.0f} ms (median "
        f"{median(frames) * 1000:.0f}), to the rows {min(pictures) * 1000:.0f} ms (median "
        f"{median(pictures) * 1000:.0f})"
    )
    drain(terminal, 0.5)
    first = memory(terminal)
    terminal.press("l")
    terminal.wait_for("250,001")
    drain(terminal, 0.5)
    for name, key in (("cursor down", "j"), ("PageDown", "\x06")):
        sizes, waits = [], []
        for _ in range(20):
            terminal.press(key)
            size, wait = drain(terminal)
            sizes.append(size)
            waits.append(wait * 1000)
        print(f"{name}: {median(sizes):,.0f} bytes, the first after {median(waits):.1f} ms")
    for key in "GgG":
        terminal.press(key)
        drain(terminal, 0.3)
    print(
        f"memory above an empty application of {ground:.0f} MB: {first - ground:.0f} MB at first, "
        f"{memory(terminal) - ground:.0f} MB with 250,000 rows open and walked"
    )
    terminal.close()
    beside(gigabyte)


def beside(path: Path) -> None:
    """The same of boltbrowser, if it is there: BOLTBROWSER names it, or it is on PATH."""
    program = os.environ.get("BOLTBROWSER") or shutil.which("boltbrowser")
    if program is None:
        print("boltbrowser is not here: clone github.com/br0xen/boltbrowser and go build it")
        return
    copy = path.with_name("copy.db")  # it opens for writing
    subprocess.run(["cp", "--reflink=auto", str(path), str(copy)], check=True)
    seconds, terminal = timed(
        lambda: Terminal(program=[program, str(copy)], columns=120, lines=40), "bucket"
    )
    drain(terminal, 0.5)
    print(
        f"boltbrowser: to the rows {min(seconds) * 1000:.0f} ms (median "
        f"{median(seconds) * 1000:.0f}), {memory(terminal):.0f} MB"
    )
    terminal.close()
    copy.unlink()
