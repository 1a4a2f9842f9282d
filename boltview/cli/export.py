"""`boltview export`: all objects of one or many nodes as tables for other programs."""

import argparse
import os
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from boltview.bolt.errors import BoltError, NoConsistentCopy
from boltview.cli.exitcodes import ExitCode
from boltview.cli.node import open_node
from boltview.cli.options import CommandParser, parse
from boltview.cli.output import list_damage, say
from boltview.cli.progress import progress_line
from boltview.cli.session import LOCAL_NODE, clock, library
from boltview.containerd.databases import node_folders
from boltview.containerd.locate import NotLocated, locate
from boltview.forensics.files import NewFile, UnusableDestination
from boltview.report.escape import escape
from boltview.shipped import demo_database

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from boltview.containerd.node import Node
    from boltview.report.export.redact import Redactor
    from boltview.report.export.run import Exported, Options, Subject
    from boltview.report.export.sink import Sink
    from boltview.report.opened import Opened

_FORMATS = ("jsonl", "csv", "sqlite", "parquet")
_STDOUT = "-"
_GLOSSARIES = ("labels", "annotations", "extensions")
_EXAMPLE = """\
  boltview export /var/lib/containerd --format sqlite -o node1
  boltview export nodeA/ nodeB/ nodeC/ --format parquet -o cluster
  boltview export meta.db --format jsonl -o - | jq 'select(.table == "images") | .name'
  boltview export meta.db --format sqlite -o for-maintainers --redact
  boltview export --describe                          every table, column and view
"""


def run(name: str, argv: list[str]) -> int:
    """Export nodes."""
    parser = CommandParser(
        name,
        "Write all objects of one or many nodes into a new folder: every kind as a table, labels "
        "and references as tables of their own, and how each node was read. The folder appears "
        "when all is in it.",
        _EXAMPLE,
    )
    _add_own(parser)
    arguments = parse(parser, argv)
    if arguments.describe:
        from boltview.report.export.describe import described

        print(described(), end="")
        return ExitCode.OK
    problem = _wrong(arguments)
    if problem:
        parser.error(problem)
    from boltview.report.export.parquet import MissingLibrary

    try:
        return _export(arguments)
    except (UnusableDestination, MissingLibrary) as error:
        say(f"error: {error}")
        return ExitCode.USAGE


def _add_own(parser: CommandParser) -> None:
    parser.usage = "%(prog)s PATH… --format FORMAT -o DIR [OPTION]…"
    own = parser.own
    own.add_argument(
        "path",
        nargs="*",
        metavar="PATH",
        help="nodes: bolt files, containerd roots, or roots of mounted node images; without any "
        "the local node",
    )
    own.add_argument("--format", choices=_FORMATS, help="what to write")
    own.add_argument(
        "-o", "--output", metavar="DIR", help="the folder to make; - for JSON lines on stdout"
    )
    own.add_argument(
        "--replace", action="store_true", help="an older export in DIR is replaced by this one"
    )
    own.add_argument(
        "--redact",
        action="store_true",
        help="names and values become pseudonyms; shapes, sizes, times and structure stay",
    )
    own.add_argument(
        "--salt",
        metavar="TEXT",
        help="with --redact: exports with the same salt have the same pseudonyms; whoever knows "
        "it can test guesses (default: random, kept nowhere)",
    )
    own.add_argument(
        "--carved",
        action="store_true",
        help="deleted records that a meta.db still holds too, in a table of their own",
    )
    own.add_argument(
        "--sha256", action="store_true", help="note the SHA-256 of each meta.db as it was read"
    )
    own.add_argument(
        "--describe", action="store_true", help="print every table, column and view, and end"
    )


def _wrong(arguments: argparse.Namespace) -> str:
    """Say what is wrong with the arguments; empty if nothing."""
    if not arguments.format or not arguments.output:
        return "--format and -o DIR are missing"
    if arguments.output == _STDOUT and arguments.format != "jsonl":
        return "only JSON lines go to stdout"
    if arguments.salt is not None and not arguments.redact:
        return "--salt goes with --redact"
    if arguments.demo and arguments.path:
        return "argument --demo: stands instead of a path"
    real = [os.path.realpath(path) for path in arguments.path]
    twice = [path for path, own in zip(arguments.path, real, strict=True) if real.count(own) > 1]
    return f"{twice[0]} is given twice" if twice else ""


def _export(arguments: argparse.Namespace) -> int:
    from boltview.report.export.run import Options

    subjects = _subjects(arguments)
    redactor = _redactor(arguments) if arguments.redact else None
    options = Options(
        clock(arguments),
        str(arguments.revision),
        arguments.carved,
        arguments.sha256,
        redactor,
    )
    if arguments.output == _STDOUT:
        from boltview.report.export.jsonlines import JsonStream

        stream = JsonStream(sys.stdout)
        exported = _run(arguments, subjects, stream, options)
        stream.finish()
        return _code(exported)
    _keep_off(arguments)
    return _export_to_folder(arguments, subjects, options)


def _export_to_folder(
    arguments: argparse.Namespace, subjects: "Sequence[Subject]", options: "Options"
) -> int:
    from boltview.forensics.folder import NewFolder
    from boltview.report.export.formats import FILES, FORMATS, INDEX, index_text

    older = FILES if arguments.replace else ()
    with (
        NewFolder(arguments.output, older) as folder,
        closing(FORMATS[arguments.format].open(folder.place)) as sink,
    ):
        exported = _run(arguments, subjects, sink, options)
        code = _code(exported)
        if not any(found.was_read for found in exported):
            return code
        sink.finish()
        text = index_text(arguments.format, sink, exported, options.redactor)
        with NewFile(os.path.join(folder.place, INDEX)) as index:
            index.write(f"{text}\n".encode())
            index.publish()
        folder.publish()
    if arguments.json:
        print(text)
    elif not arguments.quiet:
        _print_counts(arguments.output, sink)
    return code


def _subjects(arguments: argparse.Namespace) -> "list[Subject]":
    from boltview.report.export.names import node_names
    from boltview.report.export.run import Subject

    if arguments.demo:
        return [Subject("demo", demo_database(), _opener(arguments, None))]
    paths = arguments.path or [LOCAL_NODE]
    return [
        Subject(name, path, _opener(arguments, path))
        for name, path in zip(node_names(paths), paths, strict=True)
    ]


def _opener(arguments: argparse.Namespace, path: str | None) -> "Callable[[], tuple[Opened, Node]]":
    def opener() -> "tuple[Opened, Node]":
        found = open_node(arguments, path)
        return found.opened, found.node

    return opener


def _redactor(arguments: argparse.Namespace) -> "Redactor":
    from boltview.report.export.redact import Redactor

    salt = os.urandom(32) if arguments.salt is None else os.fsencode(arguments.salt)
    known = library(arguments)
    return Redactor(
        salt, [glob for name in _GLOSSARIES for glob in known.words(f"containerd.{name}")]
    )


def _run(
    arguments: argparse.Namespace,
    subjects: "Sequence[Subject]",
    sink: "Sink",
    options: "Options",
) -> "list[Exported]":
    from boltview.report.export.run import export

    exported = []
    with progress_line(arguments, "exporting, rows:") as progress:
        for found in export(subjects, sink, options._replace(progress=progress)):
            exported.append(found)
            where = "" if len(subjects) == 1 else f"{found.name}: "
            if found.error:
                say(f"error: {where}{found.error}")
            list_damage(found.damage)
    return exported


def _code(exported: "Sequence[Exported]") -> ExitCode:
    """Return what the end says: something is missing, or nothing could be read at all."""
    if not any(found.was_read for found in exported):
        no_copy = all(isinstance(found.error, NoConsistentCopy) for found in exported)
        return ExitCode.NO_COPY if no_copy else ExitCode.UNREADABLE
    if any(found.error or found.damage for found in exported):
        return ExitCode.INCOMPLETE
    return ExitCode.OK


def _keep_off(arguments: argparse.Namespace) -> None:
    """Make sure that nothing is written into a node that is read.

    Raises:
        UnusableDestination: it would be.
    """
    wanted = os.path.realpath(arguments.output)
    for path in arguments.path or [LOCAL_NODE]:
        try:
            root, containerd = node_folders(locate(path).path, path)
        except (NotLocated, BoltError):
            continue
        if root is None or containerd is None:
            continue
        evidence = os.path.realpath(os.path.join(root.root, containerd.path))
        for folder in (os.path.realpath(root.root), evidence):
            if folder != "/" and f"{wanted}/".startswith(f"{folder}/"):
                raise UnusableDestination(
                    f"{arguments.output}: it lies within {path}, which is read and not written"
                )


def _print_counts(folder: str, sink: "Sink") -> None:
    from boltview.report.export.tables import TABLES

    print(f"{escape(folder)}:")
    for table in TABLES:
        if sink.counts[table.name]:
            print(f"  {table.name:<17}  {sink.counts[table.name]:>9,}")
