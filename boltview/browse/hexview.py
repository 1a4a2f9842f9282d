"""Bytes in lines, and what they are part of: one cursor that stands on a byte and on a part.

To move over bytes names their part, and to move over parts finds their bytes. Nothing is read here.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple

from boltview.bolt.parts import Part, part_at, runs
from boltview.browse.chords import Action
from boltview.browse.viewport import Viewport


class Row(NamedTuple):
    """One line: bytes, or how many bytes of the file are left out here."""

    offset: int
    """File offset of the first byte."""
    length: int
    is_gap: bool = False


class HexView:
    """A cursor over the bytes that some parts cover.

    Attributes:
        parts: in the order of the file, a part before those that it consists of.
        part: index of the part that the cursor stands on; meaningless while there is none.
        offset: file offset of the byte that the cursor stands on.
        viewport: which lines show.
    """

    def __init__(self, parts: Sequence[Part], first: int = 0) -> None:
        """Stand on part number `first`."""
        self.parts = parts
        self.viewport = Viewport()
        self._runs = runs(parts)
        self._per_line = 16
        self._starts: list[int] = []
        self._total = 0
        self.part = first
        # A part without bytes, such as an empty value, can lie behind the last byte.
        self.offset = self._nearest(parts[first].offset) if self._runs else 0
        self._measure()
        self._actions = self._table()

    def __len__(self) -> int:
        """Return the number of lines, gaps included."""
        return self._total

    def fit(self, per_line: int, height: int) -> None:
        """Have so many bytes on a line, and room for so many lines; the cursor stays in sight."""
        if (per_line, height) == (self._per_line, self.viewport.height):
            return
        self._per_line = per_line
        self._measure()
        self.viewport.resize(height)
        self._show()

    def resume(self, before: "HexView") -> None:
        """Stand on the part of the same number, if it has the same name, and scroll as there."""
        at = before.part
        if at >= min(len(self.parts), len(before.parts)):
            return
        if self._runs and self.parts[at].name == before.parts[at].name:
            self.to_part(at)
            self.fit(before._per_line, before.viewport.height)  # noqa: SLF001 (its own class)
            self.scroll(before.viewport.top)

    def row(self, number: int) -> Row:
        """Return one line."""
        index = bisect_right(self._starts, number) - 1
        run = self._runs[index]
        within = number - self._starts[index]
        start = within * self._per_line
        if start >= run.length:
            end = run.offset + run.length
            return Row(end, self._runs[index + 1].offset - end, is_gap=True)
        return Row(run.offset + start, min(self._per_line, run.length - start))

    def line_of(self, offset: int) -> int:
        """Return the line that a byte stands on."""
        index = self._run_of(offset)
        run = self._runs[index]
        return self._starts[index] + (offset - run.offset) // self._per_line

    @property
    def marked(self) -> range:
        """The bytes of the part that the cursor stands on."""
        if not self.parts:
            return range(0)
        part = self.parts[self.part]
        return range(part.offset, part.offset + part.length)

    def apply(self, action: Action) -> bool:
        """Do what an action says; return whether it means something here."""
        do = self._actions.get(action.id)
        if do is None:
            return False
        if self._runs:
            do(action.number)
            self._show()
        return True

    def to_part(self, index: int) -> None:
        """Move to a part, or to the nearest that there is."""
        self.part = max(0, min(index, len(self.parts) - 1))
        part = self.parts[self.part]
        if part.length:
            self.offset = part.offset
        self._show()

    def to_offset(self, offset: int) -> None:
        """Move to a byte; outside of the bytes shown to the nearest before it."""
        self.offset = self._nearest(offset)
        found = part_at(self.parts, self.offset)
        if found is not None:
            self.part = found
        self._show()

    def scroll(self, top: int) -> None:
        """Show the lines from `top` on, wherever the cursor is."""
        self.viewport.scroll(top, self._total)

    def _table(self) -> dict[str, Callable[[int], None]]:
        view = self.viewport
        return {
            "in": lambda count: self._step(count or 1),
            "out": lambda count: self._step(-(count or 1)),
            "down": lambda count: self._down(count or 1),
            "up": lambda count: self._down(-(count or 1)),
            "page-down": lambda count: self._down((count or 1) * view.height),
            "page-up": lambda count: self._down(-(count or 1) * view.height),
            "half-down": lambda count: self._down((count or 1) * max(view.height // 2, 1)),
            "half-up": lambda count: self._down(-(count or 1) * max(view.height // 2, 1)),
            "next-sibling": lambda count: self.to_part(self.part + (count or 1)),
            "previous-sibling": lambda count: self.to_part(self.part - (count or 1)),
            "parent": lambda count: self._widen(count or 1),
            "first": lambda _: self.to_part(0),
            "last": lambda _: self.to_offset(self._runs[-1].offset + self._runs[-1].length - 1),
        }

    def _step(self, count: int) -> None:
        """Move so many bytes on, over the gaps."""
        index = self._run_of(self.offset)
        offset = self.offset + count
        while index + 1 < len(self._runs) and offset >= (end := _end(self._runs[index])):
            index += 1
            offset = self._runs[index].offset + offset - end
        while index > 0 and offset < (start := self._runs[index].offset):
            index -= 1
            offset = _end(self._runs[index]) - (start - offset)
        self.to_offset(offset)

    def _down(self, lines: int) -> None:
        """Move so many lines on, in the same column where there is one."""
        line = self.line_of(self.offset)
        column = self.offset - self.row(line).offset
        to = max(0, min(line + lines, self._total - 1))
        if self.row(to).is_gap:
            to += 1 if lines > 0 else -1
        row = self.row(to)
        self.to_offset(row.offset + min(column, row.length - 1))

    def _widen(self, levels: int) -> None:
        """Move to the part that this one is part of."""
        for _ in range(levels):
            depth = self.parts[self.part].depth
            if not depth:
                break
            above = range(self.part - 1, -1, -1)
            self.part = next((i for i in above if self.parts[i].depth < depth), self.part)

    def _nearest(self, offset: int) -> int:
        run = self._runs[self._run_of(offset)]
        return max(run.offset, min(offset, run.offset + run.length - 1))

    def _run_of(self, offset: int) -> int:
        return max(0, bisect_right(self._runs, offset, key=lambda run: run.offset) - 1)

    def _measure(self) -> None:
        """Count the lines: each run's, and one for the gap behind each but the last."""
        heights = [-(-run.length // self._per_line) + 1 for run in self._runs]
        ends = list(accumulate(heights))
        self._starts = [0, *ends[:-1]]
        self._total = ends[-1] - 1 if ends else 0

    def _show(self) -> None:
        if self._runs:
            self.viewport.show(self.line_of(self.offset), self._total)


def _end(run: tuple[int, int]) -> int:
    return run[0] + run[1]
