"""The decoders by name: each turns the bytes of one value into what they mean."""

import re
from collections.abc import Callable, Mapping
from struct import Struct
from typing import TYPE_CHECKING

from boltview.schema.gotime import decode_time
from boltview.schema.strictjson import decode_json
from boltview.schema.values import Named, Undecodable, Value
from boltview.schema.varint import decode_uvarint, decode_varint, read_uvarint

if TYPE_CHECKING:
    from boltview.bolt.page import Origin
    from boltview.schema.any import AnyDecoder, Fields
    from boltview.schema.model import Field

_DIGEST = re.compile(r"[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+")
_HEX_DIGITS = {"sha256": 64, "sha384": 96, "sha512": 128}
_INDEX = Struct("<Q")

Decoder = Callable[[bytes, "Field"], object]


def decode_string(raw: bytes) -> str:
    """Decode UTF-8 text.

    Raises:
        Undecodable: it is not UTF-8.
    """
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise Undecodable(f"not UTF-8 at byte {error.start}") from error


def decode_digest(raw: bytes) -> str:
    """Decode `algorithm:encoded` (opencontainers/go-digest `digest.go: DigestRegexp`).

    Raises:
        Undecodable: it has another form, or the wrong length for its algorithm.
    """
    text = decode_string(raw)
    if not _DIGEST.fullmatch(text):
        raise Undecodable("not a digest")
    algorithm, _, encoded = text.partition(":")
    wanted = _HEX_DIGITS.get(algorithm)
    if wanted and not re.fullmatch(f"[0-9a-f]{{{wanted}}}", encoded):
        raise Undecodable(f"not a {algorithm} digest: {wanted} hex digits belong behind the colon")
    return text


def decode_marker(raw: bytes) -> None:
    """Decode a value that says nothing: the key is the fact.

    Raises:
        Undecodable: it holds bytes.
    """
    if raw:
        raise Undecodable(f"{len(raw)} bytes where none belong")


def decode_byte(raw: bytes) -> int:
    """Decode one raw byte.

    Raises:
        Undecodable: it is not one byte.
    """
    if len(raw) != 1:
        raise Undecodable(f"{len(raw)} bytes, not one")
    return raw[0]


def decode_enum(raw: bytes, field: "Field") -> Named:
    """Decode one raw byte to the name that the schema gives it."""
    number = decode_byte(raw)
    return Named(number, field.values.get(number, ""))


def decode_strings(raw: bytes) -> list[str]:
    """Decode strings joined by NUL."""
    return decode_string(raw).split("\0") if raw else []


def decode_indexed_json(raw: bytes) -> dict[str, object]:
    """Decode an 8-byte little-endian index followed by JSON (moby `libnetwork/internal/kvstore`).

    Raises:
        Undecodable: it is shorter than the index, or what follows is not JSON.
    """
    if len(raw) < _INDEX.size:
        raise Undecodable(f"{len(raw)} bytes, shorter than the index")
    body = raw[_INDEX.size :]
    return {
        "index": _INDEX.unpack_from(raw)[0],
        "value": decode_json(body) if body else None,
    }


def decode_uvarint_pair(raw: bytes) -> tuple[int, int]:
    """Decode two unsigned varints with one zero byte between (containerd `storage/bolt.go`).

    Raises:
        Undecodable: the separator is missing or bytes are left over.
    """
    first, end = read_uvarint(raw)
    if end >= len(raw) or raw[end] != 0:
        raise Undecodable("no zero byte between the two numbers")
    second, end = read_uvarint(raw, end + 1)
    if end != len(raw):
        raise Undecodable(f"{len(raw) - end} bytes behind the two numbers")
    return first, second


def _plain(decoder: Callable[[bytes], object]) -> Decoder:
    return lambda raw, _field: decoder(raw)


DECODERS: dict[str, Decoder] = {
    "byte": _plain(decode_byte),
    "bytes": _plain(bytes),
    "digest": _plain(decode_digest),
    "enum": decode_enum,
    "indexed-json": _plain(decode_indexed_json),
    "json": _plain(decode_json),
    "none": _plain(decode_marker),
    "string": _plain(decode_string),
    "strings": _plain(decode_strings),
    "time": _plain(decode_time),
    "uvarint": _plain(decode_uvarint),
    "varint": _plain(decode_varint),
}
"""Decoders of values by the name a schema uses; `any` is added by `Decoding`."""

KEY_DECODERS: dict[str, Callable[[bytes], object]] = {
    "byte": decode_byte,
    "digest": decode_digest,
    "string": decode_string,
    "uvarint": decode_uvarint,
    "uvarint-pair": decode_uvarint_pair,
}
"""Decoders of keys."""

TYPES = frozenset(DECODERS) | {"any"}
"""Every type a schema may give a value."""


class Decoding:
    """Decodes values as their fields say; loads protobuf when the first `Any` is met.

    Args:
        descriptor_sets: reads the serialized descriptor sets that `Any` payloads need, by file.
    """

    def __init__(self, descriptor_sets: Callable[[], Mapping[str, bytes]]) -> None:
        """Keep the way to the descriptor sets; they are read when needed."""
        self._descriptor_sets = descriptor_sets
        self._any: AnyDecoder | None = None

    def value(self, raw: bytes, field: "Field | None", origin: "Origin | None" = None) -> Value:
        """Decode a value; what does not decode keeps its bytes and says why.

        Args:
            raw: the bytes.
            field: what the schema says of them; None when it says nothing.
            origin: where they lie.
        """
        if field is None:
            return Value(raw, raw, origin, "bytes")
        try:
            return Value(self._decode(raw, field), raw, origin, field.type)
        except Undecodable as error:
            return Value(raw, raw, origin, field.type, str(error))

    def _decode(self, raw: bytes, field: "Field") -> object:
        if field.type != "any":
            return DECODERS[field.type](raw, field)
        return self._decoder().decode(raw)

    def message(self, type_url: str) -> "Fields | None":
        """Return what is known of the fields of a type that an `Any` names; None for nothing."""
        try:
            return self._decoder().message(type_url)
        except Undecodable:
            return None

    def _decoder(self) -> "AnyDecoder":
        if self._any is None:
            from boltview.schema.any import AnyDecoder
            from boltview.schema.parse import SchemaError

            try:
                self._any = AnyDecoder(self._descriptor_sets())
            except SchemaError as error:
                raise Undecodable(str(error)) from error
        return self._any


def decode_key(raw: bytes, field: "Field | None") -> object:
    """Decode a key as its field says; a key that does not decode stays bytes."""
    try:
        return KEY_DECODERS[field.key if field else "string"](raw)
    except Undecodable:
        return raw
