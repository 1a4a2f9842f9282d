"""All that is known of one entry: lines, and a document to fold below them."""

from collections.abc import Sequence
from typing import NamedTuple

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.walk import walk
from boltview.report.escape import escape, escape_bytes, reads_as_text
from boltview.report.keypath import path_text
from boltview.report.rows import LARGE_VALUE, row
from boltview.report.schematree import releases
from boltview.report.texts import clip, key_line, value_line
from boltview.report.units import Clock, exact_size, utc
from boltview.schema.model import Field
from boltview.schema.reading import Reading
from boltview.schema.values import AnyValue, GoTime, Value

_SHORT = 5
"""Lines of a value that stand before what is said about it."""
_BYTES_SHOWN = 256
_ENTRIES = 200
"""Entries of a bucket that are listed."""
_LEVELS = 2
"""Levels of buckets that are listed: an object's own fields, and its labels."""
_VALUE = 200
"""Characters of a value in a list; the value's own place shows all of it."""
_START = 1 << 16
"""Bytes that are shown of a value too large to be read for a glance."""
MAX_LINES = 20_000
"""Lines of one text that are shown; `get --raw` knows no limit."""


class Line(NamedTuple):
    """One line of the detail pane; label and text are escaped."""

    label: str
    text: str
    style: str
    """`title`, `field`, `doc`, `note`, `error` or `json`; `head` for a heading, `good` for what is
    as it should be, `entry` for a key and its value, lined up with those around it."""


class Described(NamedTuple):
    """What the first tab shows of an entry."""

    lines: list[Line]
    has_document: bool
    """Whether a document belongs below the lines."""
    document: object
    """The document, as `report/jsontext.py: to_json` gives it; None may be one."""
    about: Sequence[Line] = ()
    """Of a value the lines about it alone, without the value."""


def describe(
    reading: Reading, bucket: Bucket, entry: Pair | Bucket | Damage, clock: Clock
) -> Described:
    """Describe an entry of `bucket` in full.

    Args:
        reading: the revision and its schema.
        bucket: the bucket that holds the entry; the root bucket for itself.
        entry: the entry, or the damage in its place.
        clock: the present, for ages.
    """
    if isinstance(entry, Damage):
        return Described(_damage(entry), has_document=False, document=None)
    if isinstance(entry, Bucket):
        lines = [*_bucket(reading, bucket, entry), *_contents(reading, entry, clock)]
        return Described(lines, has_document=False, document=None)
    field = reading.field(bucket, entry)
    has_document, document = False, None
    if entry.size > LARGE_VALUE:
        value = _start(reading, entry)
    else:
        decoded = reading.value(bucket, entry)
        value = value_lines(decoded, field, clock)
        has_document = not decoded.error and isinstance(decoded.data, dict | list | AnyValue)
        document = _document(decoded.data) if has_document else None
    about = _about(reading, field, entry)
    origin = entry.origin
    place = f"page {origin.page}, element {origin.element}, file offset {origin.offset:#x}"
    about.append(Line("stored", f"{place}, {exact_size(origin.length)}", "note"))
    title = Line("", _title(entry.key, reading.key(bucket, entry)), "title")
    # What follows a value of many lines would never be seen.
    is_short = len(value) <= _SHORT
    lines = [title, *value, *about] if is_short else [title, *about, Line("", "", "note"), *value]
    return Described(lines, has_document, document, [title, *about])


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
        empty = [Line("value", "no payload", "field")] if data.value is None else []
        return [Line("any", f"{escape(data.type_url)} ({data.encoding})", "field"), *note, *empty]
    if isinstance(data, dict | list):
        return []
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


def _document(data: object) -> object:
    from boltview.report.jsontext import to_json

    return to_json(data.value if isinstance(data, AnyValue) else data)


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


def _contents(reading: Reading, bucket: Bucket, clock: Clock) -> list[Line]:
    """List the first entries of a bucket, and of the buckets in it, decoded and lined up."""
    lines = [Line("", "", "note")]
    left = LARGE_VALUE
    for depth, holder, entry in walk(reading.revision, bucket, _LEVELS):
        left -= entry.size if isinstance(entry, Pair) else 0
        if len(lines) > _ENTRIES or left < 0:
            lines.append(Line("", f"the first {len(lines) - 1:,} entries", "note"))
            break
        shown = row(reading, holder, entry, clock)
        label = "  " * depth + (shown.key or "✗")
        if isinstance(entry, Bucket):
            lines.append(Line(f"{label}/", shown.value, "entry"))
        else:
            style = "error" if shown.mark in {"damage", "undecodable"} else "entry"
            lines.append(Line(label, clip(shown.value, _VALUE), style))
    return lines if len(lines) > 1 else []


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
