"""What can be taken along of an entry: its value, key, path, JSON, hex, digest, or the command."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.page import read_exactly
from boltview.report.anatomy import DAMAGE_BYTES
from boltview.report.jsontext import dumps
from boltview.report.keypath import path_text
from boltview.report.opened import Opened
from boltview.report.subtree import entry_pieces
from boltview.report.units import exact_size, size_text
from boltview.schema.decode import decode_digest
from boltview.schema.values import GoTime, Undecodable

CLIPBOARD = 75_000
"""Bytes that terminals take along: some accept no more than 100,000 characters, in base64."""
_PIECE = 1 << 20
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_INDENT = 2
_NAME = 80
"""Characters of the file name that is proposed."""


class NotTaken(Exception):
    """There is no such thing to take along, or too much of it; the message is escaped."""


class Place(NamedTuple):
    """An entry to take something of."""

    opened: Opened
    bucket: Bucket
    """The bucket that holds it; the root bucket for itself."""
    entry: Pair | Bucket | Damage


class Taken(NamedTuple):
    """What is taken along."""

    what: str
    data: bytes


def take(place: Place, what: str) -> Taken:
    """Return what is asked for, whole.

    Args:
        place: the entry.
        what: one of `KINDS`.

    Raises:
        NotTaken: the entry has no such thing, or it is larger than a clipboard takes.
    """
    return KINDS[what](place)


def raw_chunks(place: Place) -> tuple[int, Iterator[bytes]]:
    """Return how long the bytes of a value are, and the bytes in pieces.

    Raises:
        NotTaken: a bucket has no value of its own.
    """
    entry = place.entry
    if not isinstance(entry, Pair):
        raise NotTaken("only a value can be exported raw; X exports a bucket as JSON")
    source, origin = place.opened.reading.revision.source, entry.origin
    ends = range(origin.offset, origin.offset + origin.length, _PIECE)
    end = origin.offset + origin.length
    return origin.length, (read_exactly(source, at, min(_PIECE, end - at)) for at in ends)


def json_chunks(place: Place) -> Iterator[bytes]:
    """Return the JSON of an entry, and of all that is below it, in pieces.

    Raises:
        NotTaken: damage has none.
    """
    return (piece.encode(errors="backslashreplace") for piece in chain(_json_pieces(place), "\n"))


def file_name(place: Place, suffix: str) -> str:
    """Return a harmless name for a file that an entry is exported to."""
    entry = place.entry
    key = b"" if isinstance(entry, Damage) else entry.key
    name = _UNSAFE.sub("_", key.decode(errors="replace")).strip("._-")[:_NAME]
    return (name or "boltview") + suffix


def take_member(label: str | int | None, value: object, what: str) -> Taken | None:
    """Return what is asked for of a member of a JSON document; None for what only entries have.

    Args:
        label: its key or index; None for the document itself.
        value: as `json.loads` gives it.
        what: one of `KINDS`.

    Raises:
        NotTaken: it is larger than a clipboard takes.
    """
    if what == "value" and isinstance(value, str):
        raw = value.encode(errors="surrogateescape")
        _fits(len(raw))
        return _text("value of the member", raw)
    if what in {"value", "json"}:
        kind = "value of the member" if what == "value" else "JSON of the member"
        return Taken(kind, _joined([dumps(value, _INDENT)]))
    if what == "key" and label is not None:
        return Taken("key of the member", str(label).encode(errors="backslashreplace"))
    return None


def take_place(steps: Sequence[str | int]) -> Taken:
    """Return where a member stands in its document, as `jq` takes it."""
    from boltview.report.hits import place_text

    text = place_text(tuple(steps)) or "."
    _fits(len(text))
    return Taken("path of the member, for jq", text.encode())


def _value(place: Place) -> Taken:
    pair = _pair(place, "yj copies a bucket as JSON")
    _fits(pair.size)
    value = place.opened.reading.value(place.bucket, pair)
    data = value.data
    if isinstance(data, GoTime) and not value.error:
        return Taken("value", data.rfc3339().encode())
    if isinstance(data, bool | int) and not value.error:
        return Taken("value", str(data).encode())
    if isinstance(data, str | bytes) or value.error:
        return _text("value", value.raw)
    return Taken("value, as JSON", _joined(_json_pieces(place)))


def _key(place: Place) -> Taken:
    entry = place.entry
    if isinstance(entry, Damage) or not entry.key:
        raise NotTaken("there is no key here")
    _fits(len(entry.key))
    return _text("key", entry.key)


def _path(place: Place) -> Taken:
    text = path_text(_keys(place)).encode()
    _fits(len(text))
    return Taken("path", text)


def _json(place: Place) -> Taken:
    entry = place.entry
    if isinstance(entry, Pair):
        _fits(entry.size)
    return Taken("JSON", _joined(_json_pieces(place)))


def _json_pieces(place: Place) -> Iterator[str]:
    if isinstance(place.entry, Damage):
        raise NotTaken("damage has no JSON")
    return entry_pieces(place.opened.reading, place.bucket, place.entry)


def _hex(place: Place) -> Taken:
    entry = place.entry
    offset, length = (entry.offset, DAMAGE_BYTES) if isinstance(entry, Damage) else entry.origin[2:]
    _fits(2 * length)
    return Taken("hex", place.opened.reading.revision.source.read(offset, length).hex().encode())


def _digest(place: Place) -> Taken:
    """Look for a digest where a person would: in the value, the key, the object, the path."""
    entry = place.entry
    candidates: list[bytes] = []
    if isinstance(entry, Pair) and entry.size <= _NAME * 4:
        candidates.append(entry.value)
    if isinstance(entry, Bucket):
        for holder in (entry, entry.get(b"target")):
            found = holder.get(b"digest") if isinstance(holder, Bucket) else None
            if isinstance(found, Pair) and found.size <= _NAME * 4:
                candidates.append(found.value)
    candidates += reversed(_keys(place))
    for raw in candidates:
        try:
            return Taken("digest", decode_digest(raw).encode())
        except Undecodable:
            continue
    raise NotTaken("there is no digest in this value, its key or its path")


def _command(place: Place) -> Taken:
    from shlex import quote

    opened, entry = place.opened, place.entry
    verb = "get" if isinstance(entry, Pair) else "ls"
    words = ["boltview", verb, quote(opened.path)]
    current = opened.database.metas.current.txid
    txid = opened.reading.revision.txid
    if txid != current:
        words += ["--revision", str(txid)]
    path = path_text(_keys(place))
    if path:
        words += ["--", quote(path)] if path.startswith("-") else [quote(path)]
    text = " ".join(words).encode(errors="surrogateescape")
    _fits(len(text))
    return Taken("command", text)


KINDS: Mapping[str, Callable[[Place], Taken]] = {
    "value": _value,
    "key": _key,
    "path": _path,
    "json": _json,
    "hex": _hex,
    "digest": _digest,
    "command": _command,
}
"""What can be taken, by its name."""


def _keys(place: Place) -> tuple[bytes, ...]:
    entry = place.entry
    if isinstance(entry, Bucket):
        return entry.path
    return place.bucket.path if isinstance(entry, Damage) else (*place.bucket.path, entry.key)


def _pair(place: Place, otherwise: str) -> Pair:
    if isinstance(place.entry, Pair):
        return place.entry
    what = "damage" if isinstance(place.entry, Damage) else "a bucket"
    raise NotTaken(f"{what} has no value; {otherwise}")


def _text(what: str, raw: bytes) -> Taken:
    """Return bytes as they are where they are text, else as hex: a clipboard holds text."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        _fits(2 * len(raw))
        return Taken(f"{what}, as hex", raw.hex().encode())
    return Taken(what, raw)


def _fits(size: int) -> None:
    if size > CLIPBOARD:
        said = f"{exact_size(size)}: too large for a clipboard, which takes {size_text(CLIPBOARD)}"
        raise NotTaken(f"{said}; x exports it")


def _joined(pieces: Iterable[str]) -> bytes:
    """Put pieces together as long as they fit."""
    found, size = [], 0
    for piece in pieces:
        raw = piece.encode(errors="backslashreplace")
        found.append(raw)
        size += len(raw)
        if size > CLIPBOARD:
            limit = size_text(CLIPBOARD)
            raise NotTaken(f"too large for a clipboard: more than {limit}; X exports it")
    return b"".join(found)
