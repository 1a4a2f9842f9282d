"""Names of objects and the paths of their buckets lead to one another."""

import pytest

from boltview.containerd.names import ObjectName, object_at


@pytest.mark.parametrize(
    ("kind", "key", "path"),
    [
        ("container", b"web/1", b"v1 ns containers web/1"),
        ("image", b"busybox", b"v1 ns images busybox"),
        ("content", b"sha256:12", b"v1 ns content blob sha256:12"),
        ("ingest", b"layer-1", b"v1 ns content ingests layer-1"),
        ("lease", b"a", b"v1 ns leases a"),
        ("sandbox", b"pod", b"v1 ns sandboxes pod"),
        ("snapshot", b"overlayfs/key", b"v1 ns snapshots overlayfs key"),
    ],
)
def test_there_and_back(kind: str, key: bytes, path: bytes) -> None:
    name = ObjectName(kind, b"ns", key)
    parts = tuple(path.split(b" "))
    assert name.path == parts
    assert object_at(parts) == name
    assert object_at((*parts, b"labels", b"containers", b"x")) == name
    assert object_at(parts[:-1]) is None


def test_a_sandbox_of_1_7_lies_outside_v1() -> None:
    assert object_at((b"ns", b"sandboxes", b"pod", b"spec")) == ObjectName("sandbox", b"ns", b"pod")
    assert object_at((b"ns", b"containers", b"web")) is None
    assert object_at(()) is None
    assert object_at((b"v1", b"version")) is None
