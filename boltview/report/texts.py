"""Decoded values as text: one line for a row, the whole for a detail pane."""

from collections.abc import Callable
from typing import Any

from boltview.report.escape import escape, escape_bytes, reads_as_text
from boltview.report.units import Clock, exact_size, time_text
from boltview.schema.model import Field
from boltview.schema.values import AnyValue, GoTime, Named, Value, WireField

MAX_LINE = 400
"""Characters of a value that a row shows; the detail pane and `get` show all of it."""
_ENOUGH = 4 * MAX_LINE + 4
"""Bytes or characters that always give more than a row shows."""
_MAX_HEX = 64
"""Bytes of a binary value that a row shows."""


def value_line(value: Value, field: Field | None, clock: Clock) -> str:
    """Return a value as one escaped line; what does not decode as hex with the reason."""
    if value.error:
        return f"{hex_text(value.raw)}  ({escape(value.error)})"
    if isinstance(value.data, GoTime):
        return time_text(value.data, clock)
    if isinstance(value.data, bool):
        return "true" if value.data else "false"
    if isinstance(value.data, int):
        return _number(value.data, field)
    return plain_line(value.data)


def plain_line(data: object) -> str:
    """Return any decoded value as one escaped line."""
    shape = _SHAPES.get(type(data))
    return clip(shape(data) if shape else _json(data))


def key_line(key: object) -> str:
    """Return a decoded key as one escaped line: a pair of numbers as `12 → 15`."""
    if isinstance(key, tuple):
        return " → ".join(str(part) for part in key)
    return str(key) if isinstance(key, int) else plain_line(key)


def hex_text(raw: bytes) -> str:
    """Return bytes as `0x…`, cut where a row would overflow, with their number if cut."""
    if len(raw) <= _MAX_HEX:
        return f"0x{raw.hex()}"
    return f"0x{raw[:_MAX_HEX].hex()}… ({len(raw):,} bytes)"


def clip(text: str, length: int = MAX_LINE) -> str:
    """Cut a line that is too long for a row."""
    return text if len(text) <= length else text[: length - 1] + "…"


def _number(number: int, field: Field | None) -> str:
    if field and field.unit == "bytes":
        return exact_size(number)
    meaning = field.values.get(number, "") if field else ""
    return f"{number} ({meaning})" if meaning else str(number)


def _bytes(raw: bytes) -> str:
    return escape_bytes(raw[:_ENOUGH]) if reads_as_text(raw) else hex_text(raw)


def _any(value: AnyValue) -> str:
    if value.encoding == "empty":
        return f"{escape(value.type_url)}  (no payload)"
    body = plain_line(value.value)
    note = f"  ({escape(value.note)})" if value.note else ""
    return f"{escape(value.type_url)}  {body}{note}"


def _wire(field: WireField) -> str:
    return f"{field.number}: {plain_line(field.value)}"


def _list(items: list[object]) -> str:
    if items and all(isinstance(item, WireField) for item in items):
        return "{" + ", ".join(plain_line(item) for item in items) + "}"
    return _json(items)


def _json(data: object) -> str:
    # JSON of a row is rare at start-up, and the json package costs 8 ms to import.
    from boltview.report.jsontext import dumps, to_json

    return dumps(to_json(data))


_SHAPES: dict[type, Callable[[Any], str]] = {
    AnyValue: _any,
    Named: lambda value: escape(value.name) if value.name else f"unknown ({value.number})",
    WireField: _wire,
    bytes: _bytes,
    int: str,
    list: _list,
    str: lambda text: escape(text[:_ENOUGH]),
    type(None): lambda _none: "",
}
