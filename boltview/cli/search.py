"""`boltview search`: every key, value and decoded value that matches, with its path."""

import argparse
import os
import sys
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from boltview.bolt.progress import Progress
from boltview.cli.exitcodes import ExitCode
from boltview.cli.options import CommandParser, parse
from boltview.cli.output import Painter, finish, print_array
from boltview.cli.progress import progress_line
from boltview.cli.session import open_quietly
from boltview.forensics.search.hit import Hit
from boltview.forensics.search.live import search
from boltview.forensics.search.matcher import EVERYWHERE
from boltview.forensics.search.pattern import BadPattern, Pattern, digest, expression, literal
from boltview.report.hits import HitLine, hit_json, hit_line
from boltview.report.jsontext import dumps
from boltview.report.opened import Opened

if TYPE_CHECKING:
    # Carving is a large machine, which most searches do without.
    from boltview.forensics.search.carved import CarvedHit

_EXAMPLE = """\
  boltview search meta.db nginx
  boltview search /mnt/failed-node -i 'connection refused' --jsonl
  boltview search meta.db --regex '^/pause$' --in decoded
  boltview search meta.db --digest 4be0e3b9 --in keys
  boltview search meta.db payments --carved
"""


def run(name: str, argv: list[str]) -> int:
    """Print every hit as it is found."""
    parser = CommandParser(
        name,
        "Look for a text in every key, in the bytes of every value, and in what values decode to: "
        "times, numbers, JSON and protobuf within Any. Each hit is a line with its path, where the "
        "match is (within JSON as jq would write it), and the text around it. Everything is "
        "matched as bytes, texts as UTF-8.",
        _EXAMPLE,
        {"jsonl": "one JSON object a hit"},
    )
    _add_arguments(parser)
    arguments = parse(parser, argv)
    path, text = _path_and_pattern(parser, arguments)
    try:
        pattern = _pattern(arguments, text)
    except BadPattern as error:
        parser.error(f"argument PATTERN: {error}")
    where = frozenset(word for words in arguments.where for word in words.split(",") if word)
    if where - EVERYWHERE:
        parser.error(f"argument --in: {', '.join(sorted(where - EVERYWHERE))}: not known")
    opened = open_quietly(arguments, path)
    with progress_line(arguments, "searching") as progress:
        hits = _hits(opened, pattern, where or EVERYWHERE, arguments, progress)
        count = _print(islice(hits, arguments.limit), arguments)
    return finish(opened, ExitCode.OK if count else ExitCode.FINDINGS)


def _add_arguments(parser: CommandParser) -> None:
    parser.usage = "%(prog)s [PATH] PATTERN [OPTION]…"
    own = parser.own
    own.add_argument(
        "path",
        nargs="*",
        metavar="[PATH] PATTERN",
        help="a bolt file, a containerd root, or the root of a mounted node image; without it the "
        "local node's database. The text to look for; -- before one that begins with -",
    )
    kinds = own.add_mutually_exclusive_group()
    kinds.add_argument(
        "-e", "--regex", action="store_true", help="PATTERN is a regular expression (Python's)"
    )
    kinds.add_argument(
        "-d",
        "--digest",
        action="store_true",
        help="PATTERN is the beginning of a digest, with or without its algorithm",
    )
    own.add_argument("-i", "--ignore-case", action="store_true", help="letters match in any case")
    own.add_argument(
        "--in",
        dest="where",
        action="append",
        default=[],
        metavar="WHERE",
        help="only keys, values (their bytes) or decoded; several as A,B",
    )
    own.add_argument(
        "--carved",
        action="store_true",
        help="look through deleted records that the file still holds, instead of what is there",
    )
    own.add_argument("-m", "--limit", type=_limit, metavar="N", help="stop behind N hits")
    own.add_argument(
        "-c", "--count", action="store_true", help="print only how many hits there are"
    )


def _path_and_pattern(
    parser: CommandParser, arguments: argparse.Namespace
) -> tuple[str | None, str]:
    """Return PATH and PATTERN; a single argument is the pattern."""
    given: list[str] = arguments.path
    most = 1 if arguments.demo else 2
    if not 1 <= len(given) <= most:
        parser.error("one PATTERN is needed, and at most one PATH before it, none with --demo")
    if len(given) == 1 and not arguments.demo and os.path.exists(given[0]):
        parser.error(f"argument PATTERN: missing; {given[0]} is a file to look in")
    *path, text = given
    return (path[0] if path else None), text


def _pattern(arguments: argparse.Namespace, text: str) -> Pattern:
    if arguments.digest:
        return digest(text)
    make = expression if arguments.regex else literal
    return make(text, ignore_case=arguments.ignore_case)


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of hits")
    return int(text)


def _hits(
    opened: Opened,
    pattern: Pattern,
    where: frozenset[str],
    arguments: argparse.Namespace,
    progress: Progress | None,
) -> "Iterator[Hit | CarvedHit]":
    if arguments.carved:
        from boltview.forensics.search.carved import search_carved

        yield from search_carved(opened.reading, pattern, where, progress)
        return
    for found in search(opened.reading, pattern, where):
        if isinstance(found, Hit):
            yield found
            continue
        # What comes next may take long.
        sys.stdout.flush()
        if progress:
            progress(*found)


def _print(hits: "Iterator[Hit | CarvedHit]", arguments: argparse.Namespace) -> int:
    """Print hits, each as it comes; return how many there were."""
    count = 0

    def counted() -> Iterator[tuple[Hit, "CarvedHit | None"]]:
        nonlocal count
        for found in hits:
            count += 1
            yield (found, None) if isinstance(found, Hit) else (found.hit, found)

    if arguments.count:
        for _ in counted():
            pass
        print(dumps({"hits": count}) if arguments.json or arguments.jsonl else count)
    elif arguments.json:
        print_array(dumps(hit_json(*found)) for found in counted())
    elif arguments.jsonl:
        for found in counted():
            print(dumps(hit_json(*found)))
    else:
        painter = Painter(arguments)
        for found in counted():
            print(_painted(hit_line(*found), painter))
    return count


def _painted(line: HitLine, painter: Painter) -> str:
    match = painter.paint(line.match, "match")
    where = painter.paint(f"{line.where}:", "dim")
    return f"{painter.paint(line.path, 'key')}: {where} {line.before}{match}{line.after}"
