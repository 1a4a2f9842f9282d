"""A real containerd at work, copied again and again: every copy is a state that it was in.

One thread walks through states in a known order, as `ctr` would: a lease appears, a label of the
namespace counts one up, the lease goes. Others create, label and delete containers, images and
leases as fast as they can. And containerd restarts in the middle, without waiting for anybody.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import pytest

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.database import Database
from boltview.bolt.snapshot import copy_live
from boltview.bolt.source import FileSource, Source
from boltview.bolt.verify import check_structure
from boltview.cli.main import main
from boltview.forensics.evidence import from_json
from fixtures.make.node import Node, NodeError
from tests.live.processes import Checker
from tests.live.trace import misdeeds, run_traced
from tests.plugins.figures import Figure
from tests.plugins.own_containerd import import_images, own_containerd
from tests.plugins.require import Require

SECONDS = float(os.environ.get("BOLTVIEW_CONTAINERD_SECONDS", "10"))
IMAGE = "docker.io/library/busybox:1.35"
STEP = "step"

pytestmark = pytest.mark.slow


@pytest.fixture
def node(require: Require) -> Iterator[Node]:
    """A containerd with one image."""
    with own_containerd(require) as node:
        import_images(node, "busybox")
        node.ctr("namespaces", "create", "walk", f"{STEP}=0")
        yield node


def meta_db(node: Node) -> Path:
    return node.root / "io.containerd.metadata.v1.bolt" / "meta.db"


class Walk:
    """The known order of states: what has surely been reached, and what may have been."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.done = self.begun = 0

    def go(self) -> None:
        """Make the three steps that follow each other, one `ctr` each."""
        number = self.done // 3 + 1
        lease = f"lease-{number}"
        for command in (
            ("leases", "create", "--id", lease),
            ("namespaces", "label", "walk", f"{STEP}={number}"),
            ("leases", "delete", lease),
        ):
            self.begun += 1
            self.node.ctr(*command, namespace="walk")
            self.done += 1


def position(source: Source) -> int:
    """How far along the walk a copy is; fails if it is at no state of the walk."""
    root = Database(source, strict=True).revision().root
    walk = descend(root, b"v1", b"walk")
    label = descend(walk, b"labels").get(STEP.encode())
    assert isinstance(label, Pair)
    step = int(label.value)
    leases = walk.get(b"leases")
    entries = leases.entries() if isinstance(leases, Bucket) else ()
    held = [entry.key for entry in entries if isinstance(entry, Bucket)]
    if not held:
        return step * 3
    assert held in ([b"lease-%d" % step], [b"lease-%d" % (step + 1)])
    return step * 3 + (1 if held == [b"lease-%d" % (step + 1)] else -1)


def descend(bucket: Bucket, *names: bytes) -> Bucket:
    for name in names:
        found = bucket.get(name)
        assert isinstance(found, Bucket), name
        bucket = found
    return bucket


@contextmanager
def at_work(*jobs: Callable[[], None]) -> Iterator[None]:
    """Repeat each job in a thread of its own for the time of the block."""
    ended = threading.Event()

    def repeat(job: Callable[[], None]) -> None:
        while not ended.is_set():
            job()

    threads = [threading.Thread(target=repeat, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def churn(node: Node, name: str) -> Callable[[], None]:
    """Create, label and delete containers, images and leases."""

    def job() -> None:
        for command in (
            ("containers", "create", IMAGE, name, "true"),
            ("containers", "label", name, "tier=front"),
            ("images", "tag", IMAGE, f"example.com/{name}:1"),
            ("images", "label", IMAGE, f"{name}={time.monotonic_ns()}"),
            ("leases", "create", "--id", f"lease-{name}", "--expires", "1h"),
            ("images", "rm", f"example.com/{name}:1"),
            ("containers", "delete", name),
            ("leases", "delete", f"lease-{name}"),
        ):
            # A daemon that restarts answers no one.
            with suppress(NodeError):
                node.ctr(*command)

    return job


@pytest.mark.usefixtures("library")
def test_every_copy_is_a_state_that_containerd_was_in(
    node: Node, tmp_path: Path, figure: Figure
) -> None:
    walk = Walk(node)
    path, copy = meta_db(node), tmp_path / "copy.db"
    copies, revisions, attempts = 0, set(), 0
    with at_work(walk.go, churn(node, "one"), churn(node, "two")), Checker() as checker:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            reached = walk.done
            file = FileSource(str(path))
            snapshot = copy_live(file)
            file.close()
            copies += 1
            attempts += snapshot.attempts
            revisions.add(snapshot.meta.txid)
            assert check_structure(snapshot.source).damage == ()
            # A `ctr` that has returned is in the file, and one not yet begun is not.
            assert reached <= position(snapshot.source) <= walk.begun
            if copies % 10 == 0:
                copy.write_bytes(snapshot.source.read(0, snapshot.source.size))
                assert checker.check(copy) == []
    figure(
        f"containerd at work: {copies} copies of {len(revisions)} revisions, {attempts} attempts, "
        f"{walk.done} steps of the walk: all of them states of it"
    )
    assert copies > SECONDS
    assert len(revisions) > 5


def test_containerd_restarts_while_it_is_copied(node: Node) -> None:
    """It would wait for ever for the lock that any reader with a lock holds."""
    path = str(meta_db(node))
    alone = node.restart()
    copies = 0

    def job() -> None:
        nonlocal copies
        file = FileSource(path)
        assert check_structure(copy_live(file).source).damage == ()
        copies += 1

    with at_work(job, job):
        watched = [node.restart() for _ in range(3)]
    assert copies > 20
    assert max(watched) < alone + 5


def test_only_reading_is_done_to_a_live_node(
    node: Node, tmp_path: Path, root: Path, require: Callable[[str], str]
) -> None:
    require("strace")
    path = str(meta_db(node))
    boltview = [sys.executable, "-m", "boltview"]
    commands = [
        ["snapshot", path, str(tmp_path / "copy.db")],
        ["snapshot", path, "-"],
        ["snapshot", str(node.root), str(tmp_path / "node")],
        ["snapshot", str(node.root), "-"],
        ["info", str(node.root)],
        ["tree", path],
        ["watch", path, "--count", "2"],
    ]
    with at_work(Walk(node).go):
        for number, command in enumerate(commands):
            log = tmp_path / f"strace-{number}"
            done = run_traced([*boltview, *command], log, root)
            assert done.returncode == 0, done.stderr
            opened, found = misdeeds(log, node.root)
            assert opened, f"{command}: nothing was opened, so nothing was tested"
            assert found == []
    record = from_json((tmp_path / "copy.db.json").read_bytes())
    assert record.lock_holder
    assert record.lock_holder["name"] == "containerd"
    assert record.verdict == "consistent"


def test_a_file_at_rest_keeps_every_timestamp(node: Node, tmp_path: Path) -> None:
    path = meta_db(node)
    # The collector may still have a commit to make; then the daemon only holds its lock.
    while time.time_ns() - path.stat().st_mtime_ns < 3_000_000_000:
        time.sleep(0.2)
    os.utime(path, ns=(1_000_000_000, path.stat().st_mtime_ns))
    before = path.stat()
    assert main(["snapshot", str(path), str(tmp_path / "copy.db"), "--quiet"]) == 0
    after = path.stat()
    assert (after.st_ino, after.st_size) == (before.st_ino, before.st_size)
    assert (after.st_atime_ns, after.st_mtime_ns) == (before.st_atime_ns, before.st_mtime_ns)


def test_watch_tells_what_ctr_did(node: Node, capsys: pytest.CaptureFixture[str]) -> None:
    numbers = count()

    def label() -> None:
        node.ctr("namespaces", "label", "walk", f"owner=me-{next(numbers)}")

    with at_work(label):
        assert main(["watch", str(meta_db(node)), "--jsonl", "--count", "5"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(told) == 5
    for step in told:
        assert step["commits"] == step["txid"] - step["previous_txid"]
        assert step["merged"] == (step["commits"] > 1)
    owners = [
        change
        for step in told
        for change in step["changes"]
        if change["path"] == "v1/walk/labels/owner"
    ]
    assert owners
    # What a commit replaces is what the one before it had put there.
    values = [change["value"] for change in owners]
    assert [change.get("before") for change in owners][1:] == values[:-1]
    assert all(value.startswith("me-") for value in values)
