"""The freelist page: which pages a revision does not use, when the file says so."""

from typing import NamedTuple

from boltview.bolt.errors import Damage
from boltview.bolt.format import (
    EXTENDED_COUNT,
    FIRST_DATA_PAGE,
    FREELIST_PAGE,
    HEADER_SIZE,
    Header,
    page_type,
)
from boltview.bolt.page import read_exactly, read_header
from boltview.bolt.revision import Revision


class Freelist(NamedTuple):
    """The freelist as it is written, free and pending pages together."""

    page: int
    """Page it starts at."""
    overflow: int
    """Further pages it covers."""
    ids: tuple[int, ...]
    """Ids of the pages not in use; bbolt writes them ascending."""


def read_freelist(revision: Revision) -> Freelist | Damage | None:
    """Read the freelist of a revision (`internal/freelist/shared.go: Read`).

    Returns None for a file written without one (`NoFreelistSync`, as containerd's meta.db has been
    since 1.7), and the damage where a freelist should be and none can be read. The ids are given as
    they are written; whether each is a page that can be free is not judged here.
    """
    meta = revision.meta
    if not meta.has_freelist:
        return None
    header = _read_header(revision)
    if isinstance(header, Damage):
        return revision.note(header)
    unpack = revision.layout.page_id
    offset = header.id * meta.page_size
    end = offset + (header.overflow + 1) * meta.page_size
    start, count = offset + HEADER_SIZE, header.elements
    if count == EXTENDED_COUNT:
        (count,) = unpack.unpack(read_exactly(revision.source, start, unpack.size))
        start += unpack.size
    if count * unpack.size > end - start:
        what = f"freelist page {header.id}: {count} ids do not fit into {end - start} bytes"
        return revision.note(Damage("freelist-count", header.id, offset, what))
    raw = read_exactly(revision.source, start, count * unpack.size)
    ids = tuple(found[0] for found in unpack.iter_unpack(raw))
    return Freelist(header.id, header.overflow, ids)


def _read_header(revision: Revision) -> Header | Damage:
    """Read the header of the freelist page and make sure that all its pages are there."""
    meta, size = revision.meta, revision.source.size
    page_id = meta.freelist
    offset = page_id * meta.page_size
    if not FIRST_DATA_PAGE <= page_id < meta.high_water:
        what = f"freelist page {page_id} is outside 2..{meta.high_water - 1}"
        return Damage("freelist-page", page_id, offset, what)
    header = read_header(revision.source, revision.layout, offset)
    if header is None:
        what = f"freelist page {page_id}: the file ends before it"
        return Damage("freelist-page", page_id, offset, what)
    if header.id != page_id or header.flags != FREELIST_PAGE:
        what = (
            f"freelist page {page_id}: it calls itself {header.id}, type {page_type(header.flags)}"
        )
        return Damage("freelist-page", page_id, offset, what)
    last = page_id + header.overflow
    if last >= meta.high_water or (last + 1) * meta.page_size > size:
        what = f"freelist page {page_id}: its {header.overflow} overflow pages run past the end"
        return Damage("freelist-overflow", page_id, offset, what)
    return header
