"""Which rows are marked, and how many changes are told."""

import pytest

from boltview.browse import marks as marking
from boltview.browse.marks import Marks

FOUND = [
    ("added", (b"v1", b"new")),
    ("added", (b"v1", b"new", b"key")),
    ("changed", (b"v1", b"ns", b"labels", b"a")),
    ("removed", (b"old", b"gone", b"key")),
]


@pytest.mark.parametrize(
    ("path", "is_open", "glyph"),
    [
        ("v1/new", False, "+"),
        ("v1/new", True, "+"),
        ("v1/new/key", False, "+"),
        ("v1/ns/labels/a", False, "~"),
        ("v1/ns/labels", False, "~"),
        ("v1/ns/labels", True, ""),
        ("v1", False, "~"),
        ("v1", True, ""),
        ("v1/ns/labels/b", False, ""),
        ("old", False, "~"),
        ("old/gone", False, "~"),
        ("old/gone/key", False, ""),
        ("other", False, ""),
    ],
)
def test_a_row_is_marked_for_itself_and_a_closed_bucket_for_what_it_hides(
    path: str,
    is_open: bool,  # noqa: FBT001  a parameter of the test
    glyph: str,
) -> None:
    keys = tuple(key.encode() for key in path.split("/"))
    assert Marks(FOUND).glyph(keys, is_open=is_open) == glyph


def test_a_value_that_gives_way_to_a_bucket_is_added() -> None:
    marks = Marks([("removed", (b"a",)), ("added", (b"a",))])
    assert marks.glyph((b"a",), is_open=False) == "+"


def test_all_kinds_are_counted() -> None:
    assert Marks(FOUND).summary == "+2 ~1 -1"
    assert Marks(FOUND[:1] * 1200).summary == "+1,200"
    assert Marks().summary == "nothing changed"


def test_what_is_too_much_to_mark_is_counted_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking, "MAX_MARKED", 1)
    marks = Marks([("added", (b"a", b"b")), ("added", (b"c", b"d"))])
    assert marks.summary == "+2"
    assert marks.glyph((b"a", b"b"), is_open=False) == "+"
    assert marks.glyph((b"c", b"d"), is_open=False) == ""
    assert marks.glyph((b"c",), is_open=False) == ""
