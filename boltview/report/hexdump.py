"""Bytes as hex lines: file offset, sixteen bytes, and their printable ASCII."""

from collections.abc import Iterator

BYTES_PER_LINE = 16
_HALF = 8
_ASCII = range(0x20, 0x7F)


def hex_line(offset: int, chunk: bytes) -> str:
    """Return one line for up to 16 bytes.

    Args:
        offset: file offset of the first byte.
        chunk: the bytes.
    """
    left, right = chunk[:_HALF].hex(" "), chunk[_HALF:].hex(" ")
    text = "".join(chr(byte) if byte in _ASCII else "." for byte in chunk)
    return f"{offset:08x}  {left:<23}  {right:<23}  |{text}|"


def hex_lines(offset: int, raw: bytes) -> Iterator[str]:
    """Yield the lines of `raw`, which begins at file offset `offset`."""
    for start in range(0, len(raw), BYTES_PER_LINE):
        yield hex_line(offset + start, raw[start : start + BYTES_PER_LINE])
