"""`boltview snapshot`: a consistent copy of a database, or of all of a node's, as evidence."""

import argparse
import os
import sys
from typing import TextIO

from boltview.bolt.snapshot import Limits
from boltview.bolt.source import FileSource
from boltview.cli.exitcodes import ExitCode
from boltview.cli.options import CommandParser
from boltview.cli.output import say
from boltview.cli.progress import progress_line
from boltview.cli.session import spool
from boltview.containerd.databases import node_databases
from boltview.forensics.bundle import (
    Taken,
    Wanted,
    verify_folder,
    verify_tar,
    write_folder,
    write_tar,
)
from boltview.forensics.evidence import (
    DAMAGED,
    SUFFIX,
    Malformed,
    Record,
    dump_safe,
    to_json,
    verify,
)
from boltview.forensics.files import NewFile, UnusableDestination, unnamed_file
from boltview.forensics.reflink import CannotClone
from boltview.forensics.take import Manner, take
from boltview.report.escape import escape
from boltview.report.units import exact_size
from boltview.shipped import demo_database

_EXAMPLE = """\
  boltview snapshot /var/lib/containerd/io.containerd.metadata.v1.bolt/meta.db meta.db
  boltview snapshot --verify meta.db
  boltview snapshot /var/lib/containerd node/       every database of the node
  ssh node boltview snapshot /var/lib/containerd - > node.tar
"""
_STDOUT = "-"
_CHUNK = 1 << 20


def run(name: str, argv: list[str]) -> int:
    """Copy, or check a copy."""
    parser = CommandParser(
        name,
        "Copy a database that somebody may be writing: consistently, without a lock, verified, "
        "with an evidence record (DEST.json) beside the copy.",
        _EXAMPLE,
    )
    parser.own.add_argument(
        "paths",
        nargs="*",
        metavar="SRC DEST",
        help="SRC: a bolt file, or a directory for all of a node's databases. "
        "DEST: a new file; for a directory a new directory or NAME.tar; '-' is stdout",
    )
    parser.own.add_argument(
        "--verify", metavar="DEST", help="check a copy, a folder or a tar against its records"
    )
    parser.own.add_argument(
        "--allow-torn",
        action="store_true",
        help="if no consistent copy can be had, keep a torn one, labelled so (exit code 5)",
    )
    parser.own.add_argument(
        "--reflink",
        action="store_true",
        help="clone the file in one moment where the file system can; "
        "marks the original's extents as shared",
    )
    arguments = parser.parse_intermixed_args(argv)
    paths = [demo_database(), *arguments.paths] if arguments.demo else arguments.paths
    problem = _problem(arguments, paths)
    if problem:
        say(f"error: {problem}")
        return ExitCode.USAGE
    try:
        return _verify(arguments) if arguments.verify else _copy(arguments, *paths)
    except (UnusableDestination, CannotClone) as error:
        say(f"error: {error}")
        return ExitCode.USAGE
    except Malformed as error:
        say(f"error: {error}")
        return ExitCode.UNREADABLE


def _problem(arguments: argparse.Namespace, paths: list[str]) -> str:
    """Say what is wrong with the arguments; empty if nothing."""
    if arguments.verify:
        return "--verify takes no other path" if paths else ""
    if len(paths) != 2:  # noqa: PLR2004  SRC and DEST
        return "snapshot needs SRC and DEST (boltview snapshot --help)"
    if arguments.revision != "current":
        return "only the current revision can be proved to be whole in a live file"
    if paths[1] == _STDOUT and sys.stdout.isatty():
        return "a copy is not for a terminal; redirect it, or name a file"
    return ""


def _copy(arguments: argparse.Namespace, source: str, destination: str) -> int:
    with (
        progress_line(arguments, "copying") as copying,
        progress_line(arguments, "verifying") as verifying,
    ):
        manner = Manner(
            Limits(allow_torn=arguments.allow_torn),
            reflink=arguments.reflink,
            progress=copying,
            verifying=verifying,
            spool=spool(),
        )
        if os.path.isdir(source):
            return _copy_node(arguments, source, destination, manner)
        if destination == _STDOUT:
            record = _copy_to_stdout(source, manner)
        else:
            record = _copy_to_file(source, destination, manner)
    _report(arguments, record, destination)
    return _code(record)


def _copy_to_file(source: str, destination: str, manner: Manner) -> Record:
    """Copy into a file that appears, with its record beside it, when all is done."""
    with NewFile(destination) as copy, NewFile(destination + SUFFIX) as beside:
        record = take(source, copy.fd, destination, manner._replace(settle=copy.write_back))
        beside.write(to_json(record).encode())
        copy.publish()
        beside.publish()
    return record


def _copy_to_stdout(source: str, manner: Manner) -> Record:
    """Copy into an unnamed file, and that to stdout: no byte leaves before all are proved."""
    fd = unnamed_file(manner.spool)
    copy = FileSource("copy", fd)
    record = take(source, fd, "copy", manner)
    copy.refresh()
    sys.stdout.flush()
    for start in range(0, copy.size, _CHUNK):
        sys.stdout.buffer.write(copy.read(start, _CHUNK))
    sys.stdout.buffer.flush()
    return record


def _copy_node(arguments: argparse.Namespace, source: str, destination: str, manner: Manner) -> int:
    """Copy all databases of a node into a folder or a tar."""
    wanted = [Wanted(*found) for found in node_databases(source)]
    if destination == _STDOUT:
        taken = list(write_tar(wanted, sys.stdout.buffer, manner))
        return _report_node(arguments, taken, sys.stderr)
    if not destination.endswith(".tar"):
        taken = list(write_folder(wanted, destination, manner))
        return _report_node(arguments, taken, sys.stdout)
    with NewFile(destination) as tar:
        with os.fdopen(os.dup(tar.fd), "wb") as output:
            taken = list(write_tar(wanted, output, manner))
        tar.publish()
    return _report_node(arguments, taken, sys.stdout)


def _report(arguments: argparse.Namespace, record: Record, destination: str) -> None:
    """Print the record or its gist; on stderr where stdout carries the copy."""
    stream = sys.stderr if destination == _STDOUT else sys.stdout
    if arguments.json:
        print(to_json(record), end="", file=stream)
    elif not arguments.quiet:
        for line in _gist(record):
            print(line, file=stream)


def _gist(record: Record) -> list[str]:
    holder = record.lock_holder
    held = f"held by {holder['name']} (pid {holder['pid']})" if holder else "no lock seen"
    if not record.locks_listed:
        held = "whether it is locked cannot be told: there is no /proc/locks"
    before = "" if record.previous_txid is None else f" (before it {record.previous_txid})"
    attempts = f"{record.attempts} attempt{'' if record.attempts == 1 else 's'}"
    return [
        f"verdict   {record.verdict}",
        f"revision  {record.txid}{before}, {attempts}, {record.method}",
        f"source    {escape(record.source)}, {escape(held)}",
        f"copy      {exact_size(record.copy_size)}, {record.reachable_pages} pages in use",
        f"sha256    {record.sha256}",
    ] + [f"damage    {escape(str(finding['message']))}" for finding in record.findings]


def _code(record: Record) -> ExitCode:
    if record.is_torn:
        return ExitCode.NO_COPY
    return ExitCode.INCOMPLETE if record.verdict == DAMAGED else ExitCode.OK


def _report_node(arguments: argparse.Namespace, taken: list[Taken], stream: TextIO) -> int:
    """Say what became of each database; the worst decides."""
    records = [(entry.name, entry.record) for entry in taken if entry.record]
    if arguments.json:
        document = {name: record._asdict() for name, record in records}
        print(dump_safe(document), end="", file=stream)
    elif not arguments.quiet:
        for name, record in records:
            size = exact_size(record.copy_size)
            line = f"{name}: {record.verdict}, revision {record.txid}, {size}"
            print(escape(line), file=stream)
    codes = [ExitCode.OK, *(_code(record) for _, record in records)]
    for entry in taken:
        if entry.record is None:
            say(f"error: {entry.name}: not copied: {entry.error}")
            codes.append(ExitCode.NO_COPY if entry.is_live else ExitCode.UNREADABLE)
    return max(codes)


def _verify(arguments: argparse.Namespace) -> int:
    path = arguments.verify
    if os.path.isdir(path):
        checked = list(verify_folder(path))
    elif os.path.exists(path + SUFFIX) or not path.endswith(".tar"):
        with progress_line(arguments, "verifying") as progress:
            checked = [(path, verify(path, progress))]
    else:
        checked = list(verify_tar(path, spool()))
    if not checked:
        say(f"error: {path}: there is no evidence record in it")
        return ExitCode.UNREADABLE
    for name, found in checked:
        print(f"{escape(name)}: {'as recorded' if not found else 'NOT as recorded'}")
        for difference in found:
            print(f"  {escape(difference)}")
    return ExitCode.FINDINGS if any(found for _, found in checked) else ExitCode.OK
