"""The search in a table: begun by typing, followed by stepping, begun anew when its rows change."""

from collections.abc import Callable, Iterator
from typing import Protocol

from boltview.browse.hits import Hits, folded


class Rows(Protocol):
    """The rows of a table as they are shown."""

    def __len__(self) -> int:
        """Return how many there are."""

    def text_at(self, position: int) -> str:
        """Return the text that is looked into."""

    @property
    def version(self) -> int:
        """Another number whenever other rows are shown."""


class Seeking:
    """What is looked for, and which way the cursor goes when it is found.

    Attributes:
        hits: positions that were found; None while nothing is looked for.
    """

    def __init__(self, rows: Rows) -> None:
        """Look for nothing."""
        self.hits: Hits | None = None
        self._rows = rows
        self._version = 0
        self._steps: Iterator[None] = iter(())
        self._direction = 0

    @property
    def is_busy(self) -> bool:
        """Whether `work` has something to do."""
        hits = self.hits
        return hits is not None and (not hits.is_done or self._is_stale or self._direction != 0)

    @property
    def _is_stale(self) -> bool:
        return self._version != self._rows.version

    def begin(self, pattern: str, origin: int, direction: int = 1) -> None:
        """Look for a text from a position on; nothing for an empty one.

        Args:
            pattern: the text.
            origin: where to look from.
            direction: which way the cursor goes: 1 down, -1 up, 0 it stays.
        """
        self.hits, self._direction = None, 0
        if not pattern:
            return
        rows, has = self._rows, folded(pattern)

        def matches(start: int, end: int) -> Iterator[bool]:
            return (has(rows.text_at(position)) for position in range(start, end))

        self.hits = Hits(pattern, origin, len(rows), matches)
        self._version = rows.version
        self._steps = self.hits.steps()
        self._direction = direction

    def step(self, direction: int) -> str:
        """Want the next hit; return why there is none."""
        if self.hits is None:
            return "no search; / begins one"
        if self.hits.is_done and not len(self.hits) and not self._is_stale:
            return "no row has that in it"
        self._direction = direction
        return ""

    def stop(self) -> bool:
        """Look for nothing any more; return whether anything was looked for."""
        was_on, self.hits, self._direction = self.hits is not None, None, 0
        return was_on

    def work(self, at: int, steps: int, go: Callable[[int], None]) -> None:
        """Look at so many rows; the cursor, which is at `at`, goes where it is to go."""
        if self.hits is not None and self._is_stale:
            self.begin(self.hits.pattern, at, self._direction)
        hits = self.hits
        if hits is None:
            return
        for _ in zip(range(steps), self._steps, strict=False):
            if self._direction and hits.next_row(at, self._direction) is not None:
                break
        wanted = hits.next_row(at, self._direction) if self._direction else None
        if wanted is not None or hits.is_done:
            self._direction = 0
        if wanted is not None:
            go(wanted)
