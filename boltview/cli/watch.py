"""`boltview watch`: each commit of a live database as it lands."""

import argparse
import sys
import time

from boltview.bolt.database import Database
from boltview.cli.exitcodes import ExitCode
from boltview.cli.options import CommandParser, add_path, parse
from boltview.cli.output import Painter, say
from boltview.cli.session import LOCAL_NODE, clock, library, spilled
from boltview.containerd.locate import locate
from boltview.forensics.follow import follow
from boltview.report.commits import Step, change_line, heading, step_json
from boltview.schema.reading import Reading
from boltview.shipped import demo_database

_EXAMPLE = """\
  boltview watch /var/lib/containerd
  boltview watch meta.db --jsonl | jq .changes
  boltview watch meta.db --count 1                  wait for the next commit
"""
_STYLES = {"+": "key", "-": "undecodable", "~": "unknown"}


def run(name: str, argv: list[str]) -> int:
    """Print what changes until Ctrl-C, or until enough was seen."""
    parser = CommandParser(
        name,
        "Tell each commit as it lands: what was added (+), removed (-) and changed (~), decoded. "
        "Commits that landed between two looks are told as one, and named as merged.",
        _EXAMPLE,
        {"jsonl": "one JSON object a commit"},
    )
    add_path(parser)
    parser.own.add_argument(
        "--count", type=_count, metavar="N", help="end after N commits (merged ones count as one)"
    )
    arguments = parse(parser, argv)
    if arguments.json:
        parser.error("argument --json: there is no end to one document; --jsonl tells commits")
    given = demo_database() if arguments.demo else arguments.path or LOCAL_NODE
    path = locate(given).path
    schemas = library(arguments)
    painter = Painter(arguments)
    left = arguments.count
    before: Reading | None = None
    for view in follow(path, spilled, time.sleep):
        after = Reading.of(Database(view.snapshot.source), schemas, path)
        if before is None:
            if not arguments.quiet:
                say(f"{path}: watching from revision {after.revision.txid} on")
        else:
            _print(arguments, Step(before, after, view.is_replaced), painter)
            left = None if left is None else left - 1
        if left == 0:
            break
        before = after
    return ExitCode.OK


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of commits")
    return int(text)


def _print(arguments: argparse.Namespace, step: Step, painter: Painter) -> None:
    if arguments.jsonl:
        from boltview.report.jsontext import dumps

        print(dumps(step_json(step, time.time_ns())))
    else:
        print(painter.paint(heading(step), "bucket"))
        now = clock(arguments)
        nothing = True
        for change in step.changes():
            nothing = False
            line = change_line(step, change, now)
            print(f"  {painter.paint(line, _STYLES[line[0]])}")
        if nothing:
            print("  nothing changed")
    # Whoever reads a pipe wants each commit when it lands.
    sys.stdout.flush()
