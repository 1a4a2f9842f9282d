"""Carved records as commands print them: those that are asked for, as a table or as JSON."""

import argparse
from collections import Counter
from collections.abc import Iterator
from itertools import chain

from boltview.cli.output import Painter, print_array, print_lines
from boltview.forensics.carve import OLDER, Carved
from boltview.report.carved import TITLES, Shapes
from boltview.report.jsontext import dumps
from boltview.report.table import table_lines

Found = Iterator[tuple[Carved, Shapes]]
"""Records, each with what knows its schema."""


def chosen(found: Found, arguments: argparse.Namespace, counts: Counter[str]) -> Found:
    """Yield the records that the options ask for; count them, those not shown included."""
    for record, shapes in found:
        if arguments.type and record.type not in arguments.type:
            continue
        if arguments.namespace is not None and shapes.namespace(record) != arguments.namespace:
            continue
        counts[record.state] += 1
        if record.state != OLDER or arguments.versions:
            yield record, shapes


def print_found(found: Found, arguments: argparse.Namespace) -> None:
    """Print records as JSON, each as it comes, or as a table."""
    if arguments.jsonl or arguments.json:
        texts = (dumps(shapes.json(record)) for record, shapes in found)
        (print_lines if arguments.jsonl else print_array)(texts)
        return
    is_wide = arguments.output == "wide"
    rows = [shapes.row(record, is_wide=is_wide) for record, shapes in found]
    if not rows:
        return
    lines = table_lines(TITLES, rows, [title == "PAGE" for title in TITLES])
    for line in chain([Painter(arguments).paint(next(lines), "dim")], lines):
        print(line)


def sum_up(counts: Counter[str], pages: str) -> None:
    """Say how many records there are of each verdict, and in which pages."""
    states = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
    print(f"{states or 'nothing'} found in {pages}")
    if counts[OLDER]:
        print("older versions are of objects that are there now: --versions shows them")


def counted(pages: int, which: str = "") -> str:
    """Return a number of pages in words."""
    return f"{pages:,} {which}page{'' if pages == 1 else 's'}"
