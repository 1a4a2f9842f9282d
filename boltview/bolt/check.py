"""Every invariant of a bolt file, checked to the end; bbolt's own check stops at a panic.

Rules: bbolt's `tx_check.go`, and what its writer always does (`node.go`, `bucket.go`, `tx.go`,
`internal/freelist`). Nothing is silent: each violation is a `Finding`, and a file of which bbolt
wrote every byte has none. Changed bytes within a value cannot be seen by anybody: data pages have
no checksum.
"""

from collections.abc import Iterator

from boltview.bolt.checkfree import free_findings
from boltview.bolt.checkmeta import meta_findings
from boltview.bolt.database import Database
from boltview.bolt.errors import DamageLog
from boltview.bolt.finding import ERROR, WARNING, Finding
from boltview.bolt.meta import Meta
from boltview.bolt.progress import Progress
from boltview.bolt.revision import Revision
from boltview.bolt.survey import Survey


def check(
    database: Database, which: str | int = "current", progress: Progress | None = None
) -> Iterator[Finding]:
    """Yield everything that is wrong with a database, as it is found.

    The order is that of the reading: metas, the tree with parents before children, free pages, and
    last one note if the revision before the current one is no longer whole.

    Args:
        database: the file.
        which: the revision to check, as for `Database.revision`.
        progress: told how many pages are done.

    Raises:
        NoSuchRevision: the file does not hold it.
    """
    meta = database.revision(which).meta
    known = set()
    for found in meta_findings(database, meta):
        known.add((found.code, found.page))
        yield found
    # A log of its own: what is yielded here need not be kept as well.
    survey = Survey(Revision(database.source, meta, DamageLog()))
    for fault in survey.faults(progress):
        if (fault.code, fault.page) not in known:
            yield fault
    yield from free_findings(survey)
    if meta == database.metas.current:
        yield from _previous(database, meta, survey)


def is_fault(found: Finding) -> bool:
    """Whether a finding says that something is wrong with the database itself."""
    return found.severity in {ERROR, WARNING}


def _previous(database: Database, meta: Meta, survey: Survey) -> Iterator[Finding]:
    """Walk what the revision before has of its own: the rest of its pages are the current ones.

    A meta that does not belong directly before is no revision of this file's present.
    """
    other = database.metas.other
    if other is None or not other.is_valid or other.txid + 1 != meta.txid:
        return
    older = Survey(Revision(database.source, other, DamageLog()), survey)
    faults = older.faults()
    first = next((fault for fault in faults if is_fault(fault)), None)
    if first is None:
        return
    more = sum(map(is_fault, faults))
    what = f"revision {other.txid}, before the current one, is damaged: {first.what}"
    if more:
        what += f", and {more} more"
    yield Finding("previous-damaged", first.page, first.offset, first.path, what)
