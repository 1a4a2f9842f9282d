"""`boltview check`: every structural invariant, to the end, whatever is met."""

import argparse
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from boltview.bolt.check import check, is_fault
from boltview.bolt.finding import ERROR, NOTE, WARNING, Finding
from boltview.bolt.source import Source
from boltview.cli.exitcodes import ExitCode
from boltview.cli.options import CommandParser, add_path, parse
from boltview.cli.output import Painter, say
from boltview.cli.progress import progress_line
from boltview.cli.session import open_quietly
from boltview.report.escape import escape
from boltview.report.findings import finding_json, finding_line, meaning_lines, verdict_line
from boltview.report.opened import Opened

if TYPE_CHECKING:
    from boltview.bbolt import Verdict

_EXAMPLE = """\
  boltview check meta.db
  boltview check /mnt/failed-node --second-opinion
  boltview check meta.db --json > findings.json
"""
_STYLES = {ERROR: "damage", WARNING: "unknown", NOTE: "dim"}
_CHUNK = 1 << 22
_PATIENCE = 600.0
"""Seconds that the real bbolt may take; over some damage its check never ends."""


def run(name: str, argv: list[str]) -> int:
    """Print every fault of a file's structure; 1 if there is any, 0 if there is none."""
    parser = CommandParser(
        name,
        "Check every structural invariant of a database. Nothing stops it before the end.",
        _EXAMPLE,
    )
    add_path(parser)
    parser.own.add_argument(
        "--second-opinion",
        action="store_true",
        help="ask the real bbolt too, in a process of its own and about a temporary copy",
    )
    arguments = parse(parser, argv)
    if arguments.second_opinion and not _bbolt_is_here():
        return ExitCode.USAGE
    opened = open_quietly(arguments, arguments.path)
    counts: Counter[str] = Counter()
    with progress_line(arguments, "checking") as progress:
        found = check(opened.database, arguments.revision, progress)
        if arguments.json:
            code = _print_json(opened, found, arguments)
        else:
            code = _print_text(opened, found, counts, arguments)
    return code


def _print_text(
    opened: Opened, findings: Iterator[Finding], counts: Counter[str], arguments: argparse.Namespace
) -> ExitCode:
    painter = Painter(arguments)
    codes: Counter[str] = Counter()
    for found in findings:
        codes[found.code] += 1
        counts[found.severity] += 1
        severity, rest = finding_line(found)
        print(f"{painter.paint(severity, _STYLES[found.severity])}  {rest}")
    if codes:
        print("\nwhat it means:")
        for line in meaning_lines(codes):
            print(line)
        print()
    revision = opened.reading.revision
    faulty = bool(counts[ERROR] or counts[WARNING])
    print(verdict_line(counts, revision.high_water, revision.txid))
    if counts[ERROR]:
        print("Keep a copy of the file as it is before anything is tried on it.")
    if arguments.second_opinion:
        verdict = _second_opinion(opened.database.source)
        print(_VERDICTS[verdict.kind].format(count=len(verdict.messages)))
        for message in verdict.messages:
            print(f"  {escape(message)}")
        faulty = faulty or verdict.kind != "ok"
    return ExitCode.FINDINGS if faulty else ExitCode.OK


_VERDICTS = {
    "ok": "the real bbolt: OK",
    "errors": "the real bbolt: {count} errors",
    "refused": "the real bbolt does not open it:",
    "panicked": "the real bbolt crashed on it:",
    "timeout": "the real bbolt did not come to an end:",
}


def _print_json(
    opened: Opened, findings: Iterator[Finding], arguments: argparse.Namespace
) -> ExitCode:
    """Print one document piece by piece, as the findings come."""
    from boltview.report.jsontext import dumps

    print('{"findings": [', end="")
    separator, ok = "\n ", True
    for found in findings:
        print(separator, dumps(finding_json(found)), sep="", end="")
        separator, ok = ",\n ", ok and not is_fault(found)
    revision = opened.reading.revision
    rest: dict[str, object] = {"ok": ok, "txid": revision.txid, "pages": revision.high_water}
    if arguments.second_opinion:
        verdict = _second_opinion(opened.database.source)
        rest["second_opinion"] = {"kind": verdict.kind, "messages": verdict.messages}
        ok = ok and verdict.kind == "ok"
    print("\n],", dumps(rest)[1:])
    return ExitCode.OK if ok else ExitCode.FINDINGS


def _bbolt_is_here() -> bool:
    from boltview.bbolt import BboltUnavailable, load

    try:
        load()
    except BboltUnavailable as error:
        say(f"error: --second-opinion: {error}")
        return False
    return True


def _second_opinion(source: Source) -> "Verdict":
    """Ask the real bbolt about a copy: it would lock the file itself, and may die of damage."""
    from tempfile import NamedTemporaryFile

    from boltview.bbolt import check_in_subprocess

    with NamedTemporaryFile(prefix="boltview-", suffix=".db") as copy:
        for offset in range(0, source.size, _CHUNK):
            copy.write(source.read(offset, _CHUNK))
        copy.flush()
        return check_in_subprocess(copy.name, timeout=_PATIENCE)
