"""The objects of containerd as immutable values, one for each record of its databases.

They are built in one place, `boltview/containerd/build.py`, and carry what is wrong with them:
a field that is not there is None, and `record.faults` says why if it should be there. A name or key
that is not UTF-8 keeps its bytes as `surrogateescape` does.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from boltview.bolt.page import Origin
from boltview.schema.anyform import any_value_start
from boltview.schema.values import GoTime, Value

Text = Mapping[str, str]
"""Labels or annotations by key."""


class Fault(NamedTuple):
    """Why a field of an object is not there, or not to be trusted."""

    field: str
    """The field as the schema names it, such as `target/digest`; empty for the whole object."""
    reason: str
    """`missing` though always written, `undecodable`, `misplaced` (a key where a bucket belongs, or
    the other way), or `unreadable` (the file is damaged there)."""
    detail: str
    """One sentence for a person."""
    raw: bytes = b""
    """The bytes that do not decode."""


class Unknown(NamedTuple):
    """Something in an object's bucket that the schema does not know, as of a later release."""

    path: tuple[bytes, ...]
    """Keys below the object's bucket."""
    value: bytes | None
    """The bytes; None for a bucket."""


class Record(NamedTuple):
    """Where an object is stored and what is odd about it."""

    path: tuple[bytes, ...] = ()
    """Path of its bucket."""
    origin: Origin | None = None
    """Where the bucket lies."""
    faults: tuple[Fault, ...] = ()
    unknown: tuple[Unknown, ...] = ()

    def why(self, field: str) -> Fault | None:
        """Return the fault of a field, None if there is none."""
        return next((fault for fault in self.faults if fault.field == field), None)


class Payload:
    """A `google.protobuf.Any` as it is stored; decoded when it is asked for.

    Attributes:
        raw: the bytes.
        value_start: where the value begins in them, 0 if they have not the usual form of an `Any`
            (`boltview/schema/anyform.py`).
    """

    __slots__ = ("_decode", "raw", "value_start")

    def __init__(self, raw: bytes, decode: Callable[[bytes], Value]) -> None:
        """Keep the bytes and the way to decode them."""
        self.raw = raw
        self.value_start = any_value_start(raw)
        self._decode = decode

    def value(self) -> Value:
        """Decode it: `data` is an `AnyValue`, or the bytes, with the reason in `error`."""
        return self._decode(self.raw)

    def __eq__(self, other: object) -> bool:
        """Equal bytes are equal payloads."""
        return isinstance(other, Payload) and other.raw == self.raw

    def __hash__(self) -> int:
        """Hash the bytes."""
        return hash(self.raw)

    def __repr__(self) -> str:
        """Show the size, not the bytes, which can be large or secret."""
        return f"<Payload {len(self.raw)} bytes>"


class Runtime(NamedTuple):
    """What runs a container or sandbox."""

    name: str | None = None
    options: Payload | None = None


class Target(NamedTuple):
    """The descriptor that an image stands for."""

    digest: str | None = None
    media_type: str | None = None
    size: int | None = None
    """Bytes of the blob itself."""


class Namespace(NamedTuple):
    """A namespace; what is in it is asked of `Metadata`."""

    name: str
    labels: Text
    buckets: tuple[str, ...]
    """Kinds of objects that it has a bucket for, such as `images`."""
    record: Record


class Container(NamedTuple):
    """What would be started; whether it runs is not stored."""

    namespace: str
    id: str
    image: str | None
    runtime: Runtime
    snapshotter: str | None
    snapshot_key: str | None
    sandbox_id: str | None
    """None where the release did not know sandboxes (until 1.6)."""
    labels: Text
    created_at: GoTime | None
    updated_at: GoTime | None
    spec: Payload | None
    extensions: Mapping[str, Payload]
    record: Record


class Image(NamedTuple):
    """A name for a blob."""

    namespace: str
    name: str
    target: Target
    annotations: Text
    """Annotations of the target's descriptor."""
    labels: Text
    created_at: GoTime | None
    updated_at: GoTime | None
    record: Record


class Blob(NamedTuple):
    """A namespace's record of a piece of content."""

    namespace: str
    digest: str
    size: int | None
    labels: Text
    created_at: GoTime | None
    updated_at: GoTime | None
    record: Record


class Ingest(NamedTuple):
    """An upload that was not committed."""

    namespace: str
    ref: str
    """As the client calls it."""
    backend_ref: str | None
    """As the content store calls it."""
    expire_at: GoTime | None
    """None if a lease holds it."""
    expected: str | None
    """Digest of content that is there already, in another namespace."""
    record: Record


class Snapshot(NamedTuple):
    """A filesystem state as clients know it."""

    namespace: str
    snapshotter: str
    key: str
    name: str | None
    """As the snapshotter calls it."""
    parent: str | None
    """Key of the parent; None for a base layer."""
    children: tuple[str, ...]
    """Keys listed as children; removed ones can be among them."""
    labels: Text
    created_at: GoTime | None
    updated_at: GoTime | None
    record: Record


class Lease(NamedTuple):
    """What it lists is kept from garbage collection."""

    namespace: str
    id: str
    content: tuple[str, ...]
    ingests: tuple[str, ...]
    snapshots: Mapping[str, tuple[str, ...]]
    """Keys by snapshotter."""
    images: tuple[str, ...]
    labels: Text
    created_at: GoTime | None
    record: Record


class Sandbox(NamedTuple):
    """The shared environment of a group of containers, such as a pod."""

    namespace: str
    id: str
    sandboxer: str | None
    runtime: Runtime
    spec: Payload | None
    extensions: Mapping[str, Payload]
    labels: Text
    created_at: GoTime | None
    updated_at: GoTime | None
    record: Record


class BackendSnapshot(NamedTuple):
    """A snapshot as the snapshotter's own database has it."""

    name: str
    id: int | None
    """Number of its directory, file or device."""
    kind: str
    """`View`, `Active`, `Committed` or `Unknown`."""
    parent: str | None
    size: int | None
    """Bytes, of committed snapshots alone."""
    inodes: int | None
    labels: Text
    created_at: GoTime | None
    updated_at: GoTime | None
    record: Record


class Mount(NamedTuple):
    """An activation of the mount manager."""

    namespace: str
    name: str
    id: int | None
    lease: str | None
    active: tuple[Mapping[str, object], ...]
    """What containerd mounted, in order, by the schema's names: `type`, `mp`, `mat`."""
    system: tuple[Mapping[str, object], ...]
    """What was left to the client: `type`, `source`, `target`, `options`."""
    labels: Text
    created_at: GoTime | None
    updated_at: GoTime | None
    record: Record


def key_text(key: bytes) -> str:
    """Return a key as objects carry it; bytes that are not UTF-8 are marked, not lost."""
    return key.decode(errors="surrogateescape")


def text_key(text: str) -> bytes:
    """Undo `key_text`; of a text from JSON, halves of surrogate pairs stay what UTF-8 forbids."""
    try:
        return text.encode(errors="surrogateescape")
    except UnicodeEncodeError:
        return text.encode(errors="surrogatepass")
