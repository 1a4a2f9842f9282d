"""What takes long says so and how to stop it, and stops: here it stays at its first slice."""

import asyncio

import pytest

from boltview.tui import slices
from boltview.tui.app import BoltviewApp
from tests.tui.stage import from_node, press, screen_text, send, settle


@pytest.fixture
def _one_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "_SLICE", 0.0)
    monkeypatch.setattr(slices, "_STEPS", 10)
    monkeypatch.setattr(slices.Slices, "_again", lambda _: None)


def texts_of(before: str, key: str) -> list[str]:
    """Press keys, and one whose work then stands still; return that screen, and after Escape."""

    async def play() -> list[str]:
        app = BoltviewApp(from_node(), "meta.db")
        async with app.run_test(size=(120, 24)) as pilot:
            await settle(pilot)
            for word in before.split():
                await press(pilot, word)
            found = []
            for word in (key, "escape"):
                await send(pilot, word)
                found.append(screen_text(app))
            await settle(pilot)
            return found

    return asyncio.run(play())


@pytest.mark.usefixtures("_one_slice")
def test_opening_everything() -> None:
    working, stopped = texts_of("", "=")
    assert "opening …, Esc stops   1/" in working
    assert "opening" not in stopped
    assert "stopped" in stopped.splitlines()[-1]


@pytest.mark.usefixtures("_one_slice")
def test_sorting_a_table() -> None:
    working, stopped = texts_of("5", "o")
    assert " %, Esc stops   " in working
    assert "Esc stops" not in stopped
    assert "stopped" in stopped.splitlines()[-1]
