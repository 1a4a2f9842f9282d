"""Each tab of the detail pane at the sizes people use, and what its keys and the mouse do."""

import asyncio

import pytest
from textual.geometry import Region

from boltview.tui.app import BoltviewApp
from boltview.tui.page import Page
from tests.plugins.golden import Golden
from tests.report.open import META_24, SHAPES
from tests.tui.stage import after, composed, from_file, from_source, press, settle, stations

SMALL, WIDE = (80, 24), (160, 45)
WEB = ": ctrl+u paste:v1/default/containers/web-1"
# A name for each step, or none where only the next one is looked at.
STEPS = (
    ("decoded-bucket", f"{WEB} enter"),
    ("decoded", f"{WEB}/createdat enter"),
    ("", f"{WEB}/spec enter t tab"),
    ("json", "j j j l"),
    ("", f"tab {WEB}/createdat enter t tab"),
    ("hex", "J J"),
    ("hex-bytes", "l l l l l l l l l"),
    ("schema", "t"),
    ("page", "t"),
    ("references", "t"),
)


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "160x45"])
def test_every_tab(size: tuple[int, int], golden: Golden) -> None:
    _, screens = stations(from_file(META_24), [keys for _, keys in STEPS], size)
    shown = {name: text for (name, _), text in zip(STEPS, screens, strict=True) if name}
    for name, text in shown.items():
        golden(f"tui/tab-{name}-{size[0]}x{size[1]}.txt")(pane(text))


def pane(text: str) -> str:
    """Return what the detail pane shows, whatever changes around it."""
    lines = text.splitlines()
    top = next(number for number, line in enumerate(lines) if "Decoded" in line)
    left = max(lines[top].find("▏"), 0)
    return "".join(f"{line[left:].rstrip()}\n" for line in lines[top:-2])


def test_what_is_under_the_mouse_and_where_references_lead() -> None:
    steps = [
        f"{WEB}/createdat enter t t",
        # The third line of hex is that of key and value; column 9 begins its first byte.
        "click:page,11,3",
        "click:page,39,3",
        "click:aside,4,1",
        "t t t enter",
    ]
    _, screens = stations(from_file(META_24), steps, WIDE)
    assert "▸ key" in screens[1]
    assert "▸   version" in screens[2]
    assert sum("▸" in line.split("▏")[-1] for line in screens[3].splitlines()) == 1
    assert "v1/default/images/docker.io%2Flibrary%2Fbusybox:1.35" in screens[4].splitlines()[-2]


def test_hostile_bytes_in_every_tab() -> None:
    steps = [": ctrl+u paste:buckets/%1B[2J%1B[H enter", *["t"] * 6, "tab j j j l", *["t"] * 6]
    _, screens = stations(from_file(SHAPES / "hostile.db"), steps, SMALL)
    for text in screens:
        assert text.replace("\n", "").isprintable()


def test_a_pane_that_was_hidden_when_its_entry_came_shows_it_afterwards() -> None:
    _, text = after(from_file(META_24), f"+ {WEB}/createdat enter +", SMALL)
    assert "2026-" in pane(text)


def test_of_a_pane_only_the_lines_that_changed_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    source = composed({b"b": {b"k%d" % number: b"v" * 900 for number in range(3)}})
    sent: list[tuple[Region, ...]] = []
    refresh = Page.refresh

    def told(self: Page, *regions: Region, **options: bool) -> Page:
        if self.id == "page":
            sent.append(regions)
        return refresh(self, *regions, **options)

    async def play() -> None:
        app = BoltviewApp(from_source(source), "x")
        async with app.run_test(size=(120, 40)) as pilot:
            await settle(pilot)
            for key in ("l", "l"):
                await press(pilot, key)
            monkeypatch.setattr(Page, "refresh", told)
            await press(pilot, "j")

    asyncio.run(play())
    assert all(sent)  # without a region, all would be sent
    key, place = (region.y for regions in sent for region in regions)
    assert key == 0 < place
