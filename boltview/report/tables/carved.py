"""What unused pages still hold of deleted records, as a table: never a row of what is there."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from boltview.bolt.bulk import Contents
from boltview.bolt.progress import Progress
from boltview.browse.ordered import NO_ROW
from boltview.containerd.metadata import SCHEMA
from boltview.forensics.carve import DELETED, OLDER, Carved, Carving
from boltview.report.aside import node_of
from boltview.report.carved import TITLES, Shapes
from boltview.report.detail import Line
from boltview.report.keypath import path_text
from boltview.report.objects.column import text_line
from boltview.report.opened import Opened
from boltview.report.span import Span
from boltview.report.tables.grid import Flat, Heading, Path
from boltview.report.units import Clock
from boltview.schema.decode import Decoding

_KEPT = 32 << 20
"""Bytes of records kept in full; of those found later only the cells and where they lie."""
_LEAST = {"KEY": 16, "VERDICT": 9, "TYPE": 9}
_RANKS = {"TOLD BY": 9, "CREATED": 8, "VERSION": 7, "PATH IS": 6, "COMPLETE": 5}
_STATE, _PAGE = TITLES.index("VERDICT"), TITLES.index("PAGE")
_STYLES = {DELETED: "note", OLDER: "dim"}


class _Row(NamedTuple):
    """One record as it is shown."""

    cells: tuple[str, ...]
    """Escaped, one for each of `TITLES`."""
    place: Path | None
    """The path of the object that is there now, of which this is an older version."""
    origin: tuple[int, int]
    """Page and file offset."""
    record: Carved | None
    """The record; None once too many bytes are kept."""


class CarvedRows(Flat):
    """Carved records in the order in which `carve` gives them; more come while it is made."""

    headings = tuple(
        Heading(title, title == "PAGE", least=_LEAST.get(title, 8), rank=_RANKS.get(title, 0))
        for title in TITLES
    )
    empty = "✓ no page that is not in use holds a record"

    def __init__(self, shapes: Shapes) -> None:
        """Begin without any; `shapes` tell how a record is shown."""
        self.is_whole = False
        self._shapes = shapes
        self._rows: list[_Row] = []
        self._counts: Counter[str] = Counter()
        self._room = _KEPT

    @property
    def summary(self) -> str:
        """How many there are of each verdict."""
        return ", ".join(f"{count:,} {state}" for state, count in sorted(self._counts.items()))

    def add(self, record: Carved) -> None:
        """Take one more."""
        self._room -= _bytes(record.contents)
        self._counts[record.state] += 1
        self._rows.append(
            _Row(
                tuple(self._shapes.row(record, is_wide=False)),
                record.path if record.state == OLDER else None,
                (record.origin.page, record.origin.offset),
                record if self._room > 0 else None,
            )
        )

    def wear(self, clock: Clock) -> None:
        """Show times in the zone of another clock."""
        self._shapes.clock = clock

    def __len__(self) -> int:
        """Return the number of records so far."""
        return len(self._rows)

    def key(self, column: int, row: int) -> object:
        """Return what rows are ordered by; ages by the page, as pages carry no time."""
        shown = self._rows[row]
        return shown.origin if column == _PAGE else shown.cells[column]

    def text(self, row: int) -> str:
        """Return what the cells say."""
        return "  ".join(self._rows[row].cells)

    def path(self, row: int) -> Path:
        """Return what finds a record again: where it lies."""
        page, offset = self._rows[row].origin
        return (b"%d" % page, b"%d" % offset)

    def row_at(self, path: Path) -> int:
        """Return the row of a record."""
        rows = range(len(self._rows))
        return next((row for row in rows if self.path(row) == path), NO_ROW)

    def cells(self, row: int) -> Sequence[Span]:
        """Return a record, what became of it in a colour."""
        cells = self._rows[row].cells
        styles = dict.fromkeys(range(len(cells)), "dim")
        styles |= {0: "value", 2: "strong", _STATE: _STYLES.get(cells[_STATE], "unknown")}
        return [Span(text, styles[number]) for number, text in enumerate(cells)]

    def place(self, row: int) -> Path | None:
        """Return the path of the object that is there now; None for what is gone."""
        return self._rows[row].place

    def about(self, row: int) -> list[Line]:
        """Return the record's fields, where it lies, and how its path was told."""
        shown = self._rows[row]
        if shown.record is None:
            title = Line("", " ".join(shown.cells[:3]), "title")
            return [title, Line("", "boltview carve --jsonl shows it in full", "note")]
        title, *fields = self._shapes.full(shown.record)
        return [title, *_whence(shown.record), *fields]


def carved(opened: Opened, progress: Progress) -> Iterator[CarvedRows]:
    """Carve a database; yield the same table again and again as it fills.

    Args:
        opened: the database, as a thread of its own reads it.
        progress: told how many pages were done; may raise to cancel.
    """
    reading = opened.reading
    schema = reading.schema
    node = node_of(opened) if schema is not None and schema.id == SCHEMA else None
    decoding = Decoding(reading.library.descriptor_sets)
    table = CarvedRows(Shapes(schema, decoding, opened.clock, node))
    yield table
    for record in Carving(reading, progress).records():
        table.add(record)
        yield table
    table.is_whole = True
    yield table


def _bytes(contents: Contents) -> int:
    """Return how many bytes keys and values take."""
    return sum(
        len(key) + (_bytes(value) if isinstance(value, dict) else len(value or b""))
        for key, value in contents.items()
    )


def _whence(record: Carved) -> list[Line]:
    """Return what carving knows of a record besides what is in it."""
    page, offset = record.origin.page, record.origin.offset
    whole = "complete" if record.is_complete else "not complete"
    lines = [
        Line("verdict", f"{record.state}, {whole}", "field"),
        Line("path", f"told by {record.attribution}, confidence {record.confidence}", "note"),
        Line("found", f"page {page}, file offset {offset:#x}; pages carry no time", "note"),
    ]
    lines += [Line("lost", text_line(what), "error") for what in record.lost]
    lines += [Line("or it is", path_text(path), "note") for path in record.others]
    if record.versions > 1:
        lines.append(Line("version", f"{record.version} of {record.versions}", "note"))
    return lines
