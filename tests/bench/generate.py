"""Databases as large as asked for, laid out as containerd lays out its own, by the real bbolt.

    python -m tests.bench.generate PATH MEGABYTES

Namespaces hold images, blobs, containers and snapshots with labels, as `containerd.metadata.toml`
describes them. Written, partly deleted and written again, so that pages are free and scattered as
in a file that has been in use. The same arguments give the same database.
"""

import os
import random
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from boltview.bbolt import DB, Batch

SIZES = [int(size) for size in os.environ.get("BOLTVIEW_BENCH_SIZES", "60").split(",")]
"""Megabytes of the databases that are measured."""
_PER_COMMIT = 2_000
_OBJECTS_A_MEGABYTE = 200
"""Roughly: an object with its buckets takes a page or two."""
_NAMESPACES = (b"k8s.io", b"moby", b"default")
_TIME = struct.pack(">BqIh", 1, 0xEE296793, 0, -1)
_DELETED = 8
"""One in so many objects is deleted again."""

Object = tuple[bytes, bytes, bytes]
"""Namespace, kind, key."""


def write(path: Path, megabytes: int) -> int:
    """Write a database of about this size; return the number of objects in it."""
    source = random.Random(megabytes)  # noqa: S311 - reproducible on purpose
    objects = list(_objects(source, megabytes * _OBJECTS_A_MEGABYTE))
    options = {"no_sync": True, "no_freelist_sync": True}
    with DB(path, freelist_type="hashmap", **options) as db:
        _begin(db)
        for start in range(0, len(objects), _PER_COMMIT):
            batch = Batch()
            for one in objects[start : start + _PER_COMMIT]:
                _WRITERS[one[1]](batch, one, source)
            with db.update() as tx:
                tx.apply(batch)
            gone = objects[start : start + _PER_COMMIT : _DELETED]
            with db.update() as tx:
                tx.apply(_deleted(gone))
    return len(objects) - len(objects[::_DELETED])


def _objects(source: random.Random, count: int) -> Iterator[Object]:
    kinds = [b"blob"] * 5 + [b"snapshot"] * 4 + [b"image"] * 2 + [b"container"]
    for _ in range(count):
        kind = source.choice(kinds)
        name = source.randbytes(32).hex().encode()
        if kind == b"image":
            name = b"registry.example.com/team/app-%s:v1" % name[:12]
        elif kind != b"container":
            name = b"sha256:" + name
        yield source.choice(_NAMESPACES), kind, name


def _begin(db: DB) -> None:
    batch = Batch().create_bucket(b"v1").use(b"v1").put(b"version", b"\x08")
    for namespace in _NAMESPACES:
        batch.use(b"v1").create_bucket(namespace).use(b"v1", namespace)
        for kind in (b"images", b"content", b"containers", b"snapshots"):
            batch.create_bucket(kind)
        batch.use(b"v1", namespace, b"content").create_bucket(b"blob")
        batch.use(b"v1", namespace, b"snapshots").create_bucket(b"overlayfs")
    with db.update() as tx:
        tx.apply(batch)


def _path(one: Object) -> tuple[bytes, ...]:
    namespace, kind, _ = one
    return (b"v1", namespace, *_PLACES[kind])


_PLACES = {
    b"blob": (b"content", b"blob"),
    b"image": (b"images",),
    b"container": (b"containers",),
    b"snapshot": (b"snapshots", b"overlayfs"),
}


def _open(batch: Batch, one: Object, labels: int, source: random.Random) -> tuple[bytes, ...]:
    """Create the object's bucket with its times and labels, and go there."""
    path = (*_path(one), one[2])
    batch.use(*path[:-1]).create_bucket(one[2]).use(*path)
    batch.put(b"createdat", _TIME).put(b"updatedat", _TIME)
    batch.create_bucket(b"labels").use(*path, b"labels")
    for number in range(labels):
        value = b"sha256:" + source.randbytes(32).hex().encode()
        batch.put(b"containerd.io/gc.ref.content.%d" % number, value)
    batch.use(*path)
    return path


def _blob(batch: Batch, one: Object, source: random.Random) -> None:
    _open(batch, one, source.randrange(1, 5), source)
    batch.put(b"size", source.randbytes(3))


def _image(batch: Batch, one: Object, source: random.Random) -> None:
    path = _open(batch, one, 2, source)
    batch.create_bucket(b"target").use(*path, b"target")
    batch.put(b"digest", b"sha256:" + source.randbytes(32).hex().encode())
    batch.put(b"mediatype", b"application/vnd.oci.image.index.v1+json").put(b"size", b"\x80\x10")


def _container(batch: Batch, one: Object, source: random.Random) -> None:
    path = _open(batch, one, 6, source)
    batch.put(b"image", b"registry.example.com/team/app:v1").put(b"snapshotter", b"overlayfs")
    batch.put(b"snapshotKey", one[2]).put(b"spec", source.randbytes(source.randrange(3000, 12000)))
    batch.create_bucket(b"runtime").use(*path, b"runtime")
    batch.put(b"name", b"io.containerd.runc.v2").put(b"options", source.randbytes(60))


def _snapshot(batch: Batch, one: Object, source: random.Random) -> None:
    _open(batch, one, 2, source)
    batch.put(b"name", b"k8s.io/%d/%s" % (source.randrange(10**6), one[2]))
    batch.put(b"parent", b"sha256:" + source.randbytes(32).hex().encode())


_WRITERS = {b"blob": _blob, b"image": _image, b"container": _container, b"snapshot": _snapshot}


def _deleted(objects: list[Object]) -> Batch:
    batch = Batch()
    for one in objects:
        batch.use(*_path(one)).delete_bucket(one[2])
    return batch


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), int(sys.argv[2])), "objects")
