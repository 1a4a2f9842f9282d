"""An export: node after node into one sink, with the evidence of how each was read.

What goes wrong with one node stands in the tables `nodes` and `damage`; the others go on.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from boltview.bolt.database import Database
from boltview.bolt.errors import BoltError, CannotWrite, Damage
from boltview.bolt.progress import Progress
from boltview.bolt.source import Source
from boltview.containerd.locate import NotLocated
from boltview.containerd.node import Node
from boltview.report.export import tables
from boltview.report.export.redact import Redactor
from boltview.report.export.rows import carved_rows, rows
from boltview.report.export.sink import Sink
from boltview.report.export.table import OBJECT, Row
from boltview.report.objects.shapes import Json, text_json, time_json
from boltview.report.opened import Opened
from boltview.report.units import Clock
from boltview.schema.values import GoTime

_PROGRESS_STEP = 4096
_CHUNK = 1 << 20
_NANOS = 1_000_000_000
_OUT_OF_RANGE = "out-of-range"
"""Code of a value that the format has no place for."""


class Subject(NamedTuple):
    """A node to be exported."""

    name: str
    source: str
    """The path that the user gave."""
    open: Callable[[], tuple[Opened, Node]]
    """Opens it; raises `BoltError` or `NotLocated`."""


class Exported(NamedTuple):
    """What became of a node."""

    name: str
    error: Exception | None
    """Why it could not be read, or not to the end."""
    damage: tuple[Damage, ...]
    """What was met in its databases."""
    was_read: bool
    """Whether it could be opened at all."""


class Options(NamedTuple):
    """What an export is to be like."""

    clock: Clock
    revision: str
    """The revision that is asked for."""
    carved: bool = False
    """Whether deleted records are looked for."""
    hashes: bool = False
    """Whether what is read is hashed."""
    redactor: Redactor | None = None
    progress: Progress | None = None


def export(subjects: Iterable[Subject], sink: Sink, options: Options) -> Iterator[Exported]:
    """Export nodes and yield what became of each; the caller finishes the sink.

    Raises:
        CannotWrite: the disk is full, or failing.
    """
    for subject in subjects:
        yield _Export(subject, sink, options).run()


class _Export:
    """The export of one node."""

    def __init__(self, subject: Subject, sink: Sink, options: Options) -> None:
        self._subject = subject
        self._sink = sink
        self._options = options
        self._done = 0
        self._lost: list[Json] = []

    def run(self) -> Exported:
        opened: Opened | None = None
        node: Node | None = None
        error: Exception | None = None
        try:
            opened, node = self._subject.open()
            for row in rows(node, self._options.clock):
                self._write(row)
            if self._options.carved:
                progress = self._options.progress
                for row in carved_rows(node, opened.reading, self._options.clock, progress):
                    self._write(row)
        except CannotWrite:
            raise
        except (BoltError, NotLocated) as problem:
            error = problem
        damage: list[Damage] = []
        if opened and node:
            damage = self._evidence(opened, node)
        for lost in self._lost:
            self._write(Row(tables.DAMAGE, lost))
        self._write(Row(tables.NODES, self._node(opened, error, is_whole=not (error or damage))))
        return Exported(self._subject.name, error, tuple(damage), opened is not None)

    def _write(self, row: Row) -> None:
        row = Row(row.table, {"node": text_json(self._subject.name), **row.data})
        if self._options.redactor:
            row = self._options.redactor.row(row)
        for column, value in self._sink.write(row):
            where = row.data.get(OBJECT[1]) or row.table.name
            message = f"{where}: {column.name} {value} does not fit into this format"
            self._lost.append({"code": _OUT_OF_RANGE, "message": message})
        self._done += 1
        if self._options.progress and self._done % _PROGRESS_STEP == 0:
            self._options.progress(self._done, 0)

    def _evidence(self, opened: Opened, node: Node) -> list[Damage]:
        """Write what else was read of a node, and all damage that was met."""
        found = self._damage(opened.path, opened.database)
        for part in node.all_parts():
            database = part.database
            self._write(
                Row(
                    tables.PARTS,
                    {
                        "part": text_json(part.name),
                        "path": text_json(part.path),
                        "txid": database.metas.current.txid if database else None,
                        "problem": text_json(part.problem),
                    },
                )
            )
            if database:
                found += self._damage(part.path, database)
        return found

    def _damage(self, path: str, database: Database) -> list[Damage]:
        found = list(database.damage)
        for damage in found:
            data = {
                "database": text_json(path),
                "code": damage.code,
                "page": damage.page,
                "offset": damage.offset,
                "message": text_json(damage.what),
            }
            self._write(Row(tables.DAMAGE, data))
        return found

    def _node(self, opened: Opened | None, error: Exception | None, *, is_whole: bool) -> Json:
        options = self._options
        known: Json = {
            "source": text_json(self._subject.source),
            "path": "",
            "revision": options.revision,
            "note": "",
            "sha256": "",
            "at": time_json(GoTime(*divmod(options.clock.now, _NANOS), None)),
            "complete": is_whole,
            "error": text_json(str(error) if error else ""),
        }
        if opened is None:
            return known
        reading = opened.reading
        version = reading.version()
        return known | {
            "path": text_json(opened.path),
            "size": opened.size,
            "page_size": reading.revision.page_size,
            "txid": reading.revision.txid,
            "version": version.data if version and isinstance(version.data, int) else None,
            "note": text_json(opened.note),
            "sha256": _sha256(opened.database.source) if options.hashes else "",
        }


def _sha256(source: Source) -> str:
    found = hashlib.sha256()
    for offset in range(0, source.size, _CHUNK):
        found.update(source.read(offset, min(_CHUNK, source.size - offset)))
    return found.hexdigest()
