"""Exports read back by programs that know nothing of boltview, and their cells undone to bytes."""

import csv
import json
import sqlite3
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from boltview.report.export.table import TIME
from boltview.report.export.tables import TABLES

Rows = list[dict[str, Any]]
NAMES = [table.name for table in TABLES]


def sqlite(folder: Path, name: str) -> Rows:
    connection = sqlite3.connect(folder / "boltview.sqlite")
    connection.row_factory = sqlite3.Row
    rows = [dict(row) for row in connection.execute(f'SELECT * FROM "{name}"')]  # noqa: S608
    connection.close()
    return rows


def ask(folder: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(folder / "boltview.sqlite")
    found = connection.execute(query).fetchall()
    connection.close()
    return found


def jsonl(folder: Path, name: str) -> Rows:
    with (folder / f"{name}.jsonl").open(encoding="utf-8", newline="\n") as lines:
        return [json.loads(line) for line in lines]


def plain_csv(folder: Path, name: str) -> Rows:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def pandas_csv(folder: Path, name: str) -> Rows:
    frame = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
    rows: Rows = frame.to_dict("records")
    return rows


def duckdb_rows(query: str) -> Rows:
    found = duckdb.connect().execute(query)
    columns = [column[0] for column in found.description]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def duckdb_csv(folder: Path, name: str) -> Rows:
    how = "header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"'"
    return duckdb_rows(f"SELECT * FROM read_csv('{folder}/{name}.csv', {how})")  # noqa: S608


def parquet(folder: Path, name: str) -> Rows:
    """Read a table, its times as Unix nanoseconds: DuckDB hands out no more than microseconds."""
    (table,) = (table for table in TABLES if table.name == name)
    times = [column.name for column in table.columns if column.type == TIME]
    replaced = ", ".join(f'epoch_ns("{time}") AS "{time}"' for time in times)
    columns = f"* REPLACE ({replaced})" if times else "*"
    return duckdb_rows(f"SELECT {columns} FROM read_parquet('{folder}/{name}.parquet')")  # noqa: S608


def undo_key(text: str) -> bytes:
    """Undo a key of JSON, or a text in a table."""
    if text.startswith("0x"):
        return bytes.fromhex(text[2:])
    if text.startswith("%"):
        return bytes.fromhex(text[1:3]) + text[3:].encode()
    return text.encode()


def undo_json(value: Any) -> bytes:  # noqa: ANN401 - a text of JSON
    """Undo a text of JSON."""
    return bytes.fromhex(value["hex"]) if isinstance(value, dict) else str(value).encode()


def undo_csv(cell: str) -> bytes:
    """Undo a text in a CSV cell: the quote before a formula, the escapes, then as in any table."""
    if cell[:1] == "'" and cell.lstrip("'")[:1] in set("=+-@\uff1d\uff0b\uff0d\uff20"):
        cell = cell[1:]
    text, place = "", 0
    while place < len(cell):
        after = cell[place + 1 : place + 2]
        if cell[place] != "\\" or after not in "nrtxuU\\" or not after:
            text, place = text + cell[place], place + 1
            continue
        digits = {"x": 2, "u": 4, "U": 8}.get(after, 0)
        short = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}
        number = cell[place + 2 : place + 2 + digits]
        text += chr(int(number, 16)) if digits else short[after]
        place += 2 + digits
    return undo_key(text)
