"""What the next garbage collection would take, as a table."""

from array import array
from collections.abc import Sequence

from boltview.bolt.progress import Progress
from boltview.browse.ordered import NO_ROW
from boltview.containerd.freed import SnapshotSizes, freed
from boltview.containerd.mark import Marks, Rules
from boltview.containerd.node import Node
from boltview.containerd.releases import guess
from boltview.containerd.scan import scan
from boltview.report.detail import Line
from boltview.report.escape import escape
from boltview.report.gc import UNSEEN, bytes_of, failure, why_not
from boltview.report.objects.column import NOTHING, short_id
from boltview.report.references import bucket_path, object_text
from boltview.report.span import Span
from boltview.report.tables.grid import Flat, Heading, Path
from boltview.report.units import Clock, exact_size, size_text


def marks_of(node: Node, clock: Clock, progress: Progress) -> tuple[Marks, str]:
    """Mark what a collection now would keep, and say by which release's rules.

    Args:
        node: the node.
        clock: the present.
        progress: told how many records were read; may raise to cancel.
    """
    graph = scan(node.metadata, progress)
    daemon = guess(graph.version, knows_sandboxes=graph.knows_sandboxes)
    return Marks(graph, Rules(daemon, clock.now)), daemon


class Garbage(Flat):
    """What a collection would take, with the reason of each."""

    headings = (
        Heading("TYPE"),
        Heading("NAMESPACE"),
        Heading("KEY"),
        Heading("SIZE", is_right=True),
        Heading("WHY"),
    )

    def __init__(self, node: Node, clock: Clock, progress: Progress) -> None:
        """Mark what stays; `progress` is told how many records were read, and may raise."""
        self._clock = clock
        self._marks, daemon = marks_of(node, clock, progress)
        graph = self._marks.graph
        goes = sorted(self._marks.collectable(), key=lambda number: graph.name(number).text)
        self._numbers = array("I", goes)
        self._sizes = SnapshotSizes(graph, node)
        rules = f"by the rules of containerd {daemon}"
        self.empty = f"✓ nothing: the next collection, {rules}, takes no object"
        if self._marks.stopper is not None:
            self.empty = f"✗ nothing. {failure(self._marks)}"
        gives = freed(self._marks, node)
        if not graph.is_whole:
            rules += "; damage was met, so some may stay"
        self._summary = f"frees {size_text(gives.total)}, {rules}" if goes else ""

    @property
    def summary(self) -> str:
        """What is to be said of all of them together."""
        return self._summary

    def wear(self, clock: Clock) -> None:
        """Show times in the zone of another clock."""
        self._clock = clock

    def __len__(self) -> int:
        """Return the number of objects that go."""
        return len(self._numbers)

    def key(self, column: int, row: int) -> object:
        """Return what rows are ordered by."""
        size = self._size(row)
        return (NO_ROW if size is None else size) if column == _SIZE else self._texts(row)[column]

    def text(self, row: int) -> str:
        """Return what the cells say, the key in full."""
        return "  ".join([object_text(self._marks.graph, self._numbers[row]), self._why(row)])

    def path(self, row: int) -> Path:
        """Return the path of the object."""
        return bucket_path(self._marks.graph, self._numbers[row])

    def row_at(self, path: Path) -> int:
        """Return the row of an object."""
        rows = range(len(self._numbers))
        return next((row for row in rows if self.path(row) == path), NO_ROW)

    def cells(self, row: int) -> Sequence[Span]:
        """Return an object and why nothing keeps it."""
        kind, namespace, key, size, why = self._texts(row)
        return [
            Span(kind, "value"),
            Span(namespace, "dim"),
            Span(key, "strong"),
            Span(size, "dim" if size == NOTHING else "value"),
            Span(why, "note"),
        ]

    def place(self, row: int) -> Path | None:
        """Return the path of the object."""
        return self.path(row)

    def about(self, row: int) -> list[Line]:
        """Return the reason, and what only the daemon knows."""
        size = self._size(row)
        lines = [
            Line("", object_text(self._marks.graph, self._numbers[row]), "title"),
            Line("why", self._why(row), "field"),
        ]
        if size is not None:
            lines.append(Line("size", exact_size(size), "field"))
        lines.append(Line("", "only the running daemon knows:", "note"))
        return lines + [Line("", fact, "doc") for fact in UNSEEN]

    def _texts(self, row: int) -> tuple[str, str, str, str, str]:
        name = self._marks.graph.name(self._numbers[row])
        kind, namespace, key = escape(name.text).split("/", 2)
        size = self._size(row)
        shown = NOTHING if size is None else size_text(size)
        return kind, namespace, short_id(key), shown, self._why(row)

    def _why(self, row: int) -> str:
        return why_not(self._marks, self._numbers[row], self._clock)

    def _size(self, row: int) -> int | None:
        number = self._numbers[row]
        if self._marks.graph.kind(number) not in _SIZED:
            return None
        return bytes_of(self._marks.graph, self._sizes, number)


_SIZE = 3
_SIZED = frozenset({"content", "snapshot"})
