"""The rows of one node: every object in the shape that its command prints, and what joins them.

Nothing is kept of a row that was yielded; the references come in parts of a few thousand records.
"""

from collections.abc import Callable, Iterator
from typing import Any

from boltview.bolt.progress import Progress
from boltview.containerd.node import Node
from boltview.containerd.objects import Namespace, Record, Snapshot, key_text
from boltview.containerd.references import Graph
from boltview.containerd.scan import scan_parts
from boltview.report.export import tables
from boltview.report.export.names import object_name, object_named
from boltview.report.export.table import Row, Table
from boltview.report.keypath import path_text
from boltview.report.objects.containers import KIND as CONTAINERS
from boltview.report.objects.content import BLOBS, INGESTS
from boltview.report.objects.images import KIND as IMAGES
from boltview.report.objects.kind import Kind
from boltview.report.objects.leases import KIND as LEASES
from boltview.report.objects.namespaces import KIND as NAMESPACES
from boltview.report.objects.sandboxes import PODS, SANDBOXES
from boltview.report.objects.shapes import Json, object_json, text_json
from boltview.report.objects.snapshots import KIND as SNAPSHOTS
from boltview.report.units import Clock
from boltview.schema.reading import Reading

_OBJECTS: tuple[tuple[Table, Kind, str], ...] = (
    (tables.NAMESPACES, NAMESPACES, "namespace"),
    (tables.CONTAINERS, CONTAINERS, "container"),
    (tables.IMAGES, IMAGES, "image"),
    (tables.CONTENT, BLOBS, "content"),
    (tables.INGESTS, INGESTS, "ingest"),
    (tables.SNAPSHOTS, SNAPSHOTS, "snapshot"),
    (tables.LEASES, LEASES, "lease"),
    (tables.SANDBOXES, SANDBOXES, "sandbox"),
)
"""Tables of objects of meta.db, what lists their objects, and what names call one."""
_CARVED = tuple(
    dict.fromkeys(
        column.keys[0]
        for column in tables.CARVED.columns
        if column.name not in {"node", "namespace", "record"}
    )
)
"""What is told of a carved record besides its own fields."""
_KEYS: dict[str, Callable[[Any], str]] = {
    "container": lambda item: str(item.id),
    "content": lambda item: str(item.digest),
    "image": lambda item: str(item.name),
    "ingest": lambda item: str(item.ref),
    "lease": lambda item: str(item.id),
    "sandbox": lambda item: str(item.id),
    "snapshot": lambda item: f"{item.snapshotter}/{item.key}",
}


def rows(node: Node, clock: Clock) -> Iterator[Row]:
    """Yield everything that is known of a node but the evidence of how it was read.

    Args:
        node: the node.
        clock: its `now` decides what is expired.
    """
    for table, kind, name in _OBJECTS:
        for view in kind.views(node, None, clock):
            yield from _object(table, name, view.item, kind.json(view))
    for part in scan_parts(node.metadata):
        yield from _references(part)
    for snapshotter, database in node.snapshotters.items():
        for found in database.snapshots():
            data = {"snapshotter": text_json(snapshotter), **object_json(found)}
            yield Row(tables.BACKEND_SNAPSHOTS, data)
    for view in PODS.views(node, None, clock):
        data = PODS.json(view)
        yield Row(tables.PODS, data)
        yield from _pod_containers(view.item.namespace, data)
    for mount in node.mounts:
        yield Row(tables.MOUNTS, object_json(mount))


def carved_rows(
    node: Node, reading: Reading, clock: Clock, progress: Progress | None = None
) -> Iterator[Row]:
    """Yield the deleted records that a node's meta.db still holds.

    Args:
        node: the node.
        reading: its meta.db.
        clock: its `now` decides what is expired.
        progress: told how many pages were looked through.
    """
    from boltview.forensics.carve import Carving
    from boltview.report.carved import Shapes

    shapes = Shapes(reading.schema, node.metadata.decoding, clock, node)
    for found in Carving(reading, progress).records():
        data = shapes.json(found)
        known = {name: data.pop(name, None) for name in _CARVED}
        yield Row(tables.CARVED, {**known, "namespace": data.get("namespace"), "record": data})


def _object(table: Table, kind: str, item: Any, data: Json) -> Iterator[Row]:  # noqa: ANN401
    """Yield an object, where it is stored, and its labels."""
    if isinstance(item, Namespace):
        namespace, key = item.name, ""
        name = object_named(kind, namespace)
    else:
        namespace, key = item.namespace, _KEYS[kind](item)
        parts = (item.snapshotter, item.key) if isinstance(item, Snapshot) else (key,)
        name = object_named(kind, namespace, *parts)
    stored = _stored(item.record)
    known = {"object": name, "kind": kind, "namespace": text_json(namespace)}
    yield Row(tables.OBJECTS, {**known, "key": text_json(key), "there": True, **stored})
    yield Row(table, {"object": name, **data})
    for label, value in getattr(item, "labels", {}).items():
        row = {"object": name, "label": text_json(label), "value": text_json(value)}
        yield Row(tables.LABELS, row)


def _stored(record: Record) -> Json:
    origin = record.origin
    return {
        "path": path_text(record.path),
        "page": origin.page if origin else None,
        "offset": origin.offset if origin else None,
    }


def _references(graph: Graph) -> Iterator[Row]:
    """Yield the references of a part of the graph, and what they name that has no record in it."""
    names = {}
    for number in range(len(graph)):
        kind, namespace, key = graph.kind(number), graph.namespace(number), graph.key(number)
        names[number] = name = object_name(kind, namespace, key)
        if not graph.there[number]:
            row = {
                "object": name,
                "kind": kind,
                "namespace": text_json(key_text(namespace)),
                "key": text_json(key_text(key)),
                "there": False,
            }
            yield Row(tables.OBJECTS, row)
    for source, target, because in graph.edges():
        row = {
            "source": names[source],
            "target": names[target],
            "how": because.how,
            "field": text_json(because.field),
            "condition": text_json(because.condition),
            "keeps": because.keeps,
        }
        yield Row(tables.REFS, row)


def _pod_containers(namespace: str, pod: Json) -> Iterator[Row]:
    containers: Any = pod["containers"]
    for container in containers:
        ident = container["id"]
        raw = bytes.fromhex(ident["hex"]) if isinstance(ident, dict) else ident.encode()
        row = {
            "namespace": pod["namespace"],
            "pod": pod["id"],
            "object": object_named("container", namespace, key_text(raw)),
            **container,
        }
        yield Row(tables.POD_CONTAINERS, row)
