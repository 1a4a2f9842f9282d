"""Tables of escaped cells: columns aligned by what a terminal gives each character, and CSV."""

from collections.abc import Iterable, Iterator, Sequence

from boltview.report.escape import spreadsheet_cell
from boltview.report.width import cells as width

_GAP = "   "


def table_lines(
    titles: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[bool]
) -> Iterator[str]:
    """Yield a heading and the rows as lines, columns aligned, without blanks at their ends.

    Args:
        titles: one for each column.
        rows: escaped cells.
        right: whether a column is aligned to the right.
    """
    lines = [list(titles), *(list(row) for row in rows)]
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    for cells in lines:
        padded = []
        for cell, wanted, is_right in zip(cells, widths, right, strict=True):
            pad = " " * (wanted - width(cell))
            padded.append(pad + cell if is_right else cell + pad)
        yield _GAP.join(padded).rstrip()


def csv_lines(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield a heading and the rows as CSV (RFC 4180); no cell can act as a formula."""
    yield csv_line(titles)
    for cells in rows:
        yield csv_line(cells)


def csv_line(cells: Iterable[str]) -> str:
    """Return escaped cells as a line of CSV."""
    return ",".join(map(_csv_cell, cells))


def _csv_cell(text: str) -> str:
    safe = spreadsheet_cell(text)
    if any(character in safe for character in ',"\r\n'):
        return '"' + safe.replace('"', '""') + '"'
    return safe
