"""`boltview carve` of what is no bolt file: a disk image, a memory dump, a file without metas."""

import argparse
from collections import Counter
from itertools import chain, islice

from boltview.bolt.errors import NotABoltFile
from boltview.bolt.source import FileSource
from boltview.cli.carved import Found, chosen, counted, print_found, sum_up
from boltview.cli.exitcodes import ExitCode
from boltview.cli.output import say
from boltview.cli.progress import progress_line
from boltview.cli.session import clock, library
from boltview.containerd.locate import locate
from boltview.forensics.stream.carving import Piece, StreamCarving
from boltview.report.carved import Shapes
from boltview.report.escape import escape
from boltview.report.units import exact_size
from boltview.schema.decode import Decoding


def carve_stream(arguments: argparse.Namespace, problem: NotABoltFile) -> int:
    """Print the records on whatever pages of bolt files lie in a file.

    Args:
        arguments: as `boltview carve` parsed them.
        problem: why the file cannot be opened as a database.
    """
    source = FileSource(locate(arguments.path).path)
    schemas = library(arguments)
    counts: Counter[str] = Counter()
    with progress_line(arguments, "searching") as progress:
        carving = StreamCarving(source, schemas, progress)
        found = _shaped(carving, Decoding(schemas.descriptor_sets), arguments)
        # Nothing is printed before it is known that there is something to be searched.
        first = list(islice(found, 1))
        if not carving.pieces:
            raise NotABoltFile(f"{problem}, and there is no page of one in it")
        print_found(chosen(chain(first, found), arguments, counts), arguments)
    if not arguments.quiet:
        for piece in carving.pieces:
            say(f"{arguments.path}: {_about(piece)}")
    if carving.left_out:
        say(f"{carving.left_out:,} pages with numbers too large to be believed are left out")
    if not (arguments.json or arguments.jsonl):
        sum_up(counts, counted(sum(piece.mosaic.found for piece in carving.pieces)))
    return ExitCode.OK


def _shaped(carving: StreamCarving, decoding: Decoding, arguments: argparse.Namespace) -> Found:
    now = clock(arguments)
    known: dict[int, Shapes] = {}
    for record, schema in carving.records():
        shapes = known.setdefault(id(schema), Shapes(schema, decoding, now))
        yield record, shapes


def _about(piece: Piece) -> str:
    """Say what a file in the stream is, and how it can be read as one."""
    mosaic = piece.mosaic
    kind = escape(piece.reading.schema.title) if piece.reading.schema else "of unknown kind"
    if piece.txid is None:
        pages = counted(mosaic.found)
        return f"{pages} of a file, {kind}, from offset {mosaic.offset} on, without a whole tree"
    size = piece.reading.revision.high_water * mosaic.page_size
    whole = f"a whole database, {kind}, revision {piece.txid}, {exact_size(size)}"
    if mosaic.is_in_one_piece:
        cut = f"tail -c +{mosaic.offset + 1} FILE | head -c {size} > meta.db"
        return f"{whole}; what is in its tree is not shown: {cut}"
    return f"{whole}, in {mosaic.runs} pieces from offset {mosaic.offset} on"
