"""A real containerd at work: what our commands list in a copy is what its `ctr` lists meanwhile."""

import json
from collections.abc import Iterator

import pytest

from fixtures.make.node import SNAPSHOTTER, Node
from fixtures.make.populate import populate
from tests.cli.runner import call
from tests.plugins.own_containerd import own_containerd
from tests.plugins.require import Require

pytestmark = pytest.mark.slow
ATTEMPTS = 10


@pytest.fixture(scope="module")
def node(require: Require) -> Iterator[Node]:
    with own_containerd(require) as running:
        populate(running)
        yield running


def ours(node: Node, command: str, namespace: str) -> list[dict[str, object]]:
    result = call(command, node.root, "-n", namespace, "--jsonl")
    assert result.code == 0, result.err
    assert "consistent copy" in result.err
    return [json.loads(line) for line in result.out.splitlines()]


@pytest.mark.parametrize(
    ("command", "key", "question"),
    [
        ("containers", "id", ["containers", "ls", "-q"]),
        ("images", "name", ["images", "ls", "-q"]),
        ("content", "digest", ["content", "ls", "-q"]),
        ("leases", "id", ["leases", "ls", "-q"]),
    ],
)
def test_the_same_objects_are_listed(
    node: Node, command: str, key: str, question: list[str]
) -> None:
    seen = 0
    for namespace in node.namespaces():
        for _ in range(ATTEMPTS):
            before = node.ctr(*question, namespace=namespace).split()
            found = [item[key] for item in ours(node, command, namespace)]
            after = node.ctr(*question, namespace=namespace).split()
            if before == after:
                break
        assert before == found == after
        seen += len(found)
    assert seen


def test_containers_are_what_ctr_info_says(node: Node) -> None:
    seen = 0
    for namespace in node.namespaces():
        for item in ours(node, "containers", namespace):
            said = json.loads(node.ctr("containers", "info", str(item["id"]), namespace=namespace))
            assert item["spec"] == said["Spec"]
            assert item["labels"] == (said["Labels"] or {})
            assert item["created_at"] == said["CreatedAt"]
            seen += 1
    assert seen


def test_snapshots_have_kind_and_size_of_the_running_snapshotter(node: Node) -> None:
    seen = 0
    for namespace in node.namespaces():
        said = node.ctr("snapshots", "--snapshotter", SNAPSHOTTER, "ls", namespace=namespace)
        expected = {line.split()[0]: line.split()[-1] for line in said.splitlines()[1:]}
        found = {
            str(item["key"]): item["kind"]
            for item in ours(node, "snapshots", namespace)
            if item["snapshotter"] == SNAPSHOTTER
        }
        assert found == expected
        seen += len(found)
    assert seen


def test_namespaces(node: Node) -> None:
    result = call("namespaces", node.root, "--jsonl")
    found = [json.loads(line)["name"] for line in result.out.splitlines()]
    assert found == node.namespaces()
