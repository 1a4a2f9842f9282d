"""The program's entry: finds the command, runs it, and turns every error into a line and a code.

Only the module of the command that runs is imported, because a command must start fast.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple

from boltview import __version__
from boltview.bolt.errors import (
    BoltError,
    DamageError,
    NoConsistentCopy,
    NoSuchRevision,
)
from boltview.cli.exitcodes import ExitCode
from boltview.cli.output import say
from boltview.containerd.locate import NotLocated
from boltview.report.keypath import InDoubt, NoSuchKey
from boltview.schema.parse import SchemaError
from boltview.schema.values import Undecodable


class Command(NamedTuple):
    """Where a command lives, and its line in the help."""

    module: str
    summary: str


COMMANDS = {
    "browse": Command("browse", "open the browser (the same as boltview PATH)"),
    "serve": Command("serve", "the browser in a web browser, on this machine alone"),
    "info": Command("info", "metas, revision, freelist, schema, lock holder, damage"),
    "ls": Command("listing", "what is in a bucket, decoded"),
    "tree": Command("listing", "what is in a bucket and below it"),
    "get": Command("get", "one value, or a whole bucket as an object"),
    "search": Command("search", "a text in keys, values and decoded values, with its path"),
    "namespaces": Command("groups", "namespaces, and what is in each"),
    "containers": Command("containers", "containers over all namespaces, or one in full"),
    "images": Command("images", "images: platforms, size, unpacked or not"),
    "content": Command("images", "blobs, and whether their files are there"),
    "ingests": Command("images", "uploads that were not committed: how far, how old, stuck or not"),
    "snapshots": Command("snapshots", "snapshots: directory, kind, chain, size; how to mount one"),
    "leases": Command("groups", "leases: what each holds, and until when"),
    "sandboxes": Command("groups", "sandboxes"),
    "pods": Command("groups", "pods, with what CRI wrote about them"),
    "refs": Command("refs", "what an object refers to, and what refers to it"),
    "why": Command("refs", "what keeps an object: the shortest way from a root"),
    "gc": Command("gc", "what the next garbage collection would remove, and what it frees"),
    "usage": Command("usage", "bytes by image, container, lease, namespace; shared layers once"),
    "owner": Command("usage", "snapshot directory → key → chain → images, containers, pods"),
    "fsck": Command("fsck", "references that dangle, across databases and disk"),
    "ctr": Command("ctr", "what ctr would print, with no daemon"),
    "schema": Command("schema", "what each bucket and key means"),
    "check": Command("check", "every structural invariant; --second-opinion asks the real bbolt"),
    "stats": Command("stats", "what each bucket takes; what is free; what compaction would save"),
    "pages": Command("pages", "every page, and the bucket that owns it"),
    "page": Command("page", "what is on a page; --owner names its bucket"),
    "export": Command("export", "all objects of nodes: SQLite, Parquet, CSV, JSON lines; redacted"),
    "snapshot": Command("snapshot", "a consistent copy of a live database, with evidence"),
    "history": Command("history", "the revisions that a file still holds, and their verdicts"),
    "carve": Command("carve", "deleted records that the file still holds"),
    "recover": Command("recover", "what can be saved, written to a new file by the real bbolt"),
    "watch": Command("watch", "each commit of a live database as it lands"),
    "diff": Command("diff", "what differs between two databases or revisions, by object"),
    "timeline": Command("timeline", "every time that a database or node holds, in one order"),
}
"""Every command; `boltview.cli.<module>.run(arguments)` runs it."""

_EXAMPLES = """\
examples:
  boltview --demo                                    browse a real database
  boltview /var/lib/containerd                       browse this node's, even while it runs
  boltview info /mnt/failed-node                     is the database of a mounted image whole?
  boltview get meta.db v1/k8s.io/containers/ID/spec  one value, decoded
  boltview schema --for meta.db                      what is in it, and what it means

Without PATH the local node's database is read. Nothing is ever written, locked or created.
Exit codes: 0 done, 1 no such key or revision, or a difference was found, 2 wrong usage,
            3 cannot be read, 4 damage was met, 5 no consistent copy of a live file.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code.

    Args:
        argv: the arguments without the program's name; those of the process by default.
    """
    try:
        # Ctrl-C can also come while the end of the output is being dealt with.
        return _run_to_the_end(list(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:
        # What is still buffered could have to wait for a reader that does not read.
        _give_up_output()
        return ExitCode.INTERRUPTED


def _run_to_the_end(arguments: list[str]) -> int:
    """Run a command, and see its output through as far as it goes."""
    _prepare_streams()
    code: int = ExitCode.OK
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough, as `head` does.
        _give_up_output()
    except OSError as error:
        # Whatever reads a database has its own words for this, so it is the output: a full disk.
        _give_up_output()
        say(f"error: cannot write: {error.strerror}")
        return ExitCode.UNREADABLE
    return code


def _run(arguments: list[str]) -> int:
    """Run a command; what bad input raises becomes a line and a code."""
    try:
        return _dispatch(arguments)
    except _EXPECTED as error:
        say(f"error: {error}")
        return _code_of(error)


def _prepare_streams() -> None:
    """Make sure that printing cannot fail for what is printed or because nobody listens."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # Closed by the caller; the database must not get this descriptor either.
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        reconfigure = getattr(getattr(sys, name), "reconfigure", None)
        if reconfigure:
            # What the terminal's encoding cannot show must not end the program.
            reconfigure(errors="backslashreplace")


def _give_up_output() -> None:
    """Send what is still buffered nowhere, so that flushing it at exit cannot fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


_EXPECTED = (BoltError, NotLocated, NoSuchKey, SchemaError, Undecodable)
"""Everything that bad input can raise; whatever else comes is a defect of the program."""


def _code_of(error: Exception) -> ExitCode:
    match error:
        case NoConsistentCopy():
            return ExitCode.NO_COPY
        case DamageError() | InDoubt():
            return ExitCode.INCOMPLETE
        case NoSuchRevision() | NoSuchKey():
            return ExitCode.FINDINGS
        case SchemaError() | Undecodable():
            return ExitCode.USAGE
        case _:
            return ExitCode.UNREADABLE


def _dispatch(arguments: list[str]) -> int:
    if arguments and arguments[0] in {"-h", "--help", "help"}:
        print(_help(), end="")
        return ExitCode.OK
    if arguments and arguments[0] in {"-V", "--version", "version"}:
        print(f"boltview {__version__}")
        return ExitCode.OK
    name, rest = "browse", arguments
    if arguments and arguments[0] in COMMANDS:
        name, rest = arguments[0], arguments[1:]
    elif _is_mistyped(arguments):
        say(f"error: there is no command {arguments[0]!r}{_nearest(arguments[0])}")
        return ExitCode.USAGE
    module = import_module(f"boltview.cli.{COMMANDS[name].module}")
    try:
        code: int = module.run(name, rest)
    except SystemExit as end:
        # argparse ends so after --help and wrong usage.
        return int(end.code or 0)
    return code


def _is_mistyped(arguments: list[str]) -> bool:
    """Whether the first word was meant as a command: a lone word that names no file."""
    if not arguments or arguments[0].startswith("-"):
        return False
    word = arguments[0]
    return word.isalpha() and not os.path.lexists(word)


def _nearest(word: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, COMMANDS, 1)
    hint = f", did you mean {near[0]!r}?" if near else ""
    return f", and no such file{hint} (boltview --help lists the commands)"


def _help() -> str:
    width = max(map(len, COMMANDS))
    lines = "\n".join(f"  {name:<{width}}  {command.summary}" for name, command in COMMANDS.items())
    return (
        "usage: boltview [COMMAND] [PATH] …\n\n"
        "Read-only inspector of bolt databases, above all containerd's meta.db.\n\n"
        "PATH is a bolt file, a containerd root, or the root of a mounted node image.\n"
        "Without COMMAND the browser opens. boltview COMMAND --help tells a command's options.\n\n"
        f"commands:\n{lines}\n\n{_EXAMPLES}"
    )
