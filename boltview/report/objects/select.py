"""Choosing and ordering objects by their columns: what `--filter`, `--sort` and `--columns` mean.

    FIELD=VALUE   FIELD!=VALUE    equal; with * ? [ ] in VALUE a pattern
    FIELD~REGEX   FIELD!~REGEX    a regular expression that matches somewhere
    FIELD<VALUE   FIELD>VALUE     also <= and >=: numbers, sizes (10MiB), times
    label=KEY     label=KEY=VALUE a label is there; is this

A time is RFC 3339, a date, or a duration such as 90m, 2h or 3d, which means that long before now.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from boltview.report.objects.column import Cell, Column, View, value_text
from boltview.report.units import Clock
from boltview.schema.values import GoTime

Test = Callable[[View], bool]

_EXPRESSION = re.compile(r"([A-Za-z_.]+)\s*(!=|!~|<=|>=|=|~|<|>)(.*)", re.DOTALL)
_LABEL = "label"
_GLOB = frozenset("*?[")
_SIZE = re.compile(r"(-?\d+(?:\.\d+)?)\s*([KMGTPE]?)(i?)B?", re.IGNORECASE)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(s|m|h|d|w)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_NANOS = 1_000_000_000
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}


class BadSelection(Exception):
    """A filter, sort key or column is not understood; the message says what is."""


class _Expression(NamedTuple):
    field: str
    operator: str
    value: str


def find_column(columns: Sequence[Column], name: str) -> Column:
    """Return a column by name.

    Raises:
        BadSelection: there is none of this name.
    """
    for column in columns:
        if column.name == name:
            return column
    known = ", ".join(column.name for column in columns)
    raise BadSelection(f"there is no column {name!r}; there are {known}")


def choose_columns(columns: Sequence[Column], names: str | None, *, wide: bool) -> list[Column]:
    """Return the columns to show: those named, or the usual ones.

    Args:
        columns: all.
        names: separated by commas; one that begins with `+` is added to the usual ones.
        wide: the usual ones of a wide table.

    Raises:
        BadSelection: a name is unknown.
    """
    shown = {"narrow", "wide"} if wide else {"narrow"}
    usual = [column for column in columns if column.shown in shown]
    if not names:
        return usual
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    added = [find_column(columns, name[1:]) for name in wanted if name.startswith("+")]
    named = [find_column(columns, name) for name in wanted if not name.startswith("+")]
    return [*(named or usual), *added]


def parse_filters(texts: Iterable[str], columns: Sequence[Column], clock: Clock) -> list[Test]:
    """Turn filters into tests, all of which an object must pass.

    Raises:
        BadSelection: a filter is not understood.
    """
    return [_parse(text, columns, clock) for text in texts]


def sorted_views(
    views: Iterable[View], keys: str | None, columns: Sequence[Column]
) -> Iterable[View]:
    """Order objects by columns; as they come without any.

    Args:
        views: the objects.
        keys: columns separated by commas, each with `-` before it for descending.
        columns: those there are.

    Raises:
        BadSelection: a key is unknown.
    """
    if not keys:
        return views
    ordered = list(views)
    for key in reversed(keys.split(",")):
        name = key.strip()
        column = find_column(columns, name.removeprefix("-"))
        ordered.sort(key=sort_key(column), reverse=name.startswith("-"))
    return ordered


def sort_key(column: Column) -> Callable[[View], tuple[int, Any]]:
    """Return what orders objects by a column: those without a value first, then by value."""

    def key(view: View) -> tuple[int, Any]:
        value = column.value(view)
        if isinstance(value, GoTime):
            return 1, value.unix_nanos
        if isinstance(value, int):
            return 1, value
        text = value_text(value)
        return (2, text) if text else (0, "")

    return key


def _parse(text: str, columns: Sequence[Column], clock: Clock) -> Test:
    match = _EXPRESSION.fullmatch(text)
    if match is None:
        raise BadSelection(f"filter {text!r} is not of the form FIELD=VALUE (or !=, ~, !~, <, >)")
    field, operator, value = match.groups()
    if field == _LABEL:
        return _label(operator, value, text)
    if field.startswith("labels."):
        return _label(operator, f"{field.removeprefix('labels.')}={value}", text)
    column = find_column(columns, field)
    if operator in _COMPARE:
        return _compared(column, _Expression(field, operator, value), clock)
    is_wanted = _text_test(operator, value)

    def test(view: View) -> bool:
        return is_wanted(column.value(view))

    return test


def _text_test(operator: str, value: str) -> Callable[[Cell], bool]:
    """Return a test of values; of several values in a cell, one that fits is enough."""
    is_negative = operator.startswith("!")
    fits = _fits(operator.removeprefix("!"), value)

    def test(cell: Cell) -> bool:
        if isinstance(cell, Mapping):
            texts = [f"{key}={text}" for key, text in cell.items()]
        elif isinstance(cell, str):
            texts = [cell]
        elif isinstance(cell, int | GoTime | None):
            texts = [value_text(cell)]
        else:
            texts = list(cell) or [""]
        return any(map(fits, texts)) != is_negative

    return test


def _fits(operator: str, value: str) -> Callable[[str], bool]:
    if operator == "~":
        try:
            pattern = re.compile(value)
        except re.error as error:
            raise BadSelection(f"{value!r} is not a regular expression: {error}") from error
        return lambda text: pattern.search(text) is not None
    if _GLOB.isdisjoint(value):
        return lambda text: text == value
    return lambda text: text == value or fnmatchcase(text, value)


def _label(operator: str, value: str, text: str) -> Test:
    key, equals, wanted = value.partition("=")
    if operator not in {"=", "!=", "~", "!~"}:
        raise BadSelection(f"filter {text!r}: a label is compared with =, !=, ~ or !~")
    is_negative = operator.startswith("!")
    fits = _fits(operator.removeprefix("!"), wanted)

    def test(view: View) -> bool:
        found = view.labels.get(key)
        return (found is not None and (not equals or fits(found))) != is_negative

    return test


def _compared(column: Column, expression: _Expression, clock: Clock) -> Test:
    compare = _COMPARE[expression.operator]
    time, number = _time(expression.value, clock), _number(expression.value)
    if time is None and number is None:
        raise BadSelection(
            f"{expression.value!r} is no number, size (10MiB), time (2026-11-23T18:00:00Z), "
            "date or duration (2h, 3d)"
        )

    def test(view: View) -> bool:
        value = column.value(view)
        if isinstance(value, GoTime):
            return time is not None and compare(value.unix_nanos, time)
        if isinstance(value, int):
            return number is not None and compare(value, number)
        return False

    return test


def _number(text: str) -> float | None:
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        return None
    step = 1024.0 if match[3] else 1000.0
    power: float = step ** " KMGTPE".index(match[2].upper() or " ")
    return float(match[1]) * power


def _time(text: str, clock: Clock) -> int | None:
    """Return a time in Unix nanoseconds; None if the text is none."""
    match = _DURATION.fullmatch(text.strip())
    if match:
        return clock.now - int(float(match[1]) * _SECONDS[match[2]] * _NANOS)
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    whole = int(found.replace(microsecond=0).timestamp())
    return whole * _NANOS + found.microsecond * 1000
