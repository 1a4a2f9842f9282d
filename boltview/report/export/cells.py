"""Values of rows as cells of a table: text, integers, booleans, times of one width, JSON.

Text follows the rule of keys in JSON: what is not UTF-8 is `0x…`, and a text that begins like that,
or with `!` or `%`, has its first character escaped as `%XX`.
"""

import re
from typing import NamedTuple

from boltview.report.export.table import BOOLEAN, INTEGER, JSON, TEXT, TIME, Column, Row, value_at
from boltview.report.jsontext import dumps, key_json

Cell = str | int | None
_LONGEST = 1 << 28
"""Characters of a text; SQLite takes a thousand million bytes at most."""
_INTEGERS = range(-(1 << 63), 1 << 63)
_ESCAPED = ("0x", "!", "%")
_FIRST = frozenset(text[0] for text in _ESCAPED)
_UTC = re.compile(r"(-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z")
_DIGITS = 9


class TooLarge(NamedTuple):
    """A value that does not fit into its cell."""

    column: Column
    value: object


def cells(row: Row) -> tuple[list[Cell], list[TooLarge]]:
    """Return the cells of a row, and what of it does not fit and is left out."""
    data = row.data
    found: list[Cell] = []
    large: list[TooLarge] = []
    for column in row.table.columns:
        name, kind, _, _, place = column
        value = value_at(data, place) if place else data.get(name)
        if value is None:
            found.append(None)
            continue
        # Nearly every text is as it should be.
        is_plain = kind == TEXT and type(value) is str and value.isascii()
        if is_plain and value[:1] not in _FIRST and len(value) < _LONGEST:  # type: ignore[index, arg-type]
            found.append(value)  # type: ignore[arg-type]
        else:
            cell: Cell = cell_of(kind, value)
            if isinstance(cell, str) and len(cell) > _LONGEST:
                value = f"of {len(cell):,} characters"
                cell = None
            found.append(cell)
            if cell is None:
                large.append(TooLarge(column, value))
    return found, large


def cell_of(kind: str, value: object) -> Cell:
    """Return a value as a cell; None if it is an integer that does not fit into 64 bits.

    Args:
        kind: the column's type.
        value: as it stands in the row, but not None.
    """
    if kind == JSON:
        return dumps(value)
    if kind in {INTEGER, BOOLEAN}:
        return int(value) if isinstance(value, int) and value in _INTEGERS else None
    if kind == TIME and isinstance(value, str):
        return time_cell(value)
    return text_cell(value)


def text_cell(value: object) -> str:
    """Return a text, or the `{"hex": …}` of one that is not UTF-8."""
    if isinstance(value, str):
        if value.isascii():
            return key_json(value.encode()) if value.startswith(_ESCAPED) else value
        try:
            return key_json(value.encode())
        except UnicodeEncodeError:
            return "0x" + value.encode(errors="surrogatepass").hex()
    if isinstance(value, dict) and isinstance(value.get("hex"), str):
        return f"0x{value['hex']}"
    return dumps(value)


def time_cell(text: str) -> str:
    """Return a time with nine digits of a second, so that the order of texts is that of times."""
    match = _UTC.fullmatch(text)
    if match is None:
        return text_cell(text)
    return f"{match[1]}.{(match[2] or '').ljust(_DIGITS, '0')}Z"
