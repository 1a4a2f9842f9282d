"""An export as Parquet, a file for each table, written by pyarrow (extra `parquet`).

Times are timestamps in UTC; one that 64 bits of nanoseconds cannot hold (before 1677, after 2262)
is null there.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any

from boltview.bolt.errors import CannotWrite
from boltview.report.export.cells import Cell, TooLarge, cells
from boltview.report.export.sink import is_record
from boltview.report.export.table import BOOLEAN, INTEGER, TIME, Row, Table
from boltview.report.export.tables import TABLES

SUFFIX = ".parquet"
_BYTES_AT_ONCE = 4 << 20
"""Characters of a table that make a row group, roughly."""
_ROWS_AT_ONCE = 20_000
_CELL = 16
"""Bytes counted for each cell besides its text."""
_DATE, _SECOND = 10, 19
"""Characters of a time down to the day, to the second."""
_NANOS = 1_000_000_000
_TIMES = range(-(1 << 63), 1 << 63)


class MissingLibrary(Exception):
    """pyarrow is not installed; the message says how to get it."""


class ParquetFiles:
    """Writes a Parquet file for each table.

    Raises:
        MissingLibrary: pyarrow is not there.
    """

    __slots__ = ("_arrow", "_folder", "_sizes", "_waiting", "_writers", "counts")

    def __init__(self, folder: str) -> None:
        """Make the files in `folder`."""
        try:
            import pyarrow as pa
            from pyarrow import parquet
        except ImportError as error:
            raise MissingLibrary(
                "Parquet needs pyarrow; install it with: pip install 'boltview[parquet]'"
            ) from error
        self._arrow: Any = pa
        self._folder = folder
        self._waiting: dict[str, list[list[Cell]]] = {table.name: [] for table in TABLES}
        self._sizes: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        with self._writing():
            self._writers: dict[str, Any] = {
                table.name: parquet.ParquetWriter(
                    os.path.join(folder, table.name + SUFFIX),
                    self._schema(table),
                    compression="zstd",
                )
                for table in TABLES
            }

    def write(self, row: Row) -> list[TooLarge]:
        """Take a row."""
        if not is_record(row):
            return []
        table = row.table
        found, large = cells(row)
        for place, column in enumerate(table.columns):
            text = found[place]
            if column.type == TIME and isinstance(text, str):
                found[place] = nanoseconds(text)
                if found[place] is None:
                    large.append(TooLarge(column, text))
        self.counts[table.name] += 1
        waiting = self._waiting[table.name]
        waiting.append(found)
        self._sizes[table.name] += sum(len(cell) for cell in found if isinstance(cell, str))
        if self._sizes[table.name] + len(waiting) * _CELL * len(found) > _BYTES_AT_ONCE:
            self._flush(table)
        return large

    def finish(self) -> None:
        """Write the rest and close the files."""
        for table in TABLES:
            self._flush(table)
            with self._writing():
                self._writers[table.name].close()

    def close(self) -> None:
        """Let go of the files."""
        for writer in self._writers.values():
            with suppress(OSError):
                writer.close()

    def _flush(self, table: Table) -> None:
        waiting = self._waiting[table.name]
        if not waiting:
            return
        arrow = self._arrow
        schema = self._schema(table)
        arrays = [
            arrow.array(values, type=field.type) if field.type != arrow.bool_()
            else arrow.array([None if value is None else bool(value) for value in values])
            for values, field in zip(zip(*waiting, strict=True), schema, strict=True)
        ]  # fmt: skip
        with self._writing():
            self._writers[table.name].write_table(arrow.Table.from_arrays(arrays, schema=schema))
        waiting.clear()
        self._sizes[table.name] = 0

    def _schema(self, table: Table) -> Any:  # noqa: ANN401 - a type of pyarrow's
        arrow = self._arrow
        types = {
            INTEGER: arrow.int64(),
            BOOLEAN: arrow.bool_(),
            TIME: arrow.timestamp("ns", tz="UTC"),
        }
        fields = [
            arrow.field(
                column.name, types.get(column.type, arrow.string()), metadata={"doc": column.doc}
            )
            for column in table.columns
        ]
        return arrow.schema(fields, metadata={"doc": table.doc})

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise CannotWrite(f"{self._folder}: {error.strerror or error}") from error


def nanoseconds(text: str) -> int | None:
    """Return a time as it stands in a cell in Unix nanoseconds; None where 64 bits do not do."""
    day = _day(text[:_DATE])
    clock = text[_DATE + 1 : _SECOND].split(":")
    if day is None or not text.endswith("Z"):
        return None
    hours, minutes, seconds = map(int, clock)
    whole = day * 86_400 + hours * 3_600 + minutes * 60 + seconds
    found = whole * _NANOS + int(text[_SECOND + 1 : -1])
    return found if found in _TIMES else None


@lru_cache(4096)
def _day(text: str) -> int | None:
    """Return a date in days since 1970; None for one that no timestamp holds."""
    from datetime import date

    try:
        return date.fromisoformat(text).toordinal() - date(1970, 1, 1).toordinal()
    except ValueError:
        return None
