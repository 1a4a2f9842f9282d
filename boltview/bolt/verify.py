"""Is a copy whole? Every page of its tree in place and named by one other page, the freelist sound.

Whole-file work, made to keep up with copying: pages are read level by level, neighbours at once.
That no page is torn follows from the rule of copying (`snapshot.py`), not from this walk: a torn
copy can look like a sound tree.
"""

from collections.abc import Iterator
from typing import NamedTuple

from boltview.bolt.database import Database
from boltview.bolt.errors import Damage
from boltview.bolt.freelist import read_freelist
from boltview.bolt.links import read_links
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
        for page_id, first in _blocks(source, meta, level):
            links = read_links(source, meta, page_id, first)
            if links is None:
                met += _note_fault(revision, page_id)
                continue
            met += links.pages
            taken = seen[page_id : page_id + links.pages]
            if any(taken) or len(taken) < links.pages:
                what = f"page {page_id}: it, or a page it overflows to, has two places in the tree"
                place = page_id * meta.page_size
                revision.note(Damage("page-shared", page_id, place, what))
                continue
            seen[page_id : page_id + links.pages] = b"\1" * links.pages
            below += links.children
            if progress:
                progress(min(met, meta.high_water), meta.high_water)
        level = sorted(below)
    if meta.has_freelist:
        read_freelist(revision)
    return Structure(meta, database.metas.other, sum(seen), tuple(database.damage))


def _note_fault(revision: Revision, page_id: int) -> int:
    """Let the thorough reading say what is wrong with a page; count it as met."""
    page = revision.page(page_id)
    faults = [page] if isinstance(page, Damage) else [*page.damage, *page.bad.values()]
    for fault in faults:
        revision.note(fault)
    if not faults:
        what = f"page {page_id}: an element refers to what cannot be a page or a bucket"
        revision.note(Damage("page-links", page_id, page_id * revision.page_size, what))
    return 1


def _blocks(source: Source, meta: Meta, pages: list[int]) -> Iterator[tuple[int, bytes]]:
    """Yield the first block of each page, short where the file ends; `pages` rise."""
    size = meta.page_size
    most = max(_CLUSTER // size, 1)
    index = 0
    while index < len(pages):
        end = index + 1
        # Runs of pages that follow each other closely, as bbolt lays out what it writes at once.
        while (
            end < len(pages)
            and pages[end] - pages[end - 1] <= 1
            and pages[end] - pages[index] < most
        ):
            end += 1
        raw = source.read(pages[index] * size, (pages[end - 1] - pages[index] + 1) * size)
        for page_id in pages[index:end]:
            start = (page_id - pages[index]) * size
            yield page_id, raw[start : start + size]
        index = end
