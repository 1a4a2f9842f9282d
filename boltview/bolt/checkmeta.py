"""The two metas, judged one by one, against each other, and against the file's size."""

from collections.abc import Iterator

from boltview.bolt.database import Database
from boltview.bolt.errors import Damage
from boltview.bolt.finding import Finding, finding
from boltview.bolt.format import HEADER_SIZE, META_SIZE
from boltview.bolt.meta import (
    Meta,
    describe_roots,
    describe_truncation,
    parse_meta,
)

_OTHER_SIZES = tuple(1024 << shift for shift in range(15))
"""Page sizes at which bbolt looks for the second meta (`db.go: getPageSizeFromSecondMeta`)."""


def meta_findings(database: Database, meta: Meta) -> Iterator[Finding]:
    """Yield what is wrong with the metas.

    Args:
        database: the file.
        meta: the meta of the revision that is checked.
    """
    metas = database.metas
    faults = metas.damage()
    truncation = describe_truncation(meta, database.source.size)
    if truncation:
        faults.append(truncation)
    for one in metas.pages:
        if one and one.is_valid:
            faults += describe_roots(one) + _unused_fields(one)
    faults += _page_size(database) + _belonging(*metas.pages)
    yield from map(finding, faults)


def _unused_fields(meta: Meta) -> list[Damage]:
    found = []
    if meta.flags:
        what = f"meta {meta.slot}: flags {meta.flags:#x}, not 0"
        found.append(Damage("meta-flags", meta.slot, meta.offset, what))
    if meta.sequence:
        what = f"meta {meta.slot}: the root bucket's sequence is {meta.sequence}, not 0"
        found.append(Damage("meta-sequence", meta.slot, meta.offset, what))
    return found


def _page_size(database: Database) -> list[Damage]:
    """Look for a second meta where it would lie with another page size than the first tells."""
    first, second = database.metas.pages
    if first is None or not first.is_valid or (second and second.is_valid):
        return []
    for size in _OTHER_SIZES:
        raw = database.source.read(size, HEADER_SIZE + META_SIZE)
        if len(raw) < HEADER_SIZE + META_SIZE:
            break
        found = parse_meta(1, size, raw, first.layout)
        if found.is_valid and found.page_size == size != first.page_size:
            what = f"meta 0: page size {first.page_size}, but the meta at offset {size} says {size}"
            return [Damage("meta-page-size", 0, first.offset, what)]
    return []


def _belonging(first: Meta | None, second: Meta | None) -> list[Damage]:
    """Two valid metas are one transaction apart, and the number of pages never falls.

    A copy made by bbolt can have the same transaction twice (`tx.go: WriteTo` at transaction 0).
    """
    if not (first and second and first.is_valid and second.is_valid):
        return []
    newer, older = (first, second) if first.txid > second.txid else (second, first)
    gap = newer.txid - older.txid
    what = ""
    if gap > 1:
        what = f"its transaction {newer.txid} is {gap} after that of meta {older.slot}, not 1"
    elif older.high_water > newer.high_water:
        what = f"it has {newer.high_water} pages, but meta {older.slot} {older.high_water} before"
    if not what:
        return []
    return [Damage("meta-foreign", newer.slot, newer.offset, f"meta {newer.slot}: {what}")]
