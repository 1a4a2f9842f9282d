"""The usual form of a `google.protobuf.Any`, read without protobuf: type URL, then value.

Every writer of Go's protobuf libraries produces it. Whatever has another form, though it may be an
`Any` all the same, is left to `boltview/schema/any.py`.
"""

from boltview.schema.values import Undecodable
from boltview.schema.varint import read_uvarint

_TYPE_URL = 0x0A
_VALUE = 0x12
_ONE_BYTE = 0x80
"""Lengths below this take one byte."""


def split_any(raw: bytes) -> tuple[bytes, bytes] | None:
    """Return type URL and value of an `Any` of the usual form, None for any other bytes."""
    if len(raw) < 3 or raw[0] != _TYPE_URL or not 0 < raw[1] < _ONE_BYTE:  # noqa: PLR2004
        return None
    end = 2 + raw[1]
    type_url = raw[2:end]
    if end >= len(raw):
        return (type_url, b"") if end == len(raw) else None
    if raw[end] != _VALUE:
        return None
    try:
        length, start = read_uvarint(raw, end + 1)
    except Undecodable:
        return None
    if not length or start + length != len(raw):
        return None
    return type_url, raw[start:]
