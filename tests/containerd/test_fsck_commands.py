"""The commands that `fsck` suggests, run against a real containerd: the fault is gone then."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest

from fixtures.make.misfits import NOWHERE, TIME
from fixtures.make.node import SNAPSHOTTER, Node
from tests.bolt.build import Image, Tree
from tests.cli.runner import call
from tests.containerd.scenes import Scene
from tests.plugins.require import Require

GC = "containerd.io/gc."
META = "io.containerd.metadata.v1.bolt/meta.db"
STORE = "io.containerd.content.v1.content"
BLOB = "sha256:" + "1" * 64
PATIENCE = 10.0
"""Seconds until what a command starts is done: the daemon cleans its stores behind it."""


def broken() -> Scene:
    """Return a database of 1.6 with one fault of each kind that `ctr` can mend."""
    scene = Scene()
    scene.lease("over", labels={f"{GC}expire": "2020-01-01T00:00:00Z"}, ns="default")
    scene.lease("forgotten", [f"content/{BLOB}"], ns="default")
    scene.blob(BLOB, {f"{GC}root": ""}, ns="default")
    scene.image("gone:1", NOWHERE, ns="default")
    scene.container("lost", f"{SNAPSHOTTER}/nothing", ns="default")
    scene.snapshot(f"{SNAPSHOTTER}/unknown", labels={f"{GC}root": ""}, ns="default")
    scene.ingest("upload", ns="default")
    tree: Any = scene.tree
    tree[b"v1"][b"version"] = b"\x06"
    tree[b"v1"][b"hollow"] = {}
    space = tree[b"v1"][b"default"]
    space[b"content"][b"ingests"][b"upload"][b"expireat"] = b"no time"
    runtime: Tree = {b"name": b"io.containerd.runc.v2"}
    space[b"containers"][b"lost"] |= {b"updatedat": TIME, b"runtime": runtime, b"spec": b""}
    space[b"snapshots"][SNAPSHOTTER.encode()][b"unknown"][b"updatedat"] = TIME
    return scene


@pytest.fixture
def node(require: Require) -> Iterator[Node]:
    for program in (require("containerd"), require("runc")):
        assert program
    if os.geteuid() != 0:
        pytest.skip("a containerd of one's own wants root")
    beginning = Node()
    image = Image()
    path = beginning.root / META
    path.parent.mkdir(parents=True)
    path.write_bytes(image.finish(image.nested(broken().tree)))
    with beginning as running:
        yield running


def found(node: Node) -> list[dict[str, str]]:
    """Return what `fsck` finds now."""
    said = call("fsck", node.root, "--json", "--notes", "--live", "--quiet")
    findings: list[dict[str, str]] = json.loads(said.out)["findings"]
    return findings


def run(node: Node, command: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"CONTAINERD_ADDRESS": str(node.address)}
    return subprocess.run(
        ["sh", "-c", command], env=environment, capture_output=True, text=True, check=False
    )


MENDED = [
    "collection-stopped", "ingest-directory-missing", "lease-expired", "lease-forgotten",
    "container-snapshot-missing", "namespace-empty", "blob-file-orphan", "backend-missing",
]  # fmt: skip
"""In this order: the collections that some commands start fail at the first fault."""


@pytest.mark.slow
def test_each_command_mends_its_fault(node: Node) -> None:
    # The snapshotter makes its database when it is first used.
    node.ctr("snapshots", "--snapshotter", SNAPSHOTTER, "prepare", "first")
    mended = []
    for code in MENDED:
        if code == "blob-file-orphan":
            # Not before: a collection that takes a blob cleans the store, too.
            orphan = node.root / STORE / "blobs/sha256" / ("0" * 64)
            orphan.parent.mkdir(parents=True, exist_ok=True)
            orphan.write_bytes(b"nobody's")
        findings = [finding for finding in found(node) if finding["code"] == code]
        for finding in findings:
            done = run(node, finding["suggestion"])
            assert done.returncode == 0, (finding, done.stderr)
            mended.append(code)
        deadline = time.monotonic() + PATIENCE
        while any(finding["code"] == code for finding in found(node)):
            assert time.monotonic() < deadline, findings
            time.sleep(0.1)
    # Writing the upload anew has made its directory, too.
    assert mended == [code for code in MENDED if code != "ingest-directory-missing"]
    assert not {finding["code"] for finding in found(node)}.intersection(MENDED)
