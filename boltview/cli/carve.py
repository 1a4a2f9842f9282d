"""`boltview carve`: deleted records that a file still holds, apart from what is there."""

import argparse
from collections import Counter
from collections.abc import Iterator
from itertools import chain

from boltview.cli.node import OpenNode, finish_node, open_node
from boltview.cli.options import CommandParser, add_path, parse
from boltview.cli.output import Painter, finish, print_array, print_lines, say
from boltview.cli.progress import progress_line
from boltview.cli.session import open_quietly
from boltview.containerd.metadata import NotMetadata
from boltview.forensics.carve import OLDER, Carved, Carving
from boltview.report.carved import TITLES, Shapes
from boltview.report.jsontext import dumps
from boltview.report.opened import Opened
from boltview.report.table import table_lines
from boltview.schema.decode import Decoding

_EXAMPLE = """\
  boltview carve meta.db
  boltview carve /mnt/failed-node --type container
  boltview carve meta.db --jsonl | jq 'select(.verdict == "deleted") | .id'
"""
_FORMS = {"jsonl": "one JSON object a record"}


def run(name: str, argv: list[str]) -> int:
    """Print what unused pages hold."""
    parser = CommandParser(
        name,
        "Find deleted records in what a database no longer uses: free pages, what lies beyond its "
        "end, what was cleared within pages. Nothing of the present tree is among them. Pages "
        "carry no path and no time: how each record's path was told is said, and how sure that is.",
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
    opened, node = _open(arguments)
    reading = opened.reading
    decoding = Decoding(reading.library.descriptor_sets)
    shapes = Shapes(reading.schema, decoding, opened.clock, node.node if node else None)
    counts: Counter[str] = Counter()
    with progress_line(arguments, "carving") as progress:
        carving = Carving(reading, progress)
        records = _chosen(carving.records(), shapes, arguments, counts)
        _print(records, shapes, arguments)
    if not (arguments.json or arguments.jsonl):
        _sum_up(carving, counts)
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


def _chosen(
    records: Iterator[Carved],
    shapes: Shapes,
    arguments: argparse.Namespace,
    counts: Counter[str],
) -> Iterator[Carved]:
    for record in records:
        if arguments.type and record.type not in arguments.type:
            continue
        if arguments.namespace is not None and shapes.namespace(record) != arguments.namespace:
            continue
        counts[record.state] += 1
        if record.state != OLDER or arguments.versions:
            yield record


def _print(records: Iterator[Carved], shapes: Shapes, arguments: argparse.Namespace) -> None:
    if arguments.jsonl or arguments.json:
        texts = (dumps(shapes.json(record)) for record in records)
        (print_lines if arguments.jsonl else print_array)(texts)
        return
    is_wide = arguments.output == "wide"
    rows = [shapes.row(record, is_wide=is_wide) for record in records]
    if not rows:
        return
    lines = table_lines(TITLES, rows, [title == "PAGE" for title in TITLES])
    for line in chain([Painter(arguments).paint(next(lines), "dim")], lines):
        print(line)


def _sum_up(carving: Carving, counts: Counter[str]) -> None:
    """Say what was looked through, and what is not shown."""
    states = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
    pages = carving.summary.pages
    of_pages = f"{pages} unused page{'' if pages == 1 else 's'} with records"
    print(f"{states or 'nothing'} found in {of_pages}")
    if counts[OLDER]:
        print("older versions are of objects that are there now: --versions shows them")
