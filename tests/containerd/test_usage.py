"""Who takes how much room: sums against the disk, sharing by scenes, directories by known facts."""

import json
import shutil
from pathlib import Path

import pytest

from boltview.containerd.mark import Marks, Rules
from boltview.containerd.metadata import Metadata
from boltview.containerd.node import Node, Opening
from boltview.containerd.scan import scan
from boltview.containerd.usage import Usage, usage
from boltview.schema.load import Library
from boltview.schema.reading import Reading
from fixtures.make.misfits import plant
from tests.cli.runner import AT, NODE_16, NODE_24, call
from tests.containerd.scenes import NOW, Scene
from tests.plugins.require import Require
from tests.schema.databases import database

GC = "containerd.io/gc."
OVERLAY = "/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots"
STORE = "var/lib/containerd/io.containerd.content.v1.content/blobs/sha256"


def never(path: str) -> Opening:
    raise AssertionError(path)


def of(scene: Scene) -> Usage:
    reading = Reading.of(database(scene.tree), Library(), "meta.db", "current")
    metadata = Metadata(reading)
    marks = Marks(scan(metadata), Rules("2.4", NOW))
    return usage(marks, Node(metadata, "meta.db", never))


def rooms(found: Usage, kind: str) -> dict[str, tuple[int, int]]:
    return {room.name: (room.exclusive, room.shared) for room in found.rooms[kind]}


@pytest.mark.parametrize("node", [NODE_16, NODE_24], ids=["1.6", "2.4"])
def test_blobs_count_once_however_many_namespaces_have_them(node: Path) -> None:
    document = json.loads(call("usage", node, "--at", AT, "--json").out)
    assert document["content"] == sum(path.stat().st_size for path in (node / STORE).iterdir())
    assert document["unknown"] == 0
    spaces = document["namespaces"]
    assert sum(space["total"] for space in spaces) > document["content"] + document["snapshots"]
    assert document["snapshots"] == sum(room["total"] for room in document["snapshotters"])


def test_what_two_images_need_is_shared_and_two_names_are_one_image() -> None:
    # Every blob of these scenes has ten bytes.
    scene = Scene().image("i", "a").image("j", "b").image("alias", "b")
    scene.blob("a", {f"{GC}ref.content.0": "own", f"{GC}ref.content.1": "both"})
    scene.blob("b", {f"{GC}ref.content.0": "both"}).blob("own").blob("both").blob("loose")
    found = of(scene)
    assert rooms(found, "image") == {
        "image/n/i": (20, 10),
        "image/n/j": (10, 10),
        "image/n/alias": (10, 10),
    }
    assert found.content == 50
    assert found.freed.content == 10
    assert rooms(found, "namespace") == {"n": (50, 0)}


def test_a_blob_of_two_namespaces_is_one_file() -> None:
    scene = Scene().image("i", "a").blob("a").blob("a", ns="m").blob("c", ns="m")
    found = of(scene)
    assert found.content == 20
    assert rooms(found, "namespace") == {"n": (0, 10), "m": (10, 10)}
    # The record in m goes, the file stays.
    assert (found.freed.content, found.freed.shared) == (10, 1)


def test_a_flat_lease_takes_only_what_it_lists() -> None:
    scene = Scene().blob("a", {f"{GC}ref.content": "b"}).blob("b")
    scene.lease("flat", ["content/a"], {f"{GC}flat": ""}).lease("whole", ["content/a"])
    assert rooms(of(scene), "lease") == {"lease/n/flat": (0, 10), "lease/n/whole": (10, 10)}


def test_sizes_that_nobody_knows_are_counted() -> None:
    found = of(Scene().container("c", "o/s").snapshot("o/s"))
    assert found.unknown == 1
    assert found.rooms["container"][0].unknown == 1


@pytest.mark.parametrize(
    "what", ["25", f"{OVERLAY}/25", f"/mnt/x{OVERLAY}/25/fs/etc/passwd", "snapshots/25/work"]
)
def test_directory_25_is_layer_x(what: str) -> None:
    # Number 20 in its name, 25 on disk: the mistake that people make who look into meta.db.
    result = call("owner", NODE_24, what, "--json")
    (found,) = json.loads(result.out)
    assert result.code == 0
    assert found["name"] == "default/20/layer-x-committed"
    assert found["records"] == ["snapshot/default/overlayfs/layer-x-committed"]
    assert found["path"] == f"{OVERLAY}/25"
    assert (NODE_24 / found["path"].strip("/")).is_dir()


def test_the_owner_of_a_pods_directory_is_named_up_to_the_pod() -> None:
    (found,) = json.loads(call("owner", NODE_24, "28", "--json").out)
    container = "8c5c1f5ab6d38a63a6a047f9534bbe68e3252d4bd663f49c5e3a9bf04669f9d5"
    assert f"container/k8s.io/{container}" in found["users"]
    assert found["pods"] in (["prod/web1"], ["prod/web2"])
    assert found["chain"][-1].startswith("k8s.io/2/sha256:")


def test_a_number_that_two_snapshotters_have_is_told_of_both() -> None:
    found = json.loads(call("owner", NODE_24, "1", "--json").out)
    assert {owned["snapshotter"] for owned in found} == {"native", "overlayfs"}


def test_a_container_leads_back_to_its_directories() -> None:
    lines = call("owner", NODE_24, "container/default/web-1").out.splitlines()
    assert [line for line in lines if not line.startswith(" ")] == [
        f"{OVERLAY}/17",
        f"{OVERLAY}/1",
    ]


def test_a_blobs_file_leads_to_its_images() -> None:
    manifest = "0e5c10247f812e59a70033a3d89651de453cbace3e5a96bf0da87b1b5d9f9095"
    (found,) = json.loads(call("owner", NODE_24, f"/x/blobs/sha256/{manifest}", "--json").out)
    assert f"content/default/sha256:{manifest}" in found["records"]


POD = "8c5c1f5ab6d38a63a6a047f9534bbe68e3252d4bd663f49c5e3a9bf04669f9d5"


@pytest.mark.parametrize(
    "what",
    [
        f"container/k8s.io/{POD}",
        f"v1/k8s.io/containers/{POD}/spec",
        POD[:12],
        f"/run/containerd/io.containerd.runtime.v2.task/k8s.io/{POD}/rootfs/etc/passwd",
        f"/var/lib/containerd/io.containerd.grpc.v1.cri/containers/{POD}/status",
        f"/var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes/{POD}",
    ],
)
def test_a_container_is_known_by_all_its_names(what: str) -> None:
    found = json.loads(call("owner", NODE_24, what, "--json").out)
    assert [owned["path"] for owned in found] == [f"{OVERLAY}/28", f"{OVERLAY}/5"]
    assert [owned["exists"] for owned in found] == [True, True]


@pytest.mark.parametrize("what", ["17", f"{OVERLAY}/17/fs/x", "container/default/web-1"])
def test_without_a_node_the_local_one_is_asked(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    monkeypatch.setattr("boltview.cli.session.LOCAL_NODE", str(NODE_24))
    found = json.loads(call("owner", what, "--json").out)
    assert found[0]["path"] == f"{OVERLAY}/17"


def test_a_directory_that_is_gone_and_one_that_is_nobodys(tmp_path: Path) -> None:
    node = tmp_path / "node"
    shutil.copytree(NODE_24, node)
    shutil.rmtree(node / OVERLAY.strip("/") / "17")
    (node / OVERLAY.strip("/") / "77").mkdir()
    gone = call("owner", node, "17")
    assert gone.code == 0
    assert gone.out.startswith(f"{OVERLAY}/17  (not there)\n")
    stray = call("owner", node, f"{OVERLAY}/77/fs/x")
    assert stray.code == 1
    assert stray.out == (
        f"{OVERLAY}/77\n  no snapshot of overlayfs has this number: it is nobody's\n"
    )


@pytest.mark.parametrize("command", [["usage"], ["owner", "17"]], ids=["usage", "owner"])
def test_a_database_that_cannot_be_read_is_named(command: list[str], tmp_path: Path) -> None:
    node = tmp_path / "node"
    shutil.copytree(NODE_24, node)
    broken = node / OVERLAY.strip("/") / "../metadata.db"
    broken.resolve().write_bytes(b"no database" * 1000)
    result = call(command[0], node, *command[1:])
    assert result.code == 4
    assert "snapshotter overlayfs" in result.err


def test_a_thin_device_leads_to_its_snapshot(require: Require, tmp_path: Path) -> None:
    require("go")
    node = plant("faulty device", tmp_path)
    (found,) = json.loads(call("owner", node, "/dev/mapper/pool-snap-2", "--json").out)
    assert found["records"] == ["snapshot/default/devmapper/thin-b"]
    assert (found["path"], found["exists"]) == ("/dev/mapper/pool-snap-2", True)


def test_what_is_nobodys_and_what_is_no_directory() -> None:
    assert call("owner", NODE_24, "999").code == 1
    assert call("owner", NODE_24, "/etc/passwd").code == 2
    assert call("owner", NODE_24).code == 2
    assert call("owner", NODE_24, "container/default/nobody").code == 1
