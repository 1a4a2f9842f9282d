"""The table of carved records: what `carve` finds, in full, and nothing of what is there."""

from pathlib import Path

import pytest

from boltview.bolt.errors import Damage
from boltview.forensics.carve import DELETED, OLDER, carve
from boltview.report.tables import carved as module
from boltview.report.tables.carved import CarvedRows, carved
from tests.report.open import ROOT, SHAPES, at, opened_file

PAIRS = ROOT / "fixtures/gc-pairs"


def _nothing(_done: int, _total: int) -> None:
    pass


def _made(path: Path) -> CarvedRows:
    *_, table = carved(opened_file(path), _nothing)
    return table


def test_the_rows_are_what_carve_finds() -> None:
    path = PAIRS / "2.after.db"
    table = _made(path)
    records = list(carve(opened_file(path).reading))
    assert table.is_whole
    assert [table.path(row) for row in range(len(table))] == [
        (b"%d" % record.origin.page, b"%d" % record.origin.offset) for record in records
    ]
    assert len(table) > 40
    deleted = sum(record.state == DELETED for record in records)
    assert f"{deleted} deleted" in table.summary.split(", ")


def test_a_row_leads_to_the_tree_only_where_an_older_version_is_still_there() -> None:
    table = _made(PAIRS / "2.after.db")
    root = opened_file(PAIRS / "2.after.db").reading.root
    for row in range(len(table)):
        place = table.place(row)
        assert (place is not None) == (table.cells(row)[3].text == OLDER)
        if place is not None:
            _, entry = at(root, *place)
            assert not isinstance(entry, Damage)


def test_a_record_is_shown_in_full_with_whence_it_is() -> None:
    table = _made(PAIRS / "2.after.db")
    row = next(n for n in range(len(table)) if table.cells(n)[0].text == "ingest")
    text = "\n".join(f"{line.label} {line.text}" for line in table.about(row))
    assert "ingest-0" in text
    assert "verdict deleted, complete" in text
    assert "page 34, file offset 0x22" in text
    assert "path told by pointer, confidence high" in text


def test_hostile_names_are_escaped() -> None:
    table = _made(SHAPES / "hostile.db")
    for row in range(len(table)):
        lines = [line.label + line.text for line in table.about(row)]
        assert all(text.isprintable() for text in [*lines, table.text(row)])


def test_beyond_a_bound_only_the_cells_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _made(PAIRS / "2.after.db")
    monkeypatch.setattr(module, "_KEPT", 1000)
    table = _made(PAIRS / "2.after.db")
    last = len(table) - 1
    assert table.cells(last) == whole.cells(last)
    assert "carve --jsonl" in table.about(last)[-1].text
