"""Where the rows of an export go: one class for each format, all with the same two methods."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Protocol

from boltview.bolt.errors import CannotWrite
from boltview.report.export.cells import TooLarge
from boltview.report.export.table import Row, Table
from boltview.report.export.tables import TABLES

AT_ONCE = 1 << 17
"""Characters gathered before they are written."""


class Sink(Protocol):
    """Takes rows and makes files of them."""

    counts: Counter[str]
    """Rows by table."""

    def write(self, row: Row) -> list[TooLarge]:
        """Take a row; return what of it does not fit and was left out.

        Raises:
            CannotWrite: the disk is full, or failing.
        """

    def finish(self) -> None:
        """Write what is still to be written.

        Raises:
            CannotWrite: the disk is full, or failing.
        """

    def close(self) -> None:
        """Let go of the files, finished or given up."""


def is_record(row: Row) -> bool:
    """Whether a row is more than the name of what is only referred to."""
    return row.data.get("there") is not False


@contextmanager
def writing(place: str) -> Iterator[None]:
    """Turn what a full or failing disk raises into what a command expects.

    Raises:
        CannotWrite: it is full, or failing.
    """
    try:
        yield
    except OSError as error:
        raise CannotWrite(f"{place}: {error.strerror or error}") from error


class Lines:
    """Text files, one for each table, each line gathered until there are many.

    Args:
        folder: where they are made.
        suffix: of their names.
    """

    __slots__ = ("_files", "_folder", "_sizes", "_waiting")

    def __init__(self, folder: str, suffix: str, skipped: tuple[str, ...] = ()) -> None:
        """Make an empty file for every table but those skipped."""
        self._folder = folder
        self._files: dict[str, IO[str]] = {}
        self._waiting: dict[str, list[str]] = {}
        self._sizes: Counter[str] = Counter()
        with writing(folder):
            for table in TABLES:
                if table.name not in skipped:
                    path = os.path.join(folder, table.name + suffix)
                    self._files[table.name] = open(path, "x", encoding="utf-8", newline="")  # noqa: SIM115
                    self._waiting[table.name] = []

    def add(self, table: Table, line: str) -> None:
        """Add a line, given without its end."""
        waiting = self._waiting[table.name]
        waiting.append(line)
        self._sizes[table.name] += len(line)
        if self._sizes[table.name] > AT_ONCE:
            self._flush(table.name)

    def finish(self) -> None:
        """Write everything and close the files."""
        for name, file in self._files.items():
            self._flush(name)
            with writing(self._folder):
                file.close()

    def close(self) -> None:
        """Close the files, whatever is in them."""
        for file in self._files.values():
            with suppress(OSError):
                file.close()

    def _flush(self, name: str) -> None:
        waiting = self._waiting[name]
        if waiting:
            with writing(self._folder):
                self._files[name].write("\n".join(waiting) + "\n")
        waiting.clear()
        self._sizes[name] = 0
