"""Encoders written from the specifications: Go's binary time and varints, protobuf's wire format.

Nothing here knows boltview: what these functions write is what a decoder must read.
"""

import struct

YEAR_ONE = -62_135_596_800
"""Unix seconds of 0001-01-01T00:00:00Z, where Go counts seconds from."""


def go_time(unix: int, nanos: int = 0, offset: int | None = None) -> bytes:
    """Return what `time.Time.MarshalBinary` writes.

    Args:
        unix: seconds since 1970-01-01T00:00:00Z.
        nanos: nanoseconds in the second.
        offset: seconds east of UTC; None for the UTC location, which has a mark of its own.
    """
    start = struct.pack(">qi", unix - YEAR_ONE, nanos)
    if offset is None:
        return b"\x01" + start + b"\xff\xff"
    # Go divides toward zero; the rest has the sign of the offset.
    sign = -1 if offset < 0 else 1
    minutes, seconds = (sign * part for part in divmod(abs(offset), 60))
    if seconds:
        return b"\x02" + start + struct.pack(">hb", minutes, seconds)
    return b"\x01" + start + struct.pack(">h", minutes)


def uvarint(number: int) -> bytes:
    """Return an unsigned LEB128 number (`binary.PutUvarint`)."""
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def varint(number: int) -> bytes:
    """Return a zig-zag number (`binary.PutVarint`)."""
    return uvarint(2 * number if number >= 0 else -2 * number - 1)


def scalar(field: int, number: int) -> bytes:
    """Return a protobuf field of wire type 0."""
    return uvarint(field << 3) + uvarint(number)


def fixed64(field: int, number: int) -> bytes:
    """Return a protobuf field of wire type 1."""
    return uvarint(field << 3 | 1) + struct.pack("<Q", number)


def chunk(field: int, content: bytes) -> bytes:
    """Return a protobuf field of wire type 2: text, bytes or a message."""
    return uvarint(field << 3 | 2) + uvarint(len(content)) + content


def group(field: int, content: bytes) -> bytes:
    """Return a protobuf group: wire types 3 and 4 around its fields."""
    return uvarint(field << 3 | 3) + content + uvarint(field << 3 | 4)


def fixed32(field: int, number: int) -> bytes:
    """Return a protobuf field of wire type 5."""
    return uvarint(field << 3 | 5) + struct.pack("<I", number)


def packed(type_url: str | bytes, value: bytes = b"") -> bytes:
    """Return a `google.protobuf.Any` as Go writes it: empty fields are left out."""
    url = type_url.encode() if isinstance(type_url, str) else type_url
    return (chunk(1, url) if url else b"") + (chunk(2, value) if value else b"")
