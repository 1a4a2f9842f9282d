"""`boltview schema`: what each bucket and key of a kind of database means."""

import argparse
import shutil
import textwrap

from boltview.cli.exitcodes import ExitCode
from boltview.cli.options import CommandParser, parse
from boltview.cli.output import Painter, finish, say
from boltview.cli.session import library, open_quietly
from boltview.report.escape import escape
from boltview.report.schematree import (
    SchemaLine,
    Tally,
    schema_json,
    schema_lines,
    tally,
)
from boltview.schema.model import Schema

_EXAMPLE = """\
  boltview schema                          which kinds of database are known
  boltview schema containerd.metadata      one of them, explained
  boltview schema --for meta.db            with counts and examples from a file
"""
_NO_TERMINAL_WIDTH = 100
_UNKNOWN_SHOWN = 20


def run(name: str, argv: list[str]) -> int:
    """Print a schema as a tree, or the list of schemas."""
    parser = CommandParser(name, "Explain the buckets and keys of a kind of database.", _EXAMPLE)
    parser.usage = "%(prog)s [NAME | --for PATH | --demo] [OPTION]…"
    parser.own.add_argument(
        "name", nargs="?", metavar="NAME", help="id of a schema, or a part of it"
    )
    parser.own.add_argument(
        "--for", dest="path", metavar="PATH", help="count what this database holds"
    )
    arguments = parse(parser, argv)
    if arguments.path is not None or arguments.demo:
        if arguments.name is not None:
            parser.error("argument NAME: a database tells itself which schema it follows")
        return _explain_database(arguments)
    known = library(arguments)
    heads = known.heads()
    if not arguments.name:
        if arguments.json:
            from boltview.report.jsontext import dumps

            print(dumps([{"id": head.id, "title": head.title} for head in heads], indent=2))
            return ExitCode.OK
        width = max(len(head.id) for head in heads)
        for head in heads:
            print(f"{head.id:<{width}}  {escape(head.title)}")
        return ExitCode.OK
    chosen = [head for head in heads if head.id == arguments.name] or [
        head for head in heads if arguments.name in head.id
    ]
    if len(chosen) != 1:
        ids = ", ".join(head.id for head in chosen or heads)
        say(f"error: {arguments.name!r} is {'more than' if chosen else 'not'} one of: {ids}")
        return ExitCode.USAGE
    _print(arguments, known.schema(chosen[0]), None)
    return ExitCode.OK


def _explain_database(arguments: argparse.Namespace) -> int:
    opened = open_quietly(arguments, arguments.path)
    schema = opened.reading.schema
    if schema is None:
        say("error: the database is of none of the known kinds (boltview schema lists them)")
        return finish(opened, ExitCode.FINDINGS)
    _print(arguments, schema, tally(opened.reading, opened.clock))
    return finish(opened)


def _print(arguments: argparse.Namespace, schema: Schema, found: Tally | None) -> None:
    if arguments.json:
        from boltview.report.jsontext import dumps

        print(dumps(schema_json(schema, found), indent=2))
        return
    painter = Painter(arguments)
    width = shutil.get_terminal_size((_NO_TERMINAL_WIDTH, 24)).columns
    print(painter.paint(f"{schema.id}: {schema.title}", "bucket"))
    print(textwrap.fill(schema.doc, width))
    print()
    for line in schema_lines(schema, found):
        _print_line(line, painter, width, counted=found is not None)
    if found and found.unknown:
        print("\nnot in the schema:")
        for path in list(found.unknown)[:_UNKNOWN_SHOWN]:
            print(f"  {path}")
        if len(found.unknown) > _UNKNOWN_SHOWN:
            print(f"  and {len(found.unknown) - _UNKNOWN_SHOWN} more")


def _print_line(line: SchemaLine, painter: Painter, width: int, *, counted: bool) -> None:
    indent = "  " * line.depth
    facts = [fact for fact in (line.type, line.releases) if fact]
    if counted:
        facts.append(f"{line.sighting.times} here" if line.sighting else "none here")
    name = painter.paint(line.name, "key" if line.type else "bucket")
    print(f"{indent}{name}  {painter.paint(', '.join(facts), 'dim')}".rstrip())
    hanging = indent + "    "
    print(
        textwrap.fill(line.doc, max(width, 40), initial_indent=hanging, subsequent_indent=hanging)
    )
    if line.sighting and line.sighting.value:
        example = f"{hanging}e.g. {line.sighting.value}"
        print(
            painter.paint(example if len(example) <= width else example[: width - 1] + "…", "dim")
        )
