"""Whose a directory is, as lines and as JSON."""

from collections.abc import Iterator

from boltview.containerd.owner import Owned
from boltview.containerd.references import Graph
from boltview.report.escape import escape
from boltview.report.references import object_text
from boltview.report.units import exact_size


def owned_json(graph: Graph, found: Owned) -> dict[str, object]:
    """Return one directory or file and whose it is."""
    backend = found.backend
    return {
        "path": found.directory,
        "exists": found.is_there,
        "snapshotter": found.snapshotter,
        "number": backend.id if backend else None,
        "name": backend.name if backend else "",
        "kind": backend.kind if backend else "",
        "size": backend.size if backend else None,
        "records": [graph.name(number).text for number in found.records],
        "chain": list(found.chain),
        "users": [graph.name(number).text for number in found.users],
        "pods": list(found.pods),
    }


def owned_lines(graph: Graph, found: Owned) -> Iterator[str]:
    """Yield the same for a person."""
    lost = "" if found.is_there else "  (not there)"
    yield escape(found.directory) + lost if found.directory else "(where it lies is not known)"
    backend = found.backend
    if backend:
        size = f", {exact_size(backend.size)}" if backend.size is not None else ""
        numbered = f"{escape(found.snapshotter)} number {backend.id}"
        yield f"  {numbered}: {escape(backend.name)} ({backend.kind}{size})"
    for number in found.records:
        yield f"  is {object_text(graph, number)}"
    if not backend and found.snapshotter and not found.records:
        yield f"  no snapshot of {escape(found.snapshotter)} has this number: it is nobody's"
    elif not found.records:
        yield "  no record of meta.db names it"
    for name in found.chain:
        yield f"  builds on {escape(name)}"
    for number in found.users:
        yield f"  used by {object_text(graph, number)}"
    for pod in found.pods:
        yield f"  used by pod {escape(pod)}"
