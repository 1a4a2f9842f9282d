"""Cells: what fits is kept as it is, what does not is told."""

import pytest

from boltview.report.export import cells as module
from boltview.report.export.cells import cell_of, cells, text_cell, time_cell
from boltview.report.export.parquet import nanoseconds
from boltview.report.export.table import INTEGER, Row
from boltview.report.export.tables import CONTENT, PODS


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("2026-11-23T18:13:15Z", "2026-11-23T18:13:15.000000000Z"),
        ("2026-11-23T18:13:15.68Z", "2026-11-23T18:13:15.680000000Z"),
        ("-0001-01-01T00:00:00Z", "-0001-01-01T00:00:00.000000000Z"),
        ("316889355-01-25T17:46:40Z", "316889355-01-25T17:46:40.000000000Z"),
    ],
)
def test_times_have_one_width(text: str, cell: str) -> None:
    assert time_cell(text) == cell


@pytest.mark.parametrize(
    ("text", "nanos"),
    [
        ("1970-01-01T00:00:00.000000001Z", 1),
        ("1969-12-31T23:59:59.999999999Z", -1),
        ("2262-04-11T23:47:16.854775807Z", 2**63 - 1),
        ("2262-04-11T23:47:16.854775808Z", None),
        ("1677-09-21T00:12:43.145224192Z", -(2**63)),
        ("0001-01-01T00:00:00.000000000Z", None),
        ("316889355-01-25T17:46:40.000000000Z", None),
        ("-0001-01-01T00:00:00.000000000Z", None),
    ],
)
def test_a_timestamp_holds_64_bits_of_nanoseconds(text: str, nanos: int | None) -> None:
    assert nanoseconds(text) == nanos


def test_numbers_beyond_64_bits_are_left_out_and_told() -> None:
    assert cell_of(INTEGER, 2**63 - 1) == 2**63 - 1
    assert cell_of(INTEGER, 2**63) is None
    found, large = cells(Row(PODS, {"node": "n", "attempt": 10**30}))
    assert [(lost.column.name, lost.value) for lost in large] == [("attempt", 10**30)]
    assert found[0] == "n"


def test_a_text_that_no_database_takes_is_left_out_and_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_LONGEST", 5)
    _, large = cells(Row(CONTENT, {"labels": {"key": "a long text"}}))
    assert [(lost.column.name, lost.value) for lost in large] == [
        ("labels", "of 22 characters"),
    ]


def test_half_a_surrogate_pair_is_shown_as_the_bytes_it_would_be() -> None:
    assert text_cell("a\ud800") == "0x61eda080"
    assert text_cell({"hex": "ff"}) == "0xff"
    assert text_cell("0xff") == "%30xff"
