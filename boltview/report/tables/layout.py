"""Columns side by side in the room that there is: what is too long is cut, what is short is not."""

from collections.abc import Sequence

from boltview.report.screen import Span
from boltview.report.tables.grid import Heading
from boltview.report.width import cells, fitted, fitted_end

GAP = "  "
_SMALLEST = 6
"""Columns of the screen that a cell keeps when there is too little room."""


def fitted_widths(natural: Sequence[int], room: int) -> list[int]:
    """Return a width for each column: what it needs, the widest ones cut as far as necessary.

    Args:
        natural: what each column needs.
        room: columns of the screen, gaps included.
    """
    widths = list(natural)
    excess = sum(widths) + len(GAP) * (len(widths) - 1) - room
    while excess > 0:
        widest = max(widths)
        if widest <= _SMALLEST:
            break
        # Down to the next narrower one, all of the widest alike.
        below = max((width for width in widths if width < widest), default=0)
        target = max(below, _SMALLEST)
        wide = [number for number, width in enumerate(widths) if width == widest]
        step = min(widest - target, -(-excess // len(wide)))
        for number in wide:
            cut = min(step, excess)
            widths[number] -= cut
            excess -= cut
    return widths


def line_spans(
    line: Sequence[Span], headings: Sequence[Heading], widths: Sequence[int]
) -> list[Span]:
    """Return the cells of a row, padded and cut to their columns, with gaps between."""
    spans: list[Span] = []
    last = len(widths) - 1
    for number, (cell, heading, width) in enumerate(zip(line, headings, widths, strict=True)):
        cut = fitted_end if heading.keeps_end else fitted
        text = cut(cell.text, width)
        pad = " " * (width - cells(text))
        gap = GAP if number < last else ""
        if heading.is_right:
            spans += [Span(pad, ""), Span(text, cell.style), Span(gap, "")]
        else:
            spans += [Span(text, cell.style), Span(pad + gap, "")]
    return spans
