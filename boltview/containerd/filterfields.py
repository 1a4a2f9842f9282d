"""Which fields of an object a filter can ask for, by kind of object.

From containerd `core/metadata/adaptors.go` and `core/content/adaptor.go`. A field that has no value
is not present, except where the daemon says otherwise.
"""

from boltview.containerd.filters import Fields
from boltview.containerd.objects import Blob, Container, Image, Lease, Sandbox, Text


def container_fields(container: Container) -> Fields:
    """`id`, `image`, `runtime.name`, `labels.…`."""
    fields = {"id": container.id, "image": container.image or ""}

    def field(path: list[str]) -> str | None:
        if path[0] == "labels":
            return _label(container.labels, path)
        if path[:2] == ["runtime", "name"]:
            return container.runtime.name or None
        return fields.get(path[0]) or None

    return field


def image_fields(image: Image) -> Fields:
    """`name`, `target.digest`, `target.mediatype`, `labels.…`, `annotations.…`."""
    target = {"digest": image.target.digest, "mediatype": image.target.media_type}

    def field(path: list[str]) -> str | None:
        match path[0]:
            case "name":
                return image.name or None
            case "target" if len(path) > 1:
                return target.get(path[1]) or None
            case "labels":
                return _label(image.labels, path)
            case "annotations":
                return _label(image.annotations, path)
            case _:
                return None

    return field


def blob_fields(blob: Blob) -> Fields:
    """`digest`, `labels.…`."""

    def field(path: list[str]) -> str | None:
        if path[0] == "digest":
            return blob.digest
        return _label(blob.labels, path) if path[0] == "labels" else None

    return field


def ingest_fields(ref: str) -> Fields:
    """`ref`."""
    return lambda path: ref if path[0] == "ref" else None


def lease_fields(lease: Lease) -> Fields:
    """`id`, `labels.…`."""

    def field(path: list[str]) -> str | None:
        if path[0] == "id":
            return lease.id or None
        return _label(lease.labels, path) if path[0] == "labels" else None

    return field


def sandbox_fields(sandbox: Sandbox) -> Fields:
    """`id`, `labels.…`."""

    def field(path: list[str]) -> str | None:
        if path[0] == "id":
            return sandbox.id
        return _label(sandbox.labels, path) if path[0] == "labels" else None

    return field


def _label(labels: Text, path: list[str]) -> str | None:
    """Return a label whose key is the rest of the path; keys may hold dots themselves."""
    return labels.get(".".join(path[1:]))
