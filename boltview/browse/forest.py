"""A forest as rows: each tree from its root down, with the lines that are drawn before a row.

A row that is the only one below its parent stays in its column, so that a chain of a hundred is a
chain and not a hundred columns of blanks; only where a tree branches the rows below move in.
"""

from array import array
from collections.abc import Iterator, Sequence
from itertools import islice

NO_ROW = -1
_DEEPEST = 8
"""Columns of lines that are drawn before a row's own; those further left are left out."""
_ROOT, _LONE, _ONLY, _BRANCH, _LAST = "▾ ", "  ", "╰ ", "├ ", "└ "
_BESIDE, _BLANK, _DEEPER = "│ ", "  ", "… "


class Forest:
    """Rows in the order in which a forest is drawn.

    Attributes:
        items: the item that each row is.
        rows: the row of each item.
        parents: for each row the row above that it hangs on, `NO_ROW` for a root.
    """

    __slots__ = ("_branches", "_heads", "_is_last", "items", "parents", "rows")

    def __init__(self, parents: Sequence[int]) -> None:
        """Arrange items.

        Args:
            parents: for each item the one that it hangs on; `NO_ROW`, or anything that is no
                other item, for a root. Items that hang on one another in a ring have none: the
                first of them becomes one.
        """
        count = len(parents)
        self.items = array("i")
        self.rows = array("i", [NO_ROW]) * count
        self.parents = array("i")
        self._is_last = bytearray(count)
        # Whether a row has a neighbour below its parent; and the first row of its column.
        self._branches = bytearray()
        self._heads = array("i")
        children: dict[int, list[int]] = {}
        roots = []
        for item, parent in enumerate(parents):
            if 0 <= parent < count and parent != item:
                children.setdefault(parent, []).append(item)
            else:
                roots.append(item)
        for item in roots:
            self._place(item, children)
        for item in range(count):
            if self.rows[item] == NO_ROW:
                self._place(item, children)
        self._measure()

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.items)

    def guide(self, row: int) -> str:
        """Return what is drawn before a row: lines from above, and how it hangs on its parent."""
        if self.parents[row] == NO_ROW:
            has_below = row + 1 < len(self.parents) and self.parents[row + 1] == row
            return _ROOT if has_below else _LONE
        own = _ONLY
        if self._branches[row]:
            own = _LAST if self._is_last[row] else _BRANCH
        above = list(islice(self._lines(row), _DEEPEST + 1))
        if len(above) > _DEEPEST:
            above[_DEEPEST:] = [_DEEPER]
        return "".join(reversed(above)) + own

    def _lines(self, row: int) -> Iterator[str]:
        """Yield the columns before a row's own, from the right."""
        while True:
            if not self._branches[row]:
                row = self._heads[row]
            parent = self.parents[row]
            if parent == NO_ROW:
                return
            if not self._branches[parent]:
                yield _BLANK
            else:
                yield _BLANK if self._is_last[parent] else _BESIDE
            row = parent

    def _place(self, root: int, children: dict[int, list[int]]) -> None:
        """Give rows to an item and to all that hangs on it and has none yet."""
        waiting = [(root, NO_ROW, True)]
        while waiting:
            item, parent, is_last = waiting.pop()
            if self.rows[item] != NO_ROW:
                continue
            row = self.rows[item] = len(self.items)
            self.items.append(item)
            self.parents.append(parent)
            self._is_last[row] = is_last
            below = children.get(item, ())
            last = len(below) - 1
            waiting += [(below[number], row, number == last) for number in range(last, -1, -1)]

    def _measure(self) -> None:
        """Note which rows have a neighbour below their parent, and where each chain begins."""
        below = array("i", [0]) * len(self.items)
        for parent in self.parents:
            if parent != NO_ROW:
                below[parent] += 1
        branches, heads = self._branches, self._heads
        for row, parent in enumerate(self.parents):
            branches.append(parent != NO_ROW and below[parent] > 1)
            begins = parent == NO_ROW or branches[row] or branches[parent]
            heads.append(row if begins else heads[parent])
