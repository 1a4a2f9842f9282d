"""The objects that `ctr … info` prints as JSON, with the keys in the order of Go's structs."""

from collections.abc import Mapping

from boltview.containerd.objects import BackendSnapshot, Container, Payload, Sandbox, Snapshot, Text
from boltview.report.ctr.gojson import base64_text, sorted_map
from boltview.report.ctr.lists import NO_TIME
from boltview.schema.anyparts import any_parts
from boltview.schema.values import AnyValue, GoTime, Undecodable

Json = dict[str, object]


class NoSpec(Exception):
    """A spec cannot be decoded; the message says why."""


def container_json(container: Container, *, is_new: bool) -> Json:
    """Return what `containers info` shows (containerd `core/containers/containers.go: Container`).

    Args:
        container: the record.
        is_new: whether `ctr` is of 1.7 or later: it knows sandboxes, and has no null extensions.

    A spec that does not decode, where `ctr` would print nothing at all, stands in it as it is.
    """
    spec = container.spec
    found: Json = {
        "ID": container.id,
        "Labels": sorted_map(container.labels) or None,
        "Image": container.image or "",
        "Runtime": _runtime(container),
    }
    is_decoded = spec is not None and any_json(spec).get("value") is not None
    if not is_decoded:
        fault = container.record.why("spec")
        raw = {"value": base64_text(fault.raw)} if fault and fault.raw else None
        found["Spec"] = any_json(spec) if spec else raw
    found |= {
        "SnapshotKey": container.snapshot_key or "",
        "Snapshotter": container.snapshotter or "",
        "CreatedAt": time_json(container.created_at),
        "UpdatedAt": time_json(container.updated_at),
        "Extensions": _extensions(container.extensions) or ({} if is_new else None),
    }
    if is_new:
        found["SandboxID"] = container.sandbox_id or ""
    if is_decoded:
        # The decoded spec hides the field of the same name, and stands last.
        try:
            found["Spec"] = spec_json(container)
        except NoSpec:
            found["Spec"] = any_json(spec) if spec else None
    return found


def spec_json(container: Container) -> object:
    """Return a container's spec.

    Raises:
        NoSpec: it does not decode.
    """
    value = container.spec.value() if container.spec else None
    data = value.data if value else None
    if isinstance(data, AnyValue) and data.encoding == "json":
        return data.value
    raise NoSpec(f"container {container.id!r}: the spec is no JSON, as far as can be told")


def sandbox_json(sandbox: Sandbox) -> Json:
    """Return what `sandboxes info` shows (containerd `core/sandbox/store.go: Sandbox`)."""
    return {
        "ID": sandbox.id,
        "Labels": sorted_map(sandbox.labels) or None,
        "Runtime": _runtime(sandbox),
        "Spec": any_json(sandbox.spec) if sandbox.spec else None,
        "Sandboxer": sandbox.sandboxer or "",
        "CreatedAt": time_json(sandbox.created_at),
        "UpdatedAt": time_json(sandbox.updated_at),
        "Extensions": _extensions(sandbox.extensions),
    }


def snapshot_json(snapshot: Snapshot, backend: BackendSnapshot | None) -> Json:
    """Return what `snapshots info` shows (containerd `core/snapshots/snapshotter.go: Info`)."""
    found: Json = {"Kind": backend.kind if backend else "Unknown", "Name": snapshot.key}
    if snapshot.parent:
        found["Parent"] = snapshot.parent
    labels = merged_labels(snapshot, backend)
    if labels:
        found["Labels"] = sorted_map(labels)
    return found | {
        "Created": time_json(snapshot.created_at),
        "Updated": time_json(snapshot.updated_at),
    }


def merged_labels(snapshot: Snapshot, backend: BackendSnapshot | None) -> Text:
    """Return the labels of both records; meta.db's win (containerd `overlayInfo`)."""
    return {**(backend.labels if backend else {}), **snapshot.labels}


def any_json(payload: Payload) -> Json:
    """Return an `Any` as Go writes it: type URL and bytes, the empty ones left out."""
    try:
        type_url, value = any_parts(payload.raw)
    except Undecodable:
        type_url, value = b"", payload.raw
    found: Json = {}
    if type_url:
        found["type_url"] = type_url.decode(errors="surrogateescape")
    if value:
        found["value"] = base64_text(value)
    return found


def time_json(time: GoTime | None) -> str:
    """Return a time as Go writes it; year 1 where there is none."""
    return (time or NO_TIME).rfc3339()


def _runtime(item: Container | Sandbox) -> Json:
    options = item.runtime.options
    return {"Name": item.runtime.name or "", "Options": any_json(options) if options else None}


def _extensions(extensions: Mapping[str, Payload]) -> Json:
    return sorted_map({name: any_json(payload) for name, payload in extensions.items()})
