"""Bytes as hex lines: file offset, sixteen bytes, and their printable ASCII."""

from collections.abc import Iterator

BYTES_PER_LINE = 16
_HALF = 8
_ASCII = range(0x20, 0x7F)


def hex_line(offset: int, chunk: bytes, per_line: int = BYTES_PER_LINE) -> str:
    """Return one line of hex.

    Args:
        offset: file offset of the first byte.
        chunk: the bytes, up to `per_line`.
        per_line: bytes that a full line holds, a multiple of 8.
    """
    groups = (chunk[at : at + _HALF].hex(" ") for at in range(0, per_line, _HALF))
    text = "".join(chr(byte) if byte in _ASCII else "." for byte in chunk)
    return f"{offset:08x}  {'  '.join(f'{group:<23}' for group in groups)}  |{text}|"


def hex_lines(offset: int, raw: bytes) -> Iterator[str]:
    """Yield the lines of `raw`, which begins at file offset `offset`."""
    for start in range(0, len(raw), BYTES_PER_LINE):
        yield hex_line(offset + start, raw[start : start + BYTES_PER_LINE])
