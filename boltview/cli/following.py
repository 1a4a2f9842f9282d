"""What `boltview PATH --follow` shows: one consistent state of the file after the other."""

import argparse
from collections.abc import Iterator

from boltview.bolt.database import Database
from boltview.bolt.errors import BoltError
from boltview.bolt.locks import lock_holder
from boltview.bolt.metawatch import Wait
from boltview.bolt.progress import Progress
from boltview.bolt.snapshot import Snapshot
from boltview.bolt.source import FileSource
from boltview.cli.session import (
    LOCAL_NODE,
    beside,
    clock,
    copy_note,
    given,
    library,
    spilled,
)
from boltview.containerd.locate import locate
from boltview.forensics.follow import follow
from boltview.report.commits import Step
from boltview.report.escape import escape
from boltview.report.opened import Opened
from boltview.report.refresh import Refresh, refresh
from boltview.schema.reading import Reading
from boltview.shipped import demo_database

POLL = 1.0
"""Seconds between two looks at the file: sooner than a person asks, and rarely enough to read."""


def refreshes(
    arguments: argparse.Namespace, path: str | None, progress: Progress, wait: Wait
) -> Iterator[Refresh | BoltError]:
    """Yield the database as it is, and again whenever it has changed; without end.

    What goes wrong after the first state is yielded, once, and the file is tried again.

    Args:
        arguments: the common options.
        path: what the user gave as PATH.
        progress: told how far a copy is.
        wait: passes the time; may raise to end.

    Raises:
        NotLocated, UnreadableFile, NotABoltFile, NoConsistentCopy, SchemaError: there is no
            first state.
    """
    start = LOCAL_NODE if path is None else path
    found = locate(demo_database() if arguments.demo else start).path
    is_open = False
    said = ""
    while True:
        before: Reading | None = None
        try:
            for view in follow(found, spilled, wait, poll=POLL, progress=progress):
                opened = _opened(arguments, found, view.snapshot)
                # Compared by a reading of its own: a revision remembers pages without a lock, and
                # the other one belongs to the thread that shows it.
                after = Reading.of(Database(view.snapshot.source), opened.reading.library, found)
                step = Step(before, after, view.is_replaced) if before else None
                yield refresh(opened, step)
                before, is_open, said = after, True, ""
        except BoltError as error:
            if not is_open:
                raise
            if str(error) != said:
                said = str(error)
                yield error
        wait(POLL)


def _opened(arguments: argparse.Namespace, path: str, copy: Snapshot) -> Opened:
    file = FileSource(path)
    size, holder = file.size, lock_holder(file.fileno())
    file.close()
    database = Database(copy.source)
    reading = Reading.of(database, library(arguments), path)
    note = escape(copy_note(copy.meta.txid, holder))
    return Opened(
        database,
        reading,
        path,
        clock(arguments),
        size,
        holder,
        note,
        given(arguments, arguments.path),
        beside(arguments),
    )
