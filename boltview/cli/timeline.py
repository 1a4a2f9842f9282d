"""`boltview timeline`: every time that a database, or a whole node, holds, in one order."""

import argparse
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress

from boltview.bolt.progress import Progress
from boltview.cli.exitcodes import ExitCode
from boltview.cli.node import OpenNode, finish_node, judge_parts
from boltview.cli.options import CommandParser, add_path, instant, parse
from boltview.cli.output import finish, print_array, print_lines, say
from boltview.cli.progress import progress_line
from boltview.cli.session import open_quietly, spool
from boltview.containerd.metadata import SCHEMA
from boltview.forensics.files import unnamed_file
from boltview.forensics.timeline.event import FILE, Event, Wanted
from boltview.forensics.timeline.order import Ordered
from boltview.forensics.timeline.records import record_events
from boltview.report.aside import node_of
from boltview.report.opened import Opened
from boltview.report.timeline import FORMATS, fits_body_file
from boltview.schema.reading import Reading

_EXAMPLE = """\
  boltview timeline /mnt/failed-node
  boltview timeline meta.db --since 2026-11-23T18:00:00Z --type container
  boltview timeline /mnt/node --format bodyfile | mactime -b - -y -z UTC
  boltview timeline /mnt/node --format timesketch > node.jsonl
"""
_EVERY = 4096
"""Events between two reports of progress."""


def run(name: str, argv: list[str]) -> int:
    """Print every time in order."""
    parser = CommandParser(
        name,
        "Tell every time that a database or node holds, in one order: of its records (created, "
        "updated, expires, labels, times within JSON), of what CRI and Docker noted, of image "
        "configs, and of the files of blobs and snapshots. Deleted records that the file still "
        "holds are marked as such, doubtful times too.",
        _EXAMPLE,
        {"jsonl": "one JSON object an event (--format jsonl)"},
    )
    add_path(parser)
    own = parser.own
    own.add_argument(
        "--format",
        choices=list(FORMATS),
        help="table (the default), csv, jsonl, timesketch (JSON lines as Timesketch imports them) "
        "or bodyfile (for mactime of The Sleuth Kit)",
    )
    own.add_argument("--since", type=instant, metavar="TIME", help="from this time on, RFC 3339")
    own.add_argument("--until", type=instant, metavar="TIME", help="before this time, RFC 3339")
    own.add_argument(
        "--type",
        action="append",
        default=[],
        metavar="TYPE",
        help="only container, image, content, snapshot, lease, ingest, sandbox, mount, "
        "backend-snapshot, file, …; can be given several times, or as A,B",
    )
    own.add_argument("-n", "--namespace", metavar="NS", help="events of this namespace alone")
    own.add_argument("--no-files", action="store_true", help="only what the databases hold")
    own.add_argument(
        "--no-deleted",
        action="store_true",
        help="only what is there: no search through the pages that are not in use",
    )
    arguments = parse(parser, argv)
    if arguments.format and (arguments.json or arguments.jsonl):
        parser.error("argument --format: not allowed with --json or --jsonl")
    kinds = frozenset(kind for text in arguments.type for kind in text.split(",") if kind)
    wanted = Wanted(kinds, arguments.namespace, arguments.since, arguments.until)
    opened = open_quietly(arguments, arguments.path)
    schema = opened.reading.schema
    is_node = schema is not None and schema.id == SCHEMA
    whole = OpenNode(opened, node_of(opened)) if is_node else None
    if schema is None and not arguments.quiet:
        say(f"{opened.path}: of none of the known kinds, so its records have no known times")
    ordered = Ordered(lambda: unnamed_file(spool()))
    with progress_line(arguments, "gathering times:") as progress:
        for event in _events(opened, whole, wanted, arguments, progress):
            if wanted.event(event):
                ordered.add(event)
                if progress and len(ordered) % _EVERY == 0:
                    progress(len(ordered), 0)
    _print(ordered, opened, arguments)
    if whole is None:
        return finish(opened)
    return finish_node(whole, judge_parts(whole, ExitCode.OK, is_quiet=arguments.quiet))


def _events(
    opened: Opened,
    whole: OpenNode | None,
    wanted: Wanted,
    arguments: argparse.Namespace,
    progress: Progress | None,
) -> Iterator[Event]:
    """Yield the events of a database, or of all of a node, in no order."""
    readings = [(opened.path, opened.reading)]
    if whole:
        whole.node.all_parts()
        readings += whole.node.readings()
    for path, reading in readings:
        yield from record_events(reading, path, wanted)
        # Beside an older revision the newer one would pass for what was deleted.
        is_newest = reading is not opened.reading or _is_newest(opened)
        if is_newest and not arguments.no_deleted:
            yield from _gone(reading, path, wanted, progress)
    if arguments.no_files:
        return
    from boltview.forensics.timeline.files import file_events, inode_events

    if wanted.kind(FILE) and wanted.namespace is None:
        with suppress(OSError):  # its path may name nothing any more
            yield from inode_events(opened.path, os.stat(opened.path))
    if whole:
        yield from file_events(whole.node, wanted)


def _is_newest(opened: Opened) -> bool:
    return opened.reading.revision.txid == opened.database.metas.current.txid


def _gone(
    reading: Reading, path: str, wanted: Wanted, progress: Progress | None
) -> Iterator[Event]:
    """Yield the times of what is in the file, but not in the tree; each moment once."""
    # Carving is a large machine, and a help text needs none of it.
    from boltview.forensics.timeline.deleted import deleted_events
    from boltview.forensics.timeline.previous import previous_events

    told: set[int] = set()
    for event in previous_events(reading, path, wanted):
        told.add(_identity(event))
        yield event
    for event in deleted_events(reading, path, wanted, progress):
        if _identity(event) not in told:
            yield event


def _identity(event: Event) -> int:
    return hash((event.at, event.place, event.field))


def _print(events: Ordered, opened: Opened, arguments: argparse.Namespace) -> None:
    form = "jsonl" if arguments.json or arguments.jsonl else arguments.format or "table"
    left_out = 0

    def counted(found: Iterable[Event]) -> Iterator[Event]:
        nonlocal left_out
        for event in found:
            left_out += not fits_body_file(event)
            yield event

    lines = FORMATS[form](counted(events), opened.clock)
    if arguments.json:
        print_array(lines)
    else:
        print_lines(lines)
    if form == "bodyfile" and left_out and not arguments.quiet:
        say(f"{left_out} times outside 1970 to 2286 left out: a body file cannot hold them")
