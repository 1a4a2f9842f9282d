"""A node's databases as boltview decodes them: nested dictionaries, every failure an assertion."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.database import Database
from boltview.bolt.errors import Damage
from boltview.schema.load import Library
from boltview.schema.reading import Reading
from boltview.schema.values import GoTime, Value

CONTAINERD = "root/var/lib/containerd"
LIBRARY = Library()

Tree = dict[str, Any]


class Node(NamedTuple):
    """What is decoded of one node."""

    version: object
    namespaces: dict[str, Tree]
    """By name, each with its buckets `images`, `containers` and so on, as far as it has them."""
    backends: dict[str, Tree]
    """Of each snapshotter the bucket `v1/snapshots` of its own database."""


def open_reading(path: Path) -> Reading:
    return Reading.of(Database.open(str(path)), LIBRARY, str(path))


def read_node(folder: Path) -> Node:
    """Decode `meta.db` and every snapshotter's `metadata.db` of a node."""
    meta = open_reading(folder / CONTAINERD / "io.containerd.metadata.v1.bolt/meta.db")
    version = meta.version()
    assert version is not None
    top = tree(meta, meta.root)["v1"]
    prefix = "io.containerd.snapshotter.v1."
    backends = {}
    for path in sorted((folder / CONTAINERD).glob(f"{prefix}*/metadata.db")):
        backend = open_reading(path)
        name = path.parent.name.removeprefix(prefix)
        backends[name] = tree(backend, backend.root)["v1"]["snapshots"]
    namespaces = {name: found for name, found in top.items() if isinstance(found, dict)}
    return Node(version.data, namespaces, backends)


def entries(bucket: Bucket) -> Iterator[tuple[Bucket, Pair | Bucket]]:
    """Yield every entry below a bucket with the bucket it lies in."""
    waiting = [bucket]
    while waiting:
        holder = waiting.pop()
        for entry in holder.entries():
            assert not isinstance(entry, Damage), entry
            yield holder, entry
            if isinstance(entry, Bucket):
                waiting.append(entry)


def tree(reading: Reading, bucket: Bucket) -> Tree:
    """Return a bucket by decoded keys: a dictionary for a bucket, data for a value."""
    found: Tree = {}
    for entry in bucket.entries():
        assert not isinstance(entry, Damage), entry
        key = reading.key(bucket, entry)
        name = key if isinstance(key, str) else repr(key)
        if isinstance(entry, Bucket):
            found[name] = tree(reading, entry)
        else:
            found[name] = data(reading.value(bucket, entry))
    return found


def data(value: Value) -> object:
    assert value.error == ""
    return value.data


def instant(value: object) -> int:
    """Return Unix nanoseconds of a decoded time, which containerd always writes in UTC."""
    assert isinstance(value, GoTime)
    assert value.offset is None
    return value.unix_nanos
