"""Every format loads elsewhere, all formats say the same, and every byte comes back."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from boltview.report.export.table import BOOLEAN, INTEGER, JSON, TEXT, TIME, Column, Table, value_at
from boltview.report.export.tables import TABLES
from boltview.report.export.views import VIEWS
from tests.cli.runner import AT, NODE_16, NODE_24, call
from tests.report.export import loaded
from tests.report.export.scene import HOSTILE, hostile, write

FORMATS = ("jsonl", "csv", "sqlite", "parquet")
Reader = Callable[[Path, str], loaded.Rows]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two real nodes and a hostile one, exported in every format."""
    folder = tmp_path_factory.mktemp("export")
    paths = [NODE_24, NODE_16, write(hostile(), folder / "hostile.db")]
    for name in FORMATS:
        done = call("export", *paths, "--format", name, "-o", folder / name, "--at", AT)
        assert (done.code, done.err) == (0, "")
    return folder


def test_the_database_is_sound_and_every_view_answers(folder: Path) -> None:
    assert loaded.ask(folder / "sqlite", "PRAGMA foreign_key_check") == []
    assert loaded.ask(folder / "sqlite", "PRAGMA integrity_check") == [("ok",)]
    for view in VIEWS:
        assert loaded.ask(folder / "sqlite", f"SELECT * FROM {view.name}") is not None  # noqa: S608


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_all_formats_say_the_same(folder: Path, table: Table) -> None:
    truth = [row for row in loaded.sqlite(folder / "sqlite", table.name) if row.get("there") != 0]
    expected = Counter(_plain(table, row) for row in truth)
    readers: dict[str, Reader] = {
        "csv": loaded.plain_csv,
        "parquet": loaded.parquet,
    }
    for name, reader in readers.items():
        rows = [_undone(table, name, row) for row in reader(folder / name, table.name)]
        assert Counter(_plain(table, row) for row in rows) == expected, name
    assert len(loaded.pandas_csv(folder / "csv", table.name)) == len(truth)
    assert len(loaded.duckdb_csv(folder / "csv", table.name)) == len(truth)
    frame = pd.read_parquet(folder / f"parquet/{table.name}.parquet")
    assert len(frame) == len(truth)
    if not table.is_within:
        lines = loaded.jsonl(folder / "jsonl", table.name)
        assert Counter(_plain(table, _from_json(table, line)) for line in lines) == expected


def _plain(table: Table, row: dict[str, Any]) -> tuple[object, ...]:
    """Return a row as it can be compared: texts as bytes, documents parsed, times as text."""
    found: list[object] = []
    for column in table.columns:
        value = row[column.name]
        if column.type == TEXT:
            # CSV does not tell nothing from an empty text.
            value = loaded.undo_key(value or "")
        elif isinstance(value, str) and column.type == JSON:
            value = json.dumps(json.loads(value), sort_keys=True)
        found.append(value)
    return tuple(found)


def _undone(table: Table, form: str, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of CSV or Parquet as SQLite has it."""
    undo = _from_csv if form == "csv" else _from_parquet
    return {column.name: undo(column, row[column.name]) for column in table.columns}


def _from_csv(column: Column, cell: str) -> object:
    if column.type == TEXT:
        raw = loaded.undo_csv(cell)
        return "0x" + raw.hex()
    if cell == "":
        return None
    if column.type == BOOLEAN:
        return {"true": 1, "false": 0}[cell]
    return int(cell) if column.type == INTEGER else cell


def _from_parquet(column: Column, value: Any) -> object:  # noqa: ANN401 - as DuckDB gives it
    if column.type == TIME and value is not None:
        seconds, nanos = divmod(value, 10**9)
        whole = datetime.fromtimestamp(seconds, UTC)
        return f"{whole:%Y-%m-%dT%H:%M:%S}.{nanos:09}Z"
    return int(value) if isinstance(value, bool) else value


def _from_json(table: Table, line: dict[str, Any]) -> dict[str, Any]:
    """Return a line as SQLite has it."""
    row: dict[str, Any] = {}
    for column in table.columns:
        value = value_at(line, column.keys)
        if value is not None and column.type == TEXT:
            value = "0x" + loaded.undo_json(value).hex()
        elif value is not None and column.type == JSON:
            value = json.dumps(value)
        elif isinstance(value, bool):
            value = int(value)
        elif isinstance(value, str):
            head, _, digits = value.rstrip("Z").partition(".")
            value = f"{head}.{digits.ljust(9, '0')}Z"
        row[column.name] = value
    return row


def test_a_parquet_time_is_a_timestamp(folder: Path) -> None:
    row = loaded.duckdb_rows(
        f"SELECT epoch_ns(created_at) AS t FROM '{folder}/parquet/containers.parquet' "  # noqa: S608
        "WHERE id = 'web-1' AND node = 'containerd-2.4/root'"
    )
    assert row == [{"t": 1_795_457_596_161_521_468}]
    frame = pd.read_parquet(folder / "parquet/containers.parquet")
    assert frame["created_at"].min() > datetime(2026, 11, 1, tzinfo=UTC)


def test_duckdb_reads_json_lines(folder: Path) -> None:
    rows = loaded.duckdb_rows(
        f"SELECT namespace, count(*) AS n FROM read_json_auto('{folder}/jsonl/containers.jsonl') "  # noqa: S608
        "WHERE node = 'containerd-2.4/root' GROUP BY namespace"
    )
    assert {row["namespace"]: row["n"] for row in rows} == {"default": 4, "k8s.io": 4, "moby": 1}
    assert len(pd.read_json(folder / "jsonl/images.jsonl", lines=True)) == 40 + len(HOSTILE)


def test_every_hostile_byte_comes_back(folder: Path) -> None:
    wanted = Counter(HOSTILE)
    rows = loaded.ask(folder / "sqlite", "SELECT name FROM images WHERE node = 'hostile.db'")
    assert Counter(loaded.undo_key(row[0]) for row in rows) == wanted
    query = "SELECT faults FROM images WHERE node = 'hostile.db'"
    faults = [fault for row in loaded.ask(folder / "sqlite", query) for fault in json.loads(row[0])]
    digests = [bytes.fromhex(fault["hex"]) for fault in faults if fault["field"] == "target/digest"]
    assert Counter(digests) == wanted
    for name, undo in (("label", loaded.undo_csv), ("value", loaded.undo_csv)):
        rows_csv = loaded.plain_csv(folder / "csv", "labels")
        own = [row[name] for row in rows_csv if row["node"] == "hostile.db"]
        assert Counter(map(undo, own)) == wanted
    lines = [
        line for line in loaded.jsonl(folder / "jsonl", "images") if line["node"] == "hostile.db"
    ]
    assert Counter(loaded.undo_json(line["name"]) for line in lines) == wanted
    labels = [pair for line in lines for pair in line["labels"].items()]
    assert Counter(loaded.undo_key(key) for key, _ in labels) == wanted
    assert Counter(loaded.undo_json(value) for _, value in labels) == wanted
    objects = loaded.ask(folder / "sqlite", "SELECT object FROM images WHERE node = 'hostile.db'")
    assert len(set(objects)) == len(HOSTILE)


def test_no_line_of_text_holds_what_a_terminal_or_a_spreadsheet_acts_on(folder: Path) -> None:
    for name in ("csv", "jsonl"):
        for path in (folder / name).glob(f"*.{name}"):
            text = path.read_text(encoding="utf-8")
            assert all(sign.isprintable() or sign == "\n" for sign in text), path
    cells = [cell for row in loaded.plain_csv(folder / "csv", "images") for cell in row.values()]
    acting = [cell for cell in cells if cell[:1] in "=+-@\uff1d" and cell]
    assert acting == ["-5"]


def test_a_wrong_value_would_be_noticed(folder: Path) -> None:
    table = next(table for table in TABLES if table.name == "images")
    row = loaded.sqlite(folder / "sqlite", "images")[0]
    assert _plain(table, row) == _plain(table, dict(row))
    assert _plain(table, row) != _plain(table, row | {"name": row["name"] + "x"})
    assert loaded.undo_csv("'=1") == b"=1"
    assert loaded.undo_csv("a\\x1bb\\\\n") == b"a\x1bb\\n"
