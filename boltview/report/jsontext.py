"""Values as JSON: the shapes that others build on, and text that is safe to print.

Times are RFC 3339 with nanoseconds in UTC, sizes are numbers of bytes, bytes that are not UTF-8 are
`{"hex": …}`, and what does not decode is `{"hex": …, "error": …}`.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.walk import Visit, walk
from boltview.report.keypath import path_text
from boltview.schema.reading import Reading
from boltview.schema.values import AnyValue, GoTime, Named, Value, WireField

DAMAGE = "!damage"
"""Key under which the damage of a bucket stands; a real key that begins so is escaped."""

_scalar = json.JSONEncoder(ensure_ascii=False).encode


def dumps(
    value: object, indent: int | None = None, scalar: Callable[[object], str] = _scalar
) -> str:
    r"""Write a JSON document that holds no character a terminal could act on.

    Args:
        value: what `json.dumps` takes, keys being text.
        indent: blanks for each level; None for one line.
        scalar: writes what is no object or array, and keys.

    `json.dumps` keeps DEL, C1 controls and bidi overrides as they are; they can only stand within
    strings, where a `\u` escape means the same. And it recurses; buckets nest deeper than that.
    """
    text = ""
    if indent is None and scalar is _scalar:
        with suppress(RecursionError):
            text = _scalar(value)
    text = text or "".join(_pieces(value, indent, scalar))
    if text.isascii() and "\x7f" not in text:
        return text
    return "".join(_safe(character) for character in text)


def beginning(value: object, length: int) -> str:
    """Return the first characters of a document in one line, made without writing the rest."""

    def cut(item: object) -> str:
        return _scalar(item[:length] if isinstance(item, str) else item)

    text = ""
    for piece in _pieces(value, None, cut):
        text += piece
        if len(text) >= length:
            break
    return "".join(map(_safe, text[:length]))


def to_json(value: object) -> object:
    """Turn a decoded value, and all within it, into what JSON knows; without recursion."""
    top: list[object] = [value]
    waiting: list[tuple[Any, Any]] = [(top, 0)]
    while waiting:
        holder, place = waiting.pop()
        shape = _SHAPES.get(type(holder[place]))
        if shape is None:
            continue
        holder[place] = shaped = shape(holder[place])
        if isinstance(shaped, dict):
            waiting += [(shaped, key) for key in shaped]
        elif isinstance(shaped, list):
            waiting += [(shaped, index) for index in range(len(shaped))]
    return top[0]


def value_json(value: Value) -> object:
    """Return the JSON of a decoded value; hex and reason for one that does not decode."""
    if value.error:
        return {"hex": value.raw.hex(), "error": value.error}
    return to_json(value.data)


def entry_json(reading: Reading, bucket: Bucket, entry: Pair | Bucket) -> object:
    """Return the JSON of an entry of `bucket`: a value, or an object for a bucket.

    Damage below a bucket stands in it under the key `!damage`, a list of sentences.
    """
    if isinstance(entry, Bucket):
        return bucket_json(reading, entry)
    return value_json(reading.value(bucket, entry))


def bucket_json(reading: Reading, bucket: Bucket) -> dict[str, object]:
    """Return a whole bucket as nested objects, read without recursion."""
    return nested_json(reading, walk(reading.revision, bucket))


def nested_json(reading: Reading, visits: Iterable[Visit]) -> dict[str, object]:
    """Return the entries met on a walk as nested objects; the walk may stop anywhere."""
    top: dict[str, object] = {}
    # The object that collects each open bucket, outermost first.
    objects = [top]
    for depth, parent, entry in visits:
        del objects[depth + 1 :]
        target = objects[-1]
        if isinstance(entry, Damage):
            _add_damage(target, entry)
        elif isinstance(entry, Pair):
            target[key_json(entry.key)] = value_json(reading.value(parent, entry))
        else:
            inner: dict[str, object] = {}
            target[key_json(entry.key)] = inner
            objects.append(inner)
    return top


def visit_json(reading: Reading, visit: Visit) -> dict[str, object]:
    """Return one line of a listing: path, kind, type, value."""
    entry = visit.entry
    if isinstance(entry, Damage):
        return {
            "path": path_text(visit.bucket.path),
            "kind": "damage",
            "damage": damage_json(entry),
        }
    shown: dict[str, object] = {
        "path": path_text((*visit.bucket.path, entry.key)),
        "key": _bytes_json(entry.key),
    }
    field = reading.field(visit.bucket, entry)
    if isinstance(entry, Bucket):
        shown |= {"kind": "bucket", "sequence": entry.sequence}
    else:
        value = reading.value(visit.bucket, entry)
        shown |= {"kind": "value", "type": value.decoder, "size": entry.size}
        shown["value"] = value_json(value)
    if reading.schema and field is None:
        shown["unknown"] = True
    return shown


def key_json(key: bytes) -> str:
    """Return a key as the key of a JSON object: its text, or `0x…` where it is not UTF-8.

    A text that begins like `0x`, like the mark of damage or like an escape has its first character
    escaped, so that two keys never become one.
    """
    try:
        text = key.decode()
    except UnicodeDecodeError:
        return "0x" + key.hex()
    return f"%{key[0]:02X}{text[1:]}" if text.startswith(("0x", "!", "%")) else text


def damage_json(damage: Damage) -> dict[str, object]:
    """Return a fault as JSON."""
    return {
        "code": damage.code,
        "page": damage.page,
        "offset": damage.offset,
        "message": damage.what,
    }


def _any_json(value: AnyValue) -> dict[str, object]:
    shown: dict[str, object] = {"type_url": value.type_url, "value": value.value}
    if value.encoding not in {"json", "protobuf"}:
        shown["encoding"] = value.encoding
    if value.note:
        shown["note"] = value.note
    return shown


def _bytes_json(raw: bytes) -> object:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return {"hex": raw.hex()}


def _add_damage(target: dict[str, object], damage: Damage) -> None:
    found = target.setdefault(DAMAGE, [])
    if isinstance(found, list):
        found.append(damage.what)


def _pieces(value: object, indent: int | None, scalar: Callable[[object], str]) -> Iterator[str]:
    """Yield a document as `json.dumps` writes it, piece by piece."""
    # Of each open object or array: what is still to come, and the bracket that closes it.
    opened: list[tuple[Iterator[tuple[str, object]], str]] = [(iter([("", value)]), "")]
    separator = ", " if indent is None else ","
    is_first = True
    while opened:
        members, bracket = opened[-1]
        member = next(members, None)
        if member is None:
            opened.pop()
            yield (_line_break(indent, len(opened) - 1) if opened else "") + bracket
            is_first = False
            continue
        label, item = member
        if len(opened) > 1:
            yield ("" if is_first else separator) + _line_break(indent, len(opened) - 1)
        is_first = isinstance(item, dict | list) and bool(item)
        if not is_first:
            yield label + scalar(item)
        elif isinstance(item, dict):
            yield label + "{"
            opened.append((((scalar(str(key)) + ": ", inner) for key, inner in item.items()), "}"))
        elif isinstance(item, list):
            yield label + "["
            opened.append(((("", inner) for inner in item), "]"))


def _line_break(indent: int | None, depth: int) -> str:
    return "" if indent is None else "\n" + " " * (indent * depth)


def _safe(character: str) -> str:
    if character.isprintable() or character in "\n\r\t":
        return character
    code = ord(character)
    if code <= 0xFFFF:  # noqa: PLR2004 - end of the Basic Multilingual Plane
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


_SHAPES: dict[type, Callable[[Any], object]] = {
    AnyValue: _any_json,
    GoTime: GoTime.rfc3339,
    Named: lambda value: value.name or value.number,
    WireField: lambda value: {"field": value.number, value.kind: value.value},
    bytes: _bytes_json,
    dict: lambda value: {str(key): item for key, item in value.items()},
    list: list,
    tuple: list,
}
"""How each type of decoded value looks, one level deep; the others are JSON already."""
