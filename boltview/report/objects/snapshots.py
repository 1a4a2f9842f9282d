"""Snapshots as rows, as JSON and in full: the record, and what its snapshotter has of it."""

from collections.abc import Sequence
from functools import cached_property

from boltview.containerd.objects import BackendSnapshot, Snapshot
from boltview.containerd.overlay import Chain, NotMountable, mount_command
from boltview.report.detail import Line
from boltview.report.escape import escape
from boltview.report.objects.column import Column, text_line
from boltview.report.objects.kind import (
    Kind,
    ObjectView,
    each,
    error,
    field,
    labels_lines,
    record_lines,
    title,
)
from boltview.report.objects.shapes import Json, object_json
from boltview.report.units import exact_size


class SnapshotView(ObjectView):
    """A snapshot and what its snapshotter has of it."""

    item: Snapshot

    @cached_property
    def backend(self) -> BackendSnapshot | None:
        """Its record in the snapshotter's database; None if there is none."""
        return self.node.backend(self.item)

    @property
    def is_known(self) -> bool:
        """Whether the snapshotter's database is there to be asked."""
        return self.item.snapshotter in self.node.snapshotters

    @property
    def kind(self) -> str:
        """`Active`, `View`, `Committed`; `lost` where the snapshotter does not have it."""
        if self.backend:
            return self.backend.kind
        return "lost" if self.is_known else ""

    @cached_property
    def chain(self) -> Chain:
        """This snapshot and those it builds on, as the snapshotter has them."""
        return self.node.chain(self.item)

    @cached_property
    def is_parent_missing(self) -> bool:
        """Whether it names a parent that is not there."""
        item = self.item
        return bool(item.parent) and not self.node.metadata.snapshot(
            item.namespace, item.snapshotter, item.parent or ""
        )

    @property
    def dangling(self) -> Sequence[str]:
        """Its parent, if it is not there; what its snapshotter lost is of kind `lost`."""
        return ["its parent is not there"] if self.is_parent_missing else []

    def mount(self) -> str:
        """Return the command that mounts it read-only, escaped.

        Raises:
            NotMountable: there is none.
        """
        return escape(mount_command(self.chain))


def _of(name: str) -> Column:
    form = {"id": "count", "size": "size", "inodes": "count"}[name]
    title_text = "directory" if name == "id" else name
    return Column(
        name,
        lambda view: getattr(view.backend, name) if view.backend else None,
        title_text,
        form,
        "narrow",
    )


COLUMNS = (
    Column("namespace", lambda view: view.item.namespace, shown="narrow"),
    Column("snapshotter", lambda view: view.item.snapshotter, shown="narrow"),
    Column("key", lambda view: view.item.key, form="id", shown="narrow"),
    Column("kind", lambda view: view.kind, shown="narrow"),
    _of("id"),
    Column("parent", lambda view: view.item.parent, form="id", shown="narrow"),
    _of("size"),
    _of("inodes"),
    Column("created", lambda view: view.item.created_at, form="age", shown="narrow"),
    Column("depth", lambda view: len(view.chain.snapshots) or None, form="count", shown="wide"),
    Column("children", lambda view: len(view.item.children), form="count", shown="wide"),
    Column("created_at", lambda view: view.item.created_at, shown="wide"),
    Column("updated_at", lambda view: view.item.updated_at),
    Column("name", lambda view: view.item.name),
    Column("labels", lambda view: view.item.labels),
)


def _full(view: SnapshotView) -> list[Line]:
    item, clock, backend = view.item, view.clock, view.backend
    where = f"{item.namespace}/{item.snapshotter}/{item.key}"
    lines = [title(f"snapshot {text_line(where)}"), *field("kind", view.kind)]
    if backend is None:
        why = "does not have it" if view.is_known else "is not there to be asked"
        lines.append(error("backend", f"the snapshotter's database {why}"))
    else:
        lines += field("directory", f"{view.chain.folder}/snapshots/{backend.id}")
        if backend.size is not None:
            lines += field("size", exact_size(backend.size)) + field("inodes", backend.inodes)
    lines += field("parent", item.parent)
    if view.is_parent_missing:
        lines.append(error("", "there is no such snapshot"))
    lines += each(
        "chain",
        [
            f"{text_line(str(found.id))}  {found.kind}  {text_line(found.name)}"
            for found in view.chain.snapshots
        ],
    )
    lines += each("children", [_child(view, key) for key in item.children])
    lines += field("created", item.created_at, clock) + field("updated", item.updated_at, clock)
    lines += field("name", item.name) + labels_lines(item.labels)
    try:
        lines += [Line("mount", view.mount(), "field")]
    except NotMountable as problem:
        lines += [Line("mount", f"not possible: {text_line(str(problem))}", "note")]
    return lines + record_lines(item.record)


def _child(view: SnapshotView, key: str) -> str:
    item = view.item
    is_there = view.node.metadata.snapshot(item.namespace, item.snapshotter, key)
    return text_line(key) if is_there else f"{text_line(key)} (removed: a stale link)"


def _json(view: SnapshotView) -> Json:
    backend = view.backend
    return {
        **object_json(view.item),
        "id": backend.id if backend else None,
        "kind": view.kind or None,
        "size": backend.size if backend else None,
        "inodes": backend.inodes if backend else None,
    }


KIND = Kind(
    "snapshots",
    "snapshot",
    "snapshot",
    lambda _view: (),
    COLUMNS,
    lambda node, namespace, clock: (
        SnapshotView(node, item, clock) for item in node.metadata.snapshots(namespace)
    ),
    SnapshotView,
    _json,
    _full,
)
