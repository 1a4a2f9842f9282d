"""meta.db against the snapshotters' own databases, and each of these against itself."""

from collections import Counter
from collections.abc import Iterator

from boltview.bolt.bucket import Bucket, Pair
from boltview.containerd.fsck.finding import Finding, elsewhere, in_metadata
from boltview.containerd.node import Node
from boltview.containerd.objects import BackendSnapshot, key_text, text_key
from boltview.containerd.references import Graph
from boltview.containerd.snapshotter import SnapshotterDatabase
from boltview.schema.decode import decode_uvarint_pair
from boltview.schema.values import Undecodable

_PARENTS = (b"v1", b"parents")
_COMMITTED = "Committed"
_NAME_PARTS = 3


def check_backends(node: Node, graph: Graph) -> Iterator[Finding]:
    """Yield where meta.db and the snapshotters' databases differ; nothing for a file alone."""
    if not node.snapshotter_folders:
        return
    used = _used(graph)
    databases = node.snapshotters
    for snapshotter, numbers in used.items():
        if snapshotter not in databases:
            path = graph.name(numbers[0]).path[:-1]
            what = f"{len(numbers)} snapshots, but no database of {snapshotter} that can be read"
            yield in_metadata("backend-database-missing", path, what)
            continue
        known = {found.name: found for found in databases[snapshotter].snapshots()}
        yield from _missing(graph, numbers, known)
    for snapshotter, database in databases.items():
        yield from _inside(snapshotter, database)
        backends = (graph.backends.get(number, b"") for number in used.get(snapshotter, ()))
        yield from _orphans(snapshotter, database, set(map(key_text, backends)))


def _used(graph: Graph) -> dict[str, list[int]]:
    """Return the snapshots of meta.db by snapshotter."""
    used: dict[str, list[int]] = {}
    for number in graph.numbers("snapshot"):
        snapshotter = key_text(graph.key(number).partition(b"/")[0])
        used.setdefault(snapshotter, []).append(number)
    return used


def _missing(
    graph: Graph, numbers: list[int], known: dict[str, BackendSnapshot]
) -> Iterator[Finding]:
    for number in numbers:
        name = graph.backends.get(number)
        if name is None:
            continue
        path, text = graph.name(number).path, key_text(name)
        found = known.get(text)
        if found is None:
            yield in_metadata("backend-missing", path, f"the snapshotter has no {text!r}")
            continue
        parents = [edge.target for edge in graph.forward(number) if edge.because.how == "parent"]
        wanted = key_text(graph.backends.get(parents[0], b"")) if parents else ""
        has_name = not parents or parents[0] in graph.backends
        if has_name and wanted != (found.parent or ""):
            what = f"meta.db: parent {wanted!r}, the snapshotter: {found.parent or ''!r}"
            yield in_metadata("backend-parent-differs", path, what)


def _orphans(snapshotter: str, database: SnapshotterDatabase, named: set[str]) -> Iterator[Finding]:
    for name in _names(database):
        if name not in named:
            what = "no record of meta.db names it"
            yield elsewhere("backend-orphan", f"{snapshotter}: {name}", what, snapshotter)


def _names(database: SnapshotterDatabase) -> list[str]:
    return [found.name for found in database.snapshots()]


def _inside(snapshotter: str, database: SnapshotterDatabase) -> Iterator[Finding]:
    """Check a snapshotter's database against itself (`storage/bolt.go`)."""
    found = {item.name: item for item in database.snapshots()}
    ids = Counter(item.id for item in found.values())
    for item in found.values():
        place = f"{snapshotter}: {item.name}"
        for fault in item.record.faults:
            yield elsewhere(
                "field-missing" if fault.reason == "missing" else "field-undecodable",
                place,
                f"{fault.field}: {fault.detail}",
            )
        if item.id is not None and ids[item.id] > 1:
            yield elsewhere("backend-id-duplicate", place, f"{ids[item.id]} have number {item.id}")
        if item.id is not None and item.id > database.last_id:
            what = f"number {item.id}; handed out were those up to {database.last_id}"
            yield elsewhere("backend-id-beyond", place, what)
        if item.parent:
            parent = found.get(item.parent)
            if parent is None:
                what = f"its parent {item.parent!r} does not exist"
                yield elsewhere("backend-parent-missing", place, what)
            elif parent.kind != _COMMITTED:
                what = f"its parent {item.parent!r} is {parent.kind}"
                yield elsewhere("backend-parent-uncommitted", place, what)
        if (item.kind == _COMMITTED) != (item.size is not None and item.inodes is not None):
            yield elsewhere("backend-usage", place, f"{item.kind}, size {item.size}")
    yield from _index(snapshotter, database, found)


def _index(
    snapshotter: str, database: SnapshotterDatabase, found: dict[str, BackendSnapshot]
) -> Iterator[Finding]:
    """Check that the index of parents has one entry for each snapshot with a parent."""
    wanted = {
        (parent.id, item.id): item.name
        for item in found.values()
        if item.parent and (parent := found.get(item.parent))
    }
    place: object = database.reading.root
    for key in _PARENTS:
        place = place.get(key) if isinstance(place, Bucket) else None
    for entry in place.entries() if isinstance(place, Bucket) else ():
        if not isinstance(entry, Pair):
            continue
        where = f"{snapshotter}: parents/{entry.key.hex()}"
        try:
            ids: tuple[int | None, int | None] = decode_uvarint_pair(entry.key)
        except Undecodable as error:
            yield elsewhere("backend-index", where, str(error))
            continue
        name = wanted.pop(ids, None)
        if name is None or text_key(name) != entry.value:
            what = f"says that {ids[0]} is the parent of {ids[1]}, {key_text(entry.value)!r}"
            yield elsewhere("backend-index", where, what)
    for name in wanted.values():
        yield elsewhere("backend-index", f"{snapshotter}: {name}", "it has no entry there")


def check_age(node: Node, graph: Graph) -> Iterator[Finding]:
    """Yield snapshotters that are ahead of meta.db: their numbers go on where its own end."""
    highest: dict[tuple[str, str], int] = {}
    for number in graph.numbers("snapshot"):
        snapshotter = key_text(graph.key(number).partition(b"/")[0])
        _note(highest, snapshotter, key_text(graph.backends.get(number, b"")))
    for snapshotter, database in node.snapshotters.items():
        behind: dict[tuple[str, str], int] = {}
        for name in _names(database):
            _note(behind, snapshotter, name)
        for place, last in behind.items():
            path = (b"v1", text_key(place[1]), b"snapshots", text_key(snapshotter))
            counted = _sequence(node, path)
            if last > max(highest.get(place, 0), counted):
                what = f"{snapshotter} has number {last}; meta.db has counted to {counted}"
                yield in_metadata("backend-newer", path, what)


def _sequence(node: Node, path: tuple[bytes, ...]) -> int:
    place: object = node.metadata.reading.root
    for key in path:
        place = place.get(key) if isinstance(place, Bucket) else None
    return place.sequence if isinstance(place, Bucket) else 0


def _note(highest: dict[tuple[str, str], int], snapshotter: str, name: str) -> None:
    parts = name.split("/", _NAME_PARTS - 1)
    if len(parts) == _NAME_PARTS and parts[1].isascii() and parts[1].isdigit():
        place = snapshotter, parts[0]
        highest[place] = max(highest.get(place, 0), int(parts[1][:19]))
