"""Leases as rows, as JSON and in full: what each holds, how much that is, and until when."""

from functools import cached_property

from boltview.containerd.objects import Lease
from boltview.report.detail import Line
from boltview.report.objects.column import Column, text_line
from boltview.report.objects.content import parse_time
from boltview.report.objects.kind import (
    Kind,
    ObjectView,
    each,
    field,
    labels_lines,
    record_lines,
    title,
)
from boltview.report.objects.shapes import Json, object_json, time_json
from boltview.report.units import exact_size
from boltview.schema.values import GoTime

EXPIRE = "containerd.io/gc.expire"
_FLAT = "containerd.io/gc.flat"


class LeaseView(ObjectView):
    """A lease and what it holds."""

    item: Lease

    @property
    def expires(self) -> GoTime | None:
        """When it ends; None for never, which a label that is no time means too."""
        return parse_time(self.item.labels.get(EXPIRE, ""))

    @property
    def state(self) -> str:
        """`expired` while it is still there, `expires`, or `endless`."""
        end = self.expires
        if end is None:
            return "endless"
        return "expired" if self.clock.now > end.unix_nanos else "expires"

    @property
    def holds(self) -> str:
        """How many resources it lists, by kind."""
        item = self.item
        counts = {
            "content": len(item.content),
            "ingests": len(item.ingests),
            "snapshots": sum(map(len, item.snapshots.values())),
            "images": len(item.images),
        }
        return ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)

    @cached_property
    def resources(self) -> list[tuple[str, str, int | None, bool]]:
        """Each resource: kind, key, bytes where they are known, whether it is still there."""
        item, node = self.item, self.node
        found = []
        for digest in item.content:
            blob = node.metadata.blob(item.namespace, digest)
            found.append(("content", digest, blob.size if blob else None, blob is not None))
        for snapshotter, keys in item.snapshots.items():
            for key in keys:
                snapshot = node.metadata.snapshot(item.namespace, snapshotter, key)
                backend = node.backend(snapshot) if snapshot else None
                size = backend.size if backend else None
                found.append(("snapshot", f"{snapshotter}/{key}", size, snapshot is not None))
        for name in item.images:
            image = node.metadata.image(item.namespace, name)
            found.append(("image", name, None, image is not None))
        for ref in item.ingests:
            ingest = node.metadata.ingest(item.namespace, ref)
            store, backend_ref = node.content, ingest.backend_ref if ingest else None
            upload = store.upload(backend_ref) if store and backend_ref else None
            size = upload.offset if upload else None
            found.append(("ingest", ref, size, ingest is not None))
        return found

    @property
    def bytes_held(self) -> int:
        """Bytes of the resources it lists, not of what these refer to."""
        return sum(size for _, _, size, _ in self.resources if size)


COLUMNS = (
    Column("namespace", lambda view: view.item.namespace, shown="narrow"),
    Column("id", lambda view: view.item.id, "lease", "id", "narrow"),
    Column("created", lambda view: view.item.created_at, form="age", shown="narrow"),
    Column("state", lambda view: view.state, shown="narrow"),
    Column("expires", lambda view: view.expires, form="age", shown="narrow"),
    Column("holds", lambda view: view.holds, shown="narrow"),
    Column("bytes_held", lambda view: view.bytes_held, form="size", shown="narrow"),
    Column("flat", lambda view: _FLAT in view.item.labels, shown="wide"),
    Column("created_at", lambda view: view.item.created_at, shown="wide"),
    Column("expires_at", lambda view: view.expires, shown="wide"),
    Column("labels", lambda view: view.item.labels, shown="wide"),
)


def _full(view: LeaseView) -> list[Line]:
    item, clock = view.item, view.clock
    lines = [title(f"lease {text_line(item.namespace)}/{text_line(item.id)}")]
    lines += field("state", _state(view)) + field("expires", view.expires, clock)
    lines += field("created", item.created_at, clock)
    lines += field("holds", view.holds or "nothing")
    lines += each("", [_resource(*resource) for resource in view.resources])
    lines += field("bytes held", exact_size(view.bytes_held))
    return lines + labels_lines(item.labels) + record_lines(item.record)


def _state(view: LeaseView) -> str:
    if view.state == "expired":
        return "expired but present: it ends with the next garbage collection"
    if view.state == "expires":
        return "protects what it holds until it expires"
    if EXPIRE in view.item.labels:
        return "endless: its label gc.expire is no time"
    return "endless: protects what it holds until it is deleted"


def _resource(kind: str, key: str, size: int | None, is_there: bool) -> str:  # noqa: FBT001
    known = "" if size is None else f"  {exact_size(size)}"
    return f"{kind} {text_line(key)}{known}{'' if is_there else '  (not there)'}"


def _json(view: LeaseView) -> Json:
    return {
        **object_json(view.item),
        "expires_at": time_json(view.expires),
        "expired": view.state == "expired",
        "bytes_held": view.bytes_held,
    }


KIND = Kind(
    "leases",
    "lease",
    "lease",
    lambda _view: (),
    COLUMNS,
    lambda node, namespace, clock: (
        LeaseView(node, item, clock) for item in node.metadata.leases(namespace)
    ),
    LeaseView,
    _json,
    _full,
)
