"""What a table of an export is: columns, each with its type, its meaning and where it comes from.

A row is a JSON object, for most tables the very one that the command of the table's name prints; a
column says where in it its value stands.
"""

from typing import NamedTuple

from boltview.report.objects.shapes import Json

TEXT, INTEGER, BOOLEAN, TIME, JSON = "text", "integer", "boolean", "time", "json"
OBJECT = ("node", "object")
"""The columns that name an object."""


class Column(NamedTuple):
    """One column."""

    name: str
    type: str
    """`text`, `integer`, `boolean`, `time` (RFC 3339 in UTC) or `json` (a JSON document)."""
    doc: str
    hide: str = ""
    """How `--redact` treats it (`redact.py`); by default by its type."""
    place: tuple[str, ...] = ()
    """Keys that lead to it in the row; by default its name."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys that lead to it in the row."""
        return self.place or (self.name,)


class Table(NamedTuple):
    """One table."""

    name: str
    doc: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    """Columns that name a row, where they do."""
    refers: tuple[tuple[tuple[str, ...], str], ...] = ()
    """Foreign keys: columns, and the table whose key they are."""
    indexes: tuple[tuple[str, ...], ...] = ()
    is_within: bool = False
    """Whether its rows also stand within rows of other tables, as JSON."""


class Row(NamedTuple):
    """One row on its way into a table."""

    table: Table
    data: Json


def value_at(data: Json, keys: tuple[str, ...]) -> object:
    """Return what stands at a path of keys in a row; None for nothing."""
    found: object = data
    for key in keys:
        if not isinstance(found, dict):
            return None
        found = found.get(key)
    return found
