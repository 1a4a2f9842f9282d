"""An export as CSV (RFC 4180), a file for each table: a heading, then one line a row.

What is not printable is escaped as on the screen, so that a row is a line; JSON is printable as it
is. No cell can act as a formula (`report/escape.py: spreadsheet_cell`).
"""

from collections import Counter

from boltview.report.escape import escape
from boltview.report.export.cells import Cell, TooLarge, cells
from boltview.report.export.sink import Lines, is_record
from boltview.report.export.table import BOOLEAN, JSON, Row
from boltview.report.export.tables import TABLES
from boltview.report.table import csv_line

SUFFIX = ".csv"


class CsvFiles:
    """Writes a file of CSV for each table."""

    __slots__ = ("_lines", "counts")

    def __init__(self, folder: str) -> None:
        """Make the files in `folder`, each with its heading."""
        self._lines = Lines(folder, SUFFIX)
        self.counts: Counter[str] = Counter()
        for table in TABLES:
            self._lines.add(table, csv_line([column.name for column in table.columns]))

    def write(self, row: Row) -> list[TooLarge]:
        """Take a row."""
        if not is_record(row):
            return []
        self.counts[row.table.name] += 1
        found, large = cells(row)
        types = [column.type for column in row.table.columns]
        line = csv_line([_text(kind, cell) for kind, cell in zip(types, found, strict=True)])
        self._lines.add(row.table, line)
        return large

    def finish(self) -> None:
        """Write the rest and close the files."""
        self._lines.finish()

    def close(self) -> None:
        """Let go of the files."""
        self._lines.close()


def _text(kind: str, cell: Cell) -> str:
    """Return a cell as printable text; empty for nothing."""
    if cell is None:
        return ""
    if kind == BOOLEAN:
        return "true" if cell else "false"
    if isinstance(cell, int) or kind == JSON:
        return str(cell)
    return escape(cell)
