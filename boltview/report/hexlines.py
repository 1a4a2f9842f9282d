"""Lines of the hex tab: bytes in the colours of their parts, the current part in brackets.

Brackets stand where blanks would, so that the eye finds the part without colours too.
"""

from bisect import bisect_right
from collections.abc import Callable

from boltview.bolt.parts import Part, part_at
from boltview.browse.hexview import HexView
from boltview.report.span import Span

_HALF = 8
_ASCII = range(0x20, 0x7F)
_NAME = 22
"""Columns of the names of parts, indentation included."""
_LENGTH = 7
_CELL = 3
"""Columns of a byte and the blank before it."""
_HEX_AT = 9
"""Column of the blank before the first byte."""

Read = Callable[[int, int], bytes]
"""Reads bytes from a file offset on."""


def hex_spans(view: HexView, number: int, read: Read, per_line: int) -> list[Span]:
    """Return line `number` of a view: file offset, hex, and what of it is ASCII.

    Args:
        view: what is shown.
        number: the line.
        read: where the bytes come from.
        per_line: bytes that a full line holds.
    """
    row = view.row(number)
    if row.is_gap:
        return [Span("       ⋮  ", "dim"), Span(f"{row.length:,} bytes left out", "dim")]
    chunk = read(row.offset, row.length)
    styles = _styles(view, row.offset, len(chunk))
    marked = view.marked
    spans = [Span(f"{row.offset:08x} ", "dim")]
    for index in range(per_line):
        offset = row.offset + index
        blanks = "  " if index == _HALF else " "
        before = _edge(blanks, offset, marked, is_first=index == 0)
        is_within = index > 0 and offset in marked and offset - 1 in marked
        spans.append(Span(before, "mark" if before != blanks else "field" if is_within else ""))
        is_there = index < len(chunk)
        spans.append(Span(f"{chunk[index]:02x}", styles[index]) if is_there else Span("  ", ""))
    is_closed = len(chunk) == per_line and row.offset + per_line == marked.stop and marked
    spans += [Span("] " if is_closed else "  ", "mark"), Span("│", "guide")]
    spans += [
        Span(chr(byte) if byte in _ASCII else "·", style)
        for byte, style in zip(chunk, styles, strict=True)
    ]
    return _joined([*spans, Span("│", "guide")])


def part_spans(view: HexView, index: int) -> list[Span]:
    """Return a part as a line: what it is, how long, and what it says."""
    part = view.parts[index]
    is_current = index == view.part
    name = f"{'  ' * part.depth}{part.name}"
    size = f"{part.length:,} B"
    return [
        Span("▸ " if is_current else "  ", "mark"),
        Span(f"{name:<{_NAME}}", _style(part)),
        Span(f"{size:>{_LENGTH}}  ", "dim"),
        Span(part.meaning, "strong" if is_current else "value"),
    ]


def _styles(view: HexView, start: int, length: int) -> list[str]:
    """Return the style of each byte: of its innermost part, of what is marked, of the cursor."""
    styles: list[str] = []
    parts, marked, end = view.parts, view.marked, start + length
    offset = start
    while offset < end:
        at = part_at(parts, offset)
        following = bisect_right(parts, offset, key=lambda part: part.offset)
        stop = parts[following].offset if following < len(parts) else end
        if at is not None:
            stop = min(stop, parts[at].offset + parts[at].length)
        style = "value" if at is None else _style(parts[at])
        styles += ["field" if place in marked else style for place in range(offset, min(stop, end))]
        offset = stop
    if start <= view.offset < end:
        styles[view.offset - start] = "caret"
    return styles


def _style(part: Part) -> str:
    return f"part-{part.kind}"


def _edge(blanks: str, offset: int, marked: range, *, is_first: bool) -> str:
    """Return the blanks before a byte, with the bracket that opens or closes there."""
    if not marked:
        return blanks
    if offset == marked.start:
        return blanks[:-1] + "["
    if offset == marked.stop and not is_first:
        return "]" + blanks[1:]
    return blanks


def _joined(spans: list[Span]) -> list[Span]:
    """Put neighbours of one style together: fewer pieces to paint."""
    found: list[Span] = []
    for span in spans:
        if found and found[-1].style == span.style:
            found[-1] = Span(found[-1].text + span.text, span.style)
        else:
            found.append(span)
    return found


def hex_offset(view: HexView, number: int, column: int, per_line: int) -> int | None:
    """Return the file offset of the byte that stands in a column of a line, None if none does."""
    if not 0 <= number < len(view):
        return None
    row = view.row(number)
    # Behind the bytes, and the blank that parts the halves, stand two blanks and a bar.
    text = _HEX_AT + per_line * _CELL + (per_line > _HALF) + 3
    within = column - text if column >= text else _byte_in(column)
    return row.offset + within if not row.is_gap and 0 <= within < row.length else None


def _byte_in(column: int) -> int:
    """Return which byte of a line stands in a column of its hex part."""
    at = column - _HEX_AT
    return (at - (at >= _HALF * _CELL)) // _CELL
