"""`boltview ls` and `boltview tree`: what is in a bucket, one level or all levels."""

import argparse
from collections.abc import Iterator
from typing import NamedTuple

from boltview.bolt.bucket import Bucket
from boltview.bolt.errors import Damage
from boltview.bolt.walk import Visit, walk
from boltview.cli.exitcodes import ExitCode
from boltview.cli.keys import find
from boltview.cli.options import CommandParser, add_path_and_key, parse, split_key
from boltview.cli.output import Painter, finish
from boltview.cli.session import open_quietly
from boltview.report.opened import Opened
from boltview.report.rows import Row, row

_EXAMPLES = {
    "ls": """\
  boltview ls meta.db
  boltview ls meta.db v1/k8s.io/images
  boltview ls --demo v1/default/leases --jsonl
""",
    "tree": """\
  boltview tree meta.db v1/default/containers/web-1
  boltview tree --demo --depth 2
  boltview tree meta.db --jsonl > meta.jsonl
""",
}
_DOCS = {
    "ls": "List what is in a bucket, decoded.",
    "tree": "List what is in a bucket and in the buckets below it, decoded.",
}
_KEY_WIDTH = 48
"""Keys are aligned up to this width; a longer one pushes its value to the right."""
_GLYPHS = {"bucket": "▸", "inline": "▹", "value": " ", "damage": "✗"}
_MARKS = {"unknown": "? ", "undecodable": "! ", "damage": "", "": ""}


def run(name: str, argv: list[str]) -> int:
    """Print the entries of a bucket."""
    parser = CommandParser(name, _DOCS[name], _EXAMPLES[name], {"jsonl": "one JSON object a line"})
    add_path_and_key(parser)
    if name == "tree":
        parser.own.add_argument(
            "--depth", type=_depth, metavar="N", help="levels to show (default all)"
        )
    arguments = parse(parser, argv)
    path, keys = split_key(arguments)
    opened = open_quietly(arguments, path)
    found = find(opened, keys)
    if isinstance(found.entry, Damage):
        return finish(opened)
    depth = 1 if name == "ls" else arguments.depth
    visits = (
        walk(opened.reading.revision, found.entry, depth)
        if isinstance(found.entry, Bucket)
        else iter([Visit(0, found.bucket, found.entry)])
    )
    if arguments.json or arguments.jsonl:
        _print_json(opened, visits, as_lines=arguments.jsonl)
    else:
        _print_rows(opened, visits, Painter(arguments))
    return finish(opened, ExitCode.OK)


def _depth(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of levels")
    return int(text)


class _Line(NamedTuple):
    depth: int
    row: Row


def _print_rows(opened: Opened, visits: Iterator[Visit], painter: Painter) -> None:
    """Print bucket by bucket, so that the values of one bucket line up and output still streams."""
    group: list[_Line] = []
    for visit in visits:
        if group and (visit.depth != group[-1].depth or len(group) == _GROUP):
            _print_group(group, painter)
            group = []
        shown = row(opened.reading, visit.bucket, visit.entry, opened.clock)
        group.append(_Line(visit.depth, shown))
    _print_group(group, painter)


_GROUP = 200
"""Rows aligned together at most."""


def _print_group(group: list[_Line], painter: Painter) -> None:
    widths = [len(line.row.key) for line in group if line.row.kind == "value"]
    width = max((length for length in widths if length <= _KEY_WIDTH), default=0)
    for depth, shown in group:
        indent = "  " * depth
        key = painter.paint(shown.key, "bucket" if shown.kind in {"bucket", "inline"} else "key")
        glyph = painter.paint(_GLYPHS[shown.kind], "damage" if shown.kind == "damage" else "dim")
        if shown.kind == "value":
            pad = " " * (width - len(shown.key))
            mark = painter.paint(_MARKS[shown.mark], shown.mark)
            print(f"{indent}{glyph} {key}{pad}  {mark}{shown.value}".rstrip())
        elif shown.kind == "damage":
            print(f"{indent}{glyph} {painter.paint(f'damaged: {shown.value}', 'damage')}")
        else:
            mark = painter.paint(_MARKS[shown.mark].strip(), shown.mark)
            extra = painter.paint(shown.value, "dim")
            print(f"{indent}{glyph} {'  '.join(part for part in (key, mark, extra) if part)}")


def _print_json(opened: Opened, visits: Iterator[Visit], *, as_lines: bool) -> None:
    from boltview.report.jsontext import dumps, visit_json

    objects = (dumps(visit_json(opened.reading, visit)) for visit in visits)
    if as_lines:
        for text in objects:
            print(text)
        return
    print("[", end="")
    separator = "\n "
    for text in objects:
        print(separator, text, sep="", end="")
        separator = ",\n "
    print("\n]")
