"""The rows that a search finds, in steps, so that a screen can go on meanwhile."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator

MAX_HITS = 100_000
"""Hits that are counted and can be stepped through; further ones are not looked for."""

Matches = Callable[[int, int], Iterator[bool]]
"""Yields for each row from the first to before the second number whether it is one."""


class Hits:
    """The hits of one pattern, found from the row behind the origin round to the origin.

    Attributes:
        pattern: what is looked for: in any case, unless it holds a capital letter.
        origin: the row at which the search began.
        is_done: whether every row has been looked at, or `MAX_HITS` hits found.
    """

    __slots__ = ("_after", "_before", "_matches", "_total", "_wrapped", "is_done", "origin",
                 "pattern")  # fmt: skip

    def __init__(self, pattern: str, origin: int, total: int, matches: Matches) -> None:
        """Prepare to look through `total` rows; `steps` does it."""
        self.pattern = pattern
        self.origin = origin
        self.is_done = False
        self._total = total
        self._matches = matches
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
            (self._after, self.origin + 1, self._total),
            (self._before, 0, min(self.origin + 1, self._total)),
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

    def told(self, row: int) -> str:
        """Return which hit is at a row, and how many there are: `3/17`, `17…` while it goes on."""
        if self.is_done and not len(self):
            return "no hit"
        count = f"{len(self):,}{'+' if self.is_capped else '' if self.is_done else '…'}"
        number = self.ordinal(row)
        return f"{number:,}/{count}" if number else count


def folded(pattern: str) -> Callable[[str], bool]:
    """Return what says whether a text has a pattern in it: smart about case."""
    if pattern != pattern.lower():
        return lambda text: pattern in text
    return lambda text: pattern in text.lower()
