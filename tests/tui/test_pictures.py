"""Pictures of the browser: what colours, marks and layout say that text alone does not.

Each is rendered once and looked at when it changes: `chromium --screenshot tests/golden/svg/…`.
"""

import re
from collections.abc import Callable

import pytest

from boltview.bolt.progress import Progress
from boltview.bolt.source import MemorySource
from boltview.report.opened import Opened
from boltview.tui.app import BoltviewApp
from boltview.tui.pictures import without_fonts
from tests.plugins.golden import Golden
from tests.report.open import META_24, ROOT, SHAPES
from tests.tui.stage import composed, from_file, from_node, from_source, stations

SIZE = (100, 28)
SPEC = ": paste:v1/default/containers/web-1/spec enter"
CREATED = ": paste:v1/default/containers/web-1/createdat enter"
ON_A_FILE = {
    "tree": "j l j l",
    "json": f"{SPEC} t tab j j",
    "hex": f"tab {CREATED} t tab J J",
    "palette": "escape : c o p down",
    "help": "escape ?",
    "tour": "escape f2 right right",
}
ON_A_NODE = {
    "pods": "2",
    "snapshots": "5 + j j j",
    "findings": "+ 8",
    "hits": "s paste:busybox enter j j",
}


def picture(app: BoltviewApp) -> str:
    """Return the screen as SVG, the same every time."""
    svg = without_fonts(app.export_screenshot(title="boltview", simplify=True))
    # The number is a sum over the whole content: a change anywhere would show everywhere.
    return re.sub(r"terminal-\d+", "terminal", svg)


def damaged() -> MemorySource:
    source = composed({b"b": {b"%02d" % number: b"v" * 500 for number in range(20)}})
    data = bytearray(source.read(0, source.size))
    data[3 * 4096] ^= 0xFF
    return MemorySource(data)


@pytest.fixture(autouse=True)
def at_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths on the screen are those of the repository."""
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize(
    ("opener", "ways"),
    [
        (from_file(META_24), ON_A_FILE),
        (from_node(), ON_A_NODE),
        (from_source(damaged()), {"damage": "="}),
        (
            from_file(SHAPES / "hostile.db"),
            {"light": ": paste:theme space paste:textual-light enter ="},
        ),
    ],
    ids=["file", "node", "damage", "light"],
)
def test_what_is_seen(
    opener: Callable[[Progress], Opened], ways: dict[str, str], golden: Golden
) -> None:
    _, pictures = stations(opener, list(ways.values()), SIZE, look=picture)
    for name, svg in zip(ways, pictures, strict=True):
        golden(f"svg/{name}.svg")(svg)
