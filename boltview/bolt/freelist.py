"""The freelist page: which pages a revision does not use, when the file says so."""

from typing import NamedTuple

from boltview.bolt.errors import Damage
from boltview.bolt.format import (
    EXTENDED_COUNT,
    FIRST_DATA_PAGE,
    FREELIST_PAGE,
    HEADER_SIZE,
    page_type,
)
from boltview.bolt.page import read_header
from boltview.bolt.revision import Revision


class Freelist(NamedTuple):
    """The freelist as it is written, free and pending pages together."""

    page: int
    """Page it starts at."""
    overflow: int
    """Further pages it covers."""
    ids: tuple[int, ...]
    """Ids of the pages not in use, ascending."""


def read_freelist(revision: Revision) -> Freelist | Damage | None:
    """Read the freelist of a revision (`internal/freelist/shared.go: Read`).

    Returns None for a file written without one (`NoFreelistSync`, as containerd's meta.db has been
    since 1.7), and the damage where a freelist should be and none can be read.
    """
    meta = revision.meta
    if not meta.has_freelist:
        return None
    page_id = meta.freelist
    offset = page_id * meta.page_size
    if not FIRST_DATA_PAGE <= page_id < meta.high_water:
        what = f"freelist page {page_id} is outside 2..{meta.high_water - 1}"
        return revision.note(Damage("freelist-page", page_id, offset, what))
    header = read_header(revision.source, revision.layout, offset)
    if header is None:
        what = f"freelist page {page_id}: the file ends before it"
        return revision.note(Damage("freelist-page", page_id, offset, what))
    if header.id != page_id or header.flags != FREELIST_PAGE:
        what = (
            f"freelist page {page_id}: it calls itself {header.id}, type {page_type(header.flags)}"
        )
        return revision.note(Damage("freelist-page", page_id, offset, what))
    unpack = revision.layout.page_id
    start, count = offset + HEADER_SIZE, header.elements
    if count == EXTENDED_COUNT:
        raw = revision.source.read(start, unpack.size)
        count = unpack.unpack(raw)[0] if len(raw) == unpack.size else 0
        start += unpack.size
    room = (header.overflow + 1) * meta.page_size - (start - offset)
    available = min(room, revision.source.size - start)
    if count * unpack.size > available:
        what = f"freelist page {page_id}: {count} ids do not fit into {available} bytes"
        return revision.note(Damage("freelist-count", page_id, offset, what))
    raw = revision.source.read(start, count * unpack.size)
    ids = tuple(found[0] for found in unpack.iter_unpack(raw))
    return Freelist(page_id, header.overflow, ids)
