"""The times that lie beside a node's databases: inodes, CRI's and Docker's notes, image configs.

Nothing is opened but small documents. The times of an inode are those of the file system that is
read: on a copy they may be those of the copying.
"""

import os
import stat
from collections.abc import Iterator

from boltview.containerd.content import ContentStore
from boltview.containerd.cristate import read_status
from boltview.containerd.databases import MOUNTS, SNAPSHOTTER_DATABASE
from boltview.containerd.files import Folder, NotReadable, list_of, text_of
from boltview.containerd.manifests import Descriptor, describe
from boltview.containerd.moby import NAMESPACE as MOBY
from boltview.containerd.node import Node
from boltview.forensics.timeline.event import (
    ACCESSED,
    CHANGED,
    FILE,
    MODIFIED,
    Event,
    FileFacts,
    Wanted,
)
from boltview.forensics.timeline.records import document_times, text_time

_CRI_NAMESPACE = "k8s.io"
"""The namespace of all that CRI makes (`internal/cri/constants`)."""
_MAX_NOTE = 1 << 16
_MAX_CONFIG = 4 << 20
_SNAPSHOTS = "snapshots"
_WITHIN = ("", "fs", "work")
"""Folders of a snapshot whose times are told."""
_DOCKER_EVENTS: dict[tuple[str | int, ...], str] = {
    ("Created",): "created",
    ("State", "StartedAt"): "started",
    ("State", "FinishedAt"): "finished",
}


def file_events(node: Node, wanted: Wanted) -> Iterator[Event]:
    """Yield every time beside a node's databases, in no order.

    Args:
        node: the node.
        wanted: kinds that are wanted; of the rest nothing is read.
    """
    if wanted.kind(FILE) and wanted.namespace is None:
        yield from _inodes(node)
    if wanted.kind("ingest") and node.content:
        yield from _uploads(node.content)
    if wanted.kind("container"):
        yield from _cri(node)
        yield from _docker(node)
    if wanted.kind("image") and node.content:
        yield from _configs(node, node.content, wanted.namespace)


# --- inodes ---------------------------------------------------------------------------------------


def _inodes(node: Node) -> Iterator[Event]:
    if node.content:
        folder = node.content.folder
        for algorithm in folder.within("blobs").names():
            inner = folder.within(f"blobs/{algorithm}")
            for name in inner.names():
                yield from _inode(inner, name)
        for name in folder.within("ingest").names():
            yield from _inode(folder, f"ingest/{name}/data")
    for snapshotter, folder in node.snapshotter_folders.items():
        yield from _inode(folder, SNAPSHOTTER_DATABASE)
        database = node.snapshotters.get(snapshotter)
        owners = {str(one.id): one.name for one in database.snapshots()} if database else {}
        for number in folder.within(_SNAPSHOTS).names():
            inner = folder.within(f"{_SNAPSHOTS}/{number}")
            note = f"of snapshot {owners[number]}" if number in owners else "of no snapshot"
            for name in _WITHIN:
                yield from _inode(inner, name, note if database else "")
    if node.state:
        yield from _inode(node.state, MOUNTS)


def _inode(folder: Folder, name: str, note: str = "") -> Iterator[Event]:
    found = folder.stat(name)
    if found is not None:
        yield from inode_events(folder.shown(name), found, note)


def inode_events(path: str, found: os.stat_result, note: str = "") -> Iterator[Event]:
    """Yield the times of one file.

    Args:
        path: what it is called.
        found: what the file system says of it.
        note: what else is known of it.
    """
    facts = FileFacts(
        found.st_ino, stat.filemode(found.st_mode), found.st_uid, found.st_gid, found.st_size
    )
    for what, at in (
        (MODIFIED, found.st_mtime_ns),
        (ACCESSED, found.st_atime_ns),
        (CHANGED, found.st_ctime_ns),
    ):
        yield Event(at, what, FILE, (path,), "", path, note=note, facts=facts)


# --- what others noted ----------------------------------------------------------------------------


def _uploads(store: ContentStore) -> Iterator[Event]:
    """Yield when uploads began, those too of which no database has a record any more."""
    for name in store.folder.within("ingest").names():
        place = store.folder.within(f"ingest/{name}")
        reference = _text(place, "ref")
        # NAMESPACE/NUMBER/REF, where the client's own part may hold anything.
        namespace, _, rest = reference.partition("/")
        key = rest.partition("/")[2] or name
        for file, what in (("startedat", "started"), ("updatedat", "updated")):
            at = text_time(_text(place, file).strip())
            if at is not None:
                names = (namespace, key) if rest else (key,)
                source = place.shown(file)
                yield Event(at, what, "ingest", names, namespace if rest else "", source)


def _text(place: Folder, name: str) -> str:
    try:
        return place.read(name, _MAX_NOTE).decode(errors="surrogateescape")
    except NotReadable:
        return ""


def _cri(node: Node) -> Iterator[Event]:
    """Yield what containers last did, as CRI noted it."""
    if node.cri is None:
        return
    for container in node.cri.within("containers").names():
        status = read_status(node.cri, container)
        source = node.cri.shown(f"containers/{container}/status")
        for what, at in (
            ("created", status.created_ns),
            ("started", status.started_ns),
            ("finished", status.finished_ns),
        ):
            if at:
                names = (_CRI_NAMESPACE, container)
                note = f"exit code {status.exit_code}" if what == "finished" else ""
                if note and status.reason:
                    note = f"{note}, {status.reason}"
                yield Event(at, what, "container", names, _CRI_NAMESPACE, source, note=note)


def _docker(node: Node) -> Iterator[Event]:
    """Yield the times in Docker's own records of its containers."""
    if node.docker is None:
        return
    for container in node.docker.within("containers").names():
        file = f"containers/{container}/config.v2.json"
        try:
            document = node.docker.document(file, _MAX_CONFIG)
        except NotReadable:
            continue
        for steps, at in document_times(document):
            what = _DOCKER_EVENTS.get(steps, "")
            source = node.docker.shown(file)
            yield Event(at, what, "container", (MOBY, container), MOBY, source, field=steps)


def _configs(node: Node, store: ContentStore, namespace: str | None) -> Iterator[Event]:
    """Yield when images and their layers were built, as their configs say; each config once."""
    for image in node.metadata.images(namespace):
        target = image.target
        if target.digest is None or target.media_type is None:
            continue
        descriptor = Descriptor(target.media_type, target.digest, target.size or 0, None)
        configs = [found.config.digest for found in describe(store, descriptor).manifests
                   if found.config]  # fmt: skip
        for digest in dict.fromkeys(configs):
            if store.size(digest) is not None:
                yield from _config(store, digest, image.namespace, image.name)


def _config(store: ContentStore, digest: str, namespace: str, name: str) -> Iterator[Event]:
    try:
        document = store.document(digest)
    except NotReadable:
        return
    source = store.path(digest) or ""
    found: list[tuple[str, tuple[str | int, ...], str]]
    found = [("built", ("created",), text_of(document, "created"))]
    found += [
        ("layer built", ("history", index, "created"), text_of(entry, "created"))
        for index, entry in enumerate(list_of(document, "history"))
    ]
    for what, steps, text in found:
        at = text_time(text)
        if at is not None:
            yield Event(at, what, "image", (namespace, name), namespace, source, field=steps)
