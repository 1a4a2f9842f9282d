"""The other revision of an open file, and what is to be said of the previous one."""

from typing import TYPE_CHECKING

from boltview.bolt.database import Database
from boltview.bolt.progress import Progress
from boltview.report.aside import Check, aside
from boltview.report.escape import escape
from boltview.report.opened import Opened
from boltview.schema.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boltview.forensics.revisions import Held


def is_previous(opened: Opened) -> bool:
    """Whether it is the previous revision that is read."""
    return opened.reading.revision.txid != opened.database.metas.current.txid


def other_revision(opened: Opened) -> Opened:
    """Return the previous revision of a file, or the current one if it is the previous.

    It has a list of damage of its own: what is broken in one may be sound in the other.

    Raises:
        NoSuchRevision: the file holds no other.
    """
    is_back = is_previous(opened)
    database = Database(opened.database.source)
    which = "current" if is_back else "previous"
    reading = Reading.of(database, opened.reading.library, opened.path, which)
    caution = "" if is_back else f"previous revision {reading.revision.txid}: being judged …"
    return opened._replace(database=database, reading=reading, caution=caution)


def verdicts(opened: Opened, check: Check, progress: Progress) -> "Iterator[Held]":
    """Judge the previous revision, in a thread of its own; whole-file work.

    Args:
        opened: the database, either revision.
        check: called before each read; raises to cancel.
        progress: told how far it is.
    """
    from boltview.forensics.revisions import previous_verdict

    held = previous_verdict(aside(opened, check).database, progress)
    if held is not None:
        yield held


def judged(opened: Opened, held: "Held") -> Opened:
    """Return a previous revision with its verdict; see `boltview/forensics/revisions.py`."""
    txid = opened.reading.revision.txid
    return opened._replace(caution=f"previous revision {txid}: {held.verdict}; {escape(held.why)}")
