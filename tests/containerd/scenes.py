"""Databases to collect garbage from, composed record by record as containerd's layout says."""

import struct
from collections.abc import Iterable, Mapping

from boltview.containerd.mark import Marks, Rules
from boltview.containerd.metadata import Metadata
from boltview.containerd.names import parse_name
from boltview.containerd.scan import scan
from boltview.schema.load import Library
from boltview.schema.reading import Reading
from tests.schema.databases import database

SECOND = 10**9
NOW = 1_800_000_000 * SECOND
"""2027-01-15T08:00:00Z in Unix nanoseconds: the time of every collection here."""
PAST, FUTURE = "2027-01-15T07:59:59Z", "2027-01-15T08:00:01Z"
EXACTLY_NOW = "2027-01-15T08:00:00Z"
_YEAR_ONE = 62_135_596_800
Labels = Mapping[str, str]
Tree = dict[bytes, "bytes | Tree"]


def binary_time(unix: int = 1_700_000_000) -> bytes:
    """Return a Go binary time in UTC."""
    return struct.pack(">BqIh", 1, unix + _YEAR_ONE, 0, -1)


class Scene:
    """A meta.db in the making; `tree` is what it holds."""

    def __init__(self) -> None:
        """Start with a database of version 4 and nothing in it."""
        self.tree: Tree = {b"v1": {b"version": b"\x08"}}

    def put(self, *path: str, record: Tree | None = None, labels: Labels | None = None) -> "Scene":
        """Put a record at a path below `v1`."""
        place: Tree = self.tree
        for name in ("v1", *path):
            inner = place.setdefault(name.encode(), {})
            assert isinstance(inner, dict)
            place = inner
        place.update(record or {})
        if labels:
            place[b"labels"] = {key.encode(): value.encode() for key, value in labels.items()}
        return self

    def blob(self, key: str, labels: Labels | None = None, ns: str = "n") -> "Scene":
        record: Tree = {b"createdat": binary_time(), b"updatedat": binary_time(), b"size": b"\x14"}
        return self.put(ns, "content", "blob", key, record=record, labels=labels)

    def ingest(
        self, ref: str, expires: int | None = None, expected: str = "", ns: str = "n"
    ) -> "Scene":
        record: Tree = {b"ref": f"{ns}/1/{ref}".encode()}
        if expires is not None:
            record[b"expireat"] = binary_time(expires)
        if expected:
            record[b"expected"] = expected.encode()
        return self.put(ns, "content", "ingests", ref, record=record)

    def image(self, name: str, digest: str, labels: Labels | None = None, ns: str = "n") -> "Scene":
        target: Tree = {b"digest": digest.encode(), b"mediatype": b"m", b"size": b"\x14"}
        record: Tree = {b"createdat": binary_time(), b"target": target}
        return self.put(ns, "images", name, record=record, labels=labels)

    def snapshot(
        self, place: str, parent: str = "", labels: Labels | None = None, ns: str = "n"
    ) -> "Scene":
        """Put a snapshot; `place` is SNAPSHOTTER/KEY, `parent` a key."""
        record: Tree = {b"createdat": binary_time(), b"name": f"{ns}/1/{place}".encode()}
        if parent:
            record[b"parent"] = parent.encode()
        return self.put(ns, "snapshots", *place.split("/", 1), record=record, labels=labels)

    def container(
        self, key: str, snapshot: str = "", labels: Labels | None = None, ns: str = "n"
    ) -> "Scene":
        """Put a container; `snapshot` is SNAPSHOTTER/KEY."""
        snapshotter, _, name = snapshot.partition("/")
        record: Tree = {
            b"createdat": binary_time(),
            b"image": b"",
            b"snapshotter": snapshotter.encode(),
            b"snapshotKey": name.encode(),
        }
        return self.put(ns, "containers", key, record=record, labels=labels)

    def sandbox(self, key: str, labels: Labels | None = None, ns: str = "n") -> "Scene":
        return self.put(ns, "sandboxes", key, record={b"sandboxer": b""}, labels=labels)

    def lease(
        self, key: str, holds: Iterable[str] = (), labels: Labels | None = None, ns: str = "n"
    ) -> "Scene":
        """Put a lease; what it holds as TYPE/KEY."""
        record: Tree = {b"createdat": binary_time()}
        self.put(ns, "leases", key, record=record, labels=labels)
        buckets = {"content": "content", "image": "images", "ingest": "ingests"}
        for held in holds:
            kind, name = held.split("/", 1)
            place = ("snapshots", name.split("/")[0]) if kind == "snapshot" else (buckets[kind],)
            last = name.partition("/")[2] if kind == "snapshot" else name
            self.put(ns, "leases", key, *place, record={last.encode(): b""})
        return self

    def marks(self, daemon: str = "2.4", now: int = NOW, after: Iterable[str] = ()) -> Marks:
        """Return what a collection would keep, with these objects removed before."""
        found = database(self.tree)
        reading = Reading.of(found, Library(), "meta.db", "current")
        graph = scan(Metadata(reading))
        assert not found.damage
        numbers = {name: graph.find(parse_name(name)) for name in after}
        removed = frozenset(number for number in numbers.values() if number is not None)
        assert len(removed) == len(numbers)
        return Marks(graph, Rules(daemon, now, removed))

    def goes(self, daemon: str = "2.4", now: int = NOW, after: Iterable[str] = ()) -> set[str]:
        """Return the names of what goes, of namespace `n` without it."""
        marks = self.marks(daemon, now, after)
        names = (marks.graph.name(number).text for number in marks.collectable())
        return {name.replace("/n/", "/", 1) for name in names}
