"""Putting the rows of a table in order and leaving out what a filter hides, step by step.

Rows are sorted in short runs that are then merged: no step takes long, however many rows there are,
which a single sort of millions does.
"""

from array import array
from collections.abc import Iterator
from heapq import merge
from typing import Any, Protocol

_RUN = 4_096
"""Rows that are sorted at once, within a few milliseconds."""
_NO_ROW = -1


class Filter:
    """What rows are let through: those with a text in them, or with `!` before it without it.

    Attributes:
        pattern: as it was typed; empty for all rows.
    """

    __slots__ = ("_is_exact", "_is_inverted", "_wanted", "pattern")

    def __init__(self, pattern: str) -> None:
        """Take what was typed: in any case, unless it holds a capital letter."""
        self.pattern = pattern
        self._is_inverted = pattern.startswith("!") and len(pattern) > 1
        self._wanted = pattern[1:] if self._is_inverted else pattern
        self._is_exact = self._wanted != self._wanted.lower()

    def lets(self, text: str) -> bool:
        """Whether a row of this text is let through."""
        found = self._wanted in (text if self._is_exact else text.lower())
        return found != self._is_inverted


class _Rows(Protocol):
    """What is asked of rows here; see `table.Rows`."""

    def __len__(self) -> int: ...

    def key(self, column: int, row: int) -> Any: ...  # noqa: ANN401 - one type in each column

    def text(self, row: int) -> str: ...

    def parent(self, row: int) -> int: ...


class Arranging:
    """One arrangement of rows in the making.

    Attributes:
        order: row numbers; without an order they are right from the beginning, only not all.
        matches: rows that the filter let through.
        is_done: whether that is all.
    """

    __slots__ = (
        "_column", "_done", "_filter", "_is_reversed", "_rows", "_stages", "is_done", "matches",
        "order",
    )  # fmt: skip

    def __init__(
        self,
        rows: _Rows,
        wanted: Filter,
        column: int | None,
        is_reversed: bool,  # noqa: FBT001
    ) -> None:
        """Prepare; `steps` does it.

        Args:
            rows: the rows.
            wanted: which of them.
            column: ordered by this column; None for their own order.
            is_reversed: the greatest first.
        """
        self.order = array("I")
        self.matches = 0
        self.is_done = False
        self._rows = rows
        self._filter = wanted
        self._column = column
        self._is_reversed = is_reversed
        self._done = 0
        self._stages = bool(wanted.pattern) + 2 * (column is not None)

    @property
    def progress(self) -> tuple[int, int]:
        """Rows that were looked at and to be looked at, each as often as that is necessary."""
        return self._done, max(len(self._rows) * self._stages, self._done)

    def steps(self) -> Iterator[None]:
        """Look at one row after the other, yielding after each."""
        if self._column is None:
            for row in self._wanted(with_parents=True):
                if row != _NO_ROW:
                    self.order.append(row)
                yield
        else:
            yield from self._sorted(self._column)
        self.is_done = True

    def _wanted(self, *, with_parents: bool) -> Iterator[int]:
        """Yield the rows that the filter lets through, and `_NO_ROW` for each of the others.

        With parents, what a row belongs to comes before it, for a forest in its own order.
        """
        rows, lets = self._rows, self._filter.lets
        is_open = not self._filter.pattern
        last = row = _NO_ROW
        while (row := row + 1) < len(rows):
            self._done += not is_open
            if not is_open and not lets(rows.text(row)):
                yield _NO_ROW
                continue
            self.matches += 1
            if with_parents:
                above = []
                parent = rows.parent(row)
                # Whatever stands before the last one was shown with that.
                while parent > last:
                    above.append(parent)
                    parent = rows.parent(parent)
                yield from reversed(above)
            last = row
            yield row

    def _sorted(self, column: int) -> Iterator[None]:
        keys: list[Any] = []
        runs: list[array[int]] = []
        run = array("I")
        for row in self._wanted(with_parents=False):
            if row == _NO_ROW:
                keys.append(None)
            else:
                keys.append(self._rows.key(column, row))
                run.append(row)
                self._done += 1
            if len(run) == _RUN:
                runs.append(self._run(run, keys))
                run = array("I")
            yield
        runs.append(self._run(run, keys))
        for row in merge(*runs, key=keys.__getitem__, reverse=self._is_reversed):
            self.order.append(row)
            self._done += 1
            yield

    def _run(self, run: "array[int]", keys: list[Any]) -> "array[int]":
        return array("I", sorted(run, key=keys.__getitem__, reverse=self._is_reversed))
