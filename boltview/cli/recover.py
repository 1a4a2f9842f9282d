"""`boltview recover`: what can be saved of a database, written to a new file by the real bbolt."""

import argparse
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from boltview.bolt.progress import Progress
from boltview.cli.exitcodes import ExitCode
from boltview.cli.options import CommandParser
from boltview.cli.output import Painter, list_damage, say
from boltview.cli.progress import progress_line
from boltview.cli.session import open_quietly
from boltview.forensics.files import NewFile, UnusableDestination
from boltview.forensics.salvage import CARVED, Lost, Step, salvage, salvage_carved
from boltview.report.escape import escape
from boltview.report.keypath import path_text
from boltview.report.opened import Opened
from boltview.report.units import exact_size

if TYPE_CHECKING:
    from boltview.bbolt.rebuild import Rebuilt
    from boltview.forensics.carve import Carved

_EXAMPLE = """\
  boltview recover damaged.db saved.db
  boltview recover /mnt/failed-node saved.db --carved
  boltview recover meta.db before.db --revision previous
"""
_PAGE_SIZES = tuple(1 << shift for shift in range(10, 17))
"""Sizes of pages that bbolt writes."""
_USUAL = 4096


def run(name: str, argv: list[str]) -> int:
    """Write what can be saved, and say what is lost."""
    parser = CommandParser(
        name,
        "Write everything that is on an undamaged path into a new, valid database: buckets, keys, "
        "values, sequences, by the real bbolt, which then checks it. What is lost is listed. SRC "
        "is only read; DEST appears whole or not at all.",
        _EXAMPLE,
    )
    own = parser.own
    own.add_argument(
        "paths",
        nargs="*",
        metavar="SRC DEST",
        help="SRC: a bolt file, a containerd root or the root of a mounted image. DEST: a new file",
    )
    own.add_argument(
        "--carved",
        action="store_true",
        help=f"deleted records too, below a root bucket of their own, {CARVED.decode()}",
    )
    own.add_argument(
        "--page-size",
        type=int,
        choices=_PAGE_SIZES,
        metavar="BYTES",
        help="page size of DEST (default: that of SRC)",
    )
    arguments = parser.parse_intermixed_args(argv)
    paths = [None, *arguments.paths] if arguments.demo else arguments.paths
    if len(paths) != 2:  # noqa: PLR2004  SRC and DEST
        parser.error("SRC and DEST are needed")
    source, destination = paths
    try:
        return _recover(arguments, source, str(destination))
    except UnusableDestination as error:
        say(f"error: {error}")
        return ExitCode.USAGE


def _recover(arguments: argparse.Namespace, source: str | None, destination: str) -> int:
    from boltview.bbolt.errors import BboltError, BboltUnavailable
    from boltview.bbolt.rebuild import Rebuilder

    opened = open_quietly(arguments, source)
    size = arguments.page_size or _page_size(opened)
    with NewFile(destination) as new:
        try:
            with progress_line(arguments, "recovering") as progress:
                steps = _steps(arguments, opened, progress)
                done = Rebuilder(new.writable_path, size).run(steps)
        except BboltUnavailable as error:
            say(f"error: recover: {error}")
            return ExitCode.UNREADABLE
        except BboltError as error:
            say(f"error: {destination}: it cannot be written: {error}")
            return ExitCode.UNREADABLE
        new.publish()
    _report(arguments, opened, destination, done, size)
    faults = list(opened.database.damage)
    list_damage(faults)
    return ExitCode.INCOMPLETE if faults or done.lost else ExitCode.OK


def _page_size(opened: Opened) -> int:
    size = opened.reading.revision.page_size
    return size if size in _PAGE_SIZES else _USUAL


def _steps(
    arguments: argparse.Namespace, opened: Opened, progress: Progress | None
) -> Iterator[Step]:
    revision = opened.reading.revision
    steps: Iterator[Step] = salvage(revision, progress)
    if not arguments.carved:
        return steps
    if revision.root.get(CARVED) is not None:
        raise UnusableDestination(
            f"{opened.path}: it has a bucket {CARVED.decode()} already; recover it without --carved"
        )
    return chain(steps, salvage_carved(_carved(opened, progress)))


def _carved(opened: Opened, progress: Progress | None) -> "Iterator[tuple[Carved, str]]":
    from boltview.forensics.carve import carve

    for record in carve(opened.reading, progress):
        yield record, path_text(record.path) if all(record.path) else ""


def _report(
    arguments: argparse.Namespace, opened: Opened, destination: str, done: "Rebuilt", size: int
) -> None:
    revision = opened.reading.revision
    if arguments.json:
        from boltview.report.jsontext import dumps

        print(
            dumps(
                {
                    "source": escape(opened.path),
                    "revision": revision.txid,
                    "destination": escape(destination),
                    "page_size": size,
                    "buckets": done.buckets,
                    "values": done.pairs,
                    "bytes": done.size,
                    "lost": [_lost_json(lost) for lost in done.lost],
                }
            )
        )
        return
    painter = Painter(arguments)
    buckets = f"{done.buckets:,} bucket{'' if done.buckets == 1 else 's'}"
    values = f"{done.pairs:,} value{'' if done.pairs == 1 else 's'}"
    print(
        f"{escape(destination)}: {buckets} and {values} of revision {revision.txid}, "
        f"{exact_size(done.size)}; bbolt's check is content"
    )
    for lost in done.lost:
        where = path_text(lost.path) or "(root)"
        code = f" [{lost.code}]" if lost.code else ""
        print(painter.paint(f"lost in {where}: {escape(lost.what)}{code}", "damage"))


def _lost_json(lost: Lost) -> dict[str, object]:
    shown: dict[str, object] = {"path": path_text(lost.path), "what": escape(lost.what)}
    if lost.code:
        shown |= {"code": lost.code, "page": lost.page, "offset": lost.offset}
    return shown
