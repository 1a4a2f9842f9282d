"""`boltview timeline`: every time of a node, against what made it and what the real tools said."""

import json
import os
import shutil
import struct
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from boltview.bbolt import DB, Batch, build
from tests.cli.runner import IN_ROOT, META_24, NODE_16, NODE_24, ROOT, SHAPES, Hold, call

Events = list[dict[str, Any]]
NAMES = ("default", "k8s.io")
CONTAINERD = "var/lib/containerd"
MTIME, ATIME = 1_700_000_000_123_456_789, 1_600_000_000_000_000_001


def timeline(*arguments: str | Path) -> Events:
    result = call("timeline", *arguments, "--jsonl", "--quiet")
    assert (result.code, result.err) == (0, "")
    found = [json.loads(line) for line in result.out.splitlines()]
    assert [one["time"] for one in found] == sorted((one["time"] for one in found), key=moment)
    return found


def moment(text: str) -> tuple[str, int]:
    """RFC 3339 in UTC, as it sorts."""
    whole, _, fraction = text.removesuffix("Z").partition(".")
    return whole, int(fraction.ljust(9, "0") or "0")


def times_of(events: Events, kind: str) -> dict[str, dict[str, str]]:
    """Times by object and event, of the current revision."""
    found: dict[str, dict[str, str]] = {}
    for one in events:
        if one["type"] == kind and one["state"] == "live":
            found.setdefault(one["object"], {})[one["event"]] = one["time"]
    return found


@pytest.mark.parametrize("node", [NODE_16, NODE_24], ids=lambda node: node.parent.name)
def test_containers_have_the_times_that_ctr_shows(node: Path) -> None:
    told = times_of(timeline(node), "container")
    captured = sorted((node.parent / "ctr").glob("*.containers.info.*.txt"))
    assert len(captured) > 6
    for path in captured:
        said = json.loads(path.read_text())
        namespace = path.name.partition(".containers.info.")[0]
        mine = told[f"container/{namespace}/{said['ID']}"]
        assert (mine["created"], mine["updated"]) == (said["CreatedAt"], said["UpdatedAt"])


def test_snapshots_leases_and_uploads_are_there() -> None:
    node = NODE_24
    events = timeline(node)
    snapshots = times_of(events, "snapshot")
    for path in sorted((node.parent / "ctr").glob("*.snapshots.*.info.*.txt")):
        said = json.loads(path.read_text())
        namespace, _, rest = path.name.partition(".snapshots.")
        snapshotter = rest.partition(".info.")[0]
        mine = snapshots[f"snapshot/{namespace}/{snapshotter}/{said['Name']}"]
        assert (mine["created"], mine["updated"]) == (said["Created"], said["Updated"])
    # The snapshotters' own databases know them too, by other names and times of their own.
    backends = [one["event"] for one in events if one["type"] == "backend-snapshot"]
    assert backends.count("created") == len(snapshots)
    lease = times_of(events, "lease")["lease/default/lease-a"]
    assert set(lease) == {"created", "expires"}
    upload = times_of(events, "ingest")["ingest/default/partial-upload"]
    folder = node / CONTAINERD / "io.containerd.content.v1.content/ingest"
    name = sha256(b"default/1/partial-upload").hexdigest()
    assert upload["started"] == (folder / name / "startedat").read_text().strip()
    assert {"expires", "updated"} < set(upload)
    images = times_of(events, "image")
    assert {one["built"] for one in images.values()} == {"2026-01-02T03:04:05Z"}


@pytest.fixture
def node(tmp_path: Path, require: Callable[[str], str]) -> Path:
    """A node with times of every kind, each of which the test has chosen."""
    require("go")
    build.library()
    root = tmp_path / "node"
    shutil.copytree(NODE_24, root)
    path = root / IN_ROOT
    new = struct.pack(">Bqih", 1, 62_135_596_800 + 1_800_000_000, 5, -1)
    zero = struct.pack(">Bqih", 1, 0, 0, -1)
    web = (b"v1", b"default", b"containers", b"web-1")
    with DB(path, no_freelist_sync=True) as db:
        batch = Batch().use(*web).put(b"updatedat", new)
        batch.use(*web, b"labels").put(b"built", b"2020-02-02T02:02:02.5+02:00")
        batch.put(b"containerd.io/gc.cond.value-usedat", b"2021-01-01T00:00:00Z")
        batch.use(b"v1", b"default", b"containers", b"web-2").put(b"createdat", zero)
        db.apply(batch)
    containerd = root / CONTAINERD
    cri = containerd / "io.containerd.grpc.v1.cri/containers/abc"
    cri.mkdir(parents=True)
    second = 1_000_000_000
    status = {
        "CreatedAt": 1_500_000_000 * second + 1,
        "StartedAt": 1_500_000_001 * second,
        "FinishedAt": 1_500_000_002 * second,
        "ExitCode": 137,
        "Reason": "OOMKilled",
    }
    (cri / "status").write_text(json.dumps(status))
    docker = root / "var/lib/docker/containers/d0c"
    docker.mkdir(parents=True)
    state = {"StartedAt": "2022-01-01T00:00:01Z", "FinishedAt": "0001-01-01T00:00:00Z"}
    config = {"Created": "2022-01-01T00:00:00.25Z", "State": state, "Name": "/x"}
    (docker / "config.v2.json").write_text(json.dumps(config))
    for file in [*containerd.glob("*/blobs/sha256/*"), *containerd.glob("*/snapshots/*")]:
        os.utime(file, ns=(ATIME, MTIME))
    return root


def test_times_come_from_everywhere_in_a_node(node: Path) -> None:
    events = timeline(node)
    containers = times_of(events, "container")
    web = containers["container/default/web-1"]
    assert web["labels.built"] == "2020-02-02T00:02:02.5Z"
    assert web["used"] == "2021-01-01T00:00:00Z"
    assert containers["container/default/web-2"]["created"] == "0001-01-01T00:00:00Z"
    assert containers["container/k8s.io/abc"] == {
        "created": "2017-07-14T02:40:00.000000001Z",
        "started": "2017-07-14T02:40:01Z",
        "finished": "2017-07-14T02:40:02Z",
    }
    assert containers["container/moby/d0c"] == {
        "created": "2022-01-01T00:00:00.25Z",
        "started": "2022-01-01T00:00:01Z",
        "finished": "0001-01-01T00:00:00Z",
    }
    notes = {one["note"] for one in events if one["object"] == "container/k8s.io/abc"
             and one["event"] == "finished"}  # fmt: skip
    assert notes == {"exit code 137, OOMKilled"}
    files = times_of(events, "file")
    blobs = sorted((node / CONTAINERD).glob("*/blobs/sha256/*"))
    assert len(blobs) > 10
    folders = [path for path in (node / CONTAINERD).glob("*/snapshots/*") if path.is_dir()]
    assert len(folders) > 20
    for path in [*blobs, *folders]:
        mine = files["/" + str(path.relative_to(node))]
        assert mine["modified"] == "2023-11-14T22:13:20.123456789Z"
        assert mine["accessed"] == "2020-09-13T12:26:40.000000001Z"
        assert set(mine) == {"modified", "accessed", "inode changed"}
    assert {one["object"] for one in events if one["object"].endswith(".db")} == {
        f"/{CONTAINERD}/io.containerd.snapshotter.v1.overlayfs/metadata.db",
        f"/{CONTAINERD}/io.containerd.snapshotter.v1.native/metadata.db",
        "/run/containerd/io.containerd.mount-manager.v1.bolt/mounts.db",
        str(node / IN_ROOT),
    }
    owned = [one for one in events if one["object"].endswith("overlayfs/snapshots/25")]
    assert {one["note"] for one in owned} == {"of snapshot default/20/layer-x-committed"}


def test_what_the_previous_revision_alone_has_is_marked(node: Path) -> None:
    events = timeline(node)
    gone = [one for one in events if one["state"] != "live"]
    told = {(one["object"], one["event"]): one["time"] for one in gone}
    said = json.loads((NODE_24.parent / "ctr/default.containers.info.web-1.txt").read_text())
    assert told["container/default/web-1", "updated"] == said["UpdatedAt"]
    assert ("container/default/web-2", "created") in told
    assert len(told) == 2
    assert {one["state"] for one in gone} == {"previous revision"}
    assert all("of revision 499, replaced or removed since" in one["note"] for one in gone)
    table = call("timeline", node, "--type", "container", "-n", "default", "--quiet").out
    assert table.count("[previous revision]") == 2
    # Asked for that revision itself, there is nothing to mark.
    assert all(one["state"] == "live" for one in timeline(node, "--revision", "previous"))


def test_deleted_records_are_told_as_such(tmp_path: Path, require: Callable[[str], str]) -> None:
    require("go")
    build.library()
    path = tmp_path / "meta.db"
    path.write_bytes(META_24.read_bytes())
    before = timeline(path, "--no-files", "--no-deleted")
    at_first = timeline(path, "--no-files")
    with DB(path, no_freelist_sync=True) as db:
        db.apply(Batch().use(b"v1").delete_bucket(b"default").delete_bucket(b"k8s.io"))
        # The previous revision knows of nothing any more.
        for number in range(2):
            db.apply(Batch().use(b"v1", b"moby").set_sequence(number + 1))
    after = timeline(path, "--no-files", "--no-deleted")
    assert after == [one for one in before if one["namespace"] not in {"default", "k8s.io"}]
    assert {one["state"] for one in after} == {"live"}
    whole = timeline(path, "--no-files")
    assert [one for one in whole if one["state"] == "live"] == after
    deleted = [one for one in whole if one["state"] != "live"]
    # No moment is invented. How many are found, and how well named, is measured where carving is.
    moments = {(one["type"], one["event"], one["time"]) for one in at_first}
    told = {(one["type"], one["event"], one["time"]) for one in deleted}
    assert len(told) > 100
    assert told <= moments
    assert {one["state"] for one in deleted} <= {"deleted", "unknown"}
    assert all(one["note"].startswith("carved from page ") for one in deleted)
    (lease, *_) = [one for one in deleted if one["object"] == "lease/default/lease-a"]
    table = call("timeline", path, "--no-files", "--quiet", "--type", "lease", "-n", "default").out
    assert f"{lease['object']}  [deleted]  ({lease['note']})" in table


def test_doubtful_times_are_there_and_marked(node: Path) -> None:
    events = timeline(node, "--type", "container", "--at", "2026-11-24T00:00:00Z")
    doubts = {(one["object"], one["event"]): one["doubt"] for one in events if "doubt" in one}
    assert doubts == {
        ("container/default/web-2", "created"): "not set",
        ("container/moby/d0c", "finished"): "not set",
        ("container/default/web-1", "updated"): "in the future",
    }
    result = call("timeline", node, "--type", "container", "--format", "bodyfile")
    assert result.err == (
        "boltview: 2 times outside 1970 to 2286 left out: a body file cannot hold them\n"
    )
    assert len(result.out.splitlines()) == len(events) - 2


def test_filters() -> None:
    whole = timeline(NODE_24)
    for arguments, wanted in (
        (["--type", "lease"], lambda one: one["type"] == "lease"),
        (["--type", "lease,image", "--type", "file"],
         lambda one: one["type"] in {"lease", "image", "file"}),
        (["-n", "moby"], lambda one: one["namespace"] == "moby"),
        (["--since", "2026-11-23T18:13:16.161521468Z"],
         lambda one: moment(one["time"]) >= ("2026-11-23T18:13:16", 161_521_468)),
        (["--until", "2026-11-23T19:13:16.161521468+01:00"],
         lambda one: moment(one["time"]) < ("2026-11-23T18:13:16", 161_521_468)),
        (["--type", "nothing"], lambda _one: False),
        (["--no-files"], lambda one: "path" in one),
    ):  # fmt: skip
        assert timeline(NODE_24, *arguments) == [one for one in whole if wanted(one)]
    assert len({one["source"] for one in whole if "path" in one}) == 3


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        (NODE_24 / CONTAINERD / "io.containerd.snapshotter.v1.overlayfs/metadata.db",
         {"backend-snapshot", "file"}),
        (SHAPES / "hostile.db", {"file"}),
        (SHAPES / "empty.db", {"file"}),
    ],
)  # fmt: skip
def test_other_databases(path: Path, kinds: set[str]) -> None:
    assert {one["type"] for one in timeline(path)} == kinds


def test_forms_tell_the_same() -> None:
    lines = call("timeline", META_24, "--no-files", "--jsonl").out.splitlines()
    assert json.loads(call("timeline", META_24, "--no-files", "--json").out) == [
        json.loads(line) for line in lines
    ]
    for form in ("table", "csv", "bodyfile", "timesketch"):
        result = call("timeline", META_24, "--no-files", "--format", form)
        assert result.code == 0
        assert len(result.out.splitlines()) == len(lines) + (form in {"table", "csv"})


def test_damage_ends_with_4_and_hides_only_what_is_below_it(tmp_path: Path) -> None:
    whole = timeline(META_24, "--no-files")
    data = bytearray(META_24.read_bytes())
    listing = call("page", META_24, "67", "--owner").out
    assert "leaf" in listing
    data[67 * 4096 : 67 * 4096 + 64] = bytes(64)
    path = tmp_path / "meta.db"
    path.write_bytes(data)
    result = call("timeline", path, "--no-files", "--jsonl", "--quiet")
    assert result.code == 4
    assert "damage: page 67" in result.err
    told = {
        (one["path"], one["event"], one["time"]) for one in map(json.loads, result.out.splitlines())
    }
    before = {(one["path"], one["event"], one["time"]) for one in whole}
    assert told < before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([META_24, "--format", "xml"], 2),
        ([META_24, "--format", "csv", "--json"], 2),
        ([META_24, "--since", "yesterday"], 2),
        ([ROOT / "README.md"], 3),
        (["/nonexistent"], 3),
        ([META_24, "--revision", "3"], 1),
    ],
)
def test_how_it_ends(arguments: list[str | Path], code: int) -> None:
    result = call("timeline", *arguments)
    assert (result.code, result.out) == (code, "")
    assert result.err.startswith("boltview: error: ")
    assert result.err.count("\n") == 1


def test_a_live_file_is_copied_first(tmp_path: Path, hold: Hold) -> None:
    path = tmp_path / "meta.db"
    path.write_bytes(META_24.read_bytes())
    hold(path, "LOCK_EX")
    result = call("timeline", path, "--type", "container", "--jsonl")
    assert result.code == 0
    assert "consistent copy of revision 499" in result.err
    told = [json.loads(line)["time"] for line in result.out.splitlines()]
    assert told == [one["time"] for one in timeline(META_24, "--type", "container")]
