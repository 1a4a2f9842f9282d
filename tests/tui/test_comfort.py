"""A theme, a zone, and the last place: taken up where they were left, and told to who remembers."""

import asyncio
import os
import subprocess
import sys

import pytest
from textual.theme import BUILTIN_THEMES

from boltview.containerd.node import Node
from boltview.report.aside import node_of
from boltview.report.memory import Memory, Stay
from boltview.report.opened import Opened
from boltview.report.tables import views
from boltview.tui.app import BoltviewApp
from boltview.tui.flattree import FlatTree
from boltview.tui.settings import Settings
from tests.report.open import META_24
from tests.tui.stage import from_file, screen_text, settle

NOTHING = Memory()
EVERY = bool(os.environ.get("BOLTVIEW_EVERY_THEME"))
"""Whether to look at all themes and not at some."""


class Keeper:
    """A memory in memory."""

    def __init__(self, memory: Memory = NOTHING, stay: Stay | None = None) -> None:
        self.memory, self.stay = memory, stay

    def recall(self, path: str) -> Stay | None:
        assert path.endswith("/meta.db")
        return self.stay

    def keep(self, path: str, stay: Stay) -> None:
        assert path.endswith("/meta.db")
        self.stay = stay

    def prefer(self, theme: str, zone: str) -> None:
        self.memory = Memory(theme, zone)


def played(keeper: Keeper, keys: str = "", is_local: bool | None = None) -> str:  # noqa: FBT001
    settings = Settings(keeper, lambda _: 3_600, is_local)

    async def play() -> str:
        app = BoltviewApp(from_file(META_24), "meta.db", None, settings)
        async with app.run_test(size=(100, 30)) as pilot:
            await settle(pilot)
            await pilot.press(*keys.split())
            await settle(pilot)
            text = screen_text(app)
        app.save()
        return text

    return asyncio.run(play())


def test_the_last_place_is_taken_up_and_kept() -> None:
    keeper = Keeper()
    before = played(keeper, "j j l j l t")
    assert keeper.stay is not None
    assert keeper.stay.path == (b"v1", b"default", b"containers")
    assert (b"v1", b"default", b"containers") in keeper.stay.opened
    assert keeper.stay.tab == 1
    again = played(keeper)
    assert again.splitlines()[:-1] == before.splitlines()[:-1]
    assert "where you were the last time" in again


def test_a_table_is_taken_up_at_its_row() -> None:
    keeper = Keeper()
    played(keeper, "3 j j j")
    assert keeper.stay is not None
    assert keeper.stay.view == "view-images"
    text = played(keeper)
    assert "[3 Images]" in text
    assert " 4/20" in text.splitlines()[-2]


def test_times_in_the_local_zone_and_back() -> None:
    keeper = Keeper()
    text = played(keeper, "Z")
    assert keeper.memory.zone == "local"
    stay = Stay("view-tree", (b"v1", b"default", b"containers", b"web-1", b"createdat"), (), (), 0)
    keeper.stay = stay
    text = played(keeper)
    assert "2026-11-23T19:13:16.161521468+01:00" in text
    text = played(keeper, "Z")
    assert "2026-11-23T18:13:16.161521468Z" in text
    assert keeper.memory.zone == ""
    assert "+01:00" in played(keeper, is_local=True)


def test_a_table_that_is_made_shows_the_other_zone_without_being_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[Opened] = []

    def node(opened: Opened) -> Node:
        made.append(opened)
        return node_of(opened)

    monkeypatch.setattr(views, "_node", node)
    keeper = Keeper()
    assert "created    2026-11-23T18:13:17.044854939Z" in played(keeper, "6")
    text = played(keeper, "6 2 Z 6")
    assert "[6 Leases]" in text
    assert "created    2026-11-23T19:13:17.044854939+01:00" in text
    # Leases in each run, pods in the second; and what was shown last in the first run.
    assert len(made) == 3


def test_a_theme_is_remembered_and_an_unknown_one_is_not_worn() -> None:
    keeper = Keeper(Memory("no such theme"))
    assert "theme rose-pine" in played(keeper, "ctrl+t")
    assert keeper.memory.theme == "rose-pine"
    assert "theme rose-pine-dawn" in played(keeper, "ctrl+t")


def test_every_theme_shows_the_same_text_and_tells_the_cursor_from_other_rows() -> None:
    async def play() -> None:
        app = BoltviewApp(from_file(META_24), "meta.db")
        async with app.run_test(size=(100, 30)) as pilot:
            await settle(pilot)
            text = screen_text(app)
            for theme in sorted(BUILTIN_THEMES)[:: 1 if EVERY else 4]:
                app.theme = theme
                await pilot.pause()
                assert screen_text(app) == text, theme
                tree = app.screen.query_one("#tree", FlatTree)
                styles = [
                    {(part.style.bgcolor, part.style.reverse) for part in strip if part.style}
                    for strip in (tree.paint_line(0), tree.paint_line(1))
                ]
                assert styles[0] != styles[1], theme

    asyncio.run(play())


def test_the_environment_names_the_theme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTUAL_THEME", "ansi-light")
    code = "import textual.constants as c; print(c.DEFAULT_THEME)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "ansi-light\n"
    assert BoltviewApp(from_file(META_24), "x").theme != "nord"
