"""`boltview page`: what is on a page, and with `--owner` whose it is."""

import argparse

from boltview.bolt.owners import PageTable
from boltview.cli.exitcodes import ExitCode
from boltview.cli.options import CommandParser, parse
from boltview.cli.output import Painter, list_damage, say
from boltview.cli.progress import progress_line
from boltview.cli.session import open_quietly
from boltview.report.pagedetail import PageDetail, detail_json, detail_lines, page_detail

_EXAMPLE = """\
  boltview page meta.db 5
  boltview page meta.db 110 111 --owner
  boltview page --demo 0 --json
"""


def run(name: str, argv: list[str]) -> int:
    """Print pages; 1 if the file has no such page, 4 if one of them is damaged."""
    parser = CommandParser(name, "Show what is on a page: header, elements, free ids.", _EXAMPLE)
    parser.usage = "%(prog)s [PATH] N… [OPTION]…"
    parser.own.add_argument(
        "path", nargs="*", metavar="PATH N", help="a database, and page numbers"
    )
    parser.own.add_argument(
        "--owner", action="store_true", help="walk the whole file to say whose each page is"
    )
    arguments = parse(parser, argv)
    path, numbers = _split(parser, arguments)
    opened = open_quietly(arguments, path)
    revision = opened.reading.revision
    table = None
    if arguments.owner:
        with progress_line(arguments, "walking") as progress:
            table = PageTable(revision, progress)
    details = []
    for number in numbers:
        detail = page_detail(revision, number, table)
        if detail is None:
            last = (revision.source.size - 1) // revision.page_size
            say(f"error: there is no page {number}: the file ends with page {last}")
        else:
            details.append(detail)
    _print(details, revision.page_size, arguments)
    damage = [fault for detail in details for fault in detail.damage]
    list_damage(damage)
    if len(details) < len(numbers):
        return ExitCode.FINDINGS
    return ExitCode.INCOMPLETE if damage else ExitCode.OK


def _split(parser: CommandParser, arguments: argparse.Namespace) -> tuple[str | None, list[int]]:
    """Return PATH and the page numbers; with `--demo` every argument is a number."""
    given: list[str] = arguments.path
    numbers = given if arguments.demo else given[1:]
    if not numbers:
        parser.error("a page number is missing")
    for number in numbers:
        if not (number.isascii() and number.isdigit()):
            parser.error(f"{number!r} is not a page number")
    return (None if arguments.demo else given[0]), [int(number) for number in numbers]


def _print(details: list[PageDetail], page_size: int, arguments: argparse.Namespace) -> None:
    if arguments.json:
        from boltview.report.jsontext import dumps

        print(dumps([detail_json(detail) for detail in details], indent=2))
        return
    painter = Painter(arguments)
    for number, detail in enumerate(details):
        if number:
            print()
        lines = detail_lines(detail, page_size)
        width = max(len(label) for label, _ in lines)
        for label, text in lines:
            style = "damage" if label == "damage" else ""
            print(f"{painter.paint(label.ljust(width), 'key')}  {painter.paint(text, style)}")
