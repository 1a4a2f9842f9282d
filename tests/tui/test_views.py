"""The views of the browser on a real node: what each shows, and where its rows lead."""

import pytest

from tests.plugins.golden import Golden
from tests.report.open import ROOT
from tests.tui.stage import from_node, stations

SIZES = [(80, 24), (160, 45)]
VIEWS = {
    # Pods and snapshots without the detail pane, which names folders of the machine it runs on.
    "pods": "2 + G k k",
    "images": "+ 3",
    "content": "4",
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


@pytest.mark.parametrize("size", SIZES)
def test_what_the_views_show(size: tuple[int, int], golden: Golden) -> None:
    _, texts = stations(from_node(), list(VIEWS.values()), size)
    for name, text in zip(VIEWS, texts, strict=True):
        golden(f"tui/view-{name}-{size[0]}x{size[1]}.txt")(text)
