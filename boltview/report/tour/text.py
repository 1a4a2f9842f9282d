"""A step of the tour as lines: its words, its bytes with the marked ones set off, and their names.

What is marked stands in brackets, so that it is seen without colour too: `[f3 01] 00|2a 00]`.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from boltview.bolt.parts import Part
from boltview.bolt.source import Source
from boltview.report.span import Span
from boltview.report.tour.step import Step
from boltview.report.width import cells, fitted

STYLES = ("hit-1", "hit-2", "hit-3", "hit-4")
"""Styles of marked parts, in turns."""
_PER_LINE = 16
_NARROW = 8
_WIDE = 78
"""Columns from which a line of hex holds sixteen bytes."""
_NAME = 15
_SPACE, _DELETE = 0x20, 0x7F
_BYTES_SHOWN = 8
"""Bytes of a part that stand beside its name; half of them where there is little room."""


def step_lines(step: Step, source: Source, width: int) -> list[list[Span]]:
    """Return a step as lines of at most `width` columns.

    Args:
        step: the step.
        source: the file.
        width: columns.
    """
    lines: list[list[Span]] = []
    for paragraph in step.text:
        lines += [[Span(line, "value")] for line in wrapped(paragraph, width)]
        lines.append([])
    per_line = _PER_LINE if width >= _WIDE else _NARROW
    lines += _hex(step, source, per_line)
    if step.shown:
        lines.append([])
    lines += [_legend(part, number, source, width) for number, part in enumerate(step.marked)]
    return lines


def wrapped(text: str, width: int) -> Iterator[str]:
    """Break prose between words; a word longer than a line is cut in pieces."""
    line = ""
    for word in text.split(" "):
        if line and cells(line) + 1 + cells(word) <= width:
            line += f" {word}"
            continue
        if line:
            yield line
        line = word
        while cells(line) > width:
            piece = _start(line, width)
            yield piece
            line = line[len(piece) :]
    yield line


def _start(text: str, width: int) -> str:
    """Return as much of a text as fits, and one character at least."""
    used = 0
    for index, character in enumerate(text):
        used += cells(character)
        if used > width and index:
            return text[:index]
    return text


def _hex(step: Step, source: Source, per_line: int) -> Iterator[list[Span]]:
    """Yield the lines of hex that hold what is shown; a gap stands for those in between."""
    raw = {
        run.offset + at: byte
        for run in step.shown
        for at, byte in enumerate(source.read(run.offset, run.length))
    }
    end = -1
    for start in sorted({offset - offset % per_line for offset in raw}):
        if start > end >= 0:
            yield [Span("  ⋮", "dim")]
        yield list(_hex_line(start, raw, step.marked, per_line))
        end = start + per_line


def _hex_line(
    start: int, raw: Mapping[int, int], marked: Sequence[Part], per_line: int
) -> Iterator[Span]:
    yield Span(f"{start:08x} ", "dim")
    text: list[Span] = []
    before = -1
    for offset in range(start, start + per_line):
        byte = raw.get(offset)
        owner = -1 if byte is None else _owner(offset, marked)
        style = STYLES[owner % len(STYLES)] if owner >= 0 else "dim"
        yield Span(_fence(before, owner, marked, offset), "dim")
        yield Span("  " if byte is None else f"{byte:02x}", style)
        text.append(Span(" " if byte is None else _ascii(byte), style))
        before = owner
    yield Span("] " if before >= 0 else "  ", "dim")
    yield from (Span("|", "dim"), *text, Span("|", "dim"))


def _ascii(byte: int) -> str:
    return chr(byte) if _SPACE <= byte < _DELETE else "."


def _owner(offset: int, marked: Sequence[Part]) -> int:
    """Return the number of the part that a byte is of, -1 for none."""
    at = bisect_right(marked, offset, key=lambda part: part.offset) - 1
    if at < 0:
        return -1
    return at if offset < marked[at].offset + marked[at].length else -1


def _fence(before: int, owner: int, marked: Sequence[Part], offset: int) -> str:
    """Return what stands before a byte: where a part begins or ends, a bracket."""
    if before == owner:
        return "[" if owner >= 0 and offset == marked[owner].offset else " "
    if before < 0:
        return "["
    return "]" if owner < 0 else "|"


def _legend(part: Part, number: int, source: Source, width: int) -> list[Span]:
    count = _BYTES_SHOWN if width >= _WIDE else _BYTES_SHOWN // 2
    raw = source.read(part.offset, min(part.length, count))
    dump = raw.hex(" ") + ("…" if part.length > count else "")
    room = max(width - _NAME - 3 * count - 4, 1)
    style = STYLES[number % len(STYLES)]
    return [
        Span(f" {part.name:<{_NAME}}", style),
        Span(f" {dump:<{3 * count + 1}}", "dim"),
        Span(fitted(part.meaning, room), "value"),
    ]
