"""The databases against the disk: blobs, uploads, directories of snapshots."""

import hashlib
from collections.abc import Iterator

from boltview.bolt.errors import UnreadableFile
from boltview.bolt.progress import Progress
from boltview.bolt.source import open_readonly
from boltview.containerd.content import ContentStore
from boltview.containerd.files import Folder, NotReadable
from boltview.containerd.fsck.finding import Finding, elsewhere, in_metadata
from boltview.containerd.manifests import Descriptor, Manifest, describe
from boltview.containerd.names import ObjectName
from boltview.containerd.node import Node
from boltview.containerd.objects import BackendSnapshot, Ingest, text_key
from boltview.containerd.overlay import NATIVE, OVERLAYS
from boltview.containerd.references import Graph

_FOREIGN = ("nondistributable", "foreign")
"""In media types of layers that registries do not give away."""
_HASHED = frozenset({"sha256", "sha384", "sha512"})
_CHUNK = 1 << 20
_MAX_REF = 1 << 16
_TEMPORARY = ("new-", "rm-")
_USUAL = "snapshots"
_KINDS = ("Active", "View", "Committed")
_BLOCKFILE = "blockfile"
_FOLDERS: dict[str, dict[str, str]] = {
    **{name: {} for name in (*OVERLAYS, NATIVE, "erofs", _BLOCKFILE)},
    "btrfs": {"Active": "active", "View": "view"},
}
"""Snapshotters that keep something of each snapshot's number, and in which folder by kind where
that is not the usual one (containerd `plugins/snapshots`)."""
_MAX_LISTED = 1_000_000
"""Names of one folder looked at; more is no folder of containerd's."""


def check_content(
    node: Node, graph: Graph, *, deep: bool, progress: Progress | None = None
) -> Iterator[Finding]:
    """Yield blobs whose files are missing, wrong or nobody's.

    Args:
        node: the node.
        graph: of its meta.db.
        deep: read every blob.
        progress: told how many bytes of them were read; may raise to cancel.
    """
    store = node.content
    if store is None:
        return
    digests: set[str] = set()
    reader = _Reader(store, progress, sum(_sizes(graph).values()) if deep else 0)
    for number in graph.numbers("content"):
        digest, path = graph.key(number).decode(errors="replace"), graph.name(number).path
        size, wanted = store.size(digest), graph.sizes[number]
        if size is None:
            where = store.path(digest) or "a file of that name"
            yield in_metadata("blob-file-missing", path, f"{where} is not there")
        elif wanted >= 0 and size != wanted:
            what = f"the file has {size} bytes, its record says {wanted}"
            yield in_metadata("blob-size", path, what)
        elif deep:
            code, what = reader.judge(digest)
            if code:
                yield in_metadata(code, path, what)
        digests.add(digest)
    for digest in store.digests():
        if digest not in digests:
            place = store.path(digest) or digest
            yield elsewhere("blob-file-orphan", place, "no namespace has a record of it")


def _sizes(graph: Graph) -> dict[bytes, int]:
    """Return the size of each blob, however many namespaces have it."""
    return {graph.key(number): max(graph.sizes[number], 0) for number in graph.numbers("content")}


class _Reader:
    """Reads each blob once and compares its digest."""

    def __init__(self, store: ContentStore, progress: Progress | None, total: int) -> None:
        self._store = store
        self._progress = progress
        self._done, self._total = 0, total
        self._judged: dict[str, tuple[str, str]] = {}

    def judge(self, digest: str) -> tuple[str, str]:
        """Return code and sentence of a finding about a blob; empty where it is right."""
        if digest not in self._judged:
            try:
                is_right = self._is_right(digest)
            except (UnreadableFile, OSError) as error:
                self._judged[digest] = "blob-unreadable", f"it cannot be read: {error}"
            else:
                what = ("", "") if is_right else ("blob-digest", "the file's digest is another")
                self._judged[digest] = what
        return self._judged[digest]

    def _is_right(self, digest: str) -> bool:
        """Whether a file's bytes have its digest, or that cannot be told."""
        algorithm, _, wanted = digest.partition(":")
        place = self._store.folder.place(f"blobs/{algorithm}/{wanted}")
        if place is None or algorithm not in _HASHED:
            return True
        total = hashlib.new(algorithm)
        with open(open_readonly(place), "rb") as file:
            while chunk := file.read(_CHUNK):
                total.update(chunk)
                self._done += len(chunk)
                if self._progress:
                    self._progress(self._done, self._total)
        return total.hexdigest() == wanted


def check_images(node: Node, graph: Graph) -> Iterator[Finding]:
    """Yield images of which no platform is complete: each blob wants a file, and a record here."""
    store = node.content
    if store is None:
        return
    for image in node.metadata.images():
        target = image.target
        if target.digest is None or store.size(target.digest) is None:
            continue
        found = describe(store, Descriptor(target.media_type or "", target.digest, 0))
        missing = {descriptor.digest for descriptor in found.missing}
        is_complete = not found.manifests and not missing
        space = text_key(image.namespace)
        for manifest in found.manifests:
            wanted = {manifest.descriptor.digest, *_blobs(manifest)}
            lost = missing & wanted
            lost |= {digest for digest in wanted if not _has_record(graph, space, digest)}
            missing |= lost
            is_complete = is_complete or (manifest.config is not None and not lost)
        if not is_complete:
            what = f"{len(missing)} of its blobs are not here or have no record in this namespace"
            first = f", among them {min(missing)}" if missing else ""
            yield in_metadata("image-incomplete", image.record.path, what + first)


def _blobs(manifest: Manifest) -> Iterator[str]:
    """Yield the digests that a manifest needs; foreign layers are fetched from elsewhere."""
    if manifest.config:
        yield manifest.config.digest
    for layer in manifest.layers:
        if not any(word in layer.media_type for word in _FOREIGN):
            yield layer.digest


def _has_record(graph: Graph, namespace: bytes, digest: str) -> bool:
    number = graph.find(ObjectName("content", namespace, text_key(digest)))
    return number is not None and bool(graph.there[number])


def check_ingests(node: Node) -> Iterator[Finding]:
    """Yield uploads without directory and directories without upload."""
    store = node.content
    if store is None:
        return
    ingests = list(node.metadata.ingests())
    names = {_directory(item) for item in ingests if item.backend_ref}
    for item in ingests:
        # Content that another namespace has already needs none.
        if not item.expected and item.backend_ref:
            place = store.folder.within(f"ingest/{_directory(item)}")
            if not place.is_folder():
                what = f"{place.shown()} is not there"
                yield in_metadata("ingest-directory-missing", item.record.path, what)
    for name in store.folder.within("ingest").names():
        if name not in names:
            place = store.folder.within(f"ingest/{name}")
            yield elsewhere("ingest-directory-orphan", place.shown(), _reference(place))


def _directory(item: Ingest) -> str:
    return hashlib.sha256(text_key(item.backend_ref or "")).hexdigest()


def _reference(place: Folder) -> str:
    try:
        reference = place.read("ref", _MAX_REF).decode(errors="replace")
    except NotReadable:
        return "an empty directory" if not place.names() else "a directory without reference"
    return f"no record of the upload {reference!r}"


def check_directories(node: Node) -> Iterator[Finding]:
    """Yield snapshots without their directory and directories without a snapshot."""
    for snapshotter, database in node.snapshotters.items():
        if snapshotter not in _FOLDERS:
            continue
        folder = node.snapshotter_folders[snapshotter]
        folders = sorted({_FOLDERS[snapshotter].get(kind, _USUAL) for kind in (*_KINDS, "")})
        known: dict[str, set[str]] = {inner: set() for inner in folders}
        snapshots = list(database.snapshots())
        if snapshots and not any(folder.is_folder(inner) for inner in folders):
            what = f"{len(snapshots)} snapshots, and no directory of theirs"
            yield elsewhere("layers-not-here", folder.shown(folders[0]), what)
            continue
        for found in snapshots:
            inner = _FOLDERS[snapshotter].get(found.kind, _USUAL)
            known[inner].add(str(found.id))
            yield from _check_directory(snapshotter, folder.within(inner), found)
        for inner, numbers in known.items():
            for name in folder.within(inner).names()[:_MAX_LISTED]:
                place = folder.within(inner).shown(name)
                if name.startswith(_TEMPORARY):
                    yield _of(snapshotter, "directory-temporary", place, "not a snapshot's")
                elif name not in numbers:
                    yield _of(snapshotter, "directory-orphan", place, "no snapshot has this number")


def _check_directory(snapshotter: str, inner: Folder, found: BackendSnapshot) -> Iterator[Finding]:
    wanted = f"{found.id}/fs" if snapshotter in OVERLAYS else str(found.id)
    where = f"{snapshotter}: {found.name}"
    if found.id is None or (snapshotter == _BLOCKFILE and found.kind == "View"):
        # A view of a block file is the parent's own file.
        return
    is_there = inner.is_folder(wanted) or (snapshotter == _BLOCKFILE and inner.stat(wanted))
    if not is_there:
        what = f"{inner.shown(wanted)} is not there"
        yield elsewhere("snapshot-directory-missing", where, what)
    elif (
        snapshotter in OVERLAYS
        and found.kind == "Active"
        and not inner.is_folder(f"{found.id}/work")
    ):
        what = f"{inner.shown(f'{found.id}/work')} is not there"
        yield elsewhere("snapshot-work-missing", where, what)


def _of(snapshotter: str, code: str, place: str, what: str) -> Finding:
    """Return a finding about a directory; only the overlays clean these up (`Cleanup`)."""
    return elsewhere(code, place, what, snapshotter if snapshotter in OVERLAYS else "")
