"""Tables, sizes, ages and JSON are Go's: known examples, and whatever hypothesis can think of."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boltview.report.ctr.gojson import marshal, sorted_map
from boltview.report.ctr.tabwriter import CONTAINERS, CONTENT, USUAL, Style, tabulate
from boltview.report.ctr.text import labels_text, shown
from boltview.report.ctr.units import bytes_text, go_time, human_duration, human_size
from boltview.report.escape import escape
from boltview.schema.values import GoTime
from tests.ctr.conftest import Go

INT64 = st.integers(-(2**63), 2**63 - 1)
CELL = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=12)
SECOND = 10**9
YEAR = 365 * 24 * 3600


def test_sizes_of_the_captures() -> None:
    assert [human_size(size) for size in (0, 495, 1_028_000)] == ["0B", "495B", "1.028MB"]
    assert [bytes_text(size) for size in (0, 4096, 1_028_812)] == ["0.0 B", "4.0 KiB", "1004.7 KiB"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "Less than a second"),
        (0.999, "Less than a second"),
        (1, "1 second"),
        (59.9, "59 seconds"),
        (60, "About a minute"),
        (119, "About a minute"),
        (3599, "59 minutes"),
        (3600, "About an hour"),
        (48 * 3600 - 1801, "47 hours"),
        (48 * 3600 - 1800, "2 days"),
        (YEAR, "12 months"),
        (3 * YEAR - 1, "2 years"),
    ],
)
def test_ages(seconds: float, text: str) -> None:
    assert human_duration(int(seconds * SECOND)) == text


@given(INT64)
def test_sizes_are_gos(go: Go, size: int) -> None:
    assert human_size(size) == go.ask("size", numbers=[size])
    assert bytes_text(size) == go.ask("bytes", numbers=[size])


@given(st.one_of(INT64, st.integers(-10, 4 * YEAR).map(lambda seconds: seconds * SECOND)))
def test_ages_are_gos(go: Go, nanos: int) -> None:
    assert human_duration(nanos) == go.ask("duration", numbers=[nanos])


@given(st.integers(-62_135_596_800, 253_402_300_799), st.integers(0, SECOND - 1))
def test_times_are_gos(go: Go, unix: int, nanos: int) -> None:
    assert go_time(GoTime(unix, nanos, None)) == go.ask("time", numbers=[unix, nanos])


@settings(max_examples=300)
@given(
    st.lists(st.lists(CELL, min_size=1, max_size=6), max_size=8),
    st.one_of(
        st.sampled_from([CONTAINERS, CONTENT, USUAL]),
        st.builds(
            Style, st.integers(0, 9), st.integers(0, 9), st.integers(0, 4), st.sampled_from(" \t.")
        ),
    ),
)
def test_tables_are_gos(go: Go, lines: list[list[str]], style: Style) -> None:
    numbers = [style.minimum, style.tab, style.padding, ord(style.character)]
    theirs = go.ask("table", numbers=numbers, lines=["\t".join(line) for line in lines])
    assert "".join(f"{line}\n" for line in tabulate(lines, style)) == theirs


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**53), 2**53),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(exclude_categories=["Cs"])),
        st.text('<>&\u2028\u2029"\\/\n\r\té漢😀'),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text("ab<é\u2028"), inner, max_size=4)
    ),
    max_leaves=12,
)


def ordered(value: object) -> object:
    """Sort the keys, as Go does with maps; all its numbers are doubles then."""
    if isinstance(value, dict):
        return sorted_map({key: ordered(inner) for key, inner in value.items()})
    if isinstance(value, list):
        return [ordered(inner) for inner in value]
    return float(value) if type(value) is int else value


@settings(max_examples=300)
@given(JSON)
def test_json_is_gos_but_for_what_a_terminal_could_act_on(go: Go, value: object) -> None:
    theirs = go.ask("json", json=value)
    ours = marshal(ordered(value))
    if isinstance(theirs, str) and theirs.replace("\n", "").isprintable():
        assert ours == theirs
    assert ours.replace("\n", "").isprintable()
    assert json.loads(ours) == json.loads(str(theirs))


def test_printable_text_stays_as_it_is() -> None:
    assert shown("a\\nb é漢") == "a\\nb é漢"
    assert shown("é漢字") == "é漢字"


@pytest.mark.parametrize("text", ["\x1b[2J", "a\tb", "a\nb", "\u202eevil", "\x9b2J", "\udcff"])
def test_what_a_terminal_could_act_on_is_escaped(text: str) -> None:
    assert shown(text).isprintable()
    assert "\\" in shown(text)
    assert marshal(text).isprintable()


def test_an_escaped_text_reads_as_elsewhere() -> None:
    assert shown("a\\x1b\x1b") == escape("a\\x1b\x1b") == "a\\\\x1b\\x1b"


def test_labels_are_sorted_by_bytes() -> None:
    assert (
        labels_text({"b": "1", "a/b": "2", "a": "3", "é": "4", "z": ""}) == "a/b=2,a=3,b=1,z=,é=4"
    )
    assert labels_text({}) == "-"
    assert labels_text({}, none="") == ""
