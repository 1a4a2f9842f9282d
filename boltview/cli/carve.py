"""`boltview carve`: deleted records that a file still holds, apart from what is there."""

import argparse
from collections import Counter

from boltview.bolt.errors import NotABoltFile
from boltview.cli.carved import chosen, counted, print_found, sum_up
from boltview.cli.exitcodes import ExitCode
from boltview.cli.node import OpenNode, finish_node, open_node
from boltview.cli.options import CommandParser, add_path, parse
from boltview.cli.output import finish, say
from boltview.cli.progress import progress_line
from boltview.cli.session import open_quietly
from boltview.containerd.metadata import NotMetadata
from boltview.forensics.carve import Carving
from boltview.report.carved import Shapes
from boltview.report.opened import Opened
from boltview.schema.decode import Decoding

_EXAMPLE = """\
  boltview carve meta.db
  boltview carve /mnt/failed-node --type container
  boltview carve disk.img                            pages wherever they lie, at any alignment
  boltview carve meta.db --jsonl | jq 'select(.verdict == "deleted") | .id'
"""
_FORMS = {"jsonl": "one JSON object a record"}


def run(name: str, argv: list[str]) -> int:
    """Print what unused pages hold."""
    parser = CommandParser(
        name,
        "Find deleted records in what a database no longer uses: free pages, what lies beyond its "
        "end, what was cleared within pages. Nothing of the present tree is among them. Pages "
        "carry no path and no time: how each record's path was told is said, and how sure that is. "
        "In a disk image, a memory dump, a file without metas, pages are found wherever they lie.",
        _EXAMPLE,
        _FORMS,
    )
    add_path(parser)
    own = parser.own
    own.add_argument("-n", "--namespace", metavar="NS", help="records of this namespace alone")
    own.add_argument(
        "--type",
        action="append",
        default=[],
        metavar="TYPE",
        help="records of this type alone: container, image, blob, …, unattributed; can be repeated",
    )
    own.add_argument(
        "--versions",
        action="store_true",
        help="older versions too of objects that are there now",
    )
    own.add_argument("-o", "--output", choices=["wide"], help="keys in full")
    arguments = parse(parser, argv)
    if arguments.revision != "current":
        say("error: what no revision has is carved; --revision chooses none here")
        return ExitCode.USAGE
    try:
        opened, node = _open(arguments)
    except NotABoltFile as error:
        from boltview.cli.carvestream import carve_stream

        return carve_stream(arguments, error)
    reading = opened.reading
    decoding = Decoding(reading.library.descriptor_sets)
    shapes = Shapes(reading.schema, decoding, opened.clock, node.node if node else None)
    counts: Counter[str] = Counter()
    with progress_line(arguments, "carving") as progress:
        carving = Carving(reading, progress)
        found = ((record, shapes) for record in carving.records())
        print_found(chosen(found, arguments, counts), arguments)
    if not (arguments.json or arguments.jsonl):
        sum_up(counts, f"{counted(carving.summary.pages, 'unused ')} with records")
    if not carving.summary.is_known:
        say("damage hides a part of the tree: what lies below it cannot be told from what is gone")
    return finish_node(node) if node else finish(opened)


def _open(arguments: argparse.Namespace) -> tuple[Opened, OpenNode | None]:
    """Open a database, with the node around it if it is containerd's own."""
    try:
        node = open_node(arguments, arguments.path)
    except NotMetadata:
        return open_quietly(arguments, arguments.path), None
    return node.opened, node
