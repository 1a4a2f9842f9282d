"""What the browser shows first, as text: within its bounds, printable, and no more than asked."""

import pytest

from boltview.report.screen import first_screen
from boltview.report.width import cells, fitted
from tests.report.open import META_24, SHAPES, opened_file

FILES = [META_24, SHAPES / "hostile.db", SHAPES / "empty.db", SHAPES / "overflow.db"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize(("height", "width"), [(24, 80), (45, 160), (5, 20), (1, 1)])
def test_it_stays_within_the_screen(path: object, height: int, width: int) -> None:
    lines = first_screen(opened_file(META_24.parent / str(path)), height, width)
    assert all(cells(line) <= width and line.isprintable() for line in lines)
    assert len(lines) <= max(height, 5)


def test_it_opens_what_fits() -> None:
    opened = opened_file(META_24)
    small = first_screen(opened, 24, 120)
    assert small[3:] == [
        "▾ v1  6",
        "│ ▸ build-farm  5",
        "│ ▸ default  5",
        "│ ▸ empty-ns  1",
        "│ ▸ k8s.io  6",
        "│ ▸ moby  5",
        "│   version  4 (2.0 and later: sandboxes lie below v1)",
    ]
    assert small[0].startswith("meta.db")
    assert "healthy so far as read · containerd metadata (meta.db), version 4" in small[1]
    assert small[1].endswith("txid 499")
    large = first_screen(opened, 45, 120)
    assert "│ │ ▸ sandboxes  2" in large


def test_more_than_fits_is_counted() -> None:
    lines = first_screen(opened_file(SHAPES / "long-keys.db"), 5, 80)
    assert len(lines) <= 5
    assert lines[3].startswith(("▸", "▾", "▹"))


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"),
        ("e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301"),
    ],
)
def test_text_is_cut_by_columns(text: str, width: int, shown: str) -> None:
    assert fitted(text, width) == shown
