"""Containers as rows, as JSON and in full."""

from collections.abc import Sequence
from functools import cached_property

from boltview.containerd.files import list_of, text_of
from boltview.containerd.moby import BUNDLE_LABEL, NAMESPACE, DockerContainer
from boltview.containerd.objects import BackendSnapshot, Container, Payload, Snapshot
from boltview.containerd.pods import CONTAINER_METADATA, metadata_of, sandbox_of
from boltview.report.detail import Line
from boltview.report.jsontext import dumps, to_json
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
from boltview.report.objects.shapes import Json, object_json, payload_json
from boltview.report.objects.spec import spec_lines
from boltview.report.units import exact_size
from boltview.schema.values import AnyValue

_NAME_LABELS = ("nerdctl/name", "io.kubernetes.container.name")


class ContainerView(ObjectView):
    """A container and what the node knows beside its record."""

    item: Container

    @cached_property
    def spec(self) -> object:
        """The decoded spec; None if there is none to decode."""
        value = self.item.spec.value().data if self.item.spec else None
        return value.value if isinstance(value, AnyValue) else None

    @cached_property
    def docker(self) -> DockerContainer | None:
        """What Docker's own files say of it."""
        if self.item.namespace != NAMESPACE:
            return None
        return self.node.docker_container(self.item.id)

    @property
    def name(self) -> str:
        """The name that people know it by; empty if nothing tells it."""
        if self.docker and self.docker.name:
            return self.docker.name
        name = next((text for key in _NAME_LABELS if (text := self.labels.get(key))), "")
        if name:
            return str(name)
        metadata = metadata_of(self.item.extensions.get(CONTAINER_METADATA))
        return text_of(metadata, "Config", "metadata", "name")

    @property
    def image(self) -> str | None:
        """The image; for a container of Docker's graph drivers as Docker names it."""
        return self.item.image or (self.docker.image if self.docker else self.item.image)

    @property
    def command(self) -> str:
        """What it runs."""
        return " ".join(
            word for word in list_of(self.spec, "process", "args") if isinstance(word, str)
        )

    @cached_property
    def snapshot(self) -> Snapshot | None:
        """The record of its root filesystem."""
        item = self.item
        if not item.snapshotter or not item.snapshot_key:
            return None
        return self.node.metadata.snapshot(item.namespace, item.snapshotter, item.snapshot_key)

    @property
    def backend(self) -> BackendSnapshot | None:
        """Its root filesystem in the snapshotter's database."""
        return self.node.backend(self.snapshot) if self.snapshot else None

    @property
    def dangling(self) -> Sequence[str]:
        """Its root filesystem, if it is gone; that an image was untagged since is no oddity."""
        is_named = self.item.snapshotter and self.item.snapshot_key
        return ["its snapshot is not there"] if is_named and self.snapshot is None else []

    @property
    def state(self) -> str:
        """What CRI last wrote of it; `not stored` for all others: bolt holds no state."""
        known = CONTAINER_METADATA in self.item.extensions
        status = self.node.cri_status(self.item.id) if known else None
        return status.state if status and status.state != "unknown" else "not stored"


COLUMNS = (
    Column("namespace", lambda view: view.item.namespace, shown="narrow"),
    Column("id", lambda view: view.item.id, "container", "id", "narrow"),
    Column("name", lambda view: view.name, shown="narrow"),
    Column("image", lambda view: view.image, form="id", shown="narrow"),
    Column("created", lambda view: view.item.created_at, form="age", shown="narrow"),
    Column("command", lambda view: view.command, shown="narrow"),
    Column("runtime", lambda view: view.item.runtime.name, shown="wide"),
    Column("snapshotter", lambda view: view.item.snapshotter, shown="wide"),
    Column("snapshot_key", lambda view: view.item.snapshot_key, form="id", shown="wide"),
    Column("sandbox", lambda view: sandbox_of(view.item), form="id", shown="wide"),
    Column("state", lambda view: view.state, shown="wide"),
    Column("created_at", lambda view: view.item.created_at, shown="wide"),
    Column("updated_at", lambda view: view.item.updated_at),
    Column("labels", lambda view: view.item.labels),
    Column("bundle", lambda view: view.labels.get(BUNDLE_LABEL)),
)


def _full(view: ContainerView) -> list[Line]:
    item, clock = view.item, view.clock
    lines = [title(f"container {text_line(item.namespace)}/{text_line(item.id)}")]
    lines += field("name", view.name) + field("image", view.image) + _image_state(view)
    lines += field("runtime", item.runtime.name) + _options(item.runtime.options)
    lines += _root_filesystem(view) + field("sandbox", sandbox_of(item))
    lines += field("state", view.state) + field("bundle", view.labels.get(BUNDLE_LABEL))
    lines += field("created", item.created_at, clock) + field("updated", item.updated_at, clock)
    lines += labels_lines(item.labels)
    if isinstance(view.spec, dict):
        lines += spec_lines(view.spec)
    elif item.spec:
        lines.append(error("spec", text_line(dumps(payload_json(item.spec)))))
    for name, payload in item.extensions.items():
        lines += payload_lines(f"extension {text_line(name)}", payload)
    return lines + record_lines(item.record)


def payload_lines(label: str, payload: Payload) -> list[Line]:
    """Return a payload in full: its type, then its value as JSON."""
    value = payload.value()
    found = value.data
    if not isinstance(found, AnyValue):
        return [error(label, f"{text_line(value.error)}: {payload.raw.hex()}")]
    text = dumps(to_json(found.value), indent=2)
    kind = f"{text_line(found.type_url)} ({found.encoding})"
    lines = [Line(label, kind, "field")]
    if found.note:
        lines.append(error("", text_line(found.note)))
    return lines + [Line("", line, "json") for line in text.split("\n")]


def _options(options: Payload | None) -> list[Line]:
    if options is None:
        return []
    found = options.value().data
    kind = f"{text_line(found.type_url)} " if isinstance(found, AnyValue) else ""
    return each("options", [kind + dumps(payload_json(options))])


def _image_state(view: ContainerView) -> list[Line]:
    item = view.item
    if not item.image or view.node.metadata.image(item.namespace, item.image):
        return []
    return [error("", "no image of this name is there any more")]


def _root_filesystem(view: ContainerView) -> list[Line]:
    item = view.item
    if not item.snapshot_key and not item.snapshotter:
        return field("snapshot", "none: the client manages the root filesystem itself")
    lines = field("snapshot", f"{item.snapshotter}/{item.snapshot_key}")
    if view.snapshot is None:
        return [*lines, error("", "there is no such snapshot")]
    backend = view.backend
    if backend is None:
        return lines
    chain = view.node.chain(view.snapshot)
    size = f", {exact_size(backend.size)}" if backend.size is not None else ""
    place = f"{chain.folder}/snapshots/{backend.id}"
    return [
        *lines,
        *field("", f"{backend.kind}{size}, {len(chain.snapshots)} snapshots deep"),
        *field("directory", place),
    ]


def _json(view: ContainerView) -> Json:
    return object_json(view.item)


KIND = Kind(
    "containers",
    "container",
    "container",
    lambda view: (view.name,),
    COLUMNS,
    lambda node, namespace, clock: (
        ContainerView(node, item, clock) for item in node.metadata.containers(namespace)
    ),
    ContainerView,
    _json,
    _full,
)
