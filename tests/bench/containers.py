"""A database of many containers, each as large as a real one, written by the real bbolt.

    python -m tests.bench.containers PATH [COUNT]

The containers are copies of the pod containers in the bundled 2.4 database under new IDs, beside as
many deleted values as make the file as large as one that has seen its containers come and go.
"""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

from boltview.bbolt import DB, Batch
from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.database import Database
from boltview.shipped import demo_database

COUNT = 60_000
_PER_COMMIT = 1_000
_BALLAST = 4_096
"""Bytes of a value that is written beside each container and deleted at the end."""
_CONTAINERS = (b"v1", b"k8s.io", b"containers")


def templates() -> list[tuple[bytes, Bucket]]:
    """Return the pod containers of the bundled database with their IDs."""
    entry: object = Database.open(demo_database()).revision().root
    for name in _CONTAINERS:
        assert isinstance(entry, Bucket)
        entry = entry.get(name)
    assert isinstance(entry, Bucket)
    return [(found.key, found) for found in entry.entries() if isinstance(found, Bucket)]


def ids(count: int) -> Iterator[bytes]:
    """Yield container IDs, 64 hex digits in no order, the same in every run."""
    for number in range(count):
        yield hashlib.sha256(b"%d" % number).hexdigest().encode()


def write(path: Path, count: int = COUNT) -> None:
    """Write the database; takes about a minute for 60,000 containers."""
    models = templates()
    with DB(path, no_sync=True, no_freelist_sync=True, freelist_type="hashmap") as db:
        with db.update() as tx:
            bucket = tx.create_bucket(b"v1")
            bucket[b"version"] = b"\x08"
            bucket.create_bucket(b"k8s.io").create_bucket(b"containers")
            tx.create_bucket(b"ballast")
        batch = Batch()
        # What the last copy of each model is called: a container names its pause container.
        names: dict[bytes, bytes] = {}
        for number, key in enumerate(ids(count), start=1):
            old, model = models[number % len(models)]
            names[old] = key
            _copy(batch.use(*_CONTAINERS), (*_CONTAINERS, key), model, names)
            batch.use(b"ballast").put(key, bytes(_BALLAST))
            if number % _PER_COMMIT == 0 or number == count:
                with db.update() as tx:
                    tx.apply(batch)
                batch = Batch()
        with db.update() as tx:
            tx.delete_bucket(b"ballast")


def _copy(batch: Batch, path: tuple[bytes, ...], bucket: Bucket, names: dict[bytes, bytes]) -> None:
    """Write a bucket under another ID; IDs, all as long, stand in values too."""
    batch.use(*path[:-1]).create_bucket(path[-1]).use(*path)
    inner = []
    for entry in bucket.entries():
        if isinstance(entry, Pair):
            value = entry.value
            for old, new in names.items():
                value = value.replace(old, new)
            batch.put(entry.key, value)
        elif isinstance(entry, Bucket):
            inner.append(entry)
    for entry in inner:
        _copy(batch, (*path, entry.key), entry, names)


if __name__ == "__main__":
    write(Path(sys.argv[1]), *map(int, sys.argv[2:]))
