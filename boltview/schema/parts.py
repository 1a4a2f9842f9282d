"""Which bytes of a value are which part of it: the decoders' view, byte by byte.

Of a value only the first bytes are needed, whatever its size: where they end within a part, the
part's length is known all the same. What is not as its type says has no parts.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple, Protocol

from boltview.bolt.parts import Part
from boltview.schema.gotime import decode_time
from boltview.schema.values import Undecodable, zone_text
from boltview.schema.varint import read_uvarint

HEAD = 1 << 16
"""Bytes of a value that are enough to take it apart."""
MOST = 1_000
"""Parts that are made of one value; what is left is one part more."""
_LOW_BITS = 0x7F
_MORE = 0x80
_WIRE = {0: "varint", 1: "8 bytes", 2: "bytes behind their length", 5: "4 bytes"}
_FIXED = {1: 8, 5: 4}
_BYTES = 2
_ANY = {1: "type_url", 2: "value"}
_INDEX = 8
_PREVIEW = 60
_DEEPEST = 8
"""Levels of messages within a value that are taken apart."""


class Bytes(NamedTuple):
    """A value to be taken apart."""

    head: bytes
    """Its first bytes, `HEAD` of them or all."""
    size: int
    """How many it has."""
    offset: int
    """File offset of the first."""


class Message(Protocol):
    """What is known of the fields of a protobuf message."""

    def field(self, number: int) -> "tuple[str, Message | None]":
        """Return the name of a field, empty if it has none, and what is known of what it holds.

        The latter is None for a field that holds no message.
        """


class Unnamed:
    """A message of which nothing is known but that it is one."""

    def field(self, number: int) -> tuple[str, Message | None]:
        """Return no name."""
        del number
        return "", None


Pieces = Iterator[tuple[str, int, str]]
"""Names, lengths and meanings of parts that follow one another."""


def value_parts(name: str, value: Bytes, *, message: Message | None = None) -> list[Part]:
    """Take a value apart; nothing for a type that has no parts, or bytes that are not of it.

    Args:
        name: its type, as schemas call it.
        value: its bytes.
        message: of an `any`: what is known of the message within; None if it is none, but JSON.
    """
    if name == "any":
        return list(islice(_any(value, message), MOST))
    return _parts(_TAKERS.get(name), value, "value")


def key_parts(name: str, key: bytes, offset: int) -> list[Part]:
    """Take a key apart; nothing for one that is plain text."""
    return _parts(_TAKERS.get(name), Bytes(key, len(key), offset), "key")


def _parts(taker: "Callable[[Bytes], Pieces] | None", value: Bytes, kind: str) -> list[Part]:
    if taker is None or not value.size:
        return []
    found: list[Part] = []
    at = 0
    try:
        for name, length, meaning in taker(value):
            if len(found) == MOST:
                found.append(_rest(value, at, kind))
                return found
            found.append(Part(value.offset + at, length, name, meaning, kind, 1))
            at += length
    except Undecodable:
        return []
    if at < value.size:
        found.append(_rest(value, at, kind))
    return found


def _rest(value: Bytes, at: int, kind: str) -> Part:
    left = value.size - at
    return Part(value.offset + at, left, "rest", f"{left:,} further bytes", kind, 1)


def _time(value: Bytes) -> Pieces:
    """Go's `time.Time.MarshalBinary`: big-endian, unlike everything else in the file."""
    raw = value.head
    time = decode_time(raw)
    seconds = int.from_bytes(raw[1:9], "big", signed=True)
    zone = int.from_bytes(raw[13:15], "big", signed=True)
    whole = time._replace(nanos=0).rfc3339()
    yield "version", 1, f"{raw[0]} of Go's binary time"
    yield "seconds", 8, f"{seconds:,} since the year 1: {whole}"
    yield "nanoseconds", 4, f"{time.nanos:,}"
    said = "-1: UTC" if time.offset is None else f"{zone} minutes: {zone_text(zone * 60)}"
    yield "zone", 2, said
    if len(raw) > 15:  # noqa: PLR2004 - version 2
        yield "zone seconds", 1, f"{int.from_bytes(raw[15:], 'big', signed=True)}"


def _uvarint(value: Bytes) -> Pieces:
    _, end = read_uvarint(value.head)
    yield from _digits(value.head, 0, end)


def _digits(raw: bytes, start: int, end: int) -> Pieces:
    """A varint is a number to the base of 128, its lowest digit first."""
    for power, byte in enumerate(raw[start:end]):
        digit = byte & _LOW_BITS
        after = "more follow" if byte & _MORE else "the last"
        weight = f" · 128{_superscript(power)}" if power > 1 else " · 128" if power else ""
        yield f"digit {power + 1}", 1, f"{digit}{weight}; {after}"


def _superscript(number: int) -> str:
    return "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in str(number))


def _uvarint_pair(value: Bytes) -> Pieces:
    """Two varints with a zero byte between (containerd `snapshots/storage/bolt.go`)."""
    first, middle = read_uvarint(value.head)
    if value.head[middle : middle + 1] != b"\0":
        raise Undecodable("no zero byte between the two numbers")
    second, end = read_uvarint(value.head, middle + 1)
    yield "first", middle, f"{first}"
    yield "separator", 1, "a zero byte"
    yield "second", end - middle - 1, f"{second}"


def _digest(value: Bytes) -> Pieces:
    algorithm, colon, encoded = value.head.partition(b":")
    if not colon:
        raise Undecodable("not a digest")
    yield "algorithm", len(algorithm), algorithm.decode(errors="replace")
    yield "colon", 1, "ends the name of the algorithm"
    yield "encoded", value.size - len(algorithm) - 1, f"{len(encoded)} hex digits"


def _indexed_json(value: Bytes) -> Pieces:
    if value.size < _INDEX:
        raise Undecodable("shorter than the index")
    yield "index", _INDEX, f"{int.from_bytes(value.head[:_INDEX], 'little')}, little-endian"
    if value.size > _INDEX:
        yield "JSON", value.size - _INDEX, f"{value.size - _INDEX:,} bytes"


def _strings(value: Bytes) -> Pieces:
    at, number = 0, 1
    while at < value.size:
        end = value.head.find(b"\0", at)
        if end < 0:
            end = value.size
        if end > at:
            yield f"string {number}", end - at, _preview(value.head[at:end], end - at)
        if end < value.size:
            yield "separator", 1, "a zero byte"
        at, number = end + 1, number + 1


_TAKERS: dict[str, Callable[[Bytes], Pieces]] = {
    "digest": _digest,
    "indexed-json": _indexed_json,
    "strings": _strings,
    "time": _time,
    "uvarint": _uvarint,
    "uvarint-pair": _uvarint_pair,
    "varint": _uvarint,
}


# --- protobuf, as it lies on the wire ------------------------------------------------------------


def _any(value: Bytes, message: Message | None) -> Iterator[Part]:
    """Tag, length and content of each field of an `Any` (`google/protobuf/any.proto`)."""
    try:
        fields = list(_fields(value))
    except Undecodable:
        return
    for field in fields:
        name = _ANY.get(field.number, f"field {field.number}") if field.kind == _BYTES else ""
        yield from field.parts(name or f"field {field.number}", 1)
        if name == "value" and message is not None:
            yield from _within(field.content, message, 2)
    end = fields[-1].end if fields else 0
    if end < value.size:
        yield _rest(value, end, "value")


def _within(content: Bytes, message: Message, depth: int) -> Iterator[Part]:
    """Yield the fields of a message, and of the messages in it; nothing where it is none."""
    try:
        fields = list(_fields(content))
    except Undecodable:
        return
    for field in fields:
        name, inner = message.field(field.number)
        yield from field.parts(name or f"field {field.number}", depth)
        if inner is not None and field.kind == _BYTES and depth < _DEEPEST:
            yield from _within(field.content, inner, depth + 1)


class _Field(NamedTuple):
    """One field of a message: where its tag, length and content lie."""

    value: Bytes
    start: int
    number: int
    kind: int
    length_at: int
    """Where the length stands; the content's begin where there is none."""
    content_at: int
    end: int

    @property
    def content(self) -> Bytes:
        """The bytes that the field holds."""
        raw = self.value.head[self.content_at : self.end]
        return Bytes(raw, self.end - self.content_at, self.value.offset + self.content_at)

    def parts(self, name: str, depth: int) -> Iterator[Part]:
        """Yield tag, length and content."""
        base = self.value.offset
        tag = f"field {self.number}, {_WIRE[self.kind]}"
        yield Part(base + self.start, self.length_at - self.start, "tag", tag, "value", depth)
        size = self.end - self.content_at
        if self.kind == _BYTES:
            length = self.content_at - self.length_at
            said = f"{size:,} bytes follow"
            yield Part(base + self.length_at, length, "length", said, "value", depth)
        yield Part(base + self.content_at, size, name, self._said(), "value", depth)

    def _said(self) -> str:
        raw = self.content.head
        if self.kind == _BYTES:
            return _preview(raw, self.content.size)
        if self.kind == 0:
            return f"{read_uvarint(raw)[0]}"
        return f"{int.from_bytes(raw, 'little')}, little-endian"


def _fields(value: Bytes) -> Iterator[_Field]:
    """Read a message field by field; ends where the bytes at hand end within it.

    Raises:
        Undecodable: it is no message.
    """
    at = 0
    for _ in range(MOST):
        if at >= len(value.head):
            return
        try:
            field = _field(value, at)
        except Undecodable:
            if len(value.head) < value.size:
                return
            raise
        yield field
        at = field.end


def _field(value: Bytes, start: int) -> _Field:
    tag, at = read_uvarint(value.head, start)
    number, kind, length_at = tag >> 3, tag & 7, at
    if kind == _BYTES:
        length, at = read_uvarint(value.head, at)
    elif kind in _FIXED:
        length = _FIXED[kind]
    elif kind == 0:
        length = read_uvarint(value.head, at)[1] - at
    else:
        raise Undecodable(f"a field of wire type {kind}")
    if at + length > value.size or not number:
        raise Undecodable("a field that runs past the end, or has no number")
    return _Field(value, start, number, kind, length_at, at, at + length)


def _preview(raw: bytes, size: int) -> str:
    """Return the beginning of bytes that read as text; how many there are of others."""
    start = raw[:_PREVIEW]
    try:
        text = start.decode()
    except UnicodeDecodeError as error:
        # A character that is cut in two does not make bytes of the rest.
        text = start[: error.start].decode() if error.end == len(start) < size else ""
    if not text or not text.isprintable():
        return f"{size:,} bytes"
    return text + ("…" if size > _PREVIEW else "")
