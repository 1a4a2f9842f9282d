"""Taking things along in the browser: copied, exported, given up, paged; and said what was done."""

import asyncio
import json
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from boltview.bolt.source import MemorySource
from boltview.cli.main import main
from boltview.tui.app import BoltviewApp
from boltview.tui.settings import CLIPBOARDS, Settings
from tests.bolt.build import Image
from tests.report.open import META_24
from tests.tui.stage import after, from_file, opened, press, screen_text, settle
from tests.tui.terminal import Terminal

WEB = ": ctrl+u paste:v1/default/containers/web-1/"


def said(text: str) -> str:
    return text.splitlines()[-1].strip()


@pytest.fixture(autouse=True)
def somewhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TMUX", raising=False)


def test_a_value_is_exported_and_never_over_another_file(tmp_path: Path) -> None:
    keys = f"{WEB}image enter x enter"
    _, text = after(from_file(META_24), keys, (120, 24))
    assert said(text) == f"wrote 30 B to {tmp_path}/image.bin"
    assert (tmp_path / "image.bin").read_bytes() == b"docker.io/library/busybox:1.35"
    (tmp_path / "image.bin").write_bytes(b"mine")
    _, text = after(from_file(META_24), keys, (120, 24))
    assert said(text) == "not written: it exists; nothing is ever overwritten"
    assert (tmp_path / "image.bin").read_bytes() == b"mine"


def test_the_database_itself_is_safe(tmp_path: Path) -> None:
    database = tmp_path / "meta.db"
    database.write_bytes(META_24.read_bytes())
    _, text = after(
        from_file(database), f"{WEB}image enter x ctrl+u paste:meta.db enter", (120, 24)
    )
    assert "it exists; nothing is ever overwritten" in said(text)
    assert database.read_bytes() == META_24.read_bytes()


def test_a_bucket_is_exported_as_json(tmp_path: Path) -> None:
    keys = f"{WEB} enter x X ctrl+u paste:new/web.json enter X ctrl+u paste:web.json enter"
    _, text = after(from_file(META_24), keys, (120, 24))
    assert said(text).startswith("wrote 6.")
    assert json.loads((tmp_path / "web.json").read_text())["snapshotKey"] == "web-1"
    _, text = after(from_file(META_24), f"{WEB} enter x", (120, 24))
    assert said(text) == "only a value can be exported raw; X exports a bucket as JSON"


def test_what_was_not_named_is_not_written(tmp_path: Path) -> None:
    _, text = after(from_file(META_24), "X ctrl+u enter", (120, 24))
    assert said(text) == "nothing was written"
    after(from_file(META_24), "X escape ctrl+s escape", (120, 24))
    assert list(tmp_path.iterdir()) == []


def test_a_picture_of_the_screen_loads_nothing(tmp_path: Path) -> None:
    _, text = after(from_file(META_24), "ctrl+s enter", (120, 24))
    assert "boltview.svg" in said(text)
    picture = (tmp_path / "boltview.svg").read_text()
    assert "v1" in picture
    assert "@font-face" not in picture
    assert "https://cdnjs" not in picture
    assert "save the picture" not in picture


SPEC = f"{WEB}spec enter t tab"


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        ("y y", "sent 54 bytes to the terminal's clipboard (OSC 52): value of the member  types."),
        ("y k", "sent 8 bytes to the terminal's clipboard (OSC 52): key of the member  type_url"),
        ("y j", "sent 56 bytes to the terminal's clipboard (OSC 52): JSON of the member  \"types."),
        (
            "j j y y",
            "sent 5 bytes to the terminal's clipboard (OSC 52): value of the member  1.3.0",
        ),
        ("j y y", '(OSC 52): value of the member  {\\n  "ociVersion": "1.3.0",'),
        ("j y d", "there is no digest in this value"),
        ("y p", "path of the member, for jq  .type_url"),
        ("J l j j j l l l y p", "path of the member, for jq  .value.process.args[0]"),
        ("tab y p", "path  v1/default/containers/web-1/spec"),
        ("tab y k", "key  spec"),
    ],
)
def test_in_the_pane_the_member_under_the_cursor_is_copied(keys: str, shown: str) -> None:
    _, text = after(from_file(META_24), f"{SPEC} {keys}", (120, 30))
    assert shown in said(text)


class Slow:
    """A source whose reads of a large value wait for leave."""

    def __init__(self, source: MemorySource, large: int) -> None:
        self._source = source
        self._large = large
        self.size = source.size
        self.leave = Event()
        self.reached = Event()

    def read(self, offset: int, length: int) -> bytes:
        if length >= self._large:
            self.reached.set()
            self.leave.wait(10)
        return self._source.read(offset, length)


def test_escape_gives_up_an_export_and_leaves_nothing(tmp_path: Path) -> None:
    image = Image()
    leaf = image.leaf((b"large", b"x" * 5_000_000))
    source = Slow(MemorySource(image.finish(image.leaf(image.bucket(b"b", leaf)))), 1 << 20)

    async def play() -> str:
        app = BoltviewApp(lambda _: opened(source), "meta.db")
        async with app.run_test(size=(120, 24)) as pilot:
            await settle(pilot)
            for key in ("j", "x", "enter"):
                await pilot.press(key)
            await asyncio.to_thread(source.reached.wait, 10)
            await pilot.press("escape")
            await pilot.pause()
            text = screen_text(app)
            source.leave.set()
            await pilot.pause(0.2)
            return text

    text = asyncio.run(play())
    assert said(text) == f"given up: {tmp_path}/large.bin was not written"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("clipboard", "words"),
    [
        ("off", "nothing was copied: --clipboard is off; x and X export to a file"),
        ("tmux", "nothing was copied: there is no tmux here that takes it"),
        ("osc52", "sent 2 bytes to the terminal's clipboard (OSC 52): key  v1"),
    ],
)
def test_ways_to_the_clipboard(clipboard: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Inside of what would be tmux, if there was one to be found.
    monkeypatch.setenv("TMUX", "/nowhere,1,0")
    monkeypatch.setenv("PATH", "/nonexistent")

    async def play() -> str:
        app = BoltviewApp(from_file(META_24), "meta.db", None, Settings(clipboard=clipboard))
        async with app.run_test(size=(120, 24)) as pilot:
            await settle(pilot)
            await press(pilot, "y")
            await press(pilot, "k")
            return screen_text(app)

    assert said(asyncio.run(play())) == words


Start = Callable[..., Terminal]


def test_the_command_line_offers_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["browse", "--demo", "--clipboard", "x11"]) == 2
    said = capsys.readouterr().err
    assert all(way in said for way in CLIPBOARDS)


def test_in_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paged = tmp_path / "paged"
    monkeypatch.setenv("PAGER", f"tee {paged}")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    terminal = Terminal("--demo", columns=120)
    try:
        terminal.wait_for("▸ k8s.io")
        terminal.press(":\x15v1/default/images/docker.io/library/busybox:1.35/target/digest\r")
        terminal.wait_for("stored ")
        terminal.press("y")
        terminal.wait_for("d digest")
        terminal.press("d")
        terminal.wait_for("sent 71 bytes to the terminal's clipboard (OSC 52): digest")
        digest = b"sha256:7cf6d00c7842826e6a24b6c3dd4478d1dcf0be65c10755eb4934fbf3c6a92ff5"
        assert b"\x1b]52;c;" + b64encode(digest) + b"\x07" in terminal.sent
        terminal.press("v")
        # A key before that could be thrown away with what the pager has not read.
        terminal.wait_for_return(2)
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    finally:
        terminal.close()
    assert digest in paged.read_bytes()
    assert b"Traceback" not in terminal.sent


def test_a_web_page_writes_no_file_and_borrows_no_terminal(tmp_path: Path) -> None:
    async def play() -> list[str]:
        app = BoltviewApp(from_file(META_24), "meta.db", None, Settings(is_page=True))
        told = []
        async with app.run_test(size=(120, 24)) as pilot:
            await settle(pilot)
            for key in ("x", "X", "v", "ctrl+s", "ctrl+z"):
                await press(pilot, key)
                told.append(said(screen_text(app)))
                await press(pilot, "j")
        return told

    refusal = "a web page shows, and does no more; boltview on a terminal does this"
    assert asyncio.run(play()) == [refusal] * 5
    assert list(tmp_path.iterdir()) == []
