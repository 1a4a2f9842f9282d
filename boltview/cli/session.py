"""From the options of a command to an open database, live or not."""

import argparse
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from boltview.bolt.database import Database
from boltview.bolt.errors import (
    NoConsistentCopy,
    NoSuchRevision,
    NotABoltFile,
    SourceReplaced,
)
from boltview.bolt.locks import LockHolder, are_locks_listed, lock_holder
from boltview.bolt.progress import Progress
from boltview.bolt.source import FileSource
from boltview.cli.progress import progress_line
from boltview.containerd.locate import locate
from boltview.report.escape import escape
from boltview.report.opened import Opened
from boltview.report.units import Clock, utc
from boltview.schema.load import Library
from boltview.schema.reading import Reading
from boltview.shipped import demo_database

if TYPE_CHECKING:
    # What copies a live file loads OpenSSL and threads, which reading one at rest need not pay.
    from boltview.bolt.snapshot import Snapshot
    from boltview.bolt.target import Target

LOCAL_NODE = "/"
"""Without a PATH the node that boltview runs on is meant."""


def open_database(
    arguments: argparse.Namespace, path: str | None, progress: Progress | None = None
) -> Opened:
    """Open the database that a command is asked about.

    Args:
        arguments: the common options.
        path: what the user gave as PATH.
        progress: told how far the copy of a live file is.

    Raises:
        NotLocated, UnreadableFile, NotABoltFile, NoSuchRevision, NoConsistentCopy, SchemaError.
    """
    found = locate(demo_database() if arguments.demo else LOCAL_NODE if path is None else path)
    file = FileSource(found.path)
    size = file.size
    holder = lock_holder(file.fileno())
    # Where the kernel does not say who holds a lock, somebody may.
    is_hidden = sys.platform == "linux" and not are_locks_listed()
    is_written = is_hidden if holder is None else holder.mode == "write"
    note = ""
    if arguments.live or (is_written and not arguments.in_place):
        copy = _copy(found.path, file, progress)
        file.close()
        database = Database(copy.source)
        if arguments.revision not in {"current", copy.meta.txid}:
            raise NoSuchRevision(
                f"no {arguments.revision} revision: a copy of a live file holds revision "
                f"{copy.meta.txid} alone; --in-place reads the file as it is"
            )
        note = copy_note(copy.meta.txid, holder)
    else:
        database = _database(file)
        if is_written:
            note = f"read in place although it is being written{_held_by(holder)}"
    caution = _of_previous(database, arguments.revision)
    if found.others:
        more = "also here: " + ", ".join(found.others)
        note = f"{note}; {more}" if note else more
    reading = Reading.of(database, library(arguments), found.path, arguments.revision)
    return Opened(
        database,
        reading,
        found.path,
        clock(arguments),
        size,
        holder,
        escape(note),
        given(arguments, path),
        beside(arguments),
        caution,
    )


def given(arguments: argparse.Namespace, path: str | None) -> str:
    """Return what the user named, from which the folders of a node follow; empty for the demo."""
    if arguments.demo:
        return ""
    return LOCAL_NODE if path is None else path


def beside(arguments: argparse.Namespace) -> Callable[[str], Opened]:
    """Return what opens the other databases of a node.

    Of those, whose transactions are numbered apart, the current revision is read.
    """
    other = argparse.Namespace(**{**vars(arguments), "demo": False, "revision": "current"})
    return partial(open_database, other)


def _of_previous(database: Database, which: str | int) -> str:
    """Say what the previous revision is worth, if that is asked for; without reading its tree."""
    current, other = database.metas.current, database.metas.other
    if other is None or which not in {"previous", other.txid} or which == current.txid:
        return ""
    if other.root == current.root:
        return f"the previous revision, {other.txid}, is identical to the current one"
    return (
        f"the previous revision, {other.txid}: not proven, a killed writer damages it without a "
        "trace; boltview history judges it"
    )


def _database(file: FileSource) -> Database:
    try:
        return Database(file)
    except NotABoltFile as error:
        raise NotABoltFile(f"{file.path}: {error}") from error


def _copy(path: str, file: FileSource, progress: Progress | None) -> "Snapshot":
    """Copy a live file; one that takes its place meanwhile is opened and copied instead, once."""
    from boltview.bolt.snapshot import copy_live

    try:
        return copy_live(file, progress=progress, spill=spilled)
    except SourceReplaced:
        return copy_live(FileSource(path), progress=progress, spill=spilled)
    except NoConsistentCopy as error:
        raise NoConsistentCopy(f"{error}; --in-place reads the file as it is") from error


def spool() -> str:
    """Return the folder for unnamed temporary files; /tmp is memory on many machines."""
    return os.environ.get("TMPDIR") or "/var/tmp"  # noqa: S108  the files have no name


def spilled() -> "Target":
    """Open an unnamed temporary file for a copy too large for memory."""
    from boltview.bolt.target import FileTarget
    from boltview.forensics.files import unnamed_file

    return FileTarget(unnamed_file(spool()), "temporary copy", owned=True)


def open_quietly(arguments: argparse.Namespace, path: str | None) -> Opened:
    """Open a database for a command, with its note and progress on stderr unless `--quiet`."""
    with progress_line(arguments, "copying") as progress:
        opened = open_database(arguments, path, progress)
    if opened.note and not arguments.quiet:
        print(f"boltview: {escape(opened.path)}: {opened.note}", file=sys.stderr)
    if opened.caution and not arguments.quiet and sys.stderr.isatty():
        print(f"boltview: {escape(opened.path)}: {opened.caution}", file=sys.stderr)
    return opened


def library(arguments: argparse.Namespace) -> Library:
    """Return the schema files to use: ours, those of the user's config folder, those named.

    Raises:
        SchemaError: a place named does not exist.
    """
    return Library((*_config_folder(), *arguments.schemas))


def clock(arguments: argparse.Namespace) -> Clock:
    """Return the "now" and the zone that the options ask for."""
    now = time.time_ns() if arguments.at is None else arguments.at
    return Clock(now, local if arguments.local else utc)


def local(unix: int) -> int:
    """Return the offset of the local zone at an instant, in seconds east of UTC."""
    try:
        return time.localtime(unix).tm_gmtoff
    except (OverflowError, OSError, ValueError):
        # The C library knows no zone for years that far away.
        return 0


def copy_note(txid: int, holder: LockHolder | None) -> str:
    """Return what to say of a copy of a live file; not escaped."""
    return f"consistent copy of revision {txid}{_held_by(holder)}"


def _held_by(holder: LockHolder | None) -> str:
    if holder is None:
        return ""
    return f", held by {holder.name or 'a process'} (pid {holder.pid})"


def _config_folder() -> tuple[str, ...]:
    base = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    folder = os.path.join(base, "boltview", "schemas")
    return (folder,) if os.path.isdir(folder) else ()
