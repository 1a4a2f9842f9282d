"""The page table: what each page of a file is, and which bucket owns it. Whole-file work.

A page is a meta, a part of the freelist, in the tree of one bucket, free, or none of these. An
overflow page belongs to the page whose block it ends.
"""

from collections.abc import Iterator
from typing import NamedTuple

from boltview.bolt.bucketnumbers import NOBODY
from boltview.bolt.checkfree import own_pages
from boltview.bolt.errors import UnreadableFile
from boltview.bolt.finding import Finding, Path
from boltview.bolt.format import FIRST_DATA_PAGE, Header, page_type
from boltview.bolt.freelist import Freelist, read_freelist
from boltview.bolt.page import read_header
from boltview.bolt.progress import Progress
from boltview.bolt.revision import Revision
from boltview.bolt.survey import Survey


class PageInfo(NamedTuple):
    """One page, as `Tx.Page` tells it (bbolt `tx.go`), and whose it is."""

    id: int
    type: str
    """`meta`, `branch`, `leaf`, `freelist`, `free`, or `unknown<flags>`."""
    elements: int
    """Elements that its header counts; of a free page what its last use left there."""
    overflow: int
    """Further pages that belong to it."""
    owner: Path | None
    """Bucket whose tree it is in; None for pages in no tree."""
    in_tree: bool
    """Whether the walk reached it."""


class PageTable:
    """Every page of a revision, after a walk over its tree.

    Attributes:
        survey: the walk.
        faults: what the walk found wrong.
        free: the free pages.
    """

    __slots__ = ("_inner", "faults", "free", "survey")

    def __init__(self, revision: Revision, progress: Progress | None = None) -> None:
        """Walk the tree and read the freelist."""
        self.survey = Survey(revision)
        self.faults: list[Finding] = []
        # Overflow pages, which have no header of their own.
        self._inner = bytearray(len(self.survey.owner))
        for item in self.survey.walk(progress):
            if isinstance(item, Finding):
                self.faults.append(item)
            elif item.page.overflow:
                self._cover(item.id, item.page.overflow)
        self.free = free_space(self.survey)
        if self.free.freelist:
            self._cover(self.free.freelist.start, len(self.free.freelist) - 1)
        self._cover_lost()

    def __len__(self) -> int:
        """Return the number of pages: those below the high-water mark and in the file."""
        return len(self.survey.owner)

    def owner_of(self, page_id: int) -> Path | None:
        """Return the path of the bucket that owns a page; the root bucket's is empty."""
        return self.survey.owner_of(page_id)

    def is_overflow(self, page_id: int) -> bool:
        """Whether a page is a further page of the one before it."""
        return bool(self._inner[page_id])

    def is_free(self, page_id: int) -> bool:
        """Whether a page is surely free: below a damaged page some only seem to be."""
        return self.free.is_known and page_id in self.free.pages

    def head_of(self, page_id: int) -> int:
        """Return the page that an overflow page belongs to; any other page is its own."""
        while self._inner[page_id]:
            page_id -= 1
        return page_id

    def page(self, page_id: int) -> PageInfo:
        """Return what a page is; of an overflow page its own bytes are no header, so ask its head.

        Raises:
            IndexError: the page is not below the high-water mark, or not in the file.
        """
        if not 0 <= page_id < len(self):
            raise IndexError(page_id)
        revision = self.survey.revision
        header = read_header(revision.source, revision.layout, page_id * revision.page_size)
        _, flags, elements, overflow = header or Header(0, 0, 0, 0)
        kind = "free" if self.is_free(page_id) else page_type(flags)
        owner = self.owner_of(page_id)
        return PageInfo(page_id, kind, elements, overflow, owner, owner is not None)

    def pages(self) -> Iterator[PageInfo]:
        """Yield every page but overflow pages, in order."""
        for page_id in range(len(self)):
            if not self._inner[page_id]:
                yield self.page(page_id)

    def _cover(self, first: int, overflow: int) -> None:
        self._inner[first + 1 : first + 1 + overflow] = b"\1" * overflow

    def _cover_lost(self) -> None:
        """Take a page in no tree with the overflow pages it had, as far as they are in none too.

        bbolt itself leaks a block now and then, and lists it as one page.
        """
        owner, free = self.survey.owner, self.free
        if not free.is_known:
            return
        revision = self.survey.revision
        lost = [
            page_id
            for page_id in range(FIRST_DATA_PAGE, len(owner))
            if owner[page_id] == NOBODY
            and page_id not in free.pages
            and page_id not in free.freelist
        ]
        among = set(lost)
        for page_id in lost:
            header = read_header(revision.source, revision.layout, page_id * revision.page_size)
            if header is None or header.id != page_id or self._inner[page_id]:
                continue
            behind = page_id + 1
            while behind <= page_id + header.overflow and behind in among:
                self._inner[behind] = 1
                behind += 1


class FreeSpace(NamedTuple):
    """The pages that a revision does not use."""

    pages: frozenset[int]
    """Free pages: those listed, or in a file without freelist all that no tree reaches
    (`db.go: freepages`)."""
    freelist: range
    """Pages that the freelist itself takes; empty if there is none."""
    is_known: bool
    """Whether it is known: not if there should be a freelist and it cannot be read, nor if damage
    hides a part of the tree of a file without freelist."""


def free_space(survey: Survey) -> FreeSpace:
    """Tell which pages are free after a walk; damage of the freelist is noted."""
    revision = survey.revision
    if not revision.meta.has_freelist:
        owner = survey.owner
        pages = (n for n in range(FIRST_DATA_PAGE, len(owner)) if owner[n] == NOBODY)
        # Below a damaged page there can be pages that only seem to be free.
        return FreeSpace(frozenset(pages), range(0), is_known=survey.is_whole)
    try:
        found = read_freelist(revision)
    except UnreadableFile:
        found = None
    if not isinstance(found, Freelist):
        return FreeSpace(frozenset(), range(0), is_known=False)
    return FreeSpace(frozenset(found.ids), own_pages(found), is_known=True)
