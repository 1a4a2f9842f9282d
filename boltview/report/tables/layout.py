"""Columns side by side in the room that there is: what is too long is cut, what is short is not."""

from collections.abc import Sequence
from typing import NamedTuple

from boltview.report.span import Span
from boltview.report.tables.grid import Heading
from boltview.report.width import cells, fitted, fitted_end

GAP = "  "
_SMALLEST = 6
"""Columns of the screen that a cell keeps when there is too little room."""


def chosen(
    headings: Sequence[Heading], natural: Sequence[int], room: int, kept: int | None
) -> list[int]:
    """Return the columns that there is room for.

    Args:
        headings: of all columns.
        natural: what each column needs.
        room: columns of the screen, gaps included.
        kept: a column that is never left out.
    """
    least = [min(width, head.least) for width, head in zip(natural, headings, strict=True)]
    shown = list(range(len(headings)))
    by_rank = sorted(shown, key=lambda number: (-headings[number].rank, -number))
    for number in by_rank:
        if sum(least[each] + len(GAP) for each in shown) - len(GAP) <= room:
            break
        if headings[number].rank and number != kept:
            shown.remove(number)
    return shown


def fitted_widths(natural: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Return a width for each column: what it needs, or less where there is no room for all.

    Those give most that have most above what they should keep; when none has, the widest ones.

    Args:
        natural: what each column needs.
        least: what it should keep.
        room: columns of the screen, gaps included.
    """
    excess = sum(natural) + len(GAP) * (len(natural) - 1) - room
    keep = [min(pair) for pair in zip(natural, least, strict=True)]
    widths = _lowered(natural, keep, excess)
    excess -= sum(natural) - sum(widths)
    return _lowered(widths, [min(width, _SMALLEST) for width in widths], excess)


def _lowered(widths: Sequence[int], floors: Sequence[int], excess: int) -> list[int]:
    """Take `excess` from the widths, from those that stand highest above their floors."""
    above = [width - floor for width, floor in zip(widths, floors, strict=True)]
    excess = min(excess, sum(above))
    while excess > 0:
        highest = max(above)
        below = max((height for height in above if height < highest), default=0)
        which = [number for number, height in enumerate(above) if height == highest]
        step = min(highest - below, -(-excess // len(which)))
        for number in which:
            cut = min(step, excess)
            above[number] -= cut
            excess -= cut
    return [floor + height for floor, height in zip(floors, above, strict=True)]


class Layout(NamedTuple):
    """Which columns are shown, and how wide each of them is."""

    headings: Sequence[Heading]
    columns: Sequence[int]
    widths: Sequence[int]
    tree: int = -1
    """The column before which the lines of a forest are drawn."""

    def spans(self, line: Sequence[Span], guide: Span | None = None) -> list[Span]:
        """Return the cells of a row, padded and cut to their columns, with gaps between.

        Args:
            line: all cells of the row.
            guide: the lines of a forest.
        """
        spans: list[Span] = []
        for number, width in zip(self.columns, self.widths, strict=True):
            room = width
            if guide and number == self.tree:
                lines = guide._replace(text=fitted(guide.text, width))
                spans.append(lines)
                room -= cells(lines.text)
            spans += _cell(line[number], self.headings[number], room)
            spans.append(Span(GAP, ""))
        return spans[:-1]

    def column_at(self, x: int) -> int | None:
        """Return the column at a place of the line; None behind the last one."""
        end = 0
        for number, width in zip(self.columns, self.widths, strict=True):
            end += width + len(GAP)
            if x < end:
                return number
        return None


def layout(
    headings: Sequence[Heading], natural: Sequence[int], room: int, tree: int, kept: int | None
) -> Layout:
    """Lay columns out; see `chosen` and `fitted_widths`."""
    columns = chosen(headings, natural, room, kept)
    least = [headings[number].least for number in columns]
    widths = fitted_widths([natural[number] for number in columns], least, room)
    return Layout(headings, columns, widths, tree)


def _cell(cell: Span, heading: Heading, room: int) -> list[Span]:
    cut = fitted_end if heading.keeps_end else fitted
    text = cut(cell.text, room) if room > 0 else ""
    pad = Span(" " * (room - cells(text)), "")
    shown = cell._replace(text=text)
    return [pad, shown] if heading.is_right else [shown, pad]
