"""`boltview pages`: the page table, with the bucket that owns each page."""

from boltview.bolt.owners import PageTable
from boltview.cli.faults import note_faults
from boltview.cli.options import CommandParser, add_path, parse
from boltview.cli.output import Painter, finish
from boltview.cli.progress import progress_line
from boltview.cli.session import open_quietly
from boltview.report.pages import (
    HEADINGS,
    bbolt_header,
    bbolt_row,
    page_json,
    page_row,
    table_json,
)

_EXAMPLE = """\
  boltview pages meta.db
  boltview pages meta.db --jsonl | grep '"free"'
  boltview pages --demo --bbolt
"""
_FORMS = {
    "jsonl": "one JSON object a page",
    "bbolt": "what the real `bbolt pages` prints, byte for byte",
}
_STYLES = {"free": "dim", "meta": "key", "freelist": "key", "branch": "bucket"}


def run(name: str, argv: list[str]) -> int:
    """Print what each page is and whose."""
    doc = "List every page: type, elements, overflow pages, and the bucket that owns it."
    parser = CommandParser(name, doc, _EXAMPLE, _FORMS)
    add_path(parser)
    arguments = parse(parser, argv)
    opened = open_quietly(arguments, arguments.path)
    with progress_line(arguments, "walking") as progress:
        table = PageTable(opened.reading.revision, progress)
    note_faults(opened, table.faults)
    if arguments.json or arguments.jsonl:
        _print_json(table, as_lines=arguments.jsonl)
    elif arguments.bbolt:
        print(bbolt_header())
        for page in table.pages():
            print(bbolt_row(page))
    else:
        _print_text(table, Painter(arguments))
    return finish(opened)


def _print_text(table: PageTable, painter: Painter) -> None:
    # The widths of bbolt's own table: every id and type fits.
    form = "{:<8} {:<10} {:<6} {:<6} {}"
    print(form.format(*HEADINGS))
    for page in table.pages():
        line = form.format(*page_row(page)).rstrip()
        print(painter.paint(line, _STYLES.get(page.type, "")))


def _print_json(table: PageTable, *, as_lines: bool) -> None:
    from boltview.report.jsontext import dumps

    lines = (dumps(page_json(page)) for page in table.pages())
    if as_lines:
        for line in lines:
            print(line)
        return
    print(dumps(table_json(table))[:-1], end=', "pages": [')
    separator = "\n "
    for line in lines:
        print(separator, line, sep="", end="")
        separator = ",\n "
    print("\n]}")
