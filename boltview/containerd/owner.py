"""Whose is this directory: from a number or path on disk to records and their users, and back."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from boltview.containerd.devmapper import DEVMAPPER
from boltview.containerd.names import ObjectName
from boltview.containerd.node import Node
from boltview.containerd.objects import BackendSnapshot, key_text, text_key
from boltview.containerd.pods import pods, sandbox_of
from boltview.containerd.references import Graph

_NUMBER = re.compile(r"[0-9]{1,18}")
_IN_SNAPSHOTS = re.compile(r"(?:^|/)(?:snapshots|active|view)/([0-9]{1,18})(?:/|$)")
_PLUGIN = re.compile(r"io\.containerd\.snapshotter\.v1\.([^/]+)")
_DEVICE = re.compile(r"-snap-([0-9]{1,18})(?:/|$)")
_CONTAINER = re.compile(
    r"io\.containerd\.runtime\.v[12]\.(?:task|linux)/(?P<space>[^/]+)/(?P<task>[^/]+)"
    r"|io\.containerd\.grpc\.v1\.cri/(?:containers|sandboxes)/(?P<cri>[^/]+)"
)
"""Where a task runs, whose root filesystem is mounted there, and where CRI keeps files."""
_FOLDERS = ("snapshots", "active", "view")
"""Where snapshots lie below their snapshotter's folder; btrfs alone has the other two."""
_ZFS = "zfs"
"""It keeps datasets, whose names are not known here."""
_CRI = "k8s.io"
_BLOB = re.compile(r"(?:^|/)blobs/([a-z0-9]+)/([A-Za-z0-9=_-]+)(?:/|$)")
_USERS = ("container", "image", "lease", "sandbox")


class NotADirectory(Exception):
    """A text names neither a directory of a snapshot nor the file of a blob."""


class Owned(NamedTuple):
    """A thing on disk and whose it is."""

    snapshotter: str
    """Empty for a blob."""
    directory: str
    """Path as the node would name it; empty if it is not known."""
    is_there: bool
    """Whether that exists."""
    backend: BackendSnapshot | None
    """The snapshotter's record; None for a blob, or if there is none."""
    records: tuple[int, ...]
    """Records of meta.db that stand for it."""
    chain: tuple[str, ...]
    """What it builds on, by the snapshotter's names, the nearest first."""
    users: tuple[int, ...]
    """Containers, images, leases and sandboxes that lead to it."""
    pods: tuple[str, ...]
    """Pods of these containers as `NAMESPACE/NAME`."""


def owners(node: Node, graph: Graph, text: str) -> list[Owned]:
    """Return whose a number, or a path as a scanner reports it, is; one for each snapshotter.

    A directory that no snapshot has comes without records.

    Raises:
        NotADirectory: it is neither.
    """
    blob = _BLOB.search(text)
    if blob:
        digest = f"{blob[1]}:{blob[2]}".encode()
        found = [number for number in graph.numbers("content") if graph.key(number) == digest]
        return [_owned(node, graph, "", _file(node, digest), None, found)]
    task = _CONTAINER.search(text)
    if task:
        space, name = task["space"] or _CRI, task["task"] or task["cri"]
        container = graph.find(ObjectName("container", text_key(space), text_key(name)))
        return owned_by(node, graph, container) if container is not None else []
    number, wanted = _directory(node, text)
    result = []
    for snapshotter, database in node.snapshotters.items():
        if wanted not in {"", snapshotter}:
            continue
        place = directory(node, snapshotter, number)
        backends = [backend for backend in database.snapshots() if backend.id == number]
        for backend in backends:
            records = list(_records(graph, snapshotter, backend.name))
            result.append(_owned(node, graph, snapshotter, place, backend, records))
        if not backends and place.is_there:
            result.append(_owned(node, graph, snapshotter, place, None, []))
    return result


def is_on_disk(text: str) -> bool:
    """Whether a text is a number or path that `owners` takes."""
    forms = (_NUMBER.fullmatch, _BLOB.search, _CONTAINER.search, _DEVICE.search)
    return any(form(text) for form in (*forms, _IN_SNAPSHOTS.search))


def owned_by(node: Node, graph: Graph, number: int) -> list[Owned]:
    """Return what an object has on disk: its own snapshot or blob, and all that it builds on."""
    result = []
    for reached in _below(graph, number):
        kind = graph.kind(reached)
        if kind == "content":
            place = _file(node, graph.key(reached))
            result.append(Owned("", *place, None, (reached,), (), (), ()))
        elif kind == "snapshot":
            snapshotter = key_text(graph.key(reached).partition(b"/")[0])
            database = node.snapshotters.get(snapshotter)
            name = graph.backends.get(reached)
            backend = database.get(key_text(name)) if database and name else None
            place = _Place("", is_there=False)
            if backend and backend.id is not None:
                place = directory(node, snapshotter, backend.id)
            result.append(Owned(snapshotter, *place, backend, (reached,), (), (), ()))
    return result


class _Place(NamedTuple):
    """A path as the node would name it."""

    path: str
    is_there: bool


def _file(node: Node, digest: bytes) -> _Place:
    store, text = node.content, key_text(digest)
    path = store.path(text) if store else None
    return _Place(path or "", is_there=store is not None and store.size(text) is not None)


def directory(node: Node, snapshotter: str, number: int) -> _Place:
    """Return where a snapshot lies; the path is empty if that is not known."""
    folder = node.snapshotter_folders.get(snapshotter)
    if folder is None or snapshotter == _ZFS:
        return _Place("", is_there=False)
    if snapshotter == DEVMAPPER:
        for pool in node.thin_pools:
            name = pool.device_name(number)
            is_listed = any(device.name == name for device in pool.devices())
            return _Place(f"/dev/mapper/{name}", is_there=is_listed)
        return _Place("", is_there=False)
    places = [f"{inner}/{number}" for inner in _FOLDERS]
    found = next((place for place in places if folder.stat(place)), None)
    return _Place(folder.shown(found or places[0]), is_there=found is not None)


def _directory(node: Node, text: str) -> tuple[int, str]:
    """Return the number in a text, and the snapshotter if the text names it."""
    if _NUMBER.fullmatch(text):
        return int(text), ""
    device = _DEVICE.search(text)
    if device:
        return int(device[1]), DEVMAPPER
    match = _IN_SNAPSHOTS.search(text)
    if match is None:
        raise NotADirectory(
            f"{text!r} is no number, no path with snapshots/NUMBER or blobs/… in it, and no object"
        )
    plugin = _PLUGIN.search(text[: match.start()])
    if plugin:
        return int(match[1]), plugin[1]
    for snapshotter, folder in node.snapshotter_folders.items():
        if folder.shown("snapshots") in text:
            return int(match[1]), snapshotter
    return int(match[1]), ""


def _records(graph: Graph, snapshotter: str, name: str) -> Iterator[int]:
    raw, prefix = text_key(name), text_key(snapshotter) + b"/"
    for number, backend in graph.backends.items():
        if backend == raw and graph.key(number).startswith(prefix):
            yield number


def _owned(  # noqa: PLR0913, PLR0917 - what is known of one thing on disk
    node: Node,
    graph: Graph,
    snapshotter: str,
    place: _Place,
    backend: BackendSnapshot | None,
    records: list[int],
) -> Owned:
    chain: tuple[str, ...] = ()
    if backend:
        whole = node.snapshotters[snapshotter].chain(backend.name)
        chain = tuple(found.name for found in whole[1:])
    users = sorted(_above(graph, records), key=lambda number: graph.name(number).text)
    return Owned(
        snapshotter, *place, backend, tuple(records), chain, tuple(users), _pods(node, graph, users)
    )


def _above(graph: Graph, records: list[int]) -> set[int]:
    """Return the users that lead to any of the records."""
    seen, waiting = set(records), list(records)
    while waiting:
        for edge in graph.backward(waiting.pop()):
            if edge.because.keeps and edge.source not in seen:
                seen.add(edge.source)
                waiting.append(edge.source)
    return {
        number
        for number in seen - set(records)
        if graph.there[number] and graph.kind(number) in _USERS
    }


def _below(graph: Graph, number: int) -> list[int]:
    """Return an object and all that it leads to, where it has records."""
    seen, waiting = {number: None}, [number]
    while waiting:
        for edge in graph.forward(waiting.pop()):
            if edge.because.keeps and edge.target not in seen:
                seen[edge.target] = None
                waiting.append(edge.target)
    return [found for found in seen if graph.there[found]]


def _pods(node: Node, graph: Graph, users: list[int]) -> tuple[str, ...]:
    wanted = set()
    for number in users:
        if graph.kind(number) == "container":
            name = graph.name(number)
            found = node.metadata.container(key_text(name.namespace), key_text(name.key))
            if found and sandbox_of(found):
                wanted.add((found.namespace, sandbox_of(found)))
    if not wanted:
        return ()
    return tuple(
        f"{pod.pod_namespace}/{pod.name}"
        for pod in pods(node)
        if (pod.namespace, pod.id) in wanted and pod.name
    )
