"""The references of one revision, and those of one object as lines that lead somewhere."""

from collections.abc import Iterator
from typing import NamedTuple

from boltview.bolt.progress import Progress
from boltview.containerd.metadata import Metadata
from boltview.containerd.names import ObjectName
from boltview.containerd.references import Edge, Graph
from boltview.containerd.scan import scan
from boltview.report.aside import Check, aside
from boltview.report.keypath import parse_component
from boltview.report.opened import Opened
from boltview.report.references import because_text, bucket_path, holder_path, object_text

Path = tuple[bytes, ...]


class Link(NamedTuple):
    """One reference from or to an object."""

    name: str
    """The other object; escaped."""
    because: str
    """Why, as a sentence."""
    path: Path
    """Bucket of the other object; empty where it has no record."""
    field: Path
    """Where the reference stands."""
    keeps: bool
    """Whether garbage collection follows it."""


class Links(NamedTuple):
    """An object and its references."""

    name: str
    """Escaped."""
    exists: bool
    """Whether there is a record of it."""
    refers: list[Link]
    referred: list[Link]


def graph_of(opened: Opened, progress: Progress) -> Graph:
    """Build the graph of a revision.

    Raises:
        NotMetadata: the database is none of containerd's own, and nothing is known to refer.
    """
    return scan(Metadata(opened.reading), progress)


def graphs(opened: Opened, check: Check, progress: Progress) -> Iterator[Graph]:
    """Yield the graph of a revision, made by another thread than the one that shows it.

    Args:
        opened: the revision.
        check: called before each read; raises to cancel.
        progress: told how many records were read.

    Raises:
        NotMetadata: the database is none of containerd's own, and nothing is known to refer.
    """
    yield graph_of(aside(opened, check), progress)


def links_of(graph: Graph, name: ObjectName) -> Links | None:
    """Return the references of an object; None if nothing names it."""
    number = graph.find(name)
    if number is None:
        return None
    return Links(
        object_text(graph, number),
        bool(graph.there[number]),
        [_link(graph, edge, edge.target) for edge in graph.forward(number)],
        [_link(graph, edge, edge.source) for edge in graph.backward(number)],
    )


def _link(graph: Graph, edge: Edge, other: int) -> Link:
    path = bucket_path(graph, other) if graph.there[other] else ()
    field = tuple(map(parse_component, holder_path(graph, edge).split("/")))
    return Link(
        object_text(graph, other), because_text(edge), path, field, keeps=edge.because.keeps
    )
