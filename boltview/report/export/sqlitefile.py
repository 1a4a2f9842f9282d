"""An export as a SQLite database: tables with foreign keys and indexes, and views of questions.

What is only referred to stands in `objects` with `there` 0, so that foreign keys hold although
references dangle.
"""

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from boltview.bolt.errors import CannotWrite
from boltview.report.export.cells import Cell, TooLarge, cells
from boltview.report.export.table import BOOLEAN, INTEGER, Row, Table
from boltview.report.export.tables import OBJECTS, TABLES
from boltview.report.export.views import VIEWS

NAME = "boltview.sqlite"
_AT_ONCE = 1000
"""Rows gathered for one statement."""
_TYPES = {INTEGER: "INTEGER", BOOLEAN: "INTEGER"}
_SETTINGS = (
    # A file that nobody sees yet needs no journal; its bytes are settled before it has a name.
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA cache_size = -16384",
    "PRAGMA application_id = 1651469430",
)


class SqliteFile:
    """Writes one database."""

    __slots__ = ("_connection", "_path", "_statements", "_waiting", "counts")

    def __init__(self, folder: str) -> None:
        """Make the database in `folder`, its tables empty."""
        self._path = os.path.join(folder, NAME)
        self._waiting: dict[str, list[Sequence[Cell]]] = {table.name: [] for table in TABLES}
        self._statements = {table.name: _insert(table) for table in TABLES}
        self.counts: Counter[str] = Counter()
        with self._writing():
            self._connection = sqlite3.connect(self._path, isolation_level=None)
            for statement in (*_SETTINGS, *map(_create, TABLES), "BEGIN"):
                self._connection.execute(statement)

    def write(self, row: Row) -> list[TooLarge]:
        """Take a row."""
        found, large = cells(row)
        waiting = self._waiting[row.table.name]
        waiting.append(found)
        if len(waiting) >= _AT_ONCE:
            self._flush(row.table.name)
        return large

    def finish(self) -> None:
        """Write the rest, then indexes and views, and close the database."""
        for name in self._waiting:
            self._flush(name)
        with self._writing():
            for table in TABLES:
                for columns in table.indexes:
                    self._connection.execute(_index(table, columns))
            for view in VIEWS:
                self._connection.execute(view.statement)
            self._connection.execute("COMMIT")
            self._connection.execute("PRAGMA optimize")
            for table in TABLES:
                count = self._connection.execute(f'SELECT count(*) FROM "{table.name}"')  # noqa: S608
                self.counts[table.name] = count.fetchone()[0]
            self._connection.close()

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()

    def _flush(self, name: str) -> None:
        with self._writing():
            self._connection.executemany(self._statements[name], self._waiting[name])
        self._waiting[name].clear()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise CannotWrite(f"{self._path}: {error}") from error


def _create(table: Table) -> str:
    """Return the statement that makes a table, each column with its meaning."""
    lines = [
        f'  "{column.name}" {_TYPES.get(column.type, "TEXT")}'
        f"{' NOT NULL' if column.name in table.key else ''},  -- {column.doc}"
        for column in table.columns
    ]
    rules = [f"  PRIMARY KEY ({_names(table.key)})"] if table.key else []
    for columns, other in table.refers:
        rules.append(f'  FOREIGN KEY ({_names(columns)}) REFERENCES "{other}"')
    body = "\n".join([*lines, ",\n".join(rules)])
    return f'CREATE TABLE "{table.name}" (  -- {table.doc}\n{body}\n)'


def _insert(table: Table) -> str:
    columns = [column.name for column in table.columns]
    marks = ", ".join("?" * len(columns))
    statement = f'INSERT INTO "{table.name}" VALUES ({marks})'  # noqa: S608 - names of ours
    if table is not OBJECTS:
        return statement
    # It may have been referred to before its own record came, or have two records.
    updates = ", ".join(f'"{name}" = excluded."{name}"' for name in columns)
    return f"{statement} ON CONFLICT DO UPDATE SET {updates} WHERE excluded.there > there"


def _index(table: Table, columns: Sequence[str]) -> str:
    name = "_".join((table.name, "by", *columns))
    return f'CREATE INDEX "{name}" ON "{table.name}" ({_names(columns)})'


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
