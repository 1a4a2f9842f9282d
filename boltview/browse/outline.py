"""The rows of a collapsible tree: memory for what is open, not for what shows.

An open bucket is a node: its rows (anything with a length and random access), the sorted positions
of the open buckets among them, and the running sum of the rows that those add. Row number to entry
is then a search by halves at each level. Sums are put right when they are next needed, so that
opening a chain of n buckets costs n steps and not n squared. Nothing here recurses.
"""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Generic, NamedTuple, Protocol, TypeVar

E = TypeVar("E")
E_co = TypeVar("E_co", covariant=True)


class Rows(Protocol[E_co]):
    """The entries of one bucket by position, read when asked for."""

    def __len__(self) -> int:
        """Return the number of entries."""

    def __getitem__(self, position: int, /) -> E_co:
        """Return the entry at `position`, 0..len-1."""


class Node(Generic[E]):
    """One open bucket.

    Attributes:
        parent: the open bucket that holds it; None for the top.
        position: its position there.
        key: its key there, which finds it again in another state of the file.
        depth: levels above it; 0 for the top, whose rows are not indented.
        rows: its entries.
        is_waiting: whether the rows only stand in for entries that are still being read.
        places: positions of the open buckets among the rows, rising.
        nodes: those open buckets.
        sums: number i is how many rows the open buckets 0..i add; the first `settled` are right.
        settled: how many of the sums are right.
        folded: buckets that were open before, by position, so that opening brings back what was.
    """

    __slots__ = (
        "depth",
        "folded",
        "is_waiting",
        "key",
        "nodes",
        "parent",
        "places",
        "position",
        "rows",
        "settled",
        "sums",
    )

    def __init__(
        self, rows: Rows[E], parent: "Node[E] | None" = None, position: int = 0, key: bytes = b""
    ) -> None:
        """Hold `rows`, with none of them open."""
        self.parent = parent
        self.position = position
        self.key = key
        self.depth: int = parent.depth + 1 if parent else 0
        self.rows = rows
        self.is_waiting = False
        self.places: list[int] = []
        self.nodes: list[Node[E]] = []
        self.sums: list[int] = []
        self.settled = 0
        self.folded: dict[int, Node[E]] = {}

    @property
    def path(self) -> tuple[bytes, ...]:
        """Keys from the top to here."""
        keys = []
        node: Node[E] | None = self
        while node is not None and node.parent is not None:
            keys.append(node.key)
            node = node.parent
        return tuple(reversed(keys))

    def child(self, position: int) -> "Node[E] | None":
        """Return the open bucket at `position`, None if what is there is not open."""
        slot = bisect_left(self.places, position)
        is_there = slot < len(self.places) and self.places[slot] == position
        return self.nodes[slot] if is_there else None


class Place(NamedTuple, Generic[E]):
    """Where a row lies: an open bucket, and a position in it."""

    node: Node[E]
    position: int

    @property
    def entry(self) -> E:
        """The entry of the row."""
        return self.node.rows[self.position]

    @property
    def depth(self) -> int:
        """Levels of indentation."""
        return self.node.depth

    @property
    def opened(self) -> Node[E] | None:
        """The bucket opened at this row, if one is."""
        return self.node.child(self.position)


class Outline(Generic[E]):
    """All rows that would show on a screen without end.

    Attributes:
        top: the bucket that everything lies in; it has no row itself.
        version: raised by every change of the rows.
    """

    __slots__ = ("top", "version")

    def __init__(self, rows: Rows[E]) -> None:
        """Show `rows`, all closed."""
        self.top: Node[E] = Node(rows)
        self.version = 0

    def __len__(self) -> int:
        """Return the number of rows."""
        self._settle()
        return _total(self.top)

    def locate(self, row: int) -> Place[E]:
        """Return the place of a row; raises IndexError outside 0..len-1."""
        if not 0 <= row < len(self):
            raise IndexError(row)
        node = self.top
        while True:
            slot = _last_open_until(node, row)
            if slot < 0:
                return Place(node, row)
            before = node.sums[slot - 1] if slot else 0
            left = row - node.places[slot] - before
            child = node.nodes[slot]
            if left == 0:
                return Place(node, child.position)
            if left > _total(child):
                return Place(node, row - node.sums[slot])
            node, row = child, left - 1

    def row_of(self, place: Place[E]) -> int:
        """Return the row of a place whose buckets are all open."""
        self._settle()
        row = 0
        node: Node[E] | None = place.node
        position = place.position
        while node is not None:
            slot = bisect_left(node.places, position)
            row += position + (node.sums[slot - 1] if slot else 0)
            position = node.position
            node = node.parent
            row += node is not None
        return row

    def is_of(self, node: Node[E]) -> bool:
        """Whether `node` belongs to this tree, open or closed; false after a reload."""
        while node.parent is not None:
            node = node.parent
        return node is self.top

    def walk(self, row: int = 0) -> Iterator[Place[E]]:
        """Yield the places from `row` on; ends when the rows end, void when they change."""
        if row >= len(self):
            return
        node, position = self.locate(row)
        while True:
            yield Place(node, position)
            child = node.child(position)
            if child is not None and len(child.rows):
                node, position = child, 0
                continue
            position += 1
            while position >= len(node.rows):
                if node.parent is None:
                    return
                node, position = node.parent, node.position + 1

    def open(self, place: Place[E], rows: Rows[E], key: bytes) -> Node[E]:
        """Open the closed bucket at `place`, whose key and entries these are.

        What was open in it when it was closed is open again.
        """
        node, position = place
        child = node.folded.pop(position, None)
        if child is None:
            child = Node(rows, node, position, key)
        slot = bisect_left(node.places, position)
        node.places.insert(slot, position)
        node.nodes.insert(slot, child)
        node.sums.insert(slot, 0)
        self._changed(node, slot)
        return child

    def close(self, node: Node[E], *, forget: bool = False) -> None:
        """Close an open bucket.

        Args:
            node: the bucket, not the top.
            forget: close what is open in it as well.
        """
        parent = node.parent
        if parent is None:
            return
        slot = bisect_left(parent.places, node.position)
        del parent.places[slot], parent.nodes[slot], parent.sums[slot]
        if not forget:
            parent.folded[node.position] = node
        self._changed(parent, slot)

    def replace(self, node: Node[E], rows: Rows[E]) -> None:
        """Give an open bucket other rows, none of them open."""
        node.rows = rows
        node.places, node.nodes, node.sums, node.settled = [], [], [], 0
        node.folded = {}
        self._changed(node, 0)

    def _changed(self, node: Node[E], slot: int) -> None:
        """Mark the sums of `node` from `slot` on, and those above that count it, as not right."""
        self.version += 1
        node.settled = min(node.settled, slot)
        while (parent := node.parent) is not None:
            slot = bisect_left(parent.places, node.position)
            if parent.settled <= slot:
                return  # whoever marked it marked what is above as well
            parent.settled = slot
            node = parent

    def _settle(self) -> None:
        """Put right every sum that a change has spoiled."""
        waiting = [self.top]
        while waiting:
            node = waiting[-1]
            slot = node.settled
            if slot == len(node.nodes):
                waiting.pop()
                continue
            child = node.nodes[slot]
            if child.settled < len(child.nodes):
                waiting.append(child)
                continue
            before = node.sums[slot - 1] if slot else 0
            node.sums[slot] = before + _total(child)
            node.settled = slot + 1


def _total(node: Node[E]) -> int:
    """Return the rows of a settled node and of all that is open in it."""
    return len(node.rows) + (node.sums[-1] if node.sums else 0)


def _last_open_until(node: Node[E], row: int) -> int:
    """Return the slot of the last open bucket of `node` at or before its row `row`; -1 if none."""
    low, high = 0, len(node.places)
    while low < high:
        middle = (low + high) // 2
        before = node.sums[middle - 1] if middle else 0
        if node.places[middle] + before <= row:
            low = middle + 1
        else:
            high = middle
    return low - 1
