"""The previous revision in the browser: shown with its verdict, and back to where one was."""

import pytest

from boltview.bolt.source import FileSource, MemorySource
from tests.report.open import ROOT, SHAPES
from tests.tui.stage import from_node, from_source, stations

DIFFERS = SHAPES / "previous-differs.db"
"""`gone` was deleted in the last commit, as `previous-differs.json` of the real bbolt says."""


def header(text: str) -> str:
    return text.splitlines()[1]


def rows(text: str) -> list[str]:
    return [line for line in text.splitlines()[3:] if line[1:2] in "▸▹▾▿"]


def cursor(text: str) -> str:
    return next(line for line in text.splitlines()[3:] if line.startswith("▎"))


def test_there_and_back_keeps_the_place_and_what_is_open() -> None:
    source = FileSource(str(DIFFERS))
    ways = ["l j j", "R", "R", "R k k G k k", "R"]
    _, texts = stations(from_source(source), ways, (130, 30))
    before, there, back, moved, kept = texts
    assert "txid 5" in header(before)
    assert "healthy so far" in header(before)
    assert not any("gone" in row for row in rows(before))
    assert "! previous revision 4: plausible; its structure holds" in header(there)
    assert header(there).endswith("txid 4")
    assert any("gone" in row for row in rows(there))
    assert "plausible: its structure holds" in there.splitlines()[-1]
    assert cursor(there) == cursor(before)
    assert back.splitlines()[1:-1] == before.splitlines()[1:-1]
    assert "current revision 5" in back.splitlines()[-1]
    # Who has moved on stays where the path leads in the other revision.
    assert "gone" in cursor(moved)
    assert "txid 5" in header(kept)
    assert cursor(kept) != cursor(before)


def test_tables_show_it_too_and_identical_ones_are_called_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    _, (before, there, back) = stations(from_node(), ["3 j j", "R", "R"], (160, 30))
    assert "! previous revision 498: identical; both metas have the same root" in header(there)
    assert "[3 Images]" in there
    assert there.splitlines()[3:-1] == before.splitlines()[3:-1]
    assert back.splitlines()[:-1] == before.splitlines()[:-1]


def test_without_another_revision_that_is_said() -> None:
    data = bytearray(DIFFERS.read_bytes())
    slot = 4 % 2  # the meta of txid 4
    data[slot * 4096 + 40] ^= 1
    _, (text,) = stations(from_source(MemorySource(bytes(data))), ["R"])
    assert "no previous revision: the file holds revision 5" in text.splitlines()[-1]
    assert "txid 5" in header(text)
