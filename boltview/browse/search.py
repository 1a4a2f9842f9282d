"""A search through the keys of every open row, in steps, so that a screen can go on meanwhile.

It looks for a text within the keys, or for one key as it is.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Generic, TypeVar

from boltview.browse.outline import Outline
from boltview.browse.source import Source

E = TypeVar("E")

MAX_HITS = 100_000
"""Hits that are counted and can be stepped through; further ones are not looked for."""


class Search(Generic[E]):
    """The hits of one pattern, found from the row behind the origin round to the origin.

    Attributes:
        pattern: what is looked for: in any case, unless it holds a capital letter.
        key: the key that is looked for instead, whole; None for the text.
        origin: the row at which the search began.
        is_done: whether every row has been looked at, or `MAX_HITS` hits found.
        version: the state of the outline that the rows belong to.
    """

    __slots__ = (
        "_after",
        "_before",
        "_outline",
        "_source",
        "_wrapped",
        "is_done",
        "key",
        "origin",
        "pattern",
        "version",
    )

    def __init__(
        self,
        outline: Outline[E],
        source: Source[E],
        pattern: str,
        origin: int,
        key: bytes | None = None,
    ) -> None:
        """Prepare to look for `pattern`, or for `key`, as which it reads; `steps` does it."""
        self.pattern = pattern
        self.key = key
        self.origin = origin
        self.is_done = False
        self.version = outline.version
        self._outline = outline
        self._source = source
        self._after = array("Q")
        self._before = array("Q")
        self._wrapped = False

    def __len__(self) -> int:
        """Return the number of hits so far."""
        return len(self._after) + len(self._before)

    @property
    def is_capped(self) -> bool:
        """Whether there may be more hits than are counted."""
        return len(self) >= MAX_HITS

    def steps(self) -> Iterator[None]:
        """Look at one row after the other, yielding after each."""
        for found, start, end in (
            (self._after, self.origin + 1, len(self._outline)),
            (self._before, 0, self.origin + 1),
        ):
            self._wrapped = found is self._before
            for row, is_hit in enumerate(self._matches(start, end), start):
                if is_hit:
                    found.append(row)
                    if self.is_capped:
                        self.is_done = True
                        return
                yield
        self.is_done = True

    def next_row(self, row: int, direction: int) -> int | None:
        """Return the next hit from a row on, round the end; None if there is none or none yet.

        Args:
            row: where to look from; a hit there does not count, unless it is the only one.
            direction: 1 for down, -1 for up.
        """
        if self.is_done:
            hits = self._before + self._after
            at = bisect_right(hits, row) if direction > 0 else bisect_left(hits, row) - 1
            return hits[at % len(hits)] if hits else None
        return self._known_below(row) if direction > 0 else None

    def _known_below(self, row: int) -> int | None:
        """Return the next hit while the search goes on; it looked behind its origin first."""
        after, before = self._after, self._before
        if row < self.origin:
            at = bisect_right(before, row)
            return before[at] if at < len(before) else None
        at = bisect_right(after, row)
        if at < len(after):
            return after[at]
        return before[0] if self._wrapped and before else None

    def ordinal(self, row: int) -> int:
        """Return the number of the hit at `row`, counted from 1; 0 if none is there or known."""
        for hits, offset in ((self._before, 0), (self._after, len(self._before))):
            at = bisect_left(hits, row)
            if at < len(hits) and hits[at] == row:
                return offset + at + 1 if self.is_done else 0
        return 0

    def _matches(self, start: int, end: int) -> Iterator[bool]:
        """Yield for each row from `start` to before `end` whether its key matches."""
        source, pattern, key = self._source, self.pattern, self.key
        is_exact = pattern != pattern.lower()
        places = self._outline.walk(start)
        if key is not None:
            for _, (node, position) in zip(range(start, end), places, strict=False):
                yield source.key(node.rows[position]) == key
            return
        for _, (node, position) in zip(range(start, end), places, strict=False):
            text = source.text(node.rows, node.rows[position])
            yield pattern in (text if is_exact else text.lower())
