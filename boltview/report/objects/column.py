"""Columns of a table of objects: a typed value each, which cells, filters and order come from."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from boltview.containerd.objects import Record, text_key
from boltview.report.escape import escape, escape_bytes
from boltview.report.objects.shapes import time_json
from boltview.report.units import Clock, relative_time, size_text
from boltview.schema.values import GoTime

Cell = str | int | bool | GoTime | Sequence[str] | Mapping[str, str] | None
"""Value of a cell; None for what is not known."""
NOTHING = "-"
"""What a cell shows that has nothing to show."""
_SHORT_DIGEST = 12
_HEX_DIGITS = 64
_HEX = frozenset("0123456789abcdef")


class View(Protocol):
    """An object with what else is known of it."""

    @property
    def item(self) -> Any:  # noqa: ANN401 - one of many types
        """The object."""

    @property
    def record(self) -> Record:
        """Where it is stored and what is odd about it."""

    @property
    def labels(self) -> Mapping[str, str]:
        """Its labels; none for a kind that has none."""

    @property
    def dangling(self) -> Sequence[str]:
        """References to what is not there, each in a few words."""


class Column(NamedTuple):
    """One column of a kind of object."""

    name: str
    """What `--columns`, `--sort` and `--filter` call it; in CSV the heading."""
    value: Callable[[Any], Cell]
    """From a view to the value."""
    title: str = ""
    """Heading; by default the name."""
    form: str = ""
    """`size`, `age` (a time, shown relative), `id` (shortened in narrow tables) or nothing."""
    shown: str = ""
    """`narrow` for the usual table, `wide` for `-o wide` alone; else it is shown when asked for."""

    @property
    def heading(self) -> str:
        """Its heading in a table."""
        return (self.title or self.name).upper().replace("_", " ")

    @property
    def is_right(self) -> bool:
        """Whether it is aligned to the right."""
        return self.form in {"size", "count"}


def cell_text(column: Column, view: View, clock: Clock, *, is_wide: bool) -> str:
    """Return what a table shows of a value, escaped.

    Args:
        column: the column.
        view: the object.
        clock: the present, for ages.
        is_wide: show identifiers in full.
    """
    value = column.value(view)
    if isinstance(value, GoTime) and column.form == "age":
        return relative_time(value, clock)
    if isinstance(value, int) and column.form == "size":
        return size_text(value)
    text = value_text(value, clock)
    if column.form == "id" and not is_wide:
        text = short_id(text)
    return text or NOTHING


def value_text(value: Cell, clock: Clock | None = None) -> str:
    """Return a value in full, escaped; empty for nothing. A clock gives the zone of times."""
    match value:
        case None:
            text = ""
        case str():
            text = text_line(value)
        case bool():
            text = "yes" if value else "no"
        case int():
            text = str(value)
        case GoTime():
            text = value.rfc3339(clock.zone(value.unix)) if clock else time_json(value) or ""
        case Mapping():
            pairs = value.items()
            text = ",".join(f"{text_line(key)}={text_line(label)}" for key, label in pairs)
        case _:
            text = ",".join(map(text_line, value))
    return text


def text_line(text: str) -> str:
    """Escape a text of an object: bytes that are not UTF-8 as bytes."""
    if text.isascii():
        return escape(text)
    return escape_bytes(text_key(text))


def short_id(text: str) -> str:
    """Shorten every digest and 64-digit ID in a text to its first digits; a prefix finds it."""
    parts = []
    for part in text.split(" "):
        algorithm, colon, digits = part.rpartition(":")
        is_id = len(digits) == _HEX_DIGITS and _HEX.issuperset(digits)
        parts.append(f"{algorithm}{colon}{digits[:_SHORT_DIGEST]}" if is_id else part)
    return " ".join(parts)


def short_path(text: str) -> str:
    """Shorten every digest and ID among the components of a printed path."""
    return "/".join(map(short_id, text.split("/")))


def remark(view: View) -> str:
    """Say in a few words what is odd about an object; empty for most."""
    record = view.record
    parts = [f"{fault.field or 'record'} {fault.reason}" for fault in record.faults]
    parts += [f"{'/'.join(map(escape_bytes, found.path))} unknown" for found in record.unknown]
    parts += view.dangling
    return "; ".join(map(text_line, parts))
