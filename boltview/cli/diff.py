"""`boltview diff`: what differs between two databases, or between two revisions of one."""

import argparse
import sys
from collections.abc import Iterator
from typing import NamedTuple

from boltview.bolt.equalpages import EqualPages, Sameness, by_number
from boltview.bolt.errors import NoSuchRevision
from boltview.cli.exitcodes import ExitCode
from boltview.cli.options import CommandParser, parse, revision
from boltview.cli.output import Painter, list_damage, say
from boltview.cli.progress import progress_line
from boltview.cli.session import open_quietly
from boltview.forensics.difference import Hidden, difference
from boltview.report.difference import (
    Line,
    Member,
    Pairing,
    Totals,
    member_json,
    members,
    side_json,
    stat_lines,
    summary_lines,
    text_lines,
    total_line,
)
from boltview.report.escape import escape
from boltview.report.opened import Opened
from boltview.report.summary import previous_state
from boltview.schema.reading import Reading

_EXAMPLE = """\
  boltview diff yesterday.db /var/lib/containerd
  boltview diff meta.db --revision previous          what the last commit did
  boltview diff a.db b.db --stat
  boltview diff a.db b.db --jsonl | jq .object
"""
_STYLES = {"+": "key", "-": "undecodable", "~": "unknown", "!": "damage"}
_TWO = 2


class _Sides(NamedTuple):
    """The two databases, as they were opened."""

    pairing: Pairing
    before: Opened
    after: Opened


def run(name: str, argv: list[str]) -> int:
    """Print what differs; 1 if anything does, 0 if nothing, 4 if damage was met."""
    parser = CommandParser(
        name,
        "Tell what differs between two databases, by object and field by field: what only B has "
        "(+), what only A has (-), what has another value (~). How the two are laid out in pages "
        "is no difference. With --revision and without B, two revisions of A are compared.",
        _EXAMPLE,
        {"jsonl": "one JSON object a difference"},
    )
    parser.usage = "%(prog)s A [B] [OPTION]…"
    parser.own.add_argument(
        "path",
        nargs="*",
        metavar="A [B]",
        help="bolt files, containerd roots or roots of mounted node images; one can be in use",
    )
    parser.own.add_argument(
        "--to-revision",
        type=revision,
        default="current",
        metavar="WHICH",
        help="revision of the second side, as --revision is that of the first",
    )
    shown = parser.own.add_mutually_exclusive_group()
    shown.add_argument("--stat", action="store_true", help="a line for each object, no fields")
    shown.add_argument("--summary", action="store_true", help="only how many objects differ")
    arguments = parse(parser, argv)
    sides = _open(parser, arguments)
    totals = Totals()
    pairing = sides.pairing
    found = difference(pairing.before.revision, pairing.after.revision, _same(pairing, arguments))
    counted = _counted(members(pairing, found), totals)
    if arguments.json or arguments.jsonl:
        _print_json(sides, counted, totals, arguments)
    else:
        _print_text(sides, counted, totals, arguments)
    return _finish(sides, totals)


def _same(pairing: Pairing, arguments: argparse.Namespace) -> Sameness:
    """Find out which pages need not be read."""
    before, after = pairing.before.revision, pairing.after.revision
    if before.source is after.source:
        return by_number
    same = EqualPages(before, after)
    with progress_line(arguments, "comparing") as progress:
        same.compare(progress)
    return same


def _open(parser: CommandParser, arguments: argparse.Namespace) -> _Sides:
    """Open both sides; two revisions of one file are read through one opening of it."""
    given: list[str | None] = [None, *arguments.path] if arguments.demo else list(arguments.path)
    if not given or len(given) > _TWO:
        parser.error("two databases are compared, or two revisions of one: A B")
    first = open_quietly(arguments, given[0])
    if len(given) == _TWO:
        other = argparse.Namespace(**vars(arguments))
        other.revision, other.demo = arguments.to_revision, False
        second = open_quietly(other, given[1])
        return _Sides(Pairing(first.reading, second.reading), first, second)
    if arguments.revision == arguments.to_revision:
        parser.error("B is missing; --revision previous compares two revisions of A")
    reading = Reading.of(first.database, first.reading.library, first.path, arguments.to_revision)
    if reading.revision.txid == first.reading.revision.txid:
        raise NoSuchRevision(f"{first.path}: both are revision {reading.revision.txid}")
    second = first._replace(reading=reading)
    return _Sides(Pairing(first.reading, reading), first, second)


def _counted(found: Iterator[Member | Hidden], totals: Totals) -> Iterator[Member | Hidden]:
    for member in found:
        totals.count(member)
        yield member


def _print_text(
    sides: _Sides,
    found: Iterator[Member | Hidden],
    totals: Totals,
    arguments: argparse.Namespace,
) -> None:
    painter = Painter(arguments)
    pairing = sides.pairing

    def show(lines: Iterator[Line]) -> None:
        is_first = True
        for mark, text in lines:
            if is_first and not arguments.summary:
                print(_heading("---", sides.before), _heading("+++", sides.after), sep="\n")
            is_first = False
            print(painter.paint(text, _STYLES.get(mark, "")))

    if arguments.summary:
        show(_hidden_alone(found))
        show(summary_lines(totals))
    elif arguments.stat:
        show(stat_lines(found))
    else:
        show(text_lines(pairing, found, sides.before.clock))
    print(total_line(totals, pairing))


def _hidden_alone(found: Iterator[Member | Hidden]) -> Iterator[Line]:
    from boltview.report.difference import hidden_line

    return (hidden_line(member) for member in found if isinstance(member, Hidden))


def _heading(mark: str, side: Opened) -> str:
    trust = _trust(side)
    told = f" ({trust})" if trust else ""
    return f"{mark} {escape(side.path)}  revision {side.reading.revision.txid}{told}"


def _trust(side: Opened) -> str:
    """Say what a revision is worth that is not the newest; empty for the newest."""
    metas = side.database.metas
    if side.reading.revision.txid == metas.current.txid:
        return ""
    return previous_state(metas.current, metas.other)


def _print_json(
    sides: _Sides,
    found: Iterator[Member | Hidden],
    totals: Totals,
    arguments: argparse.Namespace,
) -> None:
    """Print one document piece by piece, or a line for each difference."""
    from boltview.report.jsontext import dumps

    pairing = sides.pairing
    lines = (dumps(member_json(pairing, member)) for member in found)
    if arguments.jsonl:
        for line in lines:
            print(line)
        return
    head = {
        "before": side_json(pairing.before, sides.before.path, _trust(sides.before)),
        "after": side_json(pairing.after, sides.after.path, _trust(sides.after)),
    }
    print(dumps(head)[:-1] + ', "changes": [', end="")
    separator = "\n "
    for line in lines:
        print(separator, line, sep="", end="")
        separator = ",\n "
    print("\n],", f'"summary": {dumps(totals.json())}}}')


def _finish(sides: _Sides, totals: Totals) -> ExitCode:
    """List the damage of both sides, and return the code that says what was found."""
    databases = [(sides.before.path, sides.before.database)]
    if sides.after.database is not sides.before.database:
        databases.append((sides.after.path, sides.after.database))
    is_damaged = False
    for path, database in databases:
        faults = list(database.damage)
        if faults:
            sys.stdout.flush()
            say(f"{path}: damage met:")
            list_damage(faults)
            is_damaged = True
    if is_damaged or totals.hidden:
        return ExitCode.INCOMPLETE
    return ExitCode.FINDINGS if totals.differ else ExitCode.OK
