"""Following a file that changes: the place is kept, what changed is marked, trouble is said."""

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from boltview.bbolt import DB, build
from boltview.bolt.errors import BoltError, UnreadableFile
from boltview.bolt.metawatch import Wait
from boltview.bolt.progress import Progress
from boltview.bolt.source import MemorySource
from boltview.cli import following
from boltview.cli.main import main
from boltview.cli.options import CommandParser, add_path, parse
from boltview.cli.session import open_database
from boltview.report.commits import Step
from boltview.report.opened import Opened
from boltview.report.refresh import Refresh, refresh
from boltview.tui.app import BoltviewApp, Feed
from tests.bolt.build import Image, Tree
from tests.plugins.golden import Golden
from tests.report.open import SHAPES
from tests.tui.stage import after, composed, from_source, opened, screen_text, settle

BEFORE: Tree = {
    b"v1": {
        b"default": {
            b"labels": {b"gone": b"1", b"same": b"1", b"step": b"1"},
            b"leases": {b"lease-1": {b"createdat": b"x"}},
        },
        b"moby": {b"labels": {b"step": b"1"}},
    }
}
AFTER: Tree = {
    b"v1": {
        b"default": {
            b"labels": {b"fresh": b"1", b"same": b"1", b"step": b"2"},
            b"leases": {b"lease-1": {b"createdat": b"x"}, b"lease-2": {}},
        },
        b"moby": {b"labels": {b"step": b"2"}},
        b"new": {},
    }
}
PATIENCE = 3000
"""Hundredths of a second to wait for the screen to show something."""


@pytest.fixture
def database(require: Callable[[str], str], tmp_path: Path) -> Iterator[tuple[DB, Path]]:
    """A database that the real bbolt holds open for writing."""
    require("go")
    build.library()
    path = tmp_path / "live.db"
    with DB(path) as db:
        with db.update() as tx:
            tx.create_bucket(b"a")[b"k"] = b"v"
            bucket = tx.create_bucket(b"b")
            for number in range(60):
                bucket[b"%02d" % number] = b"v"
            tx.create_bucket(b"c").create_bucket(b"d")[b"k"] = b"v"
        yield db, path


async def shows(pilot: Pilot[int], wanted: str) -> str:
    """Wait until the screen shows a text; return all that it shows."""
    app = pilot.app
    assert isinstance(app, BoltviewApp)
    for _ in range(PATIENCE):
        await pilot.pause(0.01)
        if wanted in screen_text(app):
            await settle(pilot)
            return screen_text(app)
    raise AssertionError(f"no {wanted!r} on the screen:\n{screen_text(app)}")


def application(path: Path, *options: str) -> BoltviewApp:
    """The browser of `path`, as the command line makes it with `--follow`, or without."""
    parser = CommandParser("browse", "", "")
    add_path(parser)
    arguments = parse(parser, [str(path), *options])

    def feed(progress: Progress, wait: Wait) -> Iterator[Refresh | BoltError]:
        return following.refreshes(arguments, arguments.path, progress, wait)

    def opener(progress: Progress) -> Opened:
        return open_database(arguments, arguments.path, progress)

    return BoltviewApp(opener, "live.db", feed if "--live" in options else None)


def row_of(text: str, key: str) -> str:
    """Return the gutter, the glyph and the key of a row."""
    found = re.search(rf"^.*[▸▾▹▿ ] {key}\b", text, re.MULTILINE)
    assert found, text
    return found[0]


def test_r_copies_a_live_file_anew_and_keeps_the_place(database: tuple[DB, Path]) -> None:
    db, path = database

    async def play() -> None:
        app = application(path)
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            await pilot.press("j", "l", *"j" * 30)
            before = await shows(pilot, "b/29")
            assert "consistent copy of revision 2" in before
            with db.update() as tx:
                tx.bucket(b"a")[b"more"] = b"v"
                tx.bucket(b"b")[b"10x"] = b"v"
                tx.bucket(b"b")[b"29"] = b"other"
            assert screen_text(app) == before
            await pilot.press("r")
            text = await shows(pilot, "consistent copy of revision 3")
            assert "read again" in text
            assert re.search(r"^▎│ +29 +other\b", text, re.MULTILINE)
            assert re.search(r" b/29 +33/64$", text, re.MULTILINE)

    asyncio.run(play())


def test_commits_of_the_real_bbolt_come_by_themselves(
    database: tuple[DB, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "POLL", 0.05)
    db, path = database

    async def play() -> None:
        app = application(path, "--live")
        async with app.run_test(size=(120, 24)) as pilot:
            await settle(pilot)
            assert "following · txid 2" in screen_text(app)
            await pilot.press("j", "l", "j", "j")
            with db.update() as tx:
                tx.bucket(b"b")[b"00"] = b"other"
                tx.bucket(b"b")[b"01x"] = b"v"
                tx.bucket(b"c").bucket(b"d")[b"k2"] = b"v"
                del tx.bucket(b"a")[b"k"]
            text = await shows(pilot, "revision 3: +2 ~1 -1")
            assert "following · txid 3" in text
            assert row_of(text, "00").startswith(" ~│")
            assert row_of(text, "01").startswith("▎ │")
            assert row_of(text, "01x").startswith(" +│")
            assert row_of(text, "a").startswith(" ~▹")
            assert row_of(text, "b").startswith("  ▾")
            with db.update() as tx:
                tx.bucket(b"c").bucket(b"d")[b"k2"] = b"w"
            await pilot.press("G")
            text = await shows(pilot, "revision 4: ~1")
            assert row_of(text, "c").endswith("~▸ c")
            assert not re.search(r"^.\+", text, re.MULTILINE)
            path.unlink()
            text = await shows(pilot, "No such file")
            assert "following · txid 4" in text
            path.write_bytes((SHAPES / "empty.db").read_bytes())
            await shows(pilot, "the database holds no bucket")
            assert app.error is None

    asyncio.run(play())


def states(*given: Opened | BoltError) -> Feed:
    """Feed the browser what a file would be."""

    def feed(_progress: Progress, wait: Wait) -> Iterator[Refresh | BoltError]:
        before: Opened | None = None
        for state in given:
            if isinstance(state, BoltError):
                yield state
                continue
            step = Step(before.reading, state.reading, is_replaced=False) if before else None
            yield refresh(state, step)
            before = state
        while True:
            wait(0.01)

    return feed


def test_marks_on_the_screen(golden: Golden) -> None:
    source, image = composed(BEFORE), Image()
    later = MemorySource(image.finish(image.nested(AFTER), txid=9))
    _, text = after(from_source(source), "", (120, 14), states(opened(source), opened(later)))
    golden("tui/follow-120x14.txt")(text)


def test_a_click_on_a_glyph_reckons_with_the_column_of_marks() -> None:
    source = composed(BEFORE)
    _, text = after(from_source(source), "click:tree,5,1", (120, 14), states(opened(source)))
    assert "▸ default" in text


def test_what_is_read_in_the_detail_pane_stays_where_it_is_scrolled_to() -> None:
    tree: Tree = {b"b": {b"k": b"\n".join(b"line %d" % number for number in range(200))}}
    source = composed(tree)
    down = "alt+j " * 9
    top, scrolled, reloaded = (
        after(from_source(source), keys, (120, 14))[1]
        for keys in ("j t t", f"j t t {down}", f"j t t {down} r")
    )
    assert "read again" in reloaded
    assert reloaded.splitlines()[:-1] == scrolled.splitlines()[:-1] != top.splitlines()[:-1]


def test_trouble_is_said_and_what_was_read_stays() -> None:
    source = composed(BEFORE)
    feed = states(opened(source), UnreadableFile("live.db: gone\x1b"))
    app, text = after(from_source(source), "", (120, 24), feed)
    assert "cannot be read again: live.db: gone\\x1b" in text
    assert "▾ v1" in text
    assert app.error is None


def test_a_first_state_that_cannot_be_read_is_the_error() -> None:
    app, text = after(from_source(composed({})), "", (80, 24), states_of_nothing)
    assert "✗ live.db: gone" in text
    assert isinstance(app.error, UnreadableFile)


def states_of_nothing(_progress: Progress, _wait: Wait) -> Iterator[Refresh | BoltError]:
    raise UnreadableFile("live.db: gone")


@pytest.mark.parametrize("words", [["--in-place"], ["--revision", "previous"]])
def test_only_copies_of_the_newest_revision_are_followed(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["browse", "--demo", "--follow", *words]) == 2
    assert "--follow" in capsys.readouterr().err
