"""Tables, CSV and selection: alignment by cells, hostile cells, filters and order."""

import csv
import io
from typing import NamedTuple

import pytest

from boltview.containerd.objects import Record, Unknown
from boltview.report.escape import spreadsheet_cell
from boltview.report.objects.column import Cell, Column, View, cell_text, remark, short_id
from boltview.report.objects.select import (
    BadSelection,
    choose_columns,
    parse_filters,
    sorted_views,
)
from boltview.report.table import csv_lines, table_lines
from boltview.report.units import Clock, utc
from boltview.schema.values import GoTime

NOW = 1_795_478_400
CLOCK = Clock(NOW * 10**9, utc)


class Thing(NamedTuple):
    """A view for tests."""

    name: str
    size: int | None = None
    made: GoTime | None = None
    labels: dict[str, str] = {}  # noqa: RUF012 - never changed
    tags: tuple[str, ...] = ()
    record: Record = Record()
    dangling: tuple[str, ...] = ()

    @property
    def item(self) -> "Thing":
        return self


def column(name: str, form: str = "", shown: str = "narrow") -> Column:
    def value(view: Thing) -> Cell:
        found: Cell = getattr(view, name)
        return found

    return Column(name, value, form=form, shown=shown)


COLUMNS = (
    column("name", "id"),
    column("size", "size"),
    column("made", "age"),
    column("tags", shown="wide"),
    column("labels", shown=""),
)
THINGS = (
    Thing("alpha", 10, GoTime(NOW - 3600, 0, None), {"app": "web"}, ("x", "y")),
    Thing("beta", 5_000_000, GoTime(NOW - 86_400 * 9, 5, None), {"app": "db", "tier": "1"}),
    Thing("gamma", None, None, {}, ("y",)),
)


def chosen(*filters: str) -> list[str]:
    tests = parse_filters(filters, COLUMNS, CLOCK)
    return [thing.name for thing in THINGS if all(test(thing) for test in tests)]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (["name=alpha"], ["alpha"]),
        (["name!=alpha"], ["beta", "gamma"]),
        (["name=*a"], ["alpha", "beta", "gamma"]),
        (["name=?eta"], ["beta"]),
        (["name~^[ab]"], ["alpha", "beta"]),
        (["name!~^[ab]"], ["gamma"]),
        (["tags=y"], ["alpha", "gamma"]),
        (["tags!=y"], ["beta"]),
        (["tags="], ["beta"]),
        (["label=app"], ["alpha", "beta"]),
        (["label=app=web"], ["alpha"]),
        (["label=app=w*"], ["alpha"]),
        (["label!=app=web"], ["beta", "gamma"]),
        (["labels.tier=1"], ["beta"]),
        (["labels=app=db"], ["beta"]),
        (["size>1MB"], ["beta"]),
        (["size<1KiB"], ["alpha"]),
        (["size>=10", "size<=10"], ["alpha"]),
        (["size="], ["gamma"]),
        (["made<2h"], ["beta"]),
        (["made>2h"], ["alpha"]),
        (["made<2026-11-20"], ["beta"]),
        (["made>=2026-11-23T23:00:00Z"], ["alpha"]),
        (["made>2026-11-24T00:00:00+02:00"], ["alpha"]),
        (["name~a", "size>1"], ["alpha", "beta"]),
    ],
)
def test_filters(filters: list[str], names: list[str]) -> None:
    assert chosen(*filters) == names


@pytest.mark.parametrize(
    "text", ["", "name", "=x", "nosuch=1", "name~[", "size<big", "label<1", "made>tomorrow"]
)
def test_filters_that_mean_nothing_are_refused(text: str) -> None:
    with pytest.raises(BadSelection):
        chosen(text)


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        (None, ["alpha", "beta", "gamma"]),
        ("-name", ["gamma", "beta", "alpha"]),
        ("size", ["gamma", "alpha", "beta"]),
        ("-made", ["alpha", "beta", "gamma"]),
        ("tags,-name", ["beta", "alpha", "gamma"]),
    ],
)
def test_order(keys: str | None, names: list[str]) -> None:
    views: list[View] = [*THINGS]
    found = sorted_views(views, keys, COLUMNS)
    assert [view.item.name for view in found] == names


def test_columns() -> None:
    def names(text: str | None, *, wide: bool = False) -> list[str]:
        return [found.name for found in choose_columns(COLUMNS, text, wide=wide)]

    assert names(None) == ["name", "size", "made"]
    assert names(None, wide=True) == ["name", "size", "made", "tags"]
    assert names("labels,name") == ["labels", "name"]
    assert names("+labels") == ["name", "size", "made", "labels"]
    with pytest.raises(BadSelection, match="there are name, size"):
        names("nosuch")


def test_wide_characters_take_two_cells_and_combining_ones_none() -> None:
    rows = [["漢字", "1"], ["ab", "22"], ["e\u0301é", "333"]]
    lines = list(table_lines(["A", "B"], rows, [False, True]))
    assert lines == [
        "A        B",
        "漢字     1",
        "ab      22",
        "e\u0301é     333",
    ]


def test_no_line_ends_in_blanks() -> None:
    lines = list(table_lines(["A", "B"], [["a", ""], ["", "b"]], [False, False]))
    assert lines == ["A   B", "a", "    b"]


def test_a_table_without_rows_is_its_heading() -> None:
    assert list(table_lines(["A", "B"], [], [False, False])) == ["A   B"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])  # noqa: RUF001
def test_no_csv_cell_is_a_formula(start: str) -> None:
    text = f'{start}cmd|"/c calc"!A1'
    (_, line) = csv_lines(["A"], [[text]])
    assert next(csv.reader(io.StringIO(line))) == ["'" + text]


def test_numbers_stay_numbers_in_csv() -> None:
    assert [spreadsheet_cell(text) for text in ("-5", "+1.5", "7")] == ["-5", "+1.5", "7"]


def test_csv_reads_back() -> None:
    rows = [["a,b", 'say "x"', "plain", ""]]
    text = "\n".join(csv_lines(["1", "2", "3", "4"], rows))
    assert list(csv.reader(io.StringIO(text)))[1:] == rows


@pytest.mark.parametrize(
    "text", ["\x1b[2J", "a\nb", "\u202egnp.exe", "\udcff", "\x9b31m", "tab\there", "[bold]x"]
)
def test_every_cell_is_escaped(text: str) -> None:
    thing = Thing(text, labels={text: text}, tags=(text,))
    for found in COLUMNS:
        shown = cell_text(found, thing, CLOCK, is_wide=True)
        assert shown.isprintable()
    record = Record(unknown=(Unknown((text.encode(errors="surrogateescape"),), b""),))
    assert remark(thing._replace(record=record)).isprintable()


def test_ids_are_shortened_to_a_prefix_that_finds_them() -> None:
    digits = "0123456789abcdef" * 4
    assert short_id(f"sha256:{digits}") == "sha256:0123456789ab"
    assert short_id(digits) == "0123456789ab"
    assert short_id(f"extract-1 sha256:{digits}") == "extract-1 sha256:0123456789ab"
    assert short_id(digits.upper()) == digits.upper()
    assert short_id("web-1") == "web-1"
