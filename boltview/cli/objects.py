"""What the commands that list objects share: options, selection, and the forms of the output."""

import argparse
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from boltview.cli.exitcodes import ExitCode
from boltview.cli.node import OpenNode, finish_node, judge_parts, open_node
from boltview.cli.options import CommandParser, parse, split_key
from boltview.cli.output import Painter, print_array, print_lines, say
from boltview.containerd.metadata import NotMetadata
from boltview.report.detail import Line
from boltview.report.jsontext import dumps
from boltview.report.objects.column import View, cell_text, remark, value_text
from boltview.report.objects.find import Ambiguous, NoSuchObject, find_view
from boltview.report.objects.kind import Kind
from boltview.report.objects.select import (
    BadSelection,
    choose_columns,
    parse_filters,
    sorted_views,
)
from boltview.report.objects.shapes import stored_json
from boltview.report.table import csv_lines, table_lines

Show = Callable[[OpenNode, list[View], argparse.Namespace], ExitCode]
"""Shows chosen objects in a form of a command's own."""
Lines = Callable[[Iterable[View]], Iterator[str]]
"""Writes objects as JSON lines."""

_FORMS = {"jsonl": "one JSON object a line", "csv": "the table as CSV, values in full"}
_STYLES = {"title": "bucket", "note": "dim", "error": "undecodable"}
_LABEL_WIDTH = 18
_PATH_HELP = (
    "a bolt file, a containerd root, or the root of a mounted node image; without it the local "
    "node's database; then an ID, digest or name, or as much of its beginning as is unique"
)


def object_parser(kind: Kind, doc: str, example: str) -> CommandParser:
    """Return the parser of a command that lists objects of a kind, or shows one."""
    parser = CommandParser(kind.name, doc, example, _FORMS)
    parser.usage = "%(prog)s [PATH [ID]] [OPTION]…"
    own = parser.own
    own.add_argument("path", nargs="*", metavar="PATH [ID]", help=_PATH_HELP)
    own.add_argument("-n", "--namespace", metavar="NS", help="objects of this namespace alone")
    own.add_argument("-o", "--output", choices=["wide"], help="more columns, IDs in full")
    names = ", ".join(column.name for column in kind.columns)
    own.add_argument(
        "--columns", metavar="A,B", help=f"what to show; +A adds to the usual ones: {names}"
    )
    own.add_argument("--sort", metavar="A,-B", help="order by columns, - for descending")
    own.add_argument(
        "--filter",
        action="append",
        default=[],
        metavar="TEST",
        help="field=value, != (with * ? a pattern), ~ (regex), < > (size, time, 2h for two hours "
        "ago); label=key, label=key=value; all given must hold",
    )
    return parser


def run_kind(
    kind: Kind,
    parser: CommandParser,
    argv: list[str],
    *,
    lines: Lines | None = None,
    show: tuple[str, Show] | None = None,
) -> int:
    """Run a command that lists objects of a kind, or shows one.

    Args:
        kind: the kind.
        parser: from `object_parser`.
        argv: the arguments.
        lines: writes JSON lines faster than the kind's own way.
        show: name of an option of the command's own, and what it does.
    """
    arguments = parse(parser, _joined(argv))
    path, ids = split_key(arguments)
    if len(ids) > 1:
        parser.error("one ID at a time; --filter chooses several objects")
    try:
        found = open_node(arguments, path)
        views = _chosen(kind, found, arguments, ids)
        if show and getattr(arguments, show[0]):
            code = show[1](found, list(views), arguments)
        elif ids:
            code = _print_one(kind, next(iter(views)), arguments)
        else:
            code = _print_list(kind, found, views, arguments, lines)
    except NotMetadata as error:
        say(f"error: {error}")
        return ExitCode.UNREADABLE
    except (BadSelection, Ambiguous) as error:
        say(f"error: {error}")
        return ExitCode.USAGE
    except NoSuchObject as error:
        say(f"error: {error}")
        return ExitCode.FINDINGS
    return finish_node(found, judge_parts(found, code, is_quiet=arguments.quiet))


def _joined(argv: list[str]) -> list[str]:
    """Join `--sort -created` to one argument: argparse would take `-created` for an option."""
    joined: list[str] = []
    for word in argv:
        if joined and joined[-1] == "--sort" and word.startswith("-"):
            joined[-1] = f"--sort={word}"
        else:
            joined.append(word)
    return joined


def _chosen(
    kind: Kind, found: OpenNode, arguments: argparse.Namespace, ids: list[str]
) -> Iterable[View]:
    node, clock = found.node, found.opened.clock
    if ids:
        return [find_view(kind, node, ids[0], arguments.namespace, clock)]
    tests = parse_filters(arguments.filter, kind.columns, clock)
    views: Iterable[View] = kind.views(node, arguments.namespace, clock)
    if tests:
        views = (view for view in views if all(test(view) for test in tests))
    return sorted_views(views, arguments.sort, kind.columns)


def _print_list(
    kind: Kind,
    found: OpenNode,
    views: Iterable[View],
    arguments: argparse.Namespace,
    lines: Lines | None,
) -> ExitCode:
    if arguments.jsonl:
        print_lines(lines(views) if lines else (dumps(kind.json(view)) for view in views))
    elif arguments.json:
        print_array(dumps(kind.json(view)) for view in views)
    elif arguments.csv:
        is_wide = arguments.output == "wide"
        columns = choose_columns(kind.columns, arguments.columns, wide=is_wide)
        rows = ([value_text(column.value(view)) for column in columns] for view in views)
        for line in csv_lines([column.name for column in columns], rows):
            print(line)
    else:
        _print_table(kind, found, views, arguments)
    return ExitCode.OK


def _print_table(
    kind: Kind, found: OpenNode, views: Iterable[View], arguments: argparse.Namespace
) -> None:
    is_wide, clock = arguments.output == "wide", found.opened.clock
    columns = choose_columns(kind.columns, arguments.columns, wide=is_wide)
    rows, remarks = [], []
    for view in views:
        rows.append([cell_text(column, view, clock, is_wide=is_wide) for column in columns])
        remarks.append(remark(view))
    titles = [column.heading for column in columns]
    right = [column.is_right for column in columns]
    if any(remarks):
        titles.append("ODD")
        right.append(False)
        rows = [[*row, text] for row, text in zip(rows, remarks, strict=True)]
    lines = table_lines(titles, rows, right)
    painter = Painter(arguments)
    heading = next(lines)
    for line in chain([painter.paint(heading, "dim")], lines):
        print(line)


def _print_one(kind: Kind, view: View, arguments: argparse.Namespace) -> ExitCode:
    if arguments.json or arguments.jsonl:
        stored = stored_json(view.record) if view.record.path else {}
        indent = 2 if arguments.json else None
        print(dumps({**kind.json(view), **stored}, indent=indent))
        return ExitCode.OK
    painter = Painter(arguments)
    for line in kind.full(view):
        print(_line(line, painter))
    return ExitCode.OK


def _line(line: Line, painter: Painter) -> str:
    text = painter.paint(line.text, _STYLES.get(line.style, ""))
    if line.style == "title":
        return text
    label = painter.paint(line.label.ljust(_LABEL_WIDTH), "key")
    return f"{label} {text}".rstrip()
