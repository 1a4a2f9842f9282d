"""An entry as text for a pager: all of it, escaped, made as it is read."""

from collections.abc import Callable, Iterator, Mapping

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.page import read_exactly
from boltview.report.anatomy import DAMAGE_BYTES
from boltview.report.detail import Line, describe
from boltview.report.escape import escape_bytes
from boltview.report.hexdump import hex_lines
from boltview.report.jsontext import dumps
from boltview.report.rows import LARGE_VALUE
from boltview.report.subtree import entry_pieces
from boltview.report.takeaway import Place

_PIECE = 1 << 16
"""Bytes read at once, a multiple of what a hex line holds; a longer line of text is broken."""
_LABEL = 12
_CONTINUES = 0b1100_0000, 0b1000_0000
"""Mask and mark of a byte within a character of UTF-8."""


def decoded_text(place: Place) -> Iterator[str]:
    """Yield what is known of an entry, and its whole value."""
    opened, bucket, entry = place
    shown = describe(opened.reading, bucket, entry, opened.clock)
    is_large = isinstance(entry, Pair) and entry.size > LARGE_VALUE
    for line in shown.about if is_large else shown.lines:
        yield _line(line)
    if shown.has_document:
        yield f"\n{dumps(shown.document, 2)}\n"
    elif isinstance(entry, Pair) and is_large:
        yield "\n"
        yield from _text(place, entry)


def json_text(place: Place) -> Iterator[str]:
    """Yield an entry, and all below it, as JSON."""
    if isinstance(place.entry, Damage):
        yield "damage has no JSON\n"
        return
    yield from entry_pieces(place.opened.reading, place.bucket, place.entry)
    yield "\n"


def hex_text(place: Place) -> Iterator[str]:
    """Yield the bytes of a value, of a bucket's header, or at the place of a damage."""
    entry = place.entry
    source = place.opened.reading.revision.source
    if isinstance(entry, Pair | Bucket):
        offset, length = entry.origin.offset, entry.origin.length
    else:
        offset, length = entry.offset, DAMAGE_BYTES
    for at in range(offset, offset + length, _PIECE):
        raw = source.read(at, min(_PIECE, offset + length - at))
        yield "".join(f"{line}\n" for line in hex_lines(at, raw))


TEXTS: Mapping[str, Callable[[Place], Iterator[str]]] = {
    "Decoded": decoded_text,
    "JSON": json_text,
    "Hex": hex_text,
}
"""By the name of the tab that shows the same."""


def _text(place: Place, pair: Pair) -> Iterator[str]:
    """Yield a value as text, line by line."""
    source, origin = place.opened.reading.revision.source, pair.origin
    at, end = origin.offset, origin.offset + origin.length
    rest = b""
    while at < end:
        raw = rest + read_exactly(source, at, min(_PIECE, end - at))
        at += _PIECE
        *lines, rest = raw.split(b"\n")
        if len(rest) >= _PIECE:
            # No character is cut in two: those of UTF-8 have at most three bytes behind the first.
            cut = next((i for i in range(len(rest) - 1, len(rest) - 5, -1) if _begins(rest[i])), -1)
            lines, rest = [*lines, rest[:cut]], rest[cut:]
        yield "".join(f"{escape_bytes(line)}\n" for line in lines)
    yield f"{escape_bytes(rest)}\n"


def _begins(byte: int) -> bool:
    mask, mark = _CONTINUES
    return byte & mask != mark


def _line(line: Line) -> str:
    label = f"{line.label:<{_LABEL}}" if line.label or line.style not in {"title", "head"} else ""
    return f"{label}{line.text}".rstrip() + "\n"
