"""Namespaces, images, blobs, ingests, leases and sandboxes decode to what `ctr ... ls` printed."""

from tests.truth.ctr_output import Output, human_size, labels, nanoseconds
from tests.truth.decoded import Node, Tree, instant

NAMESPACES = ["build-farm", "default", "empty-ns", "k8s.io", "moby"]

# Objects in all namespaces together, counted in the lists of the node's own ctr.
COUNTS = {
    "containerd-1.6": {"images": 20, "content": 49, "ingests": 2, "leases": 2, "sandboxes": 0},
    "containerd-2.4": {"images": 20, "content": 55, "ingests": 2, "leases": 4, "sandboxes": 2},
}
SECOND = 10**9


def test_the_version_of_the_layout(node: Node, name: str) -> None:
    # 1.2 to 1.7 write 3; 2.0 and later write 4.
    assert node.version == {"containerd-1.6": 3, "containerd-2.4": 4}[name]


def test_namespaces(node: Node, ctr: Output) -> None:
    rows = ctr.namespaces()
    assert [row["NAME"] for row in rows] == list(node.namespaces) == NAMESPACES
    found = [node.namespaces[row["NAME"]].get("labels", {}) for row in rows]
    assert found == [labels(row["LABELS"]) for row in rows]
    assert found[0] == {"owner": "ci", "tier": "batch"}


def test_images(node: Node, ctr: Output, name: str) -> None:
    compared = labelled = 0
    for namespace, buckets in node.namespaces.items():
        found: dict[str, Tree] = buckets.get("images", {})
        columns = ("REF", "TYPE", "DIGEST", "SIZE", "PLATFORMS", "LABELS")
        rows = ctr.lists(namespace, "images.ls", *columns)
        assert list(found) == [row["REF"] for row in rows]
        for row, image in zip(rows, found.values(), strict=True):
            assert image["target"]["mediatype"] == row["TYPE"]
            assert image["target"]["digest"] == row["DIGEST"]
            assert image.get("labels", {}) == labels(row["LABELS"])
            compared += 1
            labelled += row["LABELS"] != "-"
    assert compared == COUNTS[name]["images"]
    assert labelled >= 9


def test_blobs(node: Node, ctr: Output, name: str) -> None:
    compared = labelled = 0
    for namespace, buckets in node.namespaces.items():
        found: dict[str, Tree] = buckets.get("content", {}).get("blob", {})
        rows = ctr.content(namespace)
        assert list(found) == [row["DIGEST"] for row in rows]
        for row, blob in zip(rows, found.values(), strict=True):
            assert human_size(blob["size"]) == row["SIZE"]
            assert blob.get("labels", {}) == labels(row["LABELS"])
            compared += 1
            labelled += row["LABELS"] != "-"
    assert compared == COUNTS[name]["content"]
    assert labelled >= 40


def test_the_target_of_an_image_has_the_size_of_its_blob(node: Node, name: str) -> None:
    compared = 0
    for buckets in node.namespaces.values():
        for image in buckets.get("images", {}).values():
            target = image["target"]
            assert target["size"] == buckets["content"]["blob"][target["digest"]]["size"]
            compared += 1
    assert compared == COUNTS[name]["images"]


def test_ingests(node: Node, ctr: Output, name: str) -> None:
    compared = 0
    for namespace, buckets in node.namespaces.items():
        found: dict[str, Tree] = buckets.get("content", {}).get("ingests", {})
        lines = (ctr.folder / f"{namespace}.content.active.txt").read_text().splitlines()
        assert lines[0].split() == ["REF", "SIZE", "AGE"]
        assert set(found) == {line.split("\t")[0] for line in lines[1:]}
        for ref, ingest in found.items():
            assert ingest["ref"] == f"{namespace}/1/{ref}"
            compared += 1
    assert compared == COUNTS[name]["ingests"]


def test_leases(node: Node, ctr: Output, name: str) -> None:
    compared = 0
    for namespace, buckets in node.namespaces.items():
        found: dict[str, Tree] = buckets.get("leases", {})
        rows = ctr.lists(namespace, "leases.ls", "ID", "CREATED AT", "LABELS")
        assert list(found) == [row["ID"] for row in rows]
        for row, lease in zip(rows, found.values(), strict=True):
            # The list shows whole seconds.
            created = instant(lease["createdat"])
            assert created - created % SECOND == nanoseconds(row["CREATED AT"])
            assert lease.get("labels", {}) == labels(row["LABELS"])
            compared += 1
    assert compared == COUNTS[name]["leases"]


def test_sandboxes(node: Node, ctr: Output, name: str) -> None:
    compared = 0
    for namespace, buckets in node.namespaces.items():
        found: dict[str, Tree] = buckets.get("sandboxes", {})
        if name == "containerd-1.6":  # it has no such command, and no sandboxes
            assert found == {}
            continue
        rows = ctr.lists(namespace, "sandboxes.ls", "ID", "CREATED", "RUNTIME")
        assert list(found) == [row["ID"] for row in rows]
        for row, sandbox in zip(rows, found.values(), strict=True):
            assert instant(sandbox["createdat"]) == nanoseconds(row["CREATED"])
            assert sandbox["runtime"]["name"] == row["RUNTIME"]
            compared += 1
    assert compared == COUNTS[name]["sandboxes"]
