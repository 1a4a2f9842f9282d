"""A tree with a cursor and a viewport: moving about, opening and closing, one step at a time."""

from typing import Generic, TypeVar

from boltview.browse.outline import Node, Outline, Place, Rows
from boltview.browse.source import Source
from boltview.browse.viewport import Viewport

E = TypeVar("E")

Path = tuple[bytes, ...]


class Tree(Generic[E]):
    """Rows, a cursor on one of them, and a viewport onto them.

    The methods move the cursor or open and close; none of them scrolls so that the cursor shows,
    because that is done once, when all that belongs together has happened.

    Attributes:
        source: where the entries come from.
        outline: the rows.
        cursor: the place that actions act on; meaningless while there is no row.
        viewport: which rows show.
        waiting: opened buckets whose rows somebody must bring.
    """

    def __init__(self, source: Source[E], height: int) -> None:
        """Show the top of `source`, closed."""
        self.source = source
        self.outline: Outline[E] = Outline(source.top())
        self.cursor: Place[E] = Place(self.outline.top, 0)
        self.viewport = Viewport(height)
        self.waiting: list[Node[E]] = []

    @property
    def row(self) -> int:
        """Row number of the cursor, from 0."""
        return self.outline.row_of(self.cursor)

    @property
    def entry(self) -> E | None:
        """The entry under the cursor; None while there is no row."""
        return self.cursor.entry if len(self.outline) else None

    @property
    def path(self) -> Path:
        """Keys from the top to the cursor; damage has the path of the bucket that it lies in."""
        if not len(self.outline):
            return ()
        key = self.source.key(self.cursor.entry)
        above = self.cursor.node.path
        return above if key is None else (*above, key)

    def window(self) -> list[Place[E]]:
        """Return the places of the rows that show, from the first on."""
        places = self.outline.walk(self.viewport.top)
        return [place for _, place in zip(range(self.viewport.height), places, strict=False)]

    def to_row(self, row: int) -> None:
        """Move the cursor to a row, or to the nearest that there is."""
        self.cursor = self.outline.locate(max(0, min(row, len(self.outline) - 1)))

    def to_sibling(self, step: int) -> None:
        """Move the cursor so many entries on within its bucket, as far as there are entries."""
        node, position = self.cursor
        self.cursor = Place(node, max(0, min(position + step, len(node.rows) - 1)))

    def to_parent(self) -> None:
        """Move the cursor to the bucket that holds its entry; at the top there is none."""
        node = self.cursor.node
        if node.parent is not None:
            self.cursor = Place(node.parent, node.position)

    def page(self, rows: int) -> None:
        """Move the cursor and the viewport by so many rows."""
        row = self.row
        self.viewport.scroll(self.viewport.top + rows, len(self.outline))
        self.to_row(row + rows)

    def scroll_to(self, top: int) -> None:
        """Show the rows from `top` on; the cursor comes along where it would leave the screen."""
        total = len(self.outline)
        self.viewport.scroll(top, total)
        if total:
            self.to_row(self.viewport.nearest(self.row, total))

    def align(self, offset: int) -> None:
        """Scroll so that the cursor is number `offset` of the rows that show."""
        self.viewport.align(self.row, offset, len(self.outline))

    def open(self, place: Place[E], entry: E) -> Node[E]:
        """Open the closed bucket `entry` at `place`; it waits where its rows take long to read."""
        folded = place.node.folded.get(place.position)
        rows = folded.rows if folded else self.source.rows(entry)
        key = self.source.key(entry) or b""
        if rows is not None:
            return self.outline.open(place, rows, key)
        node = self.outline.open(place, self.source.standby(entry), key)
        node.is_waiting = True
        self.waiting.append(node)
        return node

    def toggle(self) -> None:
        """Open or close the bucket under the cursor; nothing for a value."""
        opened = self.cursor.opened
        entry = self.cursor.entry
        if opened is not None:
            self.outline.close(opened)
        elif self.source.opens(entry):
            self.open(self.cursor, entry)

    def step_in(self) -> None:
        """Open the bucket under the cursor; of an open one, go to the first entry."""
        opened = self.cursor.opened
        if opened is None:
            self.toggle()
        elif len(opened.rows):
            self.cursor = Place(opened, 0)

    def step_out(self) -> None:
        """Close the bucket under the cursor; elsewhere, go to the one that holds this."""
        if self.cursor.opened is None:
            self.to_parent()
        else:
            self.toggle()

    def close_below(self) -> None:
        """Close everything below the bucket under the cursor, which stays open."""
        opened = self.cursor.opened
        if opened is not None:
            self.outline.replace(opened, opened.rows)

    def close_all(self) -> None:
        """Close everything."""
        top = self.outline.top
        self.outline.replace(top, top.rows)
        self.surface()

    def fill(self, node: Node[E], rows: Rows[E]) -> None:
        """Give a bucket that waits for its rows those rows."""
        node.is_waiting = False
        self.outline.replace(node, rows)
        if self.cursor.node is node:
            self.cursor = Place(node, 0) if len(rows) else self.cursor
        self.surface()

    def surface(self) -> None:
        """Put a cursor that stands on no row any more on the nearest bucket above that has one."""
        node: Node[E] = self.cursor.node
        if self.cursor.position >= len(node.rows):
            self.to_parent()
        while node.parent is not None:
            if node.parent.child(node.position) is not node:
                self.cursor = Place(node.parent, node.position)
            node = node.parent
