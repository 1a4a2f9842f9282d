"""Every snapshot decodes to what `ctr snapshots info`, `ls` and `usage` printed of it."""

from typing import Any

import pytest

from boltview.schema.values import Named
from tests.truth.ctr_output import Output, binary_size, nanoseconds
from tests.truth.decoded import Node, Tree, instant

SNAPSHOTTERS = {
    "containerd-1.6": ["native", "overlayfs"],
    "containerd-2.4": ["native", "overlayfs", "erofs"],  # erofs was there, and never used
}
COUNTS = {"native": 2, "overlayfs": 26, "erofs": 0}
COMMITTED = {"native": 1, "overlayfs": 16, "erofs": 0}


@pytest.fixture
def backend(node: Node) -> dict[str, dict[str, Tree]]:
    return {**node.backends, "erofs": {}}


def records(node: Node, namespace: str, snapshotter: str) -> dict[str, Tree]:
    found = node.namespaces[namespace].get("snapshots", {}).get(snapshotter, {})
    assert isinstance(found, dict)
    return found


def kind(backend: dict[str, Tree], record: Tree) -> str:
    found = backend[record["name"]]["kind"]
    assert isinstance(found, Named)
    return found.name


def test_there_are_no_other_snapshotters(node: Node, name: str) -> None:
    assert node.backends.keys() == {"native", "overlayfs"}
    for buckets in node.namespaces.values():
        assert buckets.get("snapshots", {}).keys() <= set(SNAPSHOTTERS[name])


def test_snapshots(node: Node, ctr: Output, name: str, backend: dict[str, dict[str, Tree]]) -> None:
    compared: dict[str, int] = {}
    for snapshotter in SNAPSHOTTERS[name]:
        compared[snapshotter] = 0
        for namespace in node.namespaces:
            found = records(node, namespace, snapshotter)
            command = f"snapshots.{snapshotter}"
            rows = ctr.lists(namespace, f"{command}.ls", "KEY", "PARENT", "KIND")
            assert list(found) == [row["KEY"] for row in rows]
            for row in rows:
                record = found[row["KEY"]]
                assert record.get("parent", "") == row["PARENT"]
                assert kind(backend[snapshotter], record) == row["KIND"]
                info = ctr.info(namespace, command, row["KEY"])
                same_snapshot(record, backend[snapshotter][record["name"]], info)
                assert info["Name"] == row["KEY"]
                compared[snapshotter] += 1
    assert compared == {one: COUNTS[one] for one in SNAPSHOTTERS[name]}
    assert sum(compared.values()) == ctr.count("*.snapshots.*.info.*")


def same_snapshot(record: Tree, behind: Tree, info: dict[str, Any]) -> None:
    assert behind["kind"].name == info["Kind"]
    assert record.get("parent") == info.get("Parent")
    assert {**behind.get("labels", {}), **record.get("labels", {})} == info.get("Labels", {})
    assert instant(record["createdat"]) == nanoseconds(info["Created"])
    assert instant(record["updatedat"]) == nanoseconds(info["Updated"])


def test_usage(node: Node, ctr: Output, name: str, backend: dict[str, dict[str, Tree]]) -> None:
    compared: dict[str, int] = {}
    for snapshotter in SNAPSHOTTERS[name]:
        compared[snapshotter] = 0
        for namespace in node.namespaces:
            command = f"snapshots.{snapshotter}.usage"
            rows = ctr.lists(namespace, command, "KEY", "SIZE", "INODES")
            found = records(node, namespace, snapshotter)
            assert list(found) == [row["KEY"] for row in rows]
            for row in rows:
                behind = backend[snapshotter][found[row["KEY"]]["name"]]
                if behind["kind"].name != "Committed":  # measured on disk, not stored
                    assert behind.keys().isdisjoint({"size", "inodes"})
                    continue
                assert binary_size(behind["size"]) == row["SIZE"]
                assert behind["inodes"] == int(row["INODES"])
                compared[snapshotter] += 1
    assert compared == {one: COMMITTED[one] for one in SNAPSHOTTERS[name]}


def test_both_sides_name_the_same_parent(
    node: Node, backend: dict[str, dict[str, Tree]], name: str
) -> None:
    compared = 0
    for namespace in node.namespaces:
        for snapshotter in SNAPSHOTTERS[name]:
            found = records(node, namespace, snapshotter)
            for record in found.values():
                behind = backend[snapshotter][record["name"]]
                parent = record.get("parent")
                expected = found[parent]["name"] if parent else None
                assert behind.get("parent") == expected
                compared += 1
    assert compared == 28
