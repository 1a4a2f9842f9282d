"""`fsck` on layers, thin devices and mounts: measured by du, made hostile, damaged."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from random import Random

import pytest

from boltview.bbolt import DB, Batch
from boltview.containerd.fsck.disk import check_content, check_directories
from boltview.containerd.fsck.layers import check_layers
from boltview.containerd.node import Node
from boltview.containerd.scan import scan
from fixtures.make.misfits import (
    BACKEND,
    DEVMAPPER,
    META,
    MOUNTS,
    STORE,
    activated,
    plant,
    thin_pool,
)
from tests.bolt.build import Image, Tree
from tests.cli.runner import AT, NODE_24, call
from tests.containerd.nodes import TIMES, node_of, sample
from tests.plugins.require import Require

ROOT = "var/lib/containerd/io.containerd.snapshotter.v1"


def zigzag(number: int) -> bytes:
    """Return a non-negative number as Go's `binary.PutVarint` writes it."""
    number *= 2
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def files(folder: Path, count: int = 6) -> None:
    """Write some files, two of them hard links of one, one of them empty."""
    (folder / "etc/deep").mkdir(parents=True)
    for number in range(count):
        (folder / f"etc/file-{number}").write_bytes(b"x" * 70_000)
    (folder / "etc/deep/link").hardlink_to(folder / "etc/file-0")
    (folder / "etc/deep/empty").touch()
    (folder / "etc/there").symlink_to("/")


def du(folder: Path, *options: str) -> int:
    done = subprocess.run(["du", "-s", *options, str(folder)], capture_output=True, check=True)
    return int(done.stdout.split()[0])


def node(root: Path, snapshotter: str = "overlayfs") -> tuple[Node, list[Path]]:
    """Return a node with two committed layers as `du` measures them, and their directories."""
    found = root / f"{ROOT}.{snapshotter}"
    layers = []
    records: dict[bytes, bytes | Tree] = {}
    for number in (1, 2):
        layer = found / f"snapshots/{number}" / ("fs" if snapshotter == "overlayfs" else "")
        layer.mkdir(parents=True)
        files(layer)
        layers.append(layer)
        records[b"default/%d/layer" % number] = {
            b"id": bytes([number]),
            b"kind": b"\3",
            b"size": zigzag(du(layer, "--block-size=1")),
            b"inodes": zigzag(du(layer, "--inodes")),
            **TIMES,
        }
    image = Image()
    tree: Tree = {b"v1": {b"snapshots": records, b"parents": {}}}
    (found / "metadata.db").write_bytes(image.finish(image.nested(tree)))
    return node_of(root, {}), layers


def codes(whole: Node) -> list[tuple[str, str]]:
    return [(finding.code, finding.what) for finding in check_layers(whole)]


@pytest.mark.parametrize("snapshotter", ["overlayfs", "native"])
def test_a_layer_as_it_was_committed_is_no_finding(snapshotter: str, tmp_path: Path) -> None:
    assert codes(node(tmp_path, snapshotter)[0]) == []


def test_a_lost_file_is_one(tmp_path: Path) -> None:
    whole, (layer, _) = node(tmp_path)
    (layer / "etc/file-1").unlink()
    assert [code for code, _ in codes(whole)] == ["layer-differs"]


@pytest.mark.parametrize("is_hole", [False, True], ids=["empty", "holes"])
def test_files_without_their_data_are_one(tmp_path: Path, *, is_hole: bool) -> None:
    # What ext4 and XFS leave of files that were written and not flushed.
    whole, layers = node(tmp_path)
    for layer in layers:
        for path in layer.glob("etc/file-*"):
            os.truncate(path, 0)
            if is_hole:
                os.truncate(path, 70_000)
    found = codes(whole)
    assert [code for code, _ in found] == ["layer-differs"] * 2
    assert found[0][1].endswith("7 of its files have no data")


def test_a_little_less_is_none(tmp_path: Path) -> None:
    # Another file system takes other blocks for the same files.
    whole, (layer, _) = node(tmp_path)
    os.truncate(layer / "etc/file-2", 10)
    assert codes(whole) == []


def test_a_copy_of_directories_alone_is_a_note(tmp_path: Path) -> None:
    whole, layers = node(tmp_path)
    for layer in layers:
        for path in [*layer.rglob("*")]:
            if not path.is_dir() or path.is_symlink():
                path.unlink()
    assert [code for code, _ in codes(whole)] == ["layers-not-here"]


def test_a_lazily_fetched_layer_is_not_measured(tmp_path: Path) -> None:
    whole, layers = node(tmp_path, "stargz")
    (layers[0] / "etc/file-1").unlink()
    assert codes(whole) == []


KINDS = {1: b"\3", 2: b"\2", 3: b"\1"}
"""Committed, active, view."""


@pytest.mark.parametrize(
    ("snapshotter", "places"),
    [
        ("overlayfs", ["snapshots/1/fs", "snapshots/2/fs", "snapshots/2/work", "snapshots/3/fs"]),
        ("native", ["snapshots/1", "snapshots/2", "snapshots/3"]),
        ("erofs", ["snapshots/1", "snapshots/2", "snapshots/3"]),
        ("blockfile", ["snapshots/1", "snapshots/2"]),
        ("btrfs", ["snapshots/1", "active/2", "view/3"]),
    ],
)
def test_each_snapshotter_keeps_its_snapshots_in_its_own_place(
    snapshotter: str, places: list[str], tmp_path: Path
) -> None:
    found = tmp_path / f"{ROOT}.{snapshotter}"
    for place in places:
        (found / place).mkdir(parents=True)
    records: dict[bytes, bytes | Tree] = {
        b"default/%d/x" % number: {b"id": bytes([number]), b"kind": kind, **TIMES}
        for number, kind in KINDS.items()
    }
    image = Image()
    tree: Tree = {b"v1": {b"snapshots": records, b"parents": {}}}
    (found / "metadata.db").write_bytes(image.finish(image.nested(tree)))
    whole = node_of(tmp_path, {})
    assert list(check_directories(whole)) == []
    (found / places[0]).rmdir()
    (found / Path(places[-1]).parts[0] / "77").mkdir()
    assert {finding.code for finding in check_directories(whole)} == {
        "snapshot-directory-missing",
        "directory-orphan",
    }
    shutil.rmtree(found / "snapshots")
    if snapshotter != "btrfs":
        assert [finding.code for finding in check_directories(whole)] == ["layers-not-here"]


@pytest.fixture
def planted(require: Require, tmp_path: Path) -> Path:
    """A node with a devmapper snapshotter and active mounts, in which nothing is wrong."""
    require("go")
    whole = plant("layers without files", tmp_path)
    thin_pool()(whole)
    activated(whole)
    return whole


def test_a_pool_whose_numbers_agree_gives_no_finding(planted: Path) -> None:
    result = call("fsck", planted, "--at", AT)
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("OK")


def test_hostile_devices_and_mounts_are_named_and_escaped(planted: Path) -> None:
    bad = b"pool-snap-\x1b[2J"
    pool = Batch().use(b"devices").put(bad, b"[" * 100_000).put(b"pool-snap-1", b"[]")
    pool.put(b"pool-snap-2", b'{"device_id":-1e99,"state":99,"error":"\\u001b[2J"}')
    pool.use(b"device_ids").put(b"\xff", b"\1").put(b"9" * 100, b"\1").put(b"7", b"")
    with DB(planted / DEVMAPPER / "pool.db") as db, db.update() as tx:
        tx.apply(pool)
    mount = (
        Batch().use(b"v1", b"default", b"mounts", b"m1", b"active", b"\0").put(b"mp", b"\x1b[2J")
    )
    mount.use(b"v1", b"default", b"mounts", b"m2", b"active", b"\0").put(b"mp", b"\x1b[2J")
    with DB(planted / MOUNTS / "mounts.db") as db, db.update() as tx:
        tx.apply(mount)
    result = call("fsck", planted, "--at", AT, "--notes", "--deep")
    assert result.code == 1
    assert "\x1b" not in result.out + result.err
    said = json.loads(call("fsck", planted, "--at", AT, "--json", "--notes").out)["findings"]
    found = {finding["code"] for finding in said}
    assert {"field-undecodable", "device-faulty", "mount-point-shared"} <= found


@pytest.mark.parametrize("file", [META, BACKEND, f"{DEVMAPPER}/pool.db", f"{MOUNTS}/mounts.db"])
def test_a_damaged_database_ends_in_no_traceback(planted: Path, file: str) -> None:
    source = Random(file)  # noqa: S311 - reproducible on purpose
    whole = (planted / file).read_bytes()
    for _ in range(6):
        data = bytearray(whole)
        for _ in range(source.choice([1, 8, 64])):
            # Behind the two meta pages, without which there is no database.
            place = source.randrange(8192, len(data))
            data[place] = source.randrange(256)
        (planted / file).write_bytes(data)
        result = call("fsck", planted, "--at", AT, "--json", "--notes", "--deep")
        assert result.code in {0, 1, 3, 4}, result.err
        assert "Traceback" not in result.err


def test_a_blob_that_the_disk_does_not_give_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> int:
        raise OSError(5, "Input/output error", path)

    monkeypatch.setattr("boltview.containerd.fsck.disk.open_readonly", refuse)
    said = json.loads(call("fsck", NODE_24, "--at", AT, "--json", "--deep").out)["findings"]
    assert {finding["code"] for finding in said} == {"blob-unreadable"}
    assert "Input/output error" in said[0]["message"]


def test_reading_tells_how_far_it_is() -> None:
    node = sample("2.4")
    graph = scan(node.metadata)
    told: list[tuple[int, int]] = []
    assert list(check_content(node, graph, deep=True, progress=lambda *far: told.append(far))) == []
    sizes = [path.stat().st_size for path in (NODE_24 / STORE / "blobs/sha256").iterdir()]
    assert told[-1] == (sum(sizes), sum(sizes))
