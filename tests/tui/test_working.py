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
@pytest.mark.parametrize(
    ("before", "key", "told"),
    [("", "=", "opening …, Esc stops   1/"), ("5", "o", " %, Esc stops   ")],
    ids=["opening everything", "sorting a table"],
)
def test_how_to_stop_it_stands_beside_how_far_it_is(before: str, key: str, told: str) -> None:
    working, stopped = texts_of(before, key)
    assert told in working
    assert "Esc stops" not in stopped
    assert "stopped" in stopped.splitlines()[-1]
