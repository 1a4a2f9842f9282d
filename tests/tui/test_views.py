"""The views of the browser on a real node: what each shows, and where its rows lead."""

import re

import pytest

from tests.plugins.golden import Golden
from tests.report.open import ROOT
from tests.tui.stage import from_file, from_node, stations

SIZES = [(80, 24), (160, 45)]
VIEWS = {
    # Pods and snapshots without the detail pane, which names folders of the machine it runs on.
    "pods": "2 + G k k",
    "images": "+ 3",
    # Without uploads: whether one is stuck is told by its file, which is as old as the checkout.
    "content": "4 f ! u p l o a d enter",
    "snapshots": "5 +",
    "leases": "+ 6",
    "pages": "7 : 4 enter",
    "findings": "8",
    "garbage": "9",
    "carved": "0 settle j",
}


@pytest.fixture(autouse=True)
def at_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths on the screen are those of the repository."""
    monkeypatch.chdir(ROOT)


def test_searching_a_table_counts_and_steps_through_what_its_cells_say() -> None:
    ways = ["3 / B u s", "escape / b u s", "enter n n n", "N", "escape n"]
    _, texts = stations(from_node(), ways, (120, 24))
    wanted = ["/Bus no hit +1/", "/bus 2/4 +4/", "/bus 1/4 +1/", "/bus 4/4 +17/", " 17/"]
    for text, place in zip(texts, wanted, strict=True):
        # A capital letter means itself; the rows with the name are known to `images`.
        assert re.search(place + r"20$", text, re.MULTILINE), text
    assert "no search; / begins one" in texts[-1]


def test_the_tree_narrowed_to_the_keys_that_match_and_what_holds_them() -> None:
    ways = ["= f w e b - 1 enter", "/ s n a p enter", "escape escape", "f n o n e enter", "escape"]
    _, (narrowed, found, wide, none, again) = stations(from_node(), ways, (100, 30))
    rows = [line for line in narrowed.splitlines()[3:] if line.startswith((" │", " ▾", "▎"))]
    names = [re.split(r"  +", row.strip("▎│▸▾▹▿ "))[0] for row in rows]
    snapshot = "sha256:7652ed216464f8e3c2d3d5d90abf881628f92d08c4605946291d2b5ab5410cab"
    assert names == [
        "v1", "default", "containers", "web-1", "snapshots", "overlayfs", snapshot, "children",
        "web-1", "web-1",
    ]  # fmt: skip
    # A bucket has as many entries as it has, however few are shown.
    assert re.search(r"default  5$", narrowed, re.MULTILINE)
    assert "filter web-1: 3 of 1,038 shown   1/10" in narrowed
    assert "/snap 1/1   filter web-1" in found
    assert wide.splitlines()[-2].split() == ["v1/default/snapshots", "365/1,038"]
    assert "no key that is open passes the filter; Esc clears it" in none
    assert again.splitlines()[-2].split() == ["v1/default/snapshots", "365/1,038"]


@pytest.mark.parametrize("size", SIZES)
def test_what_the_views_show(size: tuple[int, int], golden: Golden) -> None:
    _, texts = stations(from_node(), list(VIEWS.values()), size)
    for name, text in zip(VIEWS, texts, strict=True):
        golden(f"tui/view-{name}-{size[0]}x{size[1]}.txt")(text)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_what_the_next_collection_takes(size: tuple[int, int], golden: Golden) -> None:
    _, (text,) = stations(from_file(ROOT / "fixtures/gc-pairs/1.before.db"), ["9 j"], size)
    golden(f"tui/view-collected-{size[0]}x{size[1]}.txt")(text)
