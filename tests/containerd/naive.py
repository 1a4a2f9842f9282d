"""The collector's rules once more, as plainly as they can be said, over nested dictionaries.

Nothing here knows boltview. One step is a set of objects grown until it grows no more.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

Tree = Mapping[bytes, "bytes | Tree"]
Object = tuple[str, str, str, bool]
"""Kind, namespace, key, and whether it is held flat."""
ORDER = ["1.6", "1.7", "2.0", "2.2", "2.3", "2.4"]
GC = "containerd.io/gc."


def _bucket(tree: Tree, *path: str) -> Tree:
    place: object = tree
    for name in path:
        place = place.get(name.encode()) if isinstance(place, dict) else None
    return place if isinstance(place, dict) else {}


def _labels(record: Tree) -> dict[str, str]:
    return {
        key.decode(): value.decode()
        for key, value in _bucket(record, "labels").items()
        if isinstance(value, bytes)
    }


def _text(record: Tree, *path: str) -> str:
    value = _bucket(record, *path[:-1]).get(path[-1].encode(), b"")
    assert isinstance(value, bytes)
    return value.decode()


def _seconds(text: str) -> float | None:
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return None


class Naive:
    """One collection.

    Attributes:
        records: every object's record.
    """

    def __init__(self, tree: Tree, daemon: str, now: float) -> None:
        """Gather the records; `now` is in Unix seconds."""
        self.now = now
        self.new = {line: ORDER.index(daemon) >= ORDER.index(line) for line in ORDER}
        self.records: dict[tuple[str, str, str], Tree] = {}
        for space, below in _bucket(tree, "v1").items():
            if not isinstance(below, dict):
                continue
            for kind, path in (
                ("lease", ["leases"]),
                ("image", ["images"]),
                ("container", ["containers"]),
                ("sandbox", ["sandboxes"]),
                ("content", ["content", "blob"]),
                ("ingest", ["content", "ingests"]),
            ):
                for key, record in _bucket(below, *path).items():
                    if isinstance(record, dict):
                        self.records[kind, space.decode(), key.decode()] = record
            for snapshotter, found in _bucket(below, "snapshots").items():
                for key, record in _bucket({b"": found}, "").items():
                    if isinstance(record, dict):
                        name = f"{snapshotter.decode()}/{key.decode()}"
                        self.records["snapshot", space.decode(), name] = record

    def over(self, record: Tree) -> bool:
        expire = _labels(record).get(GC + "expire")
        time = None if expire is None else _seconds(expire)
        return time is not None and self.now > time

    def roots(self) -> Iterator[Object]:
        for (kind, space, key), record in self.records.items():
            labels = _labels(record)
            if kind == "lease" and not self.over(record):
                yield kind, space, key, False
                yield from self.leased(space, record, flat=GC + "flat" in labels)
            if kind == "image" and not (self.new["2.0"] and self.over(record)):
                yield kind, space, key, False
            if kind == "container":
                yield kind, space, key, False
            if kind == "sandbox" and self.new["1.7"]:
                for target in self.named(space, labels):
                    yield *target, False
            if kind == "ingest" and b"expireat" in record:
                raw = record[b"expireat"]
                assert isinstance(raw, bytes)
                if self.now <= int.from_bytes(raw[1:9], "big") - 62_135_596_800:
                    yield kind, space, key, False
            if kind in {"content", "snapshot"} and any(
                label == GC + "root" or (self.new["2.2"] and label.startswith(GC + "root"))
                for label in labels
            ):
                yield kind, space, key, False

    def leased(self, space: str, record: Tree, *, flat: bool) -> Iterator[Object]:
        for key in _bucket(record, "content"):
            yield "content", space, key.decode(), flat
        for key in _bucket(record, "ingests"):
            yield "ingest", space, key.decode(), False
        for snapshotter, keys in _bucket(record, "snapshots").items():
            for key in keys if isinstance(keys, dict) else ():
                yield "snapshot", space, f"{snapshotter.decode()}/{key.decode()}", flat
        if self.new["2.0"]:
            for key in _bucket(record, "images"):
                yield "image", space, key.decode(), flat

    def named(self, space: str, labels: dict[str, str]) -> Iterator[tuple[str, str, str]]:
        for label, value in labels.items():
            if re.fullmatch(r"containerd\.io/gc\.ref\.content([./].*)?", label):
                yield "content", space, value
            if self.new["2.0"] and re.fullmatch(r"containerd\.io/gc\.ref\.image([./].*)?", label):
                yield "image", space, value
            snapshot = re.fullmatch(r"containerd\.io/gc\.ref\.snapshot\.([^/]*)(/.*)?", label)
            if snapshot:
                yield "snapshot", space, f"{snapshot[1]}/{value}"

    def next(self, one: Object) -> Iterator[Object]:
        """Yield what an object leads to."""
        kind, space, key, flat = one
        record = self.records.get((kind, space, key), {})
        if not flat:
            yield from self.tied(one)
        if kind == "snapshot" and _text(record, "parent"):
            yield kind, space, f"{key.partition('/')[0]}/{_text(record, 'parent')}", flat
        if kind == "image" and record:
            yield "content", space, _text(record, "target", "digest"), flat
        if kind == "ingest" and _text(record, "expected"):
            yield "content", space, _text(record, "expected"), False
        if kind == "container" and _text(record, "snapshotter"):
            name = f"{_text(record, 'snapshotter')}/{_text(record, 'snapshotKey')}"
            yield "snapshot", space, name, False
        if not flat and kind in {"content", "snapshot", "image", "container"}:
            for target in self.named(space, _labels(record)):
                yield *target, False
        if not flat and kind in {"content", "image"} and self.new["2.3"]:
            yield from self.conditional(space, _labels(record))

    def tied(self, one: Object) -> Iterator[Object]:
        if not self.new["2.2"]:
            return
        for (kind, space, key), record in self.records.items():
            if space != one[1] or kind not in {"content", "snapshot", "image"}:
                continue
            for label, value in _labels(record).items():
                plain = re.fullmatch(
                    r"containerd\.io/gc\.bref\.(container|content|image)([./].*)?", label
                )
                to = re.fullmatch(r"containerd\.io/gc\.bref\.snapshot\.([^/]*)(/.*)?", label)
                if (plain and (plain[1], value) == (one[0], one[2])) or (
                    to and ("snapshot", f"{to[1]}/{value}") == (one[0], one[2])
                ):
                    yield kind, space, key, False

    def conditional(self, space: str, labels: dict[str, str]) -> Iterator[Object]:
        for label, value in labels.items():
            match = re.fullmatch(r"containerd\.io/gc\.cond\.snapshot[./]*([^/]*)(/.*)?", label)
            if not match or "|" not in value:
                continue
            conditions, key = value.split("|", 1)
            name = f"{match[1]}/{key}"
            times = [
                _seconds(text)
                for other, text in _labels(self.records.get(("snapshot", space, name), {})).items()
                if other.startswith(GC + "cond.value-usedat")
            ]
            for condition in conditions.split(","):
                limit = re.fullmatch(r"usedat([<>])([0-9]+)s", condition)
                for time in times:
                    if limit and time is not None:
                        age, bound = self.now - time, int(limit[2])
                        if age < bound if limit[1] == "<" else age > bound:
                            yield "snapshot", space, name, False

    def goes(self) -> set[tuple[str, str, str]]:
        """Return what a collection removes."""
        reached = set(self.roots())
        while more := {to for one in reached for to in self.next(one)} - reached:
            reached |= more
        kept = {one[:3] for one in reached}
        fixed = {"container", "sandbox"} if self.new["2.0"] else {"container", "sandbox", "image"}
        return {name for name in self.records if name not in kept and name[0] not in fixed}
