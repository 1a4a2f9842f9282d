"""An export as JSON lines: each object as its list command prints it, behind its node's name."""

from collections import Counter
from typing import TextIO

from boltview.report.export.cells import TooLarge
from boltview.report.export.sink import AT_ONCE, Lines, is_record
from boltview.report.export.table import Row
from boltview.report.export.tables import TABLES
from boltview.report.jsontext import dumps

SUFFIX = ".jsonl"
SKIPPED = tuple(table.name for table in TABLES if table.is_within)
"""Tables whose rows stand within the objects already."""


class JsonFiles:
    """Writes a file of lines for each table."""

    __slots__ = ("_lines", "counts")

    def __init__(self, folder: str) -> None:
        """Make the files in `folder`."""
        self._lines = Lines(folder, SUFFIX, SKIPPED)
        self.counts: Counter[str] = Counter()

    def write(self, row: Row) -> list[TooLarge]:
        """Take a row."""
        if is_record(row) and not row.table.is_within:
            self.counts[row.table.name] += 1
            self._lines.add(row.table, dumps(row.data))
        return []

    def finish(self) -> None:
        """Write the rest and close the files."""
        self._lines.finish()

    def close(self) -> None:
        """Let go of the files."""
        self._lines.close()


class JsonStream:
    """Writes lines of all tables to one stream; each names its table first."""

    __slots__ = ("_output", "_size", "_waiting", "counts")

    def __init__(self, output: TextIO) -> None:
        """Write to `output`."""
        self._output = output
        self._waiting: list[str] = []
        self._size = 0
        self.counts: Counter[str] = Counter()

    def write(self, row: Row) -> list[TooLarge]:
        """Take a row."""
        if is_record(row) and not row.table.is_within:
            self.counts[row.table.name] += 1
            line = dumps({"table": row.table.name, **row.data})
            self._waiting.append(line)
            self._size += len(line)
            if self._size > AT_ONCE:
                self.finish()
        return []

    def finish(self) -> None:
        """Write what was gathered."""
        if self._waiting:
            self._output.write("\n".join(self._waiting) + "\n")
        self._waiting.clear()
        self._size = 0

    def close(self) -> None:
        """Leave the stream to who opened it."""
