"""Is a copy whole? Every page of its tree in place and named by one other page, the freelist sound.

Whole-file work, made to keep up with copying: pages are read level by level, neighbours at once.
That no page is torn follows from the rule of copying (`snapshot.py`), not from this walk: a torn
copy can look like a sound tree.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from boltview.bolt.database import Database
from boltview.bolt.errors import Damage
from boltview.bolt.format import ELEMENT_SIZE, HEADER_SIZE, LEAF_PAGE
from boltview.bolt.freelist import read_freelist
from boltview.bolt.links import PLAIN_LEAF, read_links
from boltview.bolt.meta import Meta
from boltview.bolt.progress import Progress
from boltview.bolt.revision import Revision
from boltview.bolt.source import Source

_CLUSTER = 1 << 18
"""Bytes that neighbouring pages are read in at once."""


class Structure(NamedTuple):
    """What a walk over the tree of a copy found."""

    meta: Meta
    previous: Meta | None
    """The meta in the other slot."""
    reachable: int
    """Pages of the tree, overflow pages included."""
    damage: tuple[Damage, ...]
    """Nothing, if the copy is whole."""

    @property
    def is_whole(self) -> bool:
        """Whether no fault was met."""
        return not self.damage


def check_structure(source: Source, progress: Progress | None = None) -> Structure:
    """Walk over the current tree of a file that nobody writes.

    Raises:
        NotABoltFile: neither meta can be used.
        UnreadableFile: the file cannot be read.
    """
    database = Database(source)
    revision = database.revision()
    meta = revision.meta
    # No more than the file holds: the number comes from the file.
    seen = bytearray(min(meta.high_water, source.size // meta.page_size + 1))
    level = [meta.root]
    met = 0
    while level:
        below: list[int] = []
        for first, last, raw in _clusters(source, meta, level):
            for page_id in level[first:last]:
                start = (page_id - level[first]) * meta.page_size
                links = PLAIN_LEAF if _is_plain_leaf(meta, raw, start, page_id) else None
                if links is None:
                    links = read_links(source, meta, page_id, raw[start : start + meta.page_size])
                if links is None:
                    _note_fault(revision, page_id)
                elif _claim(seen, page_id, links.pages):
                    below += links.children
                else:
                    what = f"page {page_id}: it has two places in the tree"
                    place = page_id * meta.page_size
                    revision.note(Damage("page-shared", page_id, place, what))
            met += last - first
            if progress:
                progress(min(met, meta.high_water), meta.high_water)
        level = sorted(below)
    if meta.has_freelist:
        read_freelist(revision)
    return Structure(meta, database.metas.other, sum(seen), tuple(database.damage))


def _is_plain_leaf(meta: Meta, raw: bytes, start: int, page_id: int) -> bool:
    """Whether the page at `start` of `raw` is what almost every page is: a leaf without buckets.

    That is most of the work, so only what decides is looked at: header, flags of the elements, and
    the end of the last one, behind which bbolt puts nothing.
    """
    size = meta.page_size
    if len(raw) < start + size:
        return False
    own_id, flags, count, overflow = meta.layout.header.unpack_from(raw, start)
    table_end = HEADER_SIZE + count * ELEMENT_SIZE
    if own_id != page_id or flags != LEAF_PAGE or overflow or table_end > size:
        return False
    if not count:
        return True
    behind = start + table_end
    # As one number the table tells in one operation whether any flag is set.
    table = int.from_bytes(raw[start + HEADER_SIZE : behind], "little")
    if table & _flag_mask(count):
        return False
    last = behind - ELEMENT_SIZE
    _, position, key, value = meta.layout.leaf.unpack_from(raw, last)
    end: int = last - start + position + key + value
    return end <= size


@cache
def _flag_mask(count: int) -> int:
    """Return the bits of the flags of `count` leaf elements."""
    return int.from_bytes((b"\xff" * 4 + bytes(ELEMENT_SIZE - 4)) * count, "little")


def _claim(seen: bytearray, page_id: int, pages: int) -> bool:
    """Take pages for one place of the tree; false if one was taken, or the file ends before."""
    end = page_id + pages
    if end > len(seen) or any(seen[page_id:end]):
        return False
    seen[page_id:end] = b"\1" * pages
    return True


def _note_fault(revision: Revision, page_id: int) -> None:
    """Let the thorough reading say what is wrong with a page."""
    page = revision.page(page_id)
    faults = [page] if isinstance(page, Damage) else [*page.damage, *page.bad.values()]
    for fault in faults:
        revision.note(fault)
    if not faults:
        what = f"page {page_id}: an element refers to what cannot be a page or a bucket"
        revision.note(Damage("page-links", page_id, page_id * revision.page_size, what))


def _clusters(source: Source, meta: Meta, pages: list[int]) -> Iterator[tuple[int, int, bytes]]:
    """Yield runs of `pages`, which rise, as indices with the bytes from the first to the last.

    Pages that follow each other are read at once: so bbolt lays out what it writes at once.
    """
    size = meta.page_size
    most = max(_CLUSTER // size, 1)
    first = 0
    while first < len(pages):
        last = first + 1
        limit = min(first + most, len(pages))
        while last < limit and pages[last] - pages[last - 1] <= 1:
            last += 1
        length = (pages[last - 1] - pages[first] + 1) * size
        yield first, last, source.read(pages[first] * size, length)
        first = last
