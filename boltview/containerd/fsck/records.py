"""Records of meta.db one by one: fields, names, pods, leases, and the layout around them."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from boltview.bolt.bucket import Bucket, Pair
from boltview.containerd.fsck.finding import Finding, in_metadata
from boltview.containerd.gclabels import EXPIRE, FLAT
from boltview.containerd.metadata import Metadata
from boltview.containerd.objects import Container, Lease, Record, Sandbox, Snapshot, key_text
from boltview.containerd.pods import CONTAINER_METADATA, KIND, SANDBOX_METADATA, sandbox_of
from boltview.schema.values import Undecodable
from boltview.schema.varint import decode_varint

_ROOT, _VERSION = b"v1", b"version"
_KNOWN_VERSION = 4
_CRI = "k8s.io"
"""The namespace of CRI, whose pods have both a sandbox and a pause container."""
_SANDBOXER = "podsandbox"
_METADATA = "metadata"
_CRI_METADATA = {"container": CONTAINER_METADATA, "sandbox": SANDBOX_METADATA}
"""Extension that a container of CRI has, by the kind in its label."""
_REASONS = {
    "missing": "field-missing",
    "undecodable": "field-undecodable",
    "misplaced": "record-misplaced",
    "unreadable": "record-unreadable",
}
_MISPLACED = "a bucket in the place of the version"
"""containerd 2.x then starts without its metadata."""
_NAME_PARTS = 3


class _Recorded(Protocol):
    @property
    def record(self) -> Record: ...


def check_layout(metadata: Metadata) -> Iterator[Finding]:
    """Yield what is wrong around the records: rules about the root and the version."""
    root = metadata.reading.root
    if not isinstance(root.get(_ROOT), Bucket):
        yield in_metadata("root-missing", (), "there is no bucket v1")
    version = _version(root)
    if version == _MISPLACED:
        yield in_metadata("record-misplaced", (_ROOT, _VERSION), version)
    elif isinstance(version, str):
        yield in_metadata("version-unknown", (_ROOT, _VERSION), version)
    elif version is not None and version > _KNOWN_VERSION:
        what = f"version {version}; the latest known is {_KNOWN_VERSION}"
        yield in_metadata("version-unknown", (_ROOT, _VERSION), what)
    for entry in root.entries():
        if isinstance(entry, Pair):
            what = f"a key of {len(entry.value)} bytes in the root bucket"
            yield in_metadata("root-key", (entry.key,), what, entry.origin.page)
        elif (
            isinstance(entry, Bucket)
            and entry.key != _ROOT
            and not _holds_sandboxes(entry, version)
        ):
            yield in_metadata("root-bucket", (entry.key,), "a bucket beside v1", entry.origin.page)
        elif isinstance(entry, Bucket) and entry.key != _ROOT:
            yield from _check_nested(entry)


def _check_nested(namespace: Bucket) -> Iterator[Finding]:
    """Yield the buckets within parts of a sandbox of 1.7 (`migrations.go: migrateSandboxes`)."""
    sandboxes = namespace.get(b"sandboxes")
    for sandbox in _buckets(sandboxes) if isinstance(sandboxes, Bucket) else ():
        for part in _buckets(sandbox):
            for inner in _buckets(part):
                what = "a bucket where only values belong"
                yield in_metadata("sandbox-nested", inner.path, what, inner.origin.page)


def _buckets(bucket: Bucket) -> Iterator[Bucket]:
    return (entry for entry in bucket.entries() if isinstance(entry, Bucket))


def _version(root: Bucket) -> int | str | None:
    """Return the version, a sentence if it is none, None if there is none."""
    top = root.get(_ROOT)
    pair = top.get(_VERSION) if isinstance(top, Bucket) else None
    if not isinstance(pair, Pair):
        return None if pair is None else _MISPLACED
    try:
        return decode_varint(pair.value)
    except Undecodable as error:
        return str(error)


def _holds_sandboxes(entry: Bucket, version: int | str | None) -> bool:
    """Whether this is where 1.7 keeps sandboxes, which the migration to 2.0 moves."""
    is_older = not isinstance(version, int) or version < _KNOWN_VERSION
    return is_older and isinstance(entry.get(b"sandboxes"), Bucket)


def check_records(metadata: Metadata) -> Iterator[Finding]:
    """Yield what is wrong with single records, and between containers and sandboxes."""
    containers = list(_slim(metadata.containers()))
    for namespace in metadata.namespaces():
        yield from _faults(namespace)
        if not namespace.buckets and not namespace.record.faults:
            yield in_metadata("namespace-empty", namespace.record.path, "nothing is in it")
    for found in (metadata.images(), metadata.blobs(), metadata.ingests()):
        for item in found:
            yield from _faults(item)
    for container in metadata.containers():
        yield from _faults(container)
    yield from _check_snapshots(metadata)
    sandboxes = list(metadata.sandboxes())
    for sandbox in sandboxes:
        yield from _faults(sandbox)
    yield from _check_pods(containers, sandboxes, (metadata.version or 0) >= _KNOWN_VERSION)
    owners = {(found.namespace, found.id) for found in containers}
    owners |= {(sandbox.namespace, sandbox.id) for sandbox in sandboxes}
    for lease in metadata.leases():
        yield from _faults(lease)
        yield from _check_lease(lease, owners)


class _Slim(NamedTuple):
    """What the rules about pods need of a container."""

    namespace: str
    id: str
    sandbox: str
    is_pause: bool
    is_bare: bool
    """Whether CRI made it, and nothing of CRI's own is in it."""
    path: tuple[bytes, ...]


def _slim(containers: Iterable[Container]) -> Iterator[_Slim]:
    for found in containers:
        sandbox = sandbox_of(found)
        is_pause = sandbox == found.id and SANDBOX_METADATA in found.extensions
        wanted = _CRI_METADATA.get(found.labels.get(KIND, ""))
        is_bare = wanted is not None and wanted not in found.extensions
        yield _Slim(found.namespace, found.id, sandbox, is_pause, is_bare, found.record.path)


def _faults(item: _Recorded) -> Iterator[Finding]:
    record = item.record
    page = record.origin.page if record.origin else None
    for fault in record.faults:
        what = f"{fault.field}: {fault.detail}" if fault.field else fault.detail
        yield in_metadata(_REASONS[fault.reason], record.path, what, page)


def _check_snapshots(metadata: Metadata) -> Iterator[Finding]:
    counts: dict[tuple[str, str], int] = {}
    for snapshot in metadata.snapshots():
        yield from _faults(snapshot)
        place = snapshot.namespace, snapshot.snapshotter
        if place not in counts:
            counts[place] = _sequence(metadata, snapshot.record.path[:-1])
        if snapshot.name is not None:
            yield from _check_name(snapshot, counts[place])


def _sequence(metadata: Metadata, path: tuple[bytes, ...]) -> int:
    place: object = metadata.reading.root
    for key in path:
        place = place.get(key) if isinstance(place, Bucket) else None
    return place.sequence if isinstance(place, Bucket) else 0


def _check_name(snapshot: Snapshot, sequence: int) -> Iterator[Finding]:
    """Check that a name is NAMESPACE/NUMBER/KEY; a bare key is a remote snapshotter's."""
    name, path = snapshot.name or "", snapshot.record.path
    page = snapshot.record.origin.page if snapshot.record.origin else None
    parts = name.split("/", _NAME_PARTS - 1)
    if len(parts) < _NAME_PARTS:
        if not name.startswith("sha256:"):
            what = f"the snapshotter's name for it is {name!r}, not NAMESPACE/NUMBER/KEY"
            yield in_metadata("backend-name-odd", path, what, page)
        return
    namespace, number, key = parts
    if namespace != snapshot.namespace or key != snapshot.key or not _is_number(number):
        what = f"the snapshotter's name for it is {name!r}, which is another's"
        yield in_metadata("backend-name-odd", path, what, page)
    elif int(number) > sequence:
        what = f"numbered {number}, but the bucket has only counted to {sequence}"
        yield in_metadata("backend-number-beyond", path, what, page)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20  # noqa: PLR2004 - of 64 bits


def _check_pods(
    containers: list[_Slim],
    sandboxes: list[Sandbox],
    is_current: bool,  # noqa: FBT001
) -> Iterator[Finding]:
    known = {(item.namespace, item.id) for item in containers}
    recorded = {(item.namespace, item.id) for item in sandboxes}
    for found in containers:
        if found.is_bare:
            yield in_metadata("container-incomplete", found.path, "it has no metadata of CRI")
        pod = found.namespace, found.sandbox
        if found.sandbox and pod not in known | recorded:
            what = f"its sandbox {found.sandbox} does not exist"
            yield in_metadata("container-sandbox-missing", found.path, what)
        elif found.is_pause and is_current and pod not in recorded:
            what = "a pause container without a sandbox record"
            yield in_metadata("sandbox-record-missing", found.path, what)
    for sandbox in sandboxes:
        path = sandbox.record.path
        if sandbox.runtime.name is None:
            yield in_metadata("sandbox-runtime-missing", path, "it has no runtime")
        if sandbox.namespace != _CRI or sandbox.sandboxer != _SANDBOXER:
            continue
        if (sandbox.namespace, sandbox.id) not in known:
            yield in_metadata("sandbox-pause-missing", path, "its pause container does not exist")
        if _METADATA not in sandbox.extensions:
            yield in_metadata("sandbox-incomplete", path, "it has no metadata of CRI")


def _check_lease(lease: Lease, owners: set[tuple[str, str]]) -> Iterator[Finding]:
    holds = [*lease.content, *lease.ingests, *lease.images]
    holds += [key for keys in lease.snapshots.values() for key in keys]
    # Leases of BuildKit's cache live as long as the cache wants, and are flat.
    if not holds or any(key_text(label) in lease.labels for label in (EXPIRE, FLAT)):
        return
    if not any((lease.namespace, name) in owners for name in (lease.id, *holds)):
        what = f"it never expires, holds {len(holds)} objects and is no container's or pod's"
        yield in_metadata("lease-forgotten", lease.record.path, what)
