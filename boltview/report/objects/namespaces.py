"""Namespaces as rows, as JSON and in full: what is in each."""

from functools import cached_property

from boltview.containerd.objects import Namespace
from boltview.report.detail import Line
from boltview.report.objects.column import Column, text_line
from boltview.report.objects.kind import (
    Kind,
    ObjectView,
    field,
    labels_lines,
    record_lines,
    title,
)
from boltview.report.objects.shapes import Json, object_json

COUNTED = {
    "containers": "container",
    "images": "image",
    "content": "blob",
    "ingests": "ingest",
    "snapshots": "snapshot",
    "leases": "lease",
    "sandboxes": "sandbox",
}
"""Kinds of objects by the name of their command."""
_KNOWN = {
    "default": "ctr and nerdctl",
    "k8s.io": "Kubernetes",
    "moby": "Docker",
    "plugins.moby": "Docker's plugins",
    "buildkit": "BuildKit",
    "buildkit_history": "BuildKit's history",
    "moby_history": "the history of Docker's BuildKit",
    "system": "Talos Linux",
    "services.linuxkit": "LinuxKit",
}
"""Whose namespaces these are, as far as a name tells."""


class NamespaceView(ObjectView):
    """A namespace and what is in it."""

    item: Namespace

    @cached_property
    def counts(self) -> dict[str, int]:
        """Objects by kind."""
        count = self.node.metadata.count
        return {name: count(kind, self.item.name) for name, kind in COUNTED.items()}

    @property
    def user(self) -> str:
        """Who uses a namespace of this name."""
        return _KNOWN.get(self.item.name, "")


def _count(name: str) -> Column:
    return Column(name, lambda view: view.counts[name], form="count", shown="narrow")


COLUMNS = (
    Column("name", lambda view: view.item.name, "namespace", shown="narrow"),
    *(_count(name) for name in COUNTED),
    Column("labels", lambda view: view.item.labels, shown="narrow"),
    Column("user", lambda view: view.user, "used by", shown="wide"),
)


def _full(view: NamespaceView) -> list[Line]:
    lines = [title(f"namespace {text_line(view.item.name)}"), *field("used by", view.user)]
    for name, count in view.counts.items():
        lines += field(name, count)
    return lines + labels_lines(view.item.labels) + record_lines(view.item.record)


def _json(view: NamespaceView) -> Json:
    return {**object_json(view.item), **view.counts}


KIND = Kind(
    "namespaces",
    "namespace",
    "",
    lambda view: (view.item.name,),
    COLUMNS,
    lambda node, namespace, clock: (
        NamespaceView(node, item, clock)
        for item in node.metadata.namespaces()
        if namespace in {None, item.name}
    ),
    NamespaceView,
    _json,
    _full,
)
