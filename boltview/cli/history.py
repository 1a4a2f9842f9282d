"""`boltview history`: which revisions a file still holds, and how far each can be believed."""

from collections.abc import Iterator

from boltview.bolt.database import Database
from boltview.bolt.progress import Progress
from boltview.cli.exitcodes import ExitCode
from boltview.cli.options import CommandParser, add_path, parse
from boltview.cli.output import Painter, finish, print_array, print_lines, say
from boltview.cli.progress import progress_line
from boltview.cli.session import open_quietly
from boltview.forensics.revisions import (
    CURRENT,
    Held,
    older,
    previous_verdict,
    prove,
)
from boltview.report.history import RIGHT, TITLES, held_json, held_row
from boltview.report.jsontext import dumps
from boltview.report.opened import Opened
from boltview.report.table import table_lines

_EXAMPLE = """\
  boltview history meta.db
  boltview history meta.db --copy yesterday.db    is the previous revision still what it was?
  boltview history meta.db --jsonl
"""
_STYLES = {"broken": "damage", "invalid": "damage", "plausible": "unknown", "proven": "bucket"}


def run(name: str, argv: list[str]) -> int:
    """List the revisions of a file."""
    parser = CommandParser(
        name,
        "Tell which revisions a file still holds: the current one, the previous one under the "
        "other meta, and root pages of older ones among the unused pages, with how much of each "
        "is left. The previous one is proven only against a copy taken while it was the newest: "
        "after a killed writer it can be wrong without a trace.",
        _EXAMPLE,
        {"jsonl": "one JSON object a revision"},
    )
    add_path(parser)
    parser.own.add_argument(
        "--copy",
        metavar="FILE",
        help="a copy taken while the previous revision was the newest, to prove it against",
    )
    arguments = parse(parser, argv)
    if arguments.revision != "current":
        say("error: history is about all revisions; --revision chooses none here")
        return ExitCode.USAGE
    opened = open_quietly(arguments, arguments.path)
    copy = Database.open(arguments.copy) if arguments.copy else None
    with progress_line(arguments, "looking") as progress:
        found = _revisions(opened, copy, progress)
        if arguments.jsonl or arguments.json:
            texts = (dumps(held_json(held)) for held in found)
            (print_lines if arguments.jsonl else print_array)(texts)
        else:
            painter = Painter(arguments)
            held = list(found)
            rows = [held_row(one) for one in held]
            heading, *lines = table_lines(TITLES, rows, RIGHT)
            print(painter.paint(heading, "dim"))
            for one, line in zip(held, lines, strict=True):
                print(painter.paint(line, _STYLES.get(one.verdict, "")))
    return finish(opened)


def _revisions(opened: Opened, copy: Database | None, progress: Progress | None) -> Iterator[Held]:
    database = opened.database
    meta = database.metas.current
    why = "the valid meta with the largest transaction id"
    yield Held(CURRENT, CURRENT, why, meta.txid, meta.slot, meta.root, 0, 0, 0)
    previous = previous_verdict(database, progress)
    if previous:
        yield prove(database, copy, previous) if copy else previous
    yield from older(database, progress)
