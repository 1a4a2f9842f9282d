"""Varints as Go's `encoding/binary` writes them: unsigned, and zig-zag for signed numbers."""

from boltview.schema.values import Undecodable

_MAX_BYTES = 10
_U64 = 2**64


def read_uvarint(raw: bytes, start: int = 0) -> tuple[int, int]:
    """Read an unsigned LEB128 number (`binary.Uvarint`); return it and the offset behind it.

    Raises:
        Undecodable: it does not end, or is larger than 64 bits.
    """
    value = 0
    for index, byte in enumerate(raw[start : start + _MAX_BYTES]):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:  # noqa: PLR2004 - the continuation bit
            if value >= _U64:
                break
            return value, start + index + 1
    else:
        if len(raw) - start < _MAX_BYTES:
            raise Undecodable(f"a varint that does not end within {len(raw) - start} bytes")
    raise Undecodable("a varint larger than 64 bits")


def decode_uvarint(raw: bytes) -> int:
    """Decode an unsigned varint; no bytes read as 0, bytes behind it are ignored, as Go does."""
    return read_uvarint(raw)[0] if raw else 0


def decode_varint(raw: bytes) -> int:
    """Decode a zig-zag varint (`binary.Varint`); no bytes read as 0."""
    value = decode_uvarint(raw)
    return (value >> 1) ^ -(value & 1)
