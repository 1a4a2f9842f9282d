"""A real containerd, driven through its `ctr`, and its lists compared with ours byte for byte.

The daemon runs meanwhile, so what we read is a consistent copy of a live file. Where a line tells
an age, `ctr` is asked before and after us, until no second begins in between.
"""

import json
import subprocess
import time
from collections.abc import Iterator
from functools import cache

import pytest

from fixtures.make.node import SNAPSHOTTER, Node, NodeError
from fixtures.make.populate import populate
from tests.cli.runner import call
from tests.plugins.own_containerd import own_containerd
from tests.plugins.require import Require

NAMESPACES = ("default", "build-farm", "empty-ns", "no-such-namespace")
QUESTIONS = [
    "namespaces ls",
    "ns ls -q",
    "containers ls",
    "c list --quiet",
    "containers ls labels.app==web",
    "containers ls labels.app!=web",
    "containers ls id~=^web",
    "containers ls runtime.name,image~=busybox id==priv-1",
    "images ls",
    "i ls -quiet",
    "images ls name~=/busybox|pause/",
    'images ls "name"=="docker.io/library/busybox:1.35",labels.team==core',
    "images ls target.mediatype~=index",
    "images check",
    "images check -q",
    "content ls",
    "content ls -q",
    "content ls labels.audited",
    "content ls labels.audited==yes",
    "content active",
    "leases ls",
    "leases ls -q",
    "leases ls id==lease-soon",
    "leases ls labels.purpose",
    f"snapshots --snapshotter {SNAPSHOTTER} ls",
    f"snapshots --snapshotter {SNAPSHOTTER} tree",
    f"snapshot --snapshotter {SNAPSHOTTER} usage",
    f"snapshots --snapshotter {SNAPSHOTTER} usage -b",
    "snapshots --snapshotter overlayfs ls",
]
ATTEMPTS = 20


@pytest.fixture(scope="module")
def node(require: Require) -> Iterator[Node]:
    with own_containerd(require) as running:
        populate(running)
        yield running


@pytest.fixture(autouse=True)
def snapshotter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name the default snapshotter as `Node.ctr` does."""
    monkeypatch.setenv("CONTAINERD_SNAPSHOTTER", SNAPSHOTTER)


def ours(node: Node, namespace: str, question: list[str]) -> str:
    at = time.time_ns()
    now = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(at // 10**9))}.{at % 10**9:09}Z"
    result = call(
        "ctr", node.root, "--local", "--daemon", _daemon(),
        "--at", now, "-n", namespace, *question,
    )  # fmt: skip
    assert result.code == 0, result.err
    return result.raw.decode()


@cache
def _daemon() -> str:
    """Whose `ctr` is installed here."""
    said = subprocess.check_output(["ctr", "--version"], text=True)
    return "1.6" if " 1.6." in said else "2.4"


def compare(node: Node, namespace: str, question: str) -> str:
    """Compare one question's answers and return ours."""
    words = question.split()
    for _ in range(ATTEMPTS):
        before = node.ctr(*words, namespace=namespace)
        found = ours(node, namespace, words)
        after = node.ctr(*words, namespace=namespace)
        if question.startswith("content ls") and "-q" not in words:
            before, found, after = map(sorted_labels, (before, found, after))
        if before == after:
            break
    assert found == before == after
    return found


def sorted_labels(text: str) -> str:
    """Sort the labels of each line, which 1.6 prints in a random order."""
    lines = [line.rpartition("\t") for line in text.splitlines()]
    return "\n".join(head + tab + ",".join(sorted(last.split(","))) for head, tab, last in lines)


@pytest.mark.slow
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_list_is_ctrs_own(node: Node, question: str) -> None:
    answers = [compare(node, namespace, question) for namespace in NAMESPACES]
    if "overlayfs" not in question:
        assert len(answers[0].splitlines()) >= 1
        assert answers[0].strip()


@pytest.mark.slow
def test_every_container_and_snapshot_is_ctrs_own(node: Node) -> None:
    asked = 0
    for namespace in NAMESPACES[:-1]:
        for key in node.ctr("containers", "ls", "-q", namespace=namespace).split():
            compare(node, namespace, f"containers info {key}")
            compare(node, namespace, f"containers info --spec {key}")
            asked += 1
        listed = node.ctr("snapshots", "ls", namespace=namespace).splitlines()[1:]
        for key, *_, kind in map(str.split, listed):
            snapshots = f"snapshots --snapshotter {SNAPSHOTTER}"
            compare(node, namespace, f"{snapshots} info {key}")
            compare(node, namespace, f"{snapshots} usage -b {key}")
            if kind != "Committed":
                compare(node, namespace, f"{snapshots} mounts /mnt/x {key}")
            asked += 1
    assert asked > 15


@pytest.mark.slow
def test_every_document_is_ctrs_own(node: Node) -> None:
    targets = [line.split()[2] for line in node.ctr("images", "ls").splitlines()[1:]]
    assert len(targets) == 4
    for digest in targets:
        compare(node, "default", f"content get {digest}")


@pytest.mark.slow
def test_a_filter_that_ctr_refuses_is_refused(node: Node) -> None:
    for wrong in (
        "sha256:0",
        "labels.app=web",
        "labels.app==",
        "name~=/\\d/",
        "id==/x/",
        "id==x y",
    ):
        with pytest.raises(NodeError):
            node.ctr("containers", "ls", wrong)
        result = call("ctr", node.root, "--daemon", "1.6", "containers", "ls", wrong)
        assert result.code == 2
        assert "filters: parse error" in result.err


@pytest.mark.slow
def test_images_with_gaps_are_ctrs_own(node: Node) -> None:
    """Last, as it takes something away: first a layer, then what the images' targets name."""
    namespace = "build-farm"
    targets = {}
    for line in node.ctr("images", "ls", namespace=namespace).splitlines()[1:]:
        name, _, digest, *_ = line.split()
        targets[name] = digest
    assert len(targets) == 2
    for digest in targets.values():
        manifest = json.loads(node.ctr("content", "get", digest, namespace=namespace))
        node.ctr("content", "rm", manifest["layers"][0]["digest"], namespace=namespace)
        compare(node, namespace, "images check")
        compare(node, namespace, "images check -q")
        compare(node, namespace, "images ls")
    assert "incomplete (1/2)" in ours(node, namespace, ["images", "check"])
    for digest in targets.values():
        node.ctr("content", "rm", digest, namespace=namespace)
        compare(node, namespace, "images ls")
    platforms = [line.split()[-2] for line in ours(node, namespace, ["images", "ls"]).splitlines()]
    assert platforms[1:] == ["-", "-"]
