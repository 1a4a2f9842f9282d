"""A tree of which only the keys that pass a filter are shown, with the buckets that hold them.

What is looked at are the rows that are open, as a search does. Looking at every row is done in
steps; then another outline takes the place of the whole one, which is kept for the way back.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from typing import Generic, TypeVar

from boltview.browse.arrange import Filter
from boltview.browse.outline import Node, Outline, Place, Rows
from boltview.browse.source import Source
from boltview.browse.tree import Path, Tree

E = TypeVar("E")


class Picked(Generic[E]):
    """Some of the entries of a bucket.

    Attributes:
        whole: all of them.
        positions: which are shown, rising.
    """

    __slots__ = ("positions", "whole")

    def __init__(self, whole: Rows[E], positions: "array[int]") -> None:
        """Show the entries at `positions` of `whole`."""
        self.whole = whole
        self.positions = positions

    def __len__(self) -> int:
        """Return the number of entries that are shown."""
        return len(self.positions)

    def __getitem__(self, position: int, /) -> E:
        """Return one of them."""
        return self.whole[self.positions[position]]


def whole_of(rows: Rows[E]) -> Rows[E]:
    """Return all entries of a bucket of which some may be hidden."""
    return rows.whole if isinstance(rows, Picked) else rows


class Sifted(Generic[E]):
    """A source whose rows may be `Picked` ones."""

    def __init__(self, whole: Source[E]) -> None:
        """Take entries from `whole`."""
        self.whole = whole
        self.top, self.opens, self.rows = whole.top, whole.opens, whole.rows
        self.standby, self.key = whole.standby, whole.key

    def text(self, rows: Rows[E], entry: E) -> str:
        """Return the text that a search for keys looks into."""
        return self.whole.text(whole_of(rows), entry)

    def position(self, rows: Rows[E], key: bytes) -> int | None:
        """Return the position of `key` among `rows`, None if it is not there."""
        if not isinstance(rows, Picked):
            return self.whole.position(rows, key)
        found = self.whole.position(rows.whole, key)
        if found is None:
            return None
        at = bisect_left(rows.positions, found)
        is_there = at < len(rows.positions) and rows.positions[at] == found
        return at if is_there else None


class Narrowing(Generic[E]):
    """Looks for the rows that pass.

    Attributes:
        matches: how many have passed; what holds them is shown besides.
    """

    def __init__(self, outline: Outline[E], source: Source[E], wanted: Filter) -> None:
        """Prepare; `steps` looks."""
        self.matches = 0
        self._outline = outline
        self._version = outline.version
        self._source = source
        self._lets = wanted.lets
        # The positions that are kept of each open bucket, in the order in which they are walked.
        self._kept: dict[Node[E], array[int]] = {}

    @property
    def is_current(self) -> bool:
        """Whether nothing was opened or closed since it began."""
        return self._outline.version == self._version

    def steps(self) -> Iterator[None]:
        """Look at one row after the other, yielding after each."""
        for place in self._outline.walk():
            node, position = place
            if self._lets(self._source.text(node.rows, place.entry)):
                self.matches += 1
                self._keep(node, position)
            yield

    def _keep(self, node: Node[E], position: int) -> None:
        """Keep a row, and the rows of the buckets that hold it."""
        above: Node[E] | None = node
        while above is not None:
            kept = self._kept.setdefault(above, array("Q"))
            if kept and kept[-1] == position:
                return  # and so were those above
            kept.append(position)
            position, above = above.position, above.parent

    def outline(self) -> Outline[E]:
        """Return what is kept, open as it was."""
        top = self._outline.top
        found = Outline(Picked(top.rows, self._kept.get(top, array("Q"))))
        made = {top: found.top}
        waiting = [top]
        while waiting:
            node = waiting.pop()
            for child in node.nodes:
                kept = self._kept.get(child)
                if kept:
                    at = bisect_left(self._kept[node], child.position)
                    place = Place(made[node], at)
                    made[child] = found.open(place, Picked(child.rows, kept), child.key)
                    waiting.append(child)
        return found


class Sieve(Tree[E], Generic[E]):
    """A tree that can be narrowed.

    Attributes:
        filter: which rows are shown.
        matches: how many of them pass it; what holds them is shown besides.
    """

    def __init__(self, source: Source[E], height: int) -> None:
        """Show all rows."""
        super().__init__(source, height)
        self.filter = Filter("")
        self.matches = 0
        self._raw = source
        self._whole: Outline[E] | None = None
        self._narrowing: Narrowing[E] | None = None
        self._narrowing_steps: Iterator[None] = iter(())
        self._came_from: Path = ()

    @property
    def is_narrowed(self) -> bool:
        """Whether rows are hidden."""
        return self._whole is not None

    @property
    def whole(self) -> Outline[E]:
        """All rows, those that are hidden included."""
        return self.outline if self._whole is None else self._whole

    def owns(self, node: Node[E]) -> bool:
        """Whether an open bucket belongs to the tree, hidden or not; false after a reload."""
        return self.outline.is_of(node) or (self._whole is not None and self._whole.is_of(node))

    def begin_narrowing(self, pattern: str) -> None:
        """Begin to show only the rows that a filter lets through; all of them for an empty one."""
        self.filter = Filter(pattern)
        self._narrowing = None
        if not pattern:
            self.widen()
            return
        if self._whole is None:
            self._came_from = self.path
        self._narrowing = Narrowing(self.whole, self._raw, self.filter)
        self._narrowing_steps = self._narrowing.steps()

    def narrow_on(self, narrowing: Narrowing[E], steps: int) -> bool:
        """Go on for so many rows; return whether other rows are shown now."""
        if not narrowing.is_current:
            self.begin_narrowing(self.filter.pattern)
            return False
        for _ in zip(range(steps), self._narrowing_steps, strict=False):
            pass
        if next(self._narrowing_steps, self) is not self:
            return False
        self._narrowing = None
        path = self.path or self._came_from
        self._whole = self.whole
        self.outline, self.source = narrowing.outline(), Sifted(self._raw)
        self.matches = narrowing.matches
        self._stand_at(path)
        return True

    def widen(self) -> None:
        """Show all rows again, open as they were before they were hidden."""
        self.filter, self._narrowing = Filter(""), None
        if self._whole is None:
            return
        path = self.path or self._came_from
        self.outline, self.source, self._whole = self._whole, self._raw, None
        self._stand_at(path)

    def _stand_at(self, path: Path) -> None:
        """Put the cursor on an open row, or on the nearest bucket that holds it."""
        node = self.outline.top
        self.cursor = Place(node, 0)
        for key in path:
            position = self.source.position(node.rows, key)
            if position is None:
                return
            self.cursor = Place(node, position)
            child = node.child(position)
            if child is None:
                return
            node = child
