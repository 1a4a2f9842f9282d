"""All that is known of one entry, line by line: the detail pane."""

from typing import NamedTuple

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.report.escape import escape, escape_bytes, reads_as_text
from boltview.report.keypath import path_text
from boltview.report.rows import LARGE_VALUE
from boltview.report.schematree import releases
from boltview.report.texts import key_line, value_line
from boltview.report.units import Clock, exact_size, utc
from boltview.schema.model import Field
from boltview.schema.reading import Reading
from boltview.schema.values import AnyValue, GoTime, Value

_SHORT = 5
"""Lines of a value that stand before what is said about it."""
_BYTES_SHOWN = 256
_START = 1 << 16
"""Bytes that are shown of a value too large to be read for a glance."""
MAX_LINES = 20_000
"""Lines of one value that are shown; the JSON tab and `get --raw` know no limit."""


class Line(NamedTuple):
    """One line of the detail pane; label and text are escaped."""

    label: str
    text: str
    style: str
    """`title`, `field`, `doc`, `note`, `error` or `json`."""


def detail(
    reading: Reading, bucket: Bucket, entry: Pair | Bucket | Damage, clock: Clock
) -> list[Line]:
    """Describe an entry of `bucket` in full.

    Args:
        reading: the revision and its schema.
        bucket: the bucket that holds the entry; the root bucket for itself.
        entry: the entry, or the damage in its place.
        clock: the present, for ages.
    """
    if isinstance(entry, Damage):
        return _damage(entry)
    if isinstance(entry, Bucket):
        return _bucket(reading, bucket, entry)
    field = reading.field(bucket, entry)
    if entry.size > LARGE_VALUE:
        value = _start(reading, entry)
    else:
        value = value_lines(reading.value(bucket, entry), field, clock)
    about = _about(reading, field, entry)
    origin = entry.origin
    place = f"page {origin.page}, element {origin.element}, file offset {origin.offset:#x}"
    about.append(Line("stored", f"{place}, {exact_size(origin.length)}", "note"))
    title = Line("", _title(entry.key, reading.key(bucket, entry)), "title")
    # What follows a value of many lines would never be seen.
    is_short = len(value) <= _SHORT
    return [title, *value, *about] if is_short else [title, *about, Line("", "", "note"), *value]


def value_lines(value: Value, field: Field | None, clock: Clock) -> list[Line]:
    """Return a decoded value in full: JSON laid out, a time in all its forms."""
    if value.error:
        return [
            Line("error", f"does not decode: {escape(value.error)}", "error"),
            Line("bytes", value.raw.hex(), "field"),
        ]
    data = value.data
    if isinstance(data, GoTime):
        return _time(data, clock, value_line(value, field, clock))
    if isinstance(data, AnyValue):
        note = [Line("note", escape(data.note), "error")] if data.note else []
        kind = f"{escape(data.type_url)} ({data.encoding})"
        return [Line("any", kind, "field"), *note, *_document(data.value)]
    if isinstance(data, dict | list):
        return _document(data)
    if isinstance(data, str | bytes):
        return _text(data)
    return [Line("value", value_line(value, field, clock), "field")]


def _start(reading: Reading, pair: Pair) -> list[Line]:
    """Show the first bytes of a large value, undecoded."""
    origin = pair.origin
    raw = reading.revision.source.read(origin.offset, _START)
    note = f"first {len(raw):,} of {origin.length:,} bytes, not decoded; the hex tab has them all"
    # A character that is cut in two does not make text of the rest unreadable.
    is_text = any(reads_as_text(raw[: len(raw) - cut]) for cut in range(4))
    shown = _text(raw) if is_text else [Line("bytes", raw[:_BYTES_SHOWN].hex(" "), "field")]
    return [Line("shown", note, "error"), *shown]


def _time(time: GoTime, clock: Clock, shown: str) -> list[Line]:
    lines = [Line("value", shown, "field")]
    if clock.zone is not utc:
        lines.append(Line("UTC", time.rfc3339(), "field"))
    written = "UTC" if time.offset is None else time.rfc3339(time.offset)
    lines.append(Line("written as", written, "note"))
    lines.append(Line("Unix", f"{time.unix}.{time.nanos:09}", "note"))
    return lines


def _document(data: object) -> list[Line]:
    from boltview.report.jsontext import dumps, to_json

    if data is None:
        return [Line("value", "no payload", "field")]
    lines = dumps(to_json(data), indent=2).split("\n")
    shown = [Line("", line, "json") for line in lines[:MAX_LINES]]
    if len(lines) > MAX_LINES:
        shown.append(Line("", f"first {MAX_LINES:,} of {len(lines):,} lines", "note"))
    return shown


def _text(data: str | bytes) -> list[Line]:
    """Show text line by line, so that a value of many lines reads as it was written."""
    parts: list[str] = (
        [escape(part) for part in data.split("\n")]
        if isinstance(data, str)
        else [escape_bytes(part) for part in data.split(b"\n")]
    )
    lines = [
        Line("" if number else "value", part, "field")
        for number, part in enumerate(parts[:MAX_LINES])
    ]
    if len(parts) > MAX_LINES:
        lines.append(Line("", f"first {MAX_LINES:,} of {len(parts):,} lines", "note"))
    return lines


def _bucket(reading: Reading, bucket: Bucket, entry: Bucket) -> list[Line]:
    field = reading.field(bucket, entry) if entry.path else None
    title = path_text(entry.path) or "root bucket"
    lines = [Line("", title, "title")]
    lines += _about(reading, field, entry) if entry.path else _schema(reading)
    origin = entry.origin
    if entry.is_inline:
        place = f"inline, within page {origin.page}, element {origin.element}"
    else:
        place = f"root page {entry.root}"
    lines.append(Line("stored", place, "note"))
    meaning = f": {field.sequence}" if field and field.sequence else ""
    if entry.sequence or meaning:
        lines.append(Line("sequence", f"{entry.sequence}{meaning}", "note"))
    return lines


def _about(reading: Reading, field: Field | None, entry: Pair | Bucket) -> list[Line]:
    """Return what the schema says."""
    if field is None:
        if reading.schema is None:
            return []
        return [Line("schema", "this key is not in the schema", "error")]
    lines = [Line("what", field.doc, "doc")]
    known = reading.explain(field, entry.key)
    if known:
        lines.append(Line("this key", known, "doc"))
    written = releases(field)
    if written:
        lines.append(Line("written", written, "note"))
    lines.append(Line("type", _type(field), "note"))
    return lines


def _type(field: Field) -> str:
    return f"{field.type}, {field.presence}"


def _schema(reading: Reading) -> list[Line]:
    if reading.schema is None:
        return [Line("schema", "none of the known kinds of database", "note")]
    return [Line("schema", reading.schema.title, "field"), Line("what", reading.schema.doc, "doc")]


def _damage(damage: Damage) -> list[Line]:
    page = "the file" if damage.page is None else f"page {damage.page}"
    return [
        Line("", "damage", "title"),
        Line("what", escape(damage.what), "error"),
        Line("code", damage.code, "field"),
        Line("where", f"{page}, file offset {damage.offset:#x}", "note"),
    ]


def _title(key: bytes, decoded: object) -> str:
    shown = key_line(decoded)
    raw = escape_bytes(key)
    return shown if shown == raw else f"{shown}  (key {key.hex()})"
