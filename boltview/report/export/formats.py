"""The formats of an export: what writes each, and which files it consists of."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from boltview import __version__
from boltview.report.export import csvfiles, jsonlines, parquet, sqlitefile
from boltview.report.export.redact import Redactor
from boltview.report.export.run import Exported
from boltview.report.export.sink import Sink
from boltview.report.export.tables import TABLES
from boltview.report.jsontext import dumps
from boltview.report.objects.shapes import text_json

INDEX = "export.json"
"""Says what is in the folder."""


class Format(NamedTuple):
    """One format."""

    doc: str
    open: Callable[[str], Sink]
    """Makes its files in a folder."""


FORMATS: dict[str, Format] = {
    "jsonl": Format("JSON lines, a file for each table", jsonlines.JsonFiles),
    "csv": Format("CSV, a file for each table", csvfiles.CsvFiles),
    "sqlite": Format("a SQLite database with views", sqlitefile.SqliteFile),
    "parquet": Format("Parquet, a file for each table; needs pyarrow", parquet.ParquetFiles),
}
FILES = frozenset(
    {INDEX, sqlitefile.NAME}
    | {
        table.name + suffix
        for table in TABLES
        for suffix in (jsonlines.SUFFIX, csvfiles.SUFFIX, parquet.SUFFIX)
    }
)
"""Every file that an export can consist of."""


def index_text(name: str, sink: Sink, nodes: Sequence[Exported], redactor: Redactor | None) -> str:
    """Return what the index of a folder says: program, format, nodes, rows of each table."""
    return dumps(
        {
            "program": f"boltview {__version__}",
            "format": name,
            "redacted": redactor is not None,
            "nodes": [
                {
                    "node": redactor.text(found.name) if redactor else text_json(found.name),
                    "read": found.was_read,
                    "complete": found.was_read and not found.error and not found.damage,
                    "damage": len(found.damage),
                }
                for found in nodes
            ],
            "tables": {table.name: sink.counts[table.name] for table in TABLES},
        },
        indent=2,
    )
