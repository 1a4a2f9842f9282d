"""A file put together again from pages that lie somewhere in a stream."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from boltview.bolt.format import (
    LEAF_PAGE,
    LITTLE,
    MAGIC,
    META_CHECKED,
    META_PAGE,
    NO_FREELIST,
    VERSION,
    fnv1a,
)
from boltview.bolt.source import Source
from boltview.forensics.stream.runs import Run

_SLOTS = (0, 1)
_SECTOR = 512
"""Bytes that a disk or a file system keeps together."""


class Mosaic:
    """Runs as one file, in which what was not found reads as zeros.

    Attributes:
        page_size: bytes per page.
        pages: pages up to the last that is known.
        found: how many of them were found.
        has_meta: whether a meta was.
        runs: in how many pieces it lay.
    """

    def __init__(self, source: Source, runs: Sequence[Run], starts: Sequence[int]) -> None:
        """Put runs together in which no two pages have the same number.

        Args:
            source: the stream.
            runs: the pieces.
            starts: where in the stream pages begin, of this and other files, in order.
        """
        self._source = source
        self._starts = starts
        self.page_size = runs[0].page_size
        self.has_meta = any(run.metas for run in runs)
        self.runs = len(runs)
        self._places: dict[int, int] = {}
        for run in runs:
            for number, overflow in run.pages.items():
                self._take_overflow(run, number, overflow)
        for run in runs:
            # What names itself is itself, whatever block would reach over it.
            for number in run.numbers:
                self._places[number] = run.base + number * self.page_size
        self.found = len(self._places)
        self.pages = max(self._places) + 1
        self._made: dict[int, bytes] = {}

    @property
    def size(self) -> int:
        """Length in bytes."""
        return (self.pages + bool(self._made)) * self.page_size

    @property
    def offset(self) -> int:
        """Where in the stream the first of its pages that was found lies."""
        return self._places[min(self._places)]

    @property
    def is_in_one_piece(self) -> bool:
        """Whether its pages lie in the stream as they would in a file of its own."""
        offset, size = self.offset, self.page_size
        first = min(self._places)
        return all(place == offset + (n - first) * size for n, place in self._places.items())

    def numbers(self) -> Iterator[int]:
        """Yield the numbers of the pages that were found, or made."""
        yield from self._places
        yield from self._made

    def place(self, offset: int) -> int:
        """Return where in the stream a place of the file lies."""
        number, within = divmod(offset, self.page_size)
        return self._places[number] + within

    def read(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`, fewer where the file ends."""
        end = min(offset + length, self.size)
        parts = []
        while 0 <= offset < end:
            number, within = divmod(offset, self.page_size)
            count = min(self.page_size - within, end - offset)
            parts.append(self._part(number, within, count))
            offset += count
        return b"".join(parts)

    def hide_tree(self) -> None:
        """Lead to no page any more: an empty root bucket takes the place of what metas say."""
        size, root = self.page_size, self.pages
        fields = (MAGIC, VERSION, size, 0, root, 0, NO_FREELIST, root + 1, 1, 0)
        checked = LITTLE.meta.pack(*fields)[:META_CHECKED]
        meta = checked + fnv1a(checked).to_bytes(8, "little")
        for slot in _SLOTS:
            page = LITTLE.header.pack(slot, META_PAGE, 0, 0) + meta
            self._made[slot] = page.ljust(size, b"\0")
        self._made[root] = LITTLE.header.pack(root, LEAF_PAGE, 0, 0).ljust(size, b"\0")

    def _part(self, number: int, within: int, count: int) -> bytes:
        made = self._made.get(number)
        if made is not None:
            return made[within : within + count]
        place = self._places.get(number)
        if place is None:
            return bytes(count)
        end = min(place + within + count, self._next(place))
        return self._source.read(place + within, end - place - within).ljust(count, b"\0")

    def _take_overflow(self, run: Run, number: int, overflow: int) -> None:
        """Take the overflow pages of a block, up to where another page begins in the stream."""
        size = self.page_size
        start = run.base + number * size
        end = min(start + (overflow + 1) * size, self._source.size, self._next(start))
        for page in range(1, (end - start) // size):
            self._places.setdefault(number + page, start + page * size)

    def _next(self, place: int) -> int:
        """Return where the next page begins: from there on nothing belongs to this one.

        A file system keeps blocks of zeros nowhere, so that a page can be followed at once by the
        next. What begins within a sector is no page of a file, but part of a value.
        """
        at = bisect_right(self._starts, place)
        while at < len(self._starts) and (self._starts[at] - place) % _SECTOR:
            at += 1
        return self._starts[at] if at < len(self._starts) else self._source.size
