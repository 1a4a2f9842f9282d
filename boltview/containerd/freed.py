"""What a collection would give back on disk: blobs, snapshots and uploads, each counted once."""

from collections.abc import Iterable
from typing import NamedTuple

from boltview.containerd.diskusage import disk_usage
from boltview.containerd.mark import Marks
from boltview.containerd.node import Node
from boltview.containerd.objects import BackendSnapshot, key_text, text_key
from boltview.containerd.overlay import OVERLAYS
from boltview.containerd.references import Graph


class Freed(NamedTuple):
    """Bytes by store."""

    content: int
    snapshots: int
    ingests: int
    unknown: int
    """Objects of which no size is known: their database or directory is not here."""
    shared: int
    """Records that go while what they stand for stays, because another namespace has it too."""

    @property
    def total(self) -> int:
        """All bytes."""
        return self.content + self.snapshots + self.ingests


class SnapshotSizes:
    """Sizes of snapshots: from the snapshotter's database where it has them, else from disk."""

    def __init__(self, graph: Graph, node: Node) -> None:
        """Read nothing yet."""
        self._graph = graph
        self._node = node

    def backend(self, number: int) -> BackendSnapshot | None:
        """Return a snapshot as its snapshotter has it; None if that is not known."""
        name = self._graph.backends.get(number)
        snapshotter = key_text(self._graph.key(number).partition(b"/")[0])
        database = self._node.snapshotters.get(snapshotter)
        return database.get(key_text(name)) if database and name else None

    def size(self, number: int) -> int | None:
        """Return the bytes of a snapshot alone, without what it builds on; None if not known."""
        snapshotter = key_text(self._graph.key(number).partition(b"/")[0])
        found = self.backend(number)
        return backend_size(self._node, snapshotter, found) if found else None


def backend_size(node: Node, snapshotter: str, found: BackendSnapshot) -> int | None:
    """Return the bytes of a snapshot as containerd counts them; None if that is not known.

    Committed snapshots carry their size, a view has none, and what is active is measured
    (containerd `plugins/snapshots/overlay/overlay.go: Usage`).
    """
    if found.kind == "Committed":
        return found.size
    if found.kind == "View":
        return 0
    folder = node.snapshotter_folders.get(snapshotter)
    if folder is None or found.id is None:
        return None
    inner = "/fs" if snapshotter in OVERLAYS else ""
    place = folder.place(f"snapshots/{found.id}{inner}")
    try:
        return disk_usage(place).size if place else None
    except OSError:
        return None


def freed(marks: Marks, node: Node) -> Freed:
    """Return what the collection would give back, as far as it can be seen from here."""
    graph = marks.graph
    goes: dict[str, list[int]] = {"content": [], "snapshot": [], "ingest": []}
    for number in marks.collectable():
        goes.get(graph.kind(number), []).append(number)
    content, kept_files, unsized = _content(marks, goes["content"])
    snapshots, kept_snapshots, unmeasured = _snapshots(marks, node, goes["snapshot"])
    ingests = _ingests(marks, node, goes["ingest"])
    return Freed(content, snapshots, ingests, unsized + unmeasured, kept_files + kept_snapshots)


def _content(marks: Marks, goes: list[int]) -> tuple[int, int, int]:
    """Return bytes, records whose file stays, files of unknown size (`content.go: collect`)."""
    graph = marks.graph
    if not goes:
        return 0, 0, 0
    sizes = {graph.key(number): graph.sizes[number] for number in goes}
    stays = {graph.key(number) for number in graph.numbers("content") if marks.is_live(number)}
    for number in graph.numbers("ingest"):
        if marks.is_live(number):
            stays |= {graph.key(edge.target) for edge in graph.forward(number)}
    kept = sum(graph.key(number) in stays for number in goes)
    freed_sizes = [size for digest, size in sizes.items() if digest not in stays]
    known = [size for size in freed_sizes if size >= 0]
    return sum(known), kept, len(freed_sizes) - len(known)


def _snapshots(marks: Marks, node: Node, goes: list[int]) -> tuple[int, int, int]:
    """Return bytes, records whose snapshot stays, snapshots of unknown size."""
    graph = marks.graph
    names = {graph.backends[number] for number in goes if number in graph.backends}
    stays = _kept_names(marks, names) if names else set()
    sizes = SnapshotSizes(graph, node)
    freed_sizes: dict[bytes, int | None] = {}
    kept = 0
    for number in goes:
        name = graph.backends.get(number, b"")
        place = graph.key(number).partition(b"/")[0] + b"/" + name
        if name in stays:
            kept += 1
        elif place not in freed_sizes:
            freed_sizes[place] = sizes.size(number)
    known = [size for size in freed_sizes.values() if size is not None]
    return sum(known), kept, len(freed_sizes) - len(known)


def _kept_names(marks: Marks, names: Iterable[bytes]) -> set[bytes]:
    """Return which backend snapshots another record keeps, as remote snapshotters share them."""
    kept = {name for number, name in marks.graph.backends.items() if marks.is_live(number)}
    return kept.intersection(names)


def _ingests(marks: Marks, node: Node, goes: list[int]) -> int:
    store = node.content
    if store is None or not goes:
        return 0
    gone = {marks.graph.name(number) for number in goes}
    total = 0
    for ingest in node.metadata.ingests():
        name = ("ingest", text_key(ingest.namespace), text_key(ingest.ref))
        upload = store.upload(ingest.backend_ref) if name in gone and ingest.backend_ref else None
        total += upload.offset if upload else 0
    return total
