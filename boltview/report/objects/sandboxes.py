"""Sandboxes and pods as rows, as JSON and in full."""

from collections.abc import Sequence
from functools import cached_property

from boltview.containerd.cristate import CriStatus
from boltview.containerd.objects import Record, Sandbox
from boltview.containerd.pods import Pod, PodContainer, pods
from boltview.report.detail import Line
from boltview.report.objects.column import Column, text_line
from boltview.report.objects.containers import payload_lines
from boltview.report.objects.kind import (
    Kind,
    ObjectView,
    error,
    field,
    labels_lines,
    record_lines,
    title,
)
from boltview.report.objects.shapes import Json, object_json, text_json, texts_json, time_json
from boltview.report.objects.spec import spec_lines
from boltview.report.units import relative_time
from boltview.schema.values import AnyValue, GoTime

_NANOS = 1_000_000_000


class SandboxView(ObjectView):
    """A sandbox and the pause container of the same ID."""

    item: Sandbox

    @cached_property
    def has_pause(self) -> bool:
        """Whether there is a pause container; without one the shim itself is the sandbox."""
        return self.node.metadata.container(self.item.namespace, self.item.id) is not None


SANDBOX_COLUMNS = (
    Column("namespace", lambda view: view.item.namespace, shown="narrow"),
    Column("id", lambda view: view.item.id, "sandbox", "id", "narrow"),
    Column("sandboxer", lambda view: view.item.sandboxer, shown="narrow"),
    Column("runtime", lambda view: view.item.runtime.name, shown="narrow"),
    Column("created", lambda view: view.item.created_at, form="age", shown="narrow"),
    Column("pause", lambda view: view.has_pause, "pause container", shown="wide"),
    Column("extensions", lambda view: list(view.item.extensions), shown="wide"),
    Column("created_at", lambda view: view.item.created_at, shown="wide"),
    Column("updated_at", lambda view: view.item.updated_at),
    Column("labels", lambda view: view.item.labels),
)


def _sandbox(view: SandboxView) -> list[Line]:
    item, clock = view.item, view.clock
    lines = [title(f"sandbox {text_line(item.namespace)}/{text_line(item.id)}")]
    lines += field("sandboxer", item.sandboxer) + field("runtime", item.runtime.name)
    lines += field("created", item.created_at, clock) + field("updated", item.updated_at, clock)
    lines += field("pause container", view.has_pause) + labels_lines(item.labels)
    if item.runtime.options:
        lines += payload_lines("options", item.runtime.options)
    if item.spec:
        found = item.spec.value().data
        spec = found.value if isinstance(found, AnyValue) else None
        lines += spec_lines(spec) if isinstance(spec, dict) else payload_lines("spec", item.spec)
    for name, payload in item.extensions.items():
        lines += payload_lines(f"extension {text_line(name)}", payload)
    return lines + record_lines(item.record)


class PodView(ObjectView):
    """A pod."""

    item: Pod

    @property
    def record(self) -> Record:
        """A pod is joined from several records and has none of its own."""
        return Record()

    @property
    def dangling(self) -> Sequence[str]:
        """What does not fit together."""
        return self.item.notes

    @property
    def state(self) -> str:
        """What CRI last wrote of its containers; `not stored` if it wrote nothing."""
        states = [container.status.state for container in self.item.containers]
        known = [state for state in states if state != "unknown"]
        counts = {state: known.count(state) for state in known}
        return ", ".join(f"{count} {state}" for state, count in counts.items()) or "not stored"


POD_COLUMNS = (
    Column("namespace", lambda view: view.item.namespace, "containerd ns", shown="wide"),
    Column("pod_namespace", lambda view: view.item.pod_namespace, "namespace", shown="narrow"),
    Column("name", lambda view: view.item.name, "pod", shown="narrow"),
    Column("id", lambda view: view.item.id, "sandbox", "id", "narrow"),
    Column("attempt", lambda view: view.item.attempt, form="count", shown="narrow"),
    Column("state", lambda view: view.state, "containers", shown="narrow"),
    Column(
        "containers",
        lambda view: [container.name or container.id for container in view.item.containers],
        "names",
        shown="narrow",
    ),
    Column("ips", lambda view: view.item.ips, "ip", shown="narrow"),
    Column("network", lambda view: view.item.network, shown="narrow"),
    Column("created", lambda view: view.item.created_at, form="age", shown="narrow"),
    Column("uid", lambda view: view.item.uid, shown="wide"),
    Column("runtime_handler", lambda view: view.item.runtime_handler, "runtime", shown="wide"),
    Column("network_namespace", lambda view: view.item.network_namespace, shown="wide"),
    Column("created_at", lambda view: view.item.created_at, shown="wide"),
    Column("log_directory", lambda view: view.item.log_directory),
    Column("known_from", lambda view: view.item.known_from),
    Column("notes", lambda view: view.item.notes),
    Column("labels", lambda view: view.item.labels),
    Column("annotations", lambda view: view.item.annotations),
)


def _pod(view: PodView) -> list[Line]:
    item, clock = view.item, view.clock
    lines = [title(f"pod {text_line(item.pod_namespace)}/{text_line(item.name)}")]
    lines += field("sandbox", f"{item.namespace}/{item.id}") + field("uid", item.uid)
    lines += field("attempt", item.attempt) + field("created", item.created_at, clock)
    lines += field("known from", item.known_from)
    lines += [error("odd", text_line(note)) for note in item.notes]
    lines += field("ip", item.ips) + field("network", item.network)
    lines += field("network namespace", item.network_namespace)
    lines += field("runtime handler", item.runtime_handler)
    lines += field("log directory", item.log_directory)
    lines += labels_lines(item.labels) + labels_lines(item.annotations, "annotations")
    for container in item.containers:
        lines += field("container", container.name or container.id)
        lines += field("  id", container.id) + field("  attempt", container.attempt)
        lines += field("  image", container.image) + field("  image id", container.image_ref)
        lines += field("  log", container.log_path) + field("  state", _state(view, container))
    return lines


def _pod_names(view: PodView) -> tuple[str, ...]:
    item = view.item
    return item.id, item.name, f"{item.pod_namespace}/{item.name}"


def _state(view: PodView, container: PodContainer) -> str:
    status = container.status
    if status.state == "unknown":
        return f"not stored ({status.problem})" if status.problem else "not stored"
    text = status.state
    if status.state == "exited":
        text += f" with code {status.exit_code}"
    since = status.finished_ns or status.started_ns or status.created_ns
    text += f" {relative_time(_time(since), view.clock)}, as CRI last wrote"
    return f"{text}: {status.reason}" if status.reason else text


def _time(nanos: int) -> GoTime:
    return GoTime(*divmod(nanos, _NANOS), None)


def _pod_json(view: PodView) -> Json:
    item = view.item
    return {
        "namespace": text_json(item.namespace),
        "id": text_json(item.id),
        "name": text_json(item.name),
        "pod_namespace": text_json(item.pod_namespace),
        "uid": text_json(item.uid),
        "attempt": item.attempt,
        "created_at": time_json(item.created_at),
        "labels": texts_json(item.labels),
        "annotations": texts_json(item.annotations),
        "ips": [text_json(address) for address in item.ips],
        "network": item.network,
        "network_namespace": text_json(item.network_namespace),
        "runtime_handler": text_json(item.runtime_handler),
        "log_directory": text_json(item.log_directory),
        "known_from": list(item.known_from),
        "notes": list(item.notes),
        "containers": [_container_json(container) for container in item.containers],
    }


def _container_json(container: PodContainer) -> Json:
    return {
        "id": text_json(container.id),
        "name": text_json(container.name),
        "attempt": container.attempt,
        "image": text_json(container.image),
        "image_ref": text_json(container.image_ref),
        "log_path": text_json(container.log_path),
        "created_at": time_json(container.created_at),
        **status_json(container.status),
    }


def status_json(status: CriStatus) -> Json:
    """Return what CRI last wrote of a container."""
    times = {
        "started_at": status.started_ns,
        "finished_at": status.finished_ns,
    }
    return {
        "state": None if status.state == "unknown" else status.state,
        "exit_code": status.exit_code,
        **{name: time_json(_time(nanos)) if nanos else None for name, nanos in times.items()},
        "reason": text_json(status.reason),
    }


SANDBOXES = Kind(
    "sandboxes",
    "sandbox",
    "sandbox",
    lambda _view: (),
    SANDBOX_COLUMNS,
    lambda node, namespace, clock: (
        SandboxView(node, item, clock) for item in node.metadata.sandboxes(namespace)
    ),
    SandboxView,
    lambda view: object_json(view.item),
    _sandbox,
)
PODS = Kind(
    "pods",
    "pod",
    "",
    _pod_names,
    POD_COLUMNS,
    lambda node, namespace, clock: (PodView(node, item, clock) for item in pods(node, namespace)),
    PodView,
    _pod_json,
    _pod,
)
