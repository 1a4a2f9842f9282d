"""Who refers to one object, as a table: a row for each reference, with its reason."""

from collections.abc import Callable, Iterator, Sequence

from boltview.bolt.progress import Progress
from boltview.browse.ordered import NO_ROW
from boltview.containerd.names import ObjectName, object_at
from boltview.containerd.references import Graph
from boltview.report.detail import Line
from boltview.report.escape import escape
from boltview.report.graph import Link, graph_of, links_of
from boltview.report.keypath import parse_component, path_text
from boltview.report.objects.column import short_id
from boltview.report.opened import Opened
from boltview.report.span import Span
from boltview.report.tables.grid import Flat, Grid, Heading, Path
from boltview.report.tables.views import View

PREFIX = "used-by:"
"""What the names of these views begin with; the path of the object follows."""
_EMPTY = {
    "container": "containers are never collected",
    "sandbox": "sandboxes are never collected",
    "image": "an image is kept by itself, until it expires",
    "lease": "a lease is kept by itself, until it expires",
    "ingest": "an upload is kept by itself, until it expires",
}
_LOST = "the next garbage collection takes it, unless a label gc.root keeps it; 9 tells"


class Referrers(Flat):
    """The references to one object, in the order in which they were found."""

    headings = (
        Heading("TYPE"),
        Heading("KEY", least=20),
        Heading("COUNTS", least=6),
        Heading("BECAUSE", least=24),
    )

    def __init__(self, name: ObjectName, links: Sequence[Link]) -> None:
        """Show the references to `name`."""
        self._name = escape(name.text)
        self._links = links
        self._shown = _shortened(self._name)
        self.empty = f"nothing refers to {self._shown}: {_EMPTY.get(name.kind, _LOST)}"

    @property
    def summary(self) -> str:
        """Which object this is about."""
        return f"{len(self._links):,} to {self._shown}" if self._links else ""

    def __len__(self) -> int:
        """Return the number of references."""
        return len(self._links)

    def key(self, column: int, row: int) -> object:
        """Return what rows are ordered by."""
        return self._texts(row)[column]

    def text(self, row: int) -> str:
        """Return what the cells say, the key in full."""
        return f"{self._links[row].name}  {self._texts(row)[-2]}  {self._links[row].because}"

    def path(self, row: int) -> Path:
        """Return where the reference stands."""
        return self._links[row].field

    def row_at(self, path: Path) -> int:
        """Return the row of a reference."""
        rows = range(len(self._links))
        return next((row for row in rows if self._links[row].field == path), NO_ROW)

    def cells(self, row: int) -> Sequence[Span]:
        """Return who refers, and why; what keeps nothing is faint."""
        kind, key, counts, because = self._texts(row)
        keeps = self._links[row].keeps
        return [
            Span(kind, "value"),
            Span(key, "strong" if keeps else "value"),
            Span(counts, "good" if keeps else "dim"),
            Span(because, "value" if keeps else "dim"),
        ]

    def place(self, row: int) -> Path | None:
        """Return the path of who refers; None where that has no record."""
        return self._links[row].path or None

    def about(self, row: int) -> list[Line]:
        """Return the reference in full."""
        link = self._links[row]
        lines = [Line("", link.name, "title"), Line("refers to", self._name, "field")]
        lines.append(Line("because", link.because, "field"))
        lines.append(Line("stands at", path_text(link.field), "note"))
        if not link.path:
            lines.append(Line("", "there is no record of it", "error"))
        counts = "garbage collection follows it" if link.keeps else "it keeps nothing alive"
        return [*lines, Line("counts", counts, "field")]

    def _texts(self, row: int) -> tuple[str, str, str, str]:
        link = self._links[row]
        # References stay within a namespace, which the object's own name tells.
        kind, _, key = link.name.split("/", 2)
        return kind, _shortened(key), "yes" if link.keeps else "no", link.because


def _shortened(name: str) -> str:
    """Shorten the digest or ID at the end of a name; of a snapshot its snapshotter stays."""
    return "/".join(map(short_id, name.split("/")))


def view_name(path: Path) -> str:
    """Return the name of the view of who refers to the object at a path."""
    return f"{PREFIX}{path_text(path)}"


def used_by(
    name: str, known: Callable[[Opened], Graph | None], keep: Callable[[Opened, Graph], None]
) -> View | None:
    """Return the view that a name of `view_name` stands for; None for any other name.

    Args:
        name: the name.
        known: returns the graph of a revision if it was built before.
        keep: given a graph that was built, by the thread that built it.
    """
    if not name.startswith(PREFIX):
        return None
    try:
        path = tuple(map(parse_component, name.removeprefix(PREFIX).split("/")))
    except ValueError:
        return None
    wanted = object_at(path)
    if wanted is None:
        return None

    def make(opened: Opened, progress: Progress) -> Iterator[Grid]:
        graph = known(opened)
        if graph is None:
            graph = graph_of(opened, progress)
            keep(opened, graph)
        links = links_of(graph, wanted)
        yield Referrers(wanted, links.referred if links else [])

    return View(name, "Used by", make, "who refers to whom")
