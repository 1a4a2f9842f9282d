"""The one place where the records of a database become objects."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from boltview.bolt.bulk import Contents
from boltview.bolt.errors import Damage
from boltview.bolt.page import Origin
from boltview.containerd.objects import (
    BackendSnapshot,
    Blob,
    Container,
    Fault,
    Image,
    Ingest,
    Lease,
    Mount,
    Namespace,
    Record,
    Runtime,
    Sandbox,
    Snapshot,
    Target,
    Unknown,
    key_text,
)
from boltview.containerd.record import Plan, Values, decode, misplaced_value, plan
from boltview.schema.decode import KEY_DECODERS, Decoding
from boltview.schema.model import Field, Schema
from boltview.schema.values import Named, Undecodable

Constructor = Callable[["Source"], Any]
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Source(NamedTuple):
    """What an object is built from. A constructor takes out the values that it has a place for."""

    path: tuple[bytes, ...]
    """Bucket names down to the object's own."""
    values: Values
    record: Record

    @property
    def key(self) -> str:
        """The object's own name."""
        return key_text(self.path[-1])

    @property
    def namespace(self) -> str:
        """The namespace: the component below `v1`, or the first where 1.7 kept sandboxes."""
        return key_text(self.path[1] if self.path[0] == b"v1" else self.path[0])

    def take(self, name: str) -> Any:  # noqa: ANN401 - the schema gives the type
        """Take out a value; None if it is not there."""
        return self.values.pop(name, None)

    def bucket(self, name: str) -> Values:
        """Take out a bucket; empty if it is not there."""
        found: Values = self.values.pop(name, None) or {}
        return found


class Maker(NamedTuple):
    """Builds the objects of one kind at one place of the layout."""

    field: Field
    prepared: Plan
    constructor: Constructor

    def build(
        self,
        path: tuple[bytes, ...],
        contents: Contents | bytes,
        origin: Origin | None = None,
        damage: Iterable[Damage] = (),
    ) -> Any:  # noqa: ANN401 - the constructor gives the type
        """Build an object.

        Args:
            path: bucket names down to the object's own.
            contents: what its bucket holds; the bytes of a value that stands where it belongs.
            origin: where the bucket lies.
            damage: what could not be read of it.
        """
        faults = [Fault("", "unreadable", fault.what) for fault in damage] if damage else []
        if isinstance(contents, bytes):
            values: Values = {}
            unknown: list[Unknown] = []
            faults.append(misplaced_value("", contents))
        else:
            values, found, unknown = decode(self.prepared, contents)
            faults += found
        if self.field.key != "string":
            try:
                KEY_DECODERS[self.field.key](path[-1])
            except Undecodable as error:
                faults.append(Fault("", "undecodable", f"its key: {error}", path[-1]))
        record = Record(path, origin, tuple(faults), tuple(unknown))
        built = self.constructor(Source(path, values, record))
        if values:
            # Of a schema of the user's own: known to it, but no object has a place for it.
            kept = [(name.encode(errors="surrogateescape"),) for name in values]
            extra = (Unknown(key, _bytes(contents, key[0])) for key in kept)
            built = built._replace(record=record._replace(unknown=(*unknown, *extra)))
        return built


def makers(schema: Schema, decoding: Decoding) -> dict[str, list[Maker]]:
    """Return the makers of every kind of object that a schema describes, by the kind's name."""
    found: dict[str, list[Maker]] = {}
    for field in schema.fields():
        node = schema.node_at([component.encode() for component in field.pattern])
        constructor = _CONSTRUCTORS.get(field.object)
        if constructor and node:
            prepared = plan(node, decoding, field.since)
            found.setdefault(field.object, []).append(Maker(field, prepared, constructor))
    return found


def _bytes(contents: Contents | bytes, key: bytes) -> bytes | None:
    found = contents.get(key) if isinstance(contents, dict) else None
    return found if isinstance(found, bytes) else None


def _runtime(source: Source) -> Runtime:
    found = source.bucket("runtime")
    return Runtime(found.get("name"), found.get("options"))


def _container(source: Source) -> Container:
    # Of these there are the most, so each step is spared.
    path, values, record = source
    take = values.pop
    runtime = take("runtime", _NOTHING)
    return Container(
        key_text(path[1]),
        key_text(path[-1]),
        take("image", None),
        Runtime(runtime.get("name"), runtime.get("options")),
        take("snapshotter", None),
        take("snapshotKey", None),
        take("sandboxid", None),
        take("labels", _NOTHING),
        take("createdat", None),
        take("updatedat", None),
        take("spec", None),
        take("extensions", _NOTHING),
        record,
    )


def _image(source: Source) -> Image:
    target = source.bucket("target")
    return Image(
        source.namespace,
        source.key,
        Target(target.get("digest"), target.get("mediatype"), target.get("size")),
        source.bucket("annotations"),
        source.bucket("labels"),
        source.take("createdat"),
        source.take("updatedat"),
        source.record,
    )


def _blob(source: Source) -> Blob:
    return Blob(
        source.namespace,
        source.key,
        source.take("size"),
        source.bucket("labels"),
        source.take("createdat"),
        source.take("updatedat"),
        source.record,
    )


def _ingest(source: Source) -> Ingest:
    return Ingest(
        source.namespace,
        source.key,
        source.take("ref"),
        source.take("expireat"),
        source.take("expected"),
        source.record,
    )


def _snapshot(source: Source) -> Snapshot:
    return Snapshot(
        source.namespace,
        key_text(source.path[-2]),
        source.key,
        source.take("name"),
        source.take("parent"),
        tuple(source.bucket("children")),
        source.bucket("labels"),
        source.take("createdat"),
        source.take("updatedat"),
        source.record,
    )


def _lease(source: Source) -> Lease:
    return Lease(
        source.namespace,
        source.key,
        tuple(source.bucket("content")),
        tuple(source.bucket("ingests")),
        {name: tuple(keys) for name, keys in source.bucket("snapshots").items()},
        tuple(source.bucket("images")),
        source.bucket("labels"),
        source.take("createdat"),
        source.record,
    )


def _sandbox(source: Source) -> Sandbox:
    return Sandbox(
        source.namespace,
        source.key,
        source.take("sandboxer"),
        _runtime(source),
        source.take("spec"),
        source.bucket("extensions"),
        source.bucket("labels"),
        source.take("createdat"),
        source.take("updatedat"),
        source.record,
    )


def _namespace(source: Source) -> Namespace:
    labels = source.bucket("labels")
    buckets = tuple(source.values)
    source.values.clear()
    return Namespace(source.key, labels, buckets, source.record)


def _backend_snapshot(source: Source) -> BackendSnapshot:
    kind = source.take("kind")
    return BackendSnapshot(
        source.key,
        source.take("id"),
        (isinstance(kind, Named) and kind.name) or "Unknown",
        source.take("parent"),
        source.take("size"),
        source.take("inodes"),
        source.bucket("labels"),
        source.take("createdat"),
        source.take("updatedat"),
        source.record,
    )


def _mount(source: Source) -> Mount:
    return Mount(
        source.namespace,
        source.key,
        source.take("id"),
        source.take("lease"),
        tuple(source.bucket("active").values()),
        tuple(source.bucket("system").values()),
        source.bucket("labels"),
        source.take("createdat"),
        source.take("updatedat"),
        source.record,
    )


_CONSTRUCTORS: dict[str, Constructor] = {
    "backend-snapshot": _backend_snapshot,
    "blob": _blob,
    "container": _container,
    "image": _image,
    "ingest": _ingest,
    "lease": _lease,
    "mount": _mount,
    "namespace": _namespace,
    "sandbox": _sandbox,
    "snapshot": _snapshot,
}
"""By the kind of object as the schema names it."""
