"""The views of the browser on a real node: what each shows, and where its rows lead."""

import re

import pytest

from tests.plugins.golden import Golden
from tests.report.open import ROOT
from tests.tui.stage import from_node, stations

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


@pytest.mark.parametrize("size", SIZES)
def test_what_the_views_show(size: tuple[int, int], golden: Golden) -> None:
    _, texts = stations(from_node(), list(VIEWS.values()), size)
    for name, text in zip(VIEWS, texts, strict=True):
        golden(f"tui/view-{name}-{size[0]}x{size[1]}.txt")(text)
