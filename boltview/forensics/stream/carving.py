"""Records in a stream of bytes that is no bolt file: its pages, put together to files, carved.

Where a tree is whole, nothing of it comes: that database can be cut out and read as a file. Of
other pages everything comes, and whether it was deleted cannot be told.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from boltview.bolt.database import Database
from boltview.bolt.errors import BoltError
from boltview.bolt.progress import Progress
from boltview.bolt.source import Source
from boltview.bolt.survey import Survey
from boltview.forensics.carve import UNKNOWN, Carved, Carving
from boltview.forensics.finds import Finds
from boltview.forensics.reachable import Reachable, reachable
from boltview.forensics.stream.headers import Header, headers
from boltview.forensics.stream.mosaic import Mosaic
from boltview.forensics.stream.runs import grouped, runs_of
from boltview.schema.decode import Decoding
from boltview.schema.load import Library
from boltview.schema.model import Schema
from boltview.schema.reading import Reading

_MOST_HOLES = 1 << 21
"""Pages of all files together that were not found: forged numbers would cost hours."""


class Piece(NamedTuple):
    """A file in the stream, or what is left of one."""

    mosaic: Mosaic
    reading: Reading
    """The file; without a whole tree one whose root bucket is empty, so that every page is
    unused."""
    txid: int | None
    """The revision whose tree is whole; None if there is none."""
    found: Reachable


class StreamCarving:
    """The search through a stream.

    Attributes:
        pieces: the files, known once `records` was begun; those with the most pages first.
        left_out: pages of pieces that would take too long.
    """

    def __init__(self, source: Source, library: Library, progress: Progress | None = None) -> None:
        """Prepare; nothing is read yet.

        Args:
            source: the stream.
            library: the schema files in use.
            progress: told how many bytes were looked at; may raise to cancel.
        """
        self._source = source
        self._library = library
        self._progress = progress
        self.pieces: list[Piece] = []
        self.left_out = 0

    def records(self) -> Iterator[tuple[Carved, Schema | None]]:
        """Yield what was found, each with the schema that it was told by; places are the stream's.

        What stands in several pieces, as in copies of one file, comes once.
        """
        seen: set[int] = set()
        for piece in self._pieces():
            self.pieces.append(piece)
            carving = Carving(piece.reading, found=piece.found)
            for record in carving.records():
                mark = hash((record.type, record.path, repr(record.contents)))
                if mark in seen:
                    continue
                seen.add(mark)
                offset = piece.mosaic.place(record.origin.offset)
                yield (
                    record._replace(
                        origin=record.origin._replace(offset=offset),
                        state=record.state if piece.txid else UNKNOWN,
                    ),
                    piece.reading.schema,
                )

    def _pieces(self) -> Iterator[Piece]:
        pages = list(headers(self._source, self._progress))
        starts = sorted(page.offset for page in pages if isinstance(page, Header))
        groups = grouped(self._source, runs_of(pages))
        mosaics = [Mosaic(self._source, runs, starts) for runs in groups]
        holes = 0
        for mosaic in sorted(mosaics, key=lambda one: (-one.found, one.offset)):
            more = mosaic.pages - mosaic.found
            if holes + more > _MOST_HOLES:
                self.left_out += mosaic.found
            else:
                holes += more
                yield self._piece(mosaic)

    def _piece(self, mosaic: Mosaic) -> Piece:
        schema = None
        if mosaic.has_meta:
            with suppress(BoltError):
                reading = Reading.of(Database(mosaic), self._library)
                schema = reading.schema
                survey = Survey(reading.revision).finish()
                if survey.is_whole:
                    found = _without_holes(reachable(reading.revision), mosaic)
                    return Piece(mosaic, reading, reading.revision.txid, found)
        mosaic.hide_tree()
        reading = Reading.of(Database(mosaic), self._library)
        found = _without_holes(reachable(reading.revision), mosaic)
        reading.schema = schema or self._schema_of(found)
        return Piece(mosaic, reading, None, found)

    def _schema_of(self, found: Reachable) -> Schema | None:
        """Return the schema by which the most objects are found; None if none finds any."""
        decoding = Decoding(self._library.descriptor_sets)
        best: tuple[int, Schema | None] = (0, None)
        for head in self._library.heads():
            schema = self._library.schema(head)
            count = sum(1 for _ in Finds(schema, decoding, found).objects())
            if count > best[0]:
                best = count, schema
        return best[1]


def _without_holes(found: Reachable, mosaic: Mosaic) -> Reachable:
    """Have nothing looked for where no page was found."""
    used = found.space.used
    there = [(number, used[number]) for number in mosaic.numbers() if number < len(used)]
    used[:] = b"\1" * len(used)
    for number, is_used in there:
        used[number] = is_used
    return found
