"""The far ends: huge values, deep buckets, odd text, tiny screens, files that vanish."""

import asyncio
import os
import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual import events
from textual.widget import Widget

from boltview.bolt.progress import Progress
from boltview.bolt.source import FileSource, MemorySource
from boltview.browse.keys import BINDINGS
from boltview.cli.options import CommandParser, add_path, parse
from boltview.cli.session import open_database
from boltview.report.opened import Opened
from boltview.tui import noticing
from boltview.tui.app import BoltviewApp
from boltview.tui.paint import Painted
from tests.bolt.build import Tree
from tests.report.open import META_24
from tests.tui.stage import (
    composed,
    from_file,
    from_source,
    opened,
    screen_text,
    settle,
    stations,
    taken,
)

STRESS = bool(os.environ.get("BOLTVIEW_STRESS"))
KEYS = 5_000_000 if STRESS else 200_000
WALKS = 200 if STRESS else 4
STEPS = 100
LEAVES = {"quit", "suspend", "page-out", "screenshot", "export-raw", "export-json"}
"""What ends the program, or leaves it for a file."""
TYPED = [key for binding in BINDINGS if binding.action not in LEAVES for key in binding.keys]
SIZES = [(1, 1), (2, 2), (5, 1), (1, 20), (20, 5), (40, 3), (80, 24), (109, 24), (110, 24),
         (300, 80), (7, 40)]  # fmt: skip
WIDE = ("漢字かな" * 40).encode()
TEXTS = {
    b"wide": WIDE,
    b"zero width": ("a\u0301\u200b\u200d" * 200).encode(),
    b"right to left": ("שלום\u202eevil" * 30).encode(),
    b"not UTF-8": b"\xff\xfe\x80" * 300,
    b"control": b"\x1b[2J\x1b]0;x\x07\r\n\t" * 20,
    b"emoji": ("👨‍👩‍👧‍👦🏳️‍🌈" * 50).encode(),
    b"empty": b"",
    b"json": b'{"a":"' + WIDE + b'","b":[1,{"c":"\\u202e\\u0000"}]}',
}


def odd() -> MemorySource:
    """A database of these texts as values and as keys, and of a key as long as bolt has them."""
    tree: Tree = {**TEXTS, **{text[:60]: text for text in TEXTS.values() if text}}
    return composed({**tree, b"k" * 32_768: b"v", WIDE: {WIDE: b"x"}}, 65_536, 8)


def fits(app: BoltviewApp) -> bool:
    """Whether every line that shows is as wide as it has room.

    That the screen's own lines fit says nothing: Textual cuts them where they do not.
    """
    shown = [widget for widget in app.screen.query(Widget) if isinstance(widget, Painted)]
    return all(
        cell_len("".join(part.text for part in widget.render_line(y))) == widget.size.width
        for widget in shown
        if widget.display and widget.size.width
        for y in range(widget.size.height)
    )


async def walk(opener: Callable[[Progress], Opened], seed: int) -> None:
    """Press random keys at random sizes; a fault ends the application, which raises it here."""
    chance = random.Random(seed)  # noqa: S311 (repeated, not guessed)
    app = BoltviewApp(opener, "meta.db")
    trail: list[object] = [seed]
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for _ in range(STEPS):
            if chance.random() < 0.2:
                trail.append(chance.choice(SIZES))
                await pilot.resize_terminal(*trail[-1])  # type: ignore[misc]
            else:
                trail.append(chance.choice(TYPED))
                for key in str(trail[-1]).split():
                    character = " " if key == "space" else key
                    told = character if len(character) == 1 else None
                    app.post_message(events.Key(key, told))
            if chance.random() < 0.5:
                await taken(pilot)
                assert fits(app), trail
        await settle(pilot)
        assert fits(app), trail


@pytest.mark.parametrize("seed", range(WALKS))
def test_no_keys_and_no_size_of_the_screen_are_too_much(seed: int) -> None:
    asyncio.run(walk(from_source(odd()) if seed % 2 else from_file(META_24), seed))


def test_every_tab_and_view_of_odd_text_keeps_the_layout() -> None:
    ways = ["=", *["j j j t"] * 20, "7", "8", "0", "s paste:evil enter"]
    _, laid = stations(from_source(odd()), ways, look=lambda app: str(fits(app)))
    assert set(laid) == {"True"}


def test_a_hundred_megabytes_in_a_value() -> None:
    value = b"\x1b[31m\xff" * 17_000_000
    tree: Tree = {b"b": {b"big": value, b"json": b'{"a":"' + b"y" * 10_000_000 + b'"}'}}
    source = composed(tree)
    ways = ["j l", "t", "t", "t t t t", "y y", "j", "t", "G k"]
    _, texts = stations(from_source(source), ways, (120, 30))
    assert "97.3 MiB (102,000,000 bytes), not read" in texts[0]
    assert all(text.replace("\n", "").isprintable() for text in texts)


def test_a_thousand_levels() -> None:
    tree: Tree = {b"leaf": b"v"}
    for level in range(1_000):
        tree = {b"d%d" % (999 - level): tree}
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)  # for what makes the database, not for what reads it
    try:
        source = composed(tree)
    finally:
        sys.setrecursionlimit(limit)
    _, texts = stations(from_source(source), ["= G", "t t t t t", "g C", "7", "s paste:leaf enter"])
    assert "1,001/1,001" in texts[0]
    assert "d999/leaf" in texts[0].splitlines()[-2]
    assert " 1/2\n" in texts[2]


def test_a_bucket_with_very_many_keys() -> None:
    tree: Tree = {b"b": {b"%08d" % number: b"v" for number in range(KEYS)}, b"c": b""}
    source = composed(tree, 65_536, 1_000)
    _, texts = stations(from_source(source), ["l", "G k", "t t", "7", "1 -"])
    assert f" 1/{KEYS + 2:,}\n" in texts[0]
    assert f"b/{KEYS - 1:08d}" in texts[1].splitlines()[-2]
    assert " 1/2\n" in texts[4]


def gone(path: Path) -> None:
    path.unlink()


def cut(path: Path) -> None:
    os.truncate(path, 0)


def overwritten(path: Path) -> None:
    path.write_bytes(b"\xaa" * path.stat().st_size)


def replaced(path: Path) -> None:
    other = path.with_name("other")
    shutil.copy(path, other)
    other.replace(path)


def touched(path: Path) -> None:
    os.utime(path, ns=(0, 0))


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (gone, "no longer there: what was read before stays"),
        (replaced, "another file is in its place: r reads that"),
        (touched, "changed on disk: r reads it again"),
        (cut, "changed on disk: r reads it again"),
        (lambda _: None, ""),
    ],
)
def test_what_becomes_of_the_file_is_said(
    change: Callable[[Path], None], note: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noticing, "EVERY", 0.05)
    path = tmp_path / "x.db"
    shutil.copy(META_24, path)

    async def play() -> str:
        app = BoltviewApp(lambda _: opened(FileSource(str(path)), str(path)), "x")
        async with app.run_test(size=(160, 30)) as pilot:
            await settle(pilot)
            change(path)
            await pilot.pause(0.3)
            return screen_text(app).splitlines()[1]

    facts = asyncio.run(play())
    assert note in facts
    assert note or "r reads" not in facts


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (gone, "No such file or directory"),
        (cut, "the file is empty"),
        (overwritten, "not a bolt file (no meta page found)"),
    ],
)
def test_a_file_that_goes_under_the_browser(
    change: Callable[[Path], None], why: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.db"
    shutil.copy(META_24, path)
    parser = CommandParser("browse", "", "")
    add_path(parser)
    arguments = parse(parser, [str(path), "--utc"])

    async def play() -> tuple[str, str]:
        app = BoltviewApp(lambda progress: open_database(arguments, arguments.path, progress), "x")
        async with app.run_test(size=(140, 30)) as pilot:
            await settle(pilot)
            change(path)
            for key in "j j j l t t t 3 8 1 r".split():  # noqa: SIM905 (as a person types it)
                app.post_message(events.Key(key, key))
                await settle(pilot)
            said = screen_text(app).splitlines()[-1]
            app.post_message(events.Key("k", "k"))
            await settle(pilot)
            return said, screen_text(app)

    said, text = asyncio.run(play())
    assert said.strip() == f"cannot be read again: {path}: {why}"
    assert "version  4 (2.0 and later" in text
