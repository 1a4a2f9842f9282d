"""What SQLite answers is what the commands answer."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.cli.runner import AT, NODE_16, NODE_24, ROOT, call
from tests.report.export.loaded import ask

PAIRS = ROOT / "fixtures/gc-pairs"
TIMES = dict(line.split() for line in (PAIRS / "times.txt").read_text().splitlines())


@pytest.fixture(scope="module", params=[NODE_24, NODE_16], ids=["2.4", "1.6"])
def node(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


@pytest.fixture(scope="module")
def folder(node: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("answers") / "out"
    assert call("export", node, "--format", "sqlite", "-o", folder, "--at", AT).code == 0
    return folder


def said(*arguments: str | Path) -> Any:  # noqa: ANN401 - a JSON document
    return json.loads(call(*arguments, "--json", "--at", AT).out)


def test_images(node: Path, folder: Path) -> None:
    expected = sorted(
        (image["namespace"], image["name"], image["size"], image["target"]["digest"])
        for image in said("images", node)
    )
    query = "SELECT namespace, name, size, digest FROM images_by_size"
    assert sorted(ask(folder, query)) == expected


def test_containers(node: Path, folder: Path) -> None:
    expected = [
        (found["id"], found["image"], found["spec"]["process"]["args"], found["labels"])
        for found in said("containers", node)
    ]
    query = "SELECT id, image, json_extract(spec, '$.process.args'), labels FROM containers"
    found = [(row[0], row[1], json.loads(row[2]), json.loads(row[3])) for row in ask(folder, query)]
    assert found == expected


def test_containers_with_image_and_pod(node: Path, folder: Path) -> None:
    pods = {
        container["id"]: pod["name"]
        for pod in said("pods", node)
        for container in pod["containers"]
    }
    snapshots = {
        (found["snapshotter"], found["key"]): found["id"] for found in said("snapshots", node)
    }
    query = (
        "SELECT id, pod_container, pod, snapshotter, snapshot_key, directory "
        "FROM container_overview"
    )
    rows = ask(folder, query)
    assert len(rows) == len(said("containers", node))
    assert {row[0]: row[2] for row in rows if row[1]} == pods
    assert all(row[5] == snapshots.get((row[3], row[4])) for row in rows)
    names = {pod["id"]: [c["name"] for c in pod["containers"]] for pod in said("pods", node)}
    rows = ask(folder, "SELECT id, names, containers FROM pod_overview")
    assert {row[0]: row[1].split(", ") for row in rows} == names


def test_usage_by_image(node: Path, folder: Path) -> None:
    expected = {
        room["name"]: (room["exclusive"], room["shared"], room["total"], room["unknown"])
        for room in said("usage", node)["images"]
    }
    query = "SELECT image, exclusive, shared, total, unknown FROM usage_by_image"
    assert {row[0]: row[1:] for row in ask(folder, query)} == expected
    assert any(shared for _, shared, _, _ in expected.values())


def test_labels_and_leases(node: Path, folder: Path) -> None:
    expected = Counter(
        (label, value)
        for command in ("namespaces", "containers", "images", "content", "snapshots", "leases")
        for found in said(command, node)
        for label, value in found["labels"].items()
    )
    query = "SELECT label, value FROM labels WHERE object NOT LIKE 'sandbox/%'"
    assert Counter(ask(folder, query)) == expected
    leases = {found["id"]: found["expires_at"] for found in said("leases", node)}
    rows = ask(folder, "SELECT id, expires_at FROM leases")
    assert {row[0]: row[1] and row[1].replace(".000000000", "") for row in rows} == leases
    assert [row[0] for row in ask(folder, "SELECT id FROM expired_leases")] == [
        found["id"] for found in said("leases", node) if found["expired"]
    ]


def test_snapshot_chains(node: Path, folder: Path) -> None:
    parents = {
        (found["namespace"], found["snapshotter"], found["key"]): found["parent"]
        for found in said("snapshots", node)
    }
    expected = set()
    for namespace, snapshotter, key in parents:
        here, depth = key, 0
        while here:
            expected.add((namespace, snapshotter, key, depth, here))
            here, depth = parents[namespace, snapshotter, here], depth + 1
    query = (
        "SELECT s.namespace, s.snapshotter, s.key, c.depth, c.key FROM snapshot_chains c "
        "JOIN snapshots s USING (node, object)"
    )
    assert set(ask(folder, query)) == expected
    assert max(row[3] for row in expected) >= 1


def test_references(node: Path, folder: Path) -> None:
    rows = ask(
        folder, "SELECT target, field, how FROM refs WHERE source = 'container/default/web-1'"
    )
    found = said("refs", node, "container/default/web-1")
    expected = {(edge["object"], edge["how"]) for edge in found["refers_to"]}
    assert {(row[0], row[2]) for row in rows} == expected


@pytest.mark.parametrize("pair", sorted(TIMES))
def test_what_no_root_leads_to_goes_at_the_next_collection(pair: str, tmp_path: Path) -> None:
    path, at = PAIRS / f"{pair}.before.db", TIMES[pair]
    assert call("export", path, "--format", "sqlite", "-o", tmp_path / "out", "--at", at).code == 0
    goes = set(json.loads(call("gc", path, "--at", at, "--json").out)["collectable"])
    unreachable = {row[0] for row in ask(tmp_path / "out", "SELECT object FROM unreachable")}
    assert unreachable <= goes
    assert len(unreachable) > 10
    # The rest is what a flat lease leads to and does not hold.
    query = "SELECT source, target, how FROM refs WHERE keeps"
    links = ask(tmp_path / "out", query)
    flat = {target for _, target, how in links if how == "flat"}
    while more := {target for source, target, _ in links if source in flat} - flat:
        flat |= more
    assert goes - unreachable <= flat


def test_what_leases_hold(tmp_path: Path) -> None:
    pair = min(TIMES)
    path = PAIRS / f"{pair}.before.db"
    call("export", path, "--format", "sqlite", "-o", tmp_path / "out", "--at", TIMES[pair])
    held = {
        (lease["id"], key)
        for lease in json.loads(call("leases", path, "--json").out)
        for key in [
            *lease["content"],
            *lease["images"],
            *lease["ingests"],
            *(f"{name}/{key}" for name, keys in lease["snapshots"].items() for key in keys),
        ]
    }
    assert set(ask(tmp_path / "out", "SELECT id, key FROM lease_resources")) == held
    assert held


def test_what_dangles(node: Path, folder: Path) -> None:
    graph = said("gc", node)
    known = {*graph["live"], *graph["collectable"]}
    dangling = {row[0] for row in ask(folder, "SELECT target FROM dangling_refs")}
    assert dangling
    assert not dangling & known
    assert {row[0] for row in ask(folder, "SELECT object FROM objects WHERE there")} > known
