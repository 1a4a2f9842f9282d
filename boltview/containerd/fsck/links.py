"""References within meta.db that lead nowhere, and links that only one side knows."""

from collections.abc import Iterator

from boltview.containerd.fsck.finding import Finding, in_metadata
from boltview.containerd.mark import Marks
from boltview.containerd.references import Edge, Graph

_DANGLING = {
    ("image", "field"): "image-target-missing",
    ("container", "field"): "container-snapshot-missing",
    ("snapshot", "parent"): "snapshot-parent-missing",
    ("lease", "lease"): "lease-resource-missing",
    ("lease", "flat"): "lease-resource-missing",
}
"""By kind and way of referring. Labels often name what was never fetched, which is normal."""
_CHILDREN_SINCE = 1
"""Version of the database that brought the lists of children."""


def check_links(marks: Marks) -> Iterator[Finding]:
    """Yield what is wrong with the references of a meta.db, and what waits for collection."""
    graph = marks.graph
    parents = {edge.source: edge.target for edge in graph.edges() if edge.because.how == "parent"}
    listed: dict[int, set[int]] = {}
    for edge in graph.edges():
        if edge.because.field == "children":
            listed.setdefault(edge.source, set()).add(edge.target)
            yield from _child(graph, edge, parents)
        elif not graph.there[edge.target]:
            yield from _dangling(graph, edge)
    if (graph.version or 0) >= _CHILDREN_SINCE:
        for child, parent in parents.items():
            if graph.there[parent] and child not in listed.get(parent, ()):
                what = f"{_name(graph, parent)} does not list it as a child"
                yield _finding(graph, "child-link-missing", child, what)
    for number in graph.stoppers:
        what = "Go cannot read its expireat"
        yield _finding(graph, "collection-stopped", number, what)
    for number in marks.collectable():
        yield from _waiting(marks, number)


def _dangling(graph: Graph, edge: Edge) -> Iterator[Finding]:
    because = edge.because
    code = _DANGLING.get((because.source, because.how))
    if because.how == "note" and because.target == "image":
        code = "container-image-missing"
    if code:
        what = f"{because.field} names {_name(graph, edge.target)}, which does not exist"
        yield _finding(graph, code, edge.source, what)


def _child(graph: Graph, edge: Edge, parents: dict[int, int]) -> Iterator[Finding]:
    child = _name(graph, edge.target)
    if not graph.there[edge.target]:
        yield _finding(
            graph, "child-link-stale", edge.source, f"lists the child {child}, which is gone"
        )
    elif parents.get(edge.target) != edge.source:
        parent = parents.get(edge.target)
        on = f"builds on {_name(graph, parent)}" if parent is not None else "builds on nothing"
        yield _finding(
            graph, "child-link-foreign", edge.source, f"lists the child {child}, which {on}"
        )


def _waiting(marks: Marks, number: int) -> Iterator[Finding]:
    graph = marks.graph
    kind = graph.kind(number)
    if kind == "lease":
        yield _finding(graph, "lease-expired", number, "its time is over")
    elif kind == "ingest" and number in graph.expires:
        yield _finding(graph, "ingest-expired", number, "its time is over")
    elif kind == "ingest":
        what = "neither a lease nor a time of expiry keeps it"
        yield _finding(graph, "ingest-forgotten", number, what)
    else:
        yield _finding(graph, "collectable", number, "nothing that stays refers to it")


def _name(graph: Graph, number: int) -> str:
    return graph.name(number).text


def _finding(graph: Graph, code: str, number: int, what: str) -> Finding:
    return in_metadata(code, graph.name(number).path, what)
