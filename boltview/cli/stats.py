"""`boltview stats`: what each bucket takes, what is free, and what compaction would save."""

import argparse

from boltview.bolt.stats import FileUse, file_use
from boltview.cli.faults import note_faults
from boltview.cli.options import CommandParser, add_path, parse
from boltview.cli.output import Painter, finish
from boltview.cli.progress import progress_line
from boltview.cli.session import open_quietly
from boltview.report.stats import HEADINGS, bbolt_lines, bucket_row, use_json, use_lines

_EXAMPLE = """\
  boltview stats meta.db
  boltview stats meta.db --depth 4
  boltview stats --demo --bbolt
"""
_DEPTH = 3
"""Levels that tell containerd's kinds of objects apart: v1, namespace, kind."""


def run(name: str, argv: list[str]) -> int:
    """Print the statistics of a file and of its buckets."""
    parser = CommandParser(
        name,
        "Tell what the file and each bucket take: bbolt's own counts, and beside them fill, "
        "free space, scattering and what compaction would save.",
        _EXAMPLE,
        {"bbolt": "what the real `bbolt stats` prints, byte for byte"},
    )
    add_path(parser)
    parser.own.add_argument(
        "--depth",
        type=_depth,
        default=_DEPTH,
        metavar="N",
        help=f"levels of buckets to list (default {_DEPTH})",
    )
    arguments = parse(parser, argv)
    opened = open_quietly(arguments, arguments.path)
    with progress_line(arguments, "walking") as progress:
        use = file_use(opened.reading.revision, arguments.depth, progress)
    note_faults(opened, use.faults)
    if arguments.json:
        from boltview.report.jsontext import dumps

        print(dumps(use_json(use), indent=2))
    elif arguments.bbolt:
        print("\n".join(bbolt_lines(use)))
    else:
        _print_text(use, Painter(arguments))
    return finish(opened)


def _depth(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of levels")
    return int(text)


def _print_text(use: FileUse, painter: Painter) -> None:
    lines = use_lines(use)
    width = max(len(label) for label, _ in lines)
    for label, text in lines:
        print(f"{painter.paint(label.ljust(width), 'key')}  {text}")
    print()
    rows = [HEADINGS, *(bucket_row(bucket, use.page_size) for bucket in use.buckets)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    for row in rows:
        name = row[0].ljust(widths[0])
        cells = [cell.rjust(wide) for cell, wide in zip(row[1:], widths[1:], strict=True)]
        print("  ".join([painter.paint(name, "bucket"), *cells]).rstrip())
