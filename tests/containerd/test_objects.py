"""Every object of both real databases says what the real ctr said of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.walk import walk
from boltview.containerd.objects import Payload, Record
from boltview.report.objects.shapes import object_json
from boltview.schema.values import AnyValue
from tests.containerd.nodes import VERSIONS, outputs, sample
from tests.plugins.figures import Figure

KINDS = (
    "namespaces",
    "containers",
    "images",
    "blobs",
    "ingests",
    "snapshots",
    "leases",
    "sandboxes",
)
NAMESPACES = ("build-farm", "default", "empty-ns", "k8s.io", "moby")


def first_words(path: Path) -> list[str]:
    return [line.split()[0] for line in path.read_text().splitlines()[1:]]


@pytest.mark.parametrize("namespace", NAMESPACES)
@pytest.mark.parametrize("version", VERSIONS)
def test_the_lists_hold_what_ctr_listed(version: str, namespace: str) -> None:
    metadata, said = sample(version).metadata, outputs(version)
    listed = {
        "containers": [item.id for item in metadata.containers(namespace)],
        "images": [item.name for item in metadata.images(namespace)],
        "content": [item.digest for item in metadata.blobs(namespace)],
        "leases": [item.id for item in metadata.leases(namespace)],
    }
    for kind, found in listed.items():
        assert found == first_words(said / f"{namespace}.{kind}.ls.txt"), kind
    active = first_words(said / f"{namespace}.content.active.txt")
    assert sorted(item.ref for item in metadata.ingests(namespace)) == sorted(active)
    for snapshotter in ("overlayfs", "native"):
        expected = first_words(said / f"{namespace}.snapshots.{snapshotter}.ls.txt")
        found = [item.key for item in metadata.snapshots(namespace, snapshotter)]
        assert found == expected


@pytest.mark.parametrize("version", VERSIONS)
def test_every_container_is_what_ctr_info_said(version: str) -> None:
    node = sample(version)
    compared = 0
    for namespace in NAMESPACES:
        for item in node.metadata.containers(namespace):
            path = outputs(version) / f"{namespace}.containers.info.{item.id}.txt"
            expected = json.loads(path.read_text())
            found: Any = object_json(item)
            assert found["id"] == expected["ID"]
            assert found["labels"] == (expected["Labels"] or {})
            assert found["image"] == expected["Image"]
            assert found["runtime"]["name"] == expected["Runtime"]["Name"]
            assert found["snapshotter"] == expected["Snapshotter"]
            assert found["snapshot_key"] == expected["SnapshotKey"]
            assert found["created_at"] == expected["CreatedAt"]
            assert found["updated_at"] == expected["UpdatedAt"]
            assert found["sandbox_id"] == expected.get("SandboxID", "")
            assert found["spec"] == expected["Spec"]
            assert set(found["extensions"]) == set(expected["Extensions"] or {})
            compared += 1
    assert compared == {"1.6": 11, "2.4": 9}[version]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_snapshot_is_what_ctr_info_said(version: str) -> None:
    node = sample(version)
    compared = 0
    for item in node.metadata.snapshots():
        name = item.key.replace(":", "_")
        path = outputs(version) / f"{item.namespace}.snapshots.{item.snapshotter}.info.{name}.txt"
        if not path.exists():
            continue
        expected = json.loads(path.read_text())
        backend = node.backend(item)
        assert backend is not None
        assert backend.kind == expected["Kind"]
        assert item.key == expected["Name"]
        assert (item.parent or "") == expected.get("Parent", "")
        assert {**backend.labels, **item.labels} == expected.get("Labels", {})
        found: Any = object_json(item)
        assert found["created_at"] == expected["Created"]
        assert found["updated_at"] == expected["Updated"]
        compared += 1
    assert compared == 28


@pytest.mark.parametrize("version", VERSIONS)
def test_sizes_and_inodes_are_what_ctr_usage_said(version: str) -> None:
    node = sample(version)
    units = {"B": 1, "KiB": 1024, "MiB": 1 << 20}
    compared = 0
    for namespace in NAMESPACES:
        path = outputs(version) / f"{namespace}.snapshots.overlayfs.usage.txt"
        for line in path.read_text().splitlines()[1:]:
            key, size, unit, inodes = line.split()
            item = node.metadata.snapshot(namespace, "overlayfs", key)
            assert item is not None
            backend = node.backend(item)
            assert backend is not None
            if backend.kind != "Committed":
                continue
            assert backend.inodes == int(inodes)
            assert backend.size is not None
            assert f"{backend.size / units[unit]:.1f}" == size
            compared += 1
    assert compared >= 10


def bytes_of(bucket: Bucket) -> int:
    revision = bucket.revision
    return sum(
        visit.entry.size for visit in walk(revision, bucket) if isinstance(visit.entry, Pair)
    )


def objects_of(version: str) -> Iterator[Any]:
    metadata = sample(version).metadata
    for kind in KINDS:
        yield from getattr(metadata, kind)()


@pytest.mark.parametrize("version", VERSIONS)
def test_every_field_is_typed_and_every_stored_byte_decodes(version: str, figure: Figure) -> None:
    """Count the bytes of all values below v1, and those of objects without fault or unknown."""
    reading = sample(version).metadata.reading
    stored = bytes_of(reading.root)
    value = reading.version()
    assert value is not None
    decoded = len(value.raw)
    for item in objects_of(version):
        record: Record = item.record
        bucket: Any = reading.root
        for name in record.path:
            bucket = bucket.get(name)
        if type(item).__name__ == "Namespace":
            labels = bucket.get(b"labels")
            own = bytes_of(labels) if isinstance(labels, Bucket) else 0
        else:
            own = bytes_of(bucket)
        assert record.faults == ()
        assert record.unknown == ()
        payloads = [getattr(item, "spec", None), *getattr(item, "extensions", {}).values()]
        payloads.append(getattr(getattr(item, "runtime", None), "options", None))
        for payload in payloads:
            if isinstance(payload, Payload):
                found = payload.value()
                assert found.error == ""
                assert isinstance(found.data, AnyValue)
                assert found.data.encoding in {"json", "protobuf"}
        decoded += own
    figure(f"containerd {version}: {decoded} of {stored} bytes of values decode")
    assert decoded == stored
