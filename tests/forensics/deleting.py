"""Databases from which records were deleted one by one by the real bbolt, and what they were."""

import json
import random
from pathlib import Path
from typing import NamedTuple

from boltview.bbolt import DB, Batch
from tests.containerd.scenes import binary_time

_SPEC_URL = b"types.containerd.io/opencontainers/runtime-spec/1/Spec"


class Truth(NamedTuple):
    """What was written and what became of it."""

    specs: dict[tuple[str, str], bytes]
    """The spec of every container by namespace and ID."""
    deleted: set[tuple[str, str]]


class Wanted(NamedTuple):
    """What to write."""

    created: int
    """Containers to create."""
    remove: int
    """How many of them to delete again."""
    seed: int = 1
    told: bool = True
    """Whether a spec says whose it is, as a real one does."""
    freelist: bool = True
    """Whether the freelist is stored."""
    most: int = 9000
    """Bytes of the largest spec."""
    page_size: int = 4096


def write_containers(path: Path, wanted: Wanted) -> Truth:
    """Create containers one by one, and delete most of them one by one."""
    source = random.Random(wanted.seed)  # noqa: S311 - reproducible on purpose
    specs: dict[tuple[str, str], bytes] = {}
    without = not wanted.freelist
    with DB(path, no_sync=True, no_freelist_sync=without, page_size=wanted.page_size) as db:
        with db.update() as tx:
            tx.create_bucket(b"v1")[b"version"] = b"\x08"
        for number in range(wanted.created):
            namespace = source.choice(["k8s.io", "default", "moby"])
            key = source.randbytes(32).hex() if number % 3 else f"web-{number}"
            specs[namespace, key] = spec = _spec(source, namespace, key, wanted)
            with db.update() as tx:
                tx.apply(_container(namespace.encode(), key.encode(), spec, number))
        deleted = source.sample(sorted(specs), wanted.remove)
        for namespace, key in deleted:
            batch = Batch().use(b"v1", namespace.encode(), b"containers")
            with db.update() as tx:
                tx.apply(batch.delete_bucket(key.encode()))
    return Truth(specs, set(deleted))


def _spec(source: random.Random, namespace: str, key: str, wanted: Wanted) -> bytes:
    """Return a spec as an Any of JSON."""
    env = [source.randbytes(20).hex() for _ in range(source.randrange(wanted.most // 45))]
    document: dict[str, object] = {"ociVersion": "1.1.0", "process": {"args": ["sh"], "env": env}}
    if wanted.told:
        document["linux"] = {"cgroupsPath": f"/{namespace}/{key}"}
    text = json.dumps(document, separators=(",", ":")).encode()
    return b"\x0a" + _varint(len(_SPEC_URL)) + _SPEC_URL + b"\x12" + _varint(len(text)) + text


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _container(namespace: bytes, key: bytes, spec: bytes, number: int) -> Batch:
    batch = Batch().use(b"v1").create_bucket_if_not_exists(namespace).use(b"v1", namespace)
    batch.create_bucket_if_not_exists(b"containers").use(b"v1", namespace, b"containers")
    path = (b"v1", namespace, b"containers", key)
    batch.create_bucket(key).use(*path)
    time = binary_time(1_700_000_000 + number)
    batch.put(b"createdat", time).put(b"updatedat", time).put(b"spec", spec)
    batch.put(b"image", b"docker.io/library/busybox:1.36").put(b"snapshotter", b"overlayfs")
    batch.put(b"snapshotKey", key).put(b"sandboxid", b"")
    batch.create_bucket(b"runtime").use(*path, b"runtime").put(b"name", b"io.containerd.runc.v2")
    return batch
