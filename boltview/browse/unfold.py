"""Opening many buckets at once: all below one, within bounds, or as many as fit a screen."""

from collections import deque
from collections.abc import Iterator
from typing import Generic, NamedTuple, TypeVar

from boltview.browse.outline import Node, Place
from boltview.browse.tree import Tree

E = TypeVar("E")

ASK_ABOVE = 5_000
"""Rows that are opened without a question."""
MAX_ROWS = 100_000
"""Rows that are opened at most, question or not."""


class Unfolded(NamedTuple):
    """How an opening of everything below a bucket ended."""

    rows: int
    """Rows that were looked at."""
    is_whole: bool
    """Whether nothing below is closed."""


class Unfold(Generic[E]):
    """Opens everything below a bucket, level by level.

    Attributes:
        node: the bucket, which is open itself.
        limit: rows to look at.
        result: how it ended; None while it goes on.
    """

    __slots__ = ("_tree", "limit", "node", "result")

    def __init__(self, tree: Tree[E], node: Node[E], limit: int) -> None:
        """Prepare to open everything below `node`; `steps` does it."""
        self._tree = tree
        self.node = node
        self.limit = limit
        self.result: Unfolded | None = None

    def steps(self) -> Iterator[None]:
        """Look at one row after the other, yielding after each."""
        seen = 0
        is_whole = True
        queue = deque([self.node])
        while queue:
            node = queue.popleft()
            if node.is_waiting:
                is_whole = False
                continue
            for position in range(len(node.rows)):
                if seen == self.limit:
                    self.result = Unfolded(seen, is_whole=False)
                    return
                seen += 1
                child = node.child(position) or self._open(Place(node, position))
                if child:
                    queue.append(child)
                yield
        self.result = Unfolded(seen, is_whole)

    def _open(self, place: Place[E]) -> Node[E] | None:
        entry = place.entry
        return self._tree.open(place, entry) if self._tree.source.opens(entry) else None


def open_what_fits(tree: Tree[E]) -> None:
    """Open whole levels from the top while all rows fit onto the screen."""
    outline, source, height = tree.outline, tree.source, tree.viewport.height
    level = [outline.top]
    while level and len(outline) < height:
        found = [
            (Place(node, position), entry, rows)
            for node in level
            for position in range(len(node.rows))
            if source.opens(entry := node.rows[position])
            and (rows := source.rows(entry)) is not None
        ]
        if len(outline) + sum(len(rows) for _, _, rows in found) > height:
            return
        level = [
            outline.open(place, rows, source.key(entry) or b"") for place, entry, rows in found
        ]
