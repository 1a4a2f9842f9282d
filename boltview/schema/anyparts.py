"""A `google.protobuf.Any` of any form, taken apart but not decoded: type URL and value as bytes."""

from boltview.schema.values import Undecodable
from boltview.schema.varint import read_uvarint

_TYPE_URL = 0x0A
_VALUE = 0x12
_BYTES = 2
_FIXED = {1: 8, 5: 4}
"""Wire types: bytes behind their length, and numbers of a fixed width."""


def any_parts(raw: bytes) -> tuple[bytes, bytes]:
    """Return type URL and value of an `Any` of any form: fields in any order, the last one wins.

    Raises:
        Undecodable: the bytes are no protobuf message.
    """
    found = {_TYPE_URL: b"", _VALUE: b""}
    at = 0
    while at < len(raw):
        tag, at = read_uvarint(raw, at)
        kind = tag & 7
        if kind == 0:
            _, at = read_uvarint(raw, at)
            continue
        if kind == _BYTES:
            length, at = read_uvarint(raw, at)
        elif kind in _FIXED:
            length = _FIXED[kind]
        else:
            raise Undecodable(f"a field of wire type {kind}")
        if at + length > len(raw):
            raise Undecodable(f"a field of {length} bytes runs past the end")
        if tag in found:
            found[tag] = raw[at : at + length]
        at += length
    return found[_TYPE_URL], found[_VALUE]
