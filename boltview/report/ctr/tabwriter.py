"""Tables as Go's `text/tabwriter` aligns them.

A cell is ended by a tab; what stands after the last tab of a line belongs to no column. A column is
a run of consecutive lines that have the cell, and is as wide as its longest cell needs.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

Line = Sequence[str]
"""The cells of a line; the last one is the text after the last tab, and stays as it is."""


class Style(NamedTuple):
    """The numbers given to `tabwriter.NewWriter`."""

    minimum: int
    """Width of the narrowest column, padding included."""
    tab: int
    """Width of a tab, where the padding is tabs."""
    padding: int
    """Characters added to the longest cell."""
    character: str
    """What padding is made of: a blank or a tab."""


CONTAINERS = Style(4, 8, 4, " ")
"""`containers ls`, `plugins ls`."""
CONTENT = Style(1, 8, 1, "\t")
"""`content ls`, `content active`."""
USUAL = Style(1, 8, 1, " ")
"""Every other table."""


def tabulate(lines: Sequence[Line], style: Style) -> Iterator[str]:
    """Yield each line with its cells padded (Go `text/tabwriter/tabwriter.go: format`).

    Widths are counted in code points, as Go counts them. Cells hold no tab and no line break.
    """
    widths = _widths(lines, style)
    for line, columns in zip(lines, widths, strict=True):
        padded = (_pad(cell, width, style) for cell, width in zip(line, columns, strict=False))
        yield "".join((*padded, line[-1]))


def _widths(lines: Sequence[Line], style: Style) -> list[list[int]]:
    """Return the widths of each line's columns."""
    widths: list[list[int]] = [[] for _ in lines]
    columns = max((len(line) - 1 for line in lines), default=0)
    for column in range(columns):
        start = 0
        while start < len(lines):
            end = start
            width = style.minimum
            while end < len(lines) and len(lines[end]) - 1 > column:
                width = max(width, len(lines[end][column]) + style.padding)
                end += 1
            for index in range(start, end):
                widths[index].append(width)
            start = end + 1
    return widths


def _pad(cell: str, width: int, style: Style) -> str:
    if style.character != "\t":
        return cell.ljust(width, style.character)
    if not style.tab:
        return cell
    # The width grows to a tab stop, and as many tabs follow as lead there.
    stop = -(-width // style.tab) * style.tab
    return cell + "\t" * -(-(stop - len(cell)) // style.tab)
