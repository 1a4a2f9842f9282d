"""The commands that list objects, as a person types them: lists, IDs, filters, forms, codes."""

import csv
import io
import json
import os
import re
import shlex
from pathlib import Path

import pytest

from boltview.cli.exitcodes import ExitCode
from tests.bolt.build import Tree
from tests.cli.runner import AT, META_16, META_24, NODE_16, NODE_24, ROOT, call
from tests.containerd.nodes import TIMES, write
from tests.plugins.golden import Golden

COMMANDS = (
    "namespaces", "containers", "images", "content", "ingests",
    "snapshots", "leases", "sandboxes", "pods",
)  # fmt: skip
COUNTS = {
    "1.6": dict(zip(COMMANDS, (5, 11, 20, 49, 2, 28, 2, 0, 2), strict=True)),
    "2.4": dict(zip(COMMANDS, (5, 9, 20, 55, 2, 28, 4, 2, 2), strict=True)),
}
NODES = {"1.6": NODE_16, "2.4": NODE_24}
UNKNOWN = "content store: not there, so what it would tell is not known"
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]")

# Ages of uploads come from files, whose times a checkout does not keep, so they are tested apart.
GOLDEN: dict[str, list[str | Path]] = {
    **{f"{name}-2.4": [name, NODE_24] for name in COMMANDS if name != "ingests"},
    "containers-1.6": ["containers", NODE_16],
    "containers-wide": ["containers", NODE_24, "-o", "wide"],
    "containers-csv": ["containers", NODE_24, "-n", "k8s.io", "--csv"],
    "container-pod": ["containers", NODE_24, "8c5c1f5a"],
    "container-docker": [
        "containers",
        META_24,
        "-n",
        "default",
        "web-1",
        "--format",
        "dockercompat",
    ],
    "container-cri": ["containers", META_24, "8c5c1f5a", "--format", "cri"],
    "image": ["images", NODE_24, "-n", "default", "multi"],
    "image-json": ["images", NODE_24, "-n", "default", "busybox", "--json"],
    "blob": ["content", META_24, "-n", "default", "0e5c10247f81"],
    "lease": ["leases", NODE_24, "lease-a"],
    "namespace": ["namespaces", NODE_24, "k8s.io"],
    "sandbox": ["sandboxes", META_24, "43069a5b"],
    "pod": ["pods", NODE_24, "prod/web1"],
    "snapshots-json": ["snapshots", NODE_24, "-n", "build-farm", "--jsonl"],
}


@pytest.mark.parametrize("name", GOLDEN)
def test_what_is_printed(name: str, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/nonexistent")
    result = call(*GOLDEN[name], "--at", AT)
    assert (result.code, result.err) == (0, "")
    # The directory of a snapshot is where it can be reached from here.
    golden(f"objects/{name}.txt")(result.out.replace(f"{ROOT}/", ""))


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("version", NODES)
def test_every_form_has_every_object(version: str, command: str) -> None:
    expected = COUNTS[version][command]
    node = NODES[version]
    assert len(call(command, node).out.splitlines()) == expected + 1
    lines = [json.loads(line) for line in call(command, node, "--jsonl").out.splitlines()]
    assert len(lines) == expected
    assert json.loads(call(command, node, "--json").out) == lines
    rows = list(csv.DictReader(io.StringIO(call(command, node, "--csv", "-o", "wide").out)))
    assert len(rows) == expected


@pytest.mark.parametrize("command", COMMANDS)
def test_one_namespace(command: str) -> None:
    lines = call(command, NODE_24, "-n", "k8s.io", "--jsonl").out.splitlines()
    spaces = {found.get("namespace", found.get("name")) for found in map(json.loads, lines)}
    assert spaces == {"k8s.io"}
    assert call(command, NODE_24, "-n", "nosuch", "--jsonl").out == ""


def test_a_prefix_is_enough() -> None:
    whole = call(
        "containers", META_24, "8c5c1f5ab6d38a63a6a047f9534bbe68e3252d4bd663f49c5e3a9bf04669f9d5"
    )
    assert call("containers", META_24, "8c5c").out == whole.out
    assert call("containers", META_24, "main-no-such").code == ExitCode.FINDINGS
    assert call("content", META_24, "-n", "moby", "0e5c").code == 0
    assert call("content", META_24, "-n", "moby", "sha256:0e5c").code == 0


def test_an_exact_id_wins_over_longer_ones() -> None:
    assert "container default/web-1" in call("containers", META_24, "web-1").out


def test_ambiguous_ids_name_the_candidates() -> None:
    result = call("containers", META_24, "web")
    assert result.code == ExitCode.USAGE
    assert result.out == ""
    assert "container/default/web-1, container/default/web-2" in result.err
    result = call("snapshots", META_24, "sha256:7652")
    assert result.code == ExitCode.USAGE
    assert "snapshot/default/native/sha256:7652" in result.err


def test_every_candidate_can_be_typed() -> None:
    said = call("snapshots", META_24, "sha256:7652").err
    names = re.findall(r"snapshot/\S+[0-9a-f]", said)
    assert len(names) == 5
    for name in names:
        result = call("snapshots", META_24, name, "--json")
        assert result.code == 0
        found = json.loads(result.out)
        assert name == f"snapshot/{found['namespace']}/{found['snapshotter']}/{found['key']}"


@pytest.mark.parametrize(
    ("command", "typed", "near"),
    [
        ("containers", "web-3", "web-1"),
        ("images", "docker.io/library/busibox:1.35", "docker.io/library/busybox:1.35"),
        ("leases", "lease-forevr", "lease-forever"),
        ("pods", "web9", "web1"),
        ("namespaces", "k8s", None),
        ("namespaces", "k8z.io", "k8s.io"),
        ("snapshots", "scratch-2", "scratch-1"),
        ("ingests", "partial-uploads", "partial-upload"),
    ],
)
def test_wrong_ids_get_near_misses(command: str, typed: str, near: str | None) -> None:
    result = call(command, META_24, typed)
    if near is None:
        assert result.code == 0
        return
    assert result.code == ExitCode.FINDINGS
    assert result.out == ""
    assert near in result.err


def test_images_by_their_last_part() -> None:
    assert call("images", META_24, "-n", "default", "busybox:1.35").code == 0
    assert call("images", META_24, "-n", "default", "app").code == 0
    assert call("images", META_24, "-n", "default", "alias").code == 0


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        (["--filter", "image=*pause*"], ["43069a5b", "7c964886"]),
        (["--filter", "label=team=core", "--filter", "id~^web"], ["web-1", "web-2"]),
        (["--filter", "namespace!=k8s.io", "--sort", "-id"],
         ["web-2", "web-1", "priv-1", "native-1", "42caca36"]),
        (["--filter", "name=main", "--sort", "created"], ["8c5c1f5a", "ecef9ddc"]),
        (["--filter", "created_at<2026-11-23T18:13:16.5Z"], ["web-1", "web-2"]),
        (["--filter", "snapshotter=native"], ["native-1"]),
    ],
)  # fmt: skip
def test_filters_and_order(arguments: list[str], ids: list[str]) -> None:
    result = call("containers", META_24, *arguments, "--jsonl")
    assert [json.loads(line)["id"][:8] for line in result.out.splitlines()] == [
        name[:8] for name in ids
    ]


def test_columns() -> None:
    result = call("images", META_24, "--columns", "namespace,name", "-n", "moby")
    assert result.out.splitlines()[0].split() == ["NAMESPACE", "IMAGE"]
    added = call("images", NODE_24, "--columns", "+labels")
    assert added.out.splitlines()[0].endswith("LABELS")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--filter", "nosuch=1"],
        ["--sort", "nosuch"],
        ["--columns", "nosuch"],
        ["a", "b"],
        ["--csv", "--json"],
        ["--format", "yaml"],
    ],
)
def test_wrong_usage(arguments: list[str]) -> None:
    result = call("containers", META_24, *arguments)
    assert (result.code, result.out) == (ExitCode.USAGE, "")


def test_other_databases_are_refused() -> None:
    other = NODE_24 / "var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/metadata.db"
    result = call("containers", other)
    assert result.code == ExitCode.UNREADABLE
    assert "metadata.db" in result.err


def test_mount_commands() -> None:
    result = call("snapshots", NODE_24, "web-1", "--mount")
    words = shlex.split(result.out)
    assert words[:3] == ["mount", "-t", "overlay"]
    for folder in words[4].removeprefix("ro,lowerdir=").split(":"):
        assert re.search(r"/snapshots/\d+/fs$", folder)
    every = call("snapshots", NODE_24, "--mount", "-n", "default")
    assert every.out.count("mount ") == 14 - 2
    assert call("snapshots", META_24, "nosuch", "--mount").code == ExitCode.FINDINGS


def test_uploads_are_stuck_when_nobody_writes(tmp_path: Path) -> None:
    name = "c7a7592eef5b0c087836c7fbdd2ebe646e6b4f16997211f1271bb10dbd999b17"
    root = tmp_path / "var/lib/containerd"
    folder = root / "io.containerd.content.v1.content/ingest" / name
    folder.mkdir(parents=True)
    started = "2026-11-23T18:13:17.248656828Z"
    for file, text in {"ref": "default/1/partial-upload", "startedat": started,
                       "updatedat": started, "total": "500", "data": "x" * 70}.items():  # fmt: skip
        (folder / file).write_text(text)
    seconds = 1_795_457_600
    os.utime(folder / "data", (seconds, seconds))
    upload: Tree = {b"ref": b"default/1/partial-upload", b"expireat": TIMES[b"createdat"]}
    write(tmp_path, {b"default": {b"content": {b"ingests": {b"partial-upload": upload}}}})

    def state(at: str) -> dict[str, object]:
        found: dict[str, object] = json.loads(call("ingests", tmp_path, "--jsonl", "--at", at).out)
        return found

    found = state("2026-11-23T18:13:14Z")
    assert (found["size"], found["total"], found["started_at"]) == (70, 500, started)
    assert found["updated_at"] == "2026-11-23T18:13:20Z"
    assert found["state"] == "in progress"
    assert state("2026-11-24T18:13:14Z")["state"] == "expired"
    (tmp_path / "other").mkdir()
    write(tmp_path / "other", {b"default": {b"content": {b"ingests": {b"u": {b"ref": b"r"}}}}})
    alone = call("ingests", tmp_path / "other", "--jsonl").out
    assert json.loads(alone)["state"] == "not known"


def test_leases_that_expired_are_still_there() -> None:
    before, after = (
        {
            json.loads(line)["id"]: json.loads(line)["expired"]
            for line in call("leases", META_24, "--jsonl", "--at", at).out.splitlines()
        }
        for at in ("2026-11-24T18:13:17Z", "2026-11-24T18:13:17.5Z")
    )
    assert not any(before.values())
    assert [name for name, expired in after.items() if expired] == ["lease-a"]


def test_hostile_names_never_reach_a_terminal(tmp_path: Path) -> None:
    evil = "\x1b]0;PWNED\x07\u202e=cmd\n\x9b2J"
    raw = evil.encode() + b"\xff"
    digest = b"sha256:" + b"a" * 64
    labels: Tree = {raw: raw, b"io.cri-containerd.kind": b"sandbox"}
    common: Tree = {**TIMES, b"labels": labels}
    runtime: Tree = {b"name": raw}
    tree: Tree = {
        raw: {
            b"containers": {raw: {**common, b"image": raw, b"runtime": runtime, b"spec": raw,
                                  b"extensions": {raw: raw}}},
            b"images": {raw: {**common, b"target": {b"digest": raw, b"mediatype": raw}}},
            b"content": {b"blob": {digest: common, raw: common},
                         b"ingests": {raw: {b"ref": raw, b"expected": raw}}},
            b"snapshots": {raw: {raw: {**common, b"name": raw, b"parent": raw,
                                       b"children": {raw: b""}}}},
            b"leases": {raw: {**common, b"content": {raw: b""}, b"images": {raw: b""},
                              b"snapshots": {raw: {raw: b""}}, b"ingests": {raw: b""}}},
            b"sandboxes": {raw: {**common, b"runtime": runtime, b"sandboxer": raw}},
            b"labels": labels,
            raw: {raw: raw},
        }
    }  # fmt: skip
    path = write(tmp_path, tree)
    typed = raw.decode(errors="surrogateescape")
    for command in COMMANDS:
        for words in ([], ["-o", "wide"], ["--csv"], ["--json"], ["--jsonl"], [typed], ["nosuch"]):
            result = call(command, path, *words)
            assert result.code in {0, 1, 2}, (command, words, result.err)
            for text in (result.out, result.err):
                assert CONTROL.search(text) is None, (command, words)
                assert "\ufffd" not in text
        for line in call(command, path, "--csv").out.splitlines()[1:]:
            assert not any(cell[:1] in set("=+-@") for cell in next(csv.reader([line])))
    for form in ("dockercompat", "cri"):
        result = call("containers", path, "--format", form)
        assert CONTROL.search(result.out) is None
        json.loads(result.out)


def test_odd_objects_are_marked_and_not_damage(tmp_path: Path) -> None:
    whole: Tree = {**TIMES, b"target": {b"digest": b"sha256:" + b"a" * 64, b"mediatype": b"m",
                                        b"size": b"\x02"}}  # fmt: skip
    tree: Tree = {b"ns": {b"images": {b"good": whole, b"bad": {**TIMES, b"new": b"1"}, b"v": b"x"}}}
    result = call("images", write(tmp_path, tree))
    assert result.code == 0
    lines = {line.split()[1]: line for line in result.out.splitlines()[1:]}
    assert "target missing; new unknown" in lines["bad"]
    assert "record misplaced" in lines["v"]
    assert "missing" not in lines["good"]


def test_damage_is_listed_and_the_rest_is_shown(tmp_path: Path) -> None:
    data = bytearray(META_24.read_bytes())
    place = data.index(b"lease-forever")
    page = place // 4096 * 4096
    data[page + 10 : page + 12] = b"\xff\xff"
    damaged = tmp_path / "meta.db"
    damaged.write_bytes(data)
    codes = {command: call(command, damaged).code for command in COMMANDS}
    assert ExitCode.INCOMPLETE in codes.values()
    assert set(codes.values()) <= {ExitCode.OK, ExitCode.INCOMPLETE}
    assert codes["leases"] == ExitCode.INCOMPLETE


def test_dangling_references_are_marked(tmp_path: Path) -> None:
    target: Tree = {b"digest": b"sha256:" + b"a" * 64, b"mediatype": b"m", b"size": b"\x02"}
    container: Tree = {
        **TIMES,
        b"image": b"gone",
        b"snapshotter": b"overlayfs",
        b"snapshotKey": b"gone",
        b"spec": b"\x0a\x01S",
        b"runtime": {b"name": b"r"},
    }
    tree: Tree = {
        b"ns": {
            b"containers": {b"c": container},
            b"images": {b"i": {**TIMES, b"target": target}},
            b"snapshots": {b"overlayfs": {b"s": {**TIMES, b"name": b"n", b"parent": b"gone"}}},
            b"leases": {
                b"l": {
                    b"createdat": TIMES[b"createdat"],
                    b"snapshots": {b"overlayfs": {b"gone": b""}},
                }
            },
        }
    }
    path = write(tmp_path, tree)
    expected = {
        "containers": "its snapshot is not there",
        "images": "no record of its target",
        "snapshots": "its parent is not there",
    }
    for command, words in expected.items():
        result = call(command, path)
        assert result.code == 0
        assert words in result.out
    assert "there is no such snapshot" in call("containers", path, "c").out
    assert "no image of this name" in call("containers", path, "c").out
    assert "overlayfs/gone  (not there)" in call("leases", path, "l").out


def test_the_demo_needs_no_path() -> None:
    assert call("pods", "--demo").code == 0
    assert call("containers", "--demo", "web-1").code == 0


def test_dockercompat_and_cri_hold_what_ctr_said() -> None:
    said = json.loads(
        (ROOT / "fixtures/containerd-2.4/ctr/default.containers.info.web-1.txt").read_text()
    )
    (docker,) = json.loads(call("containers", META_24, "web-1", "--format", "dockercompat").out)
    spec = said["Spec"]
    assert [docker["Path"], *docker["Args"]] == spec["process"]["args"]
    assert docker["Config"]["Env"] == spec["process"]["env"]
    assert docker["Config"]["Labels"] == said["Labels"]
    assert docker["HostConfig"]["CpuShares"] == spec["linux"]["resources"]["cpu"]["shares"]
    assert docker["Id"] == "web-1"
    assert docker["State"] == {"Status": "unknown"}
    cri = json.loads(call("containers", META_24, "8c5c1f5a", "--format", "cri").out)
    every = json.loads(call("containers", META_24, "--format", "cri").out)
    assert cri in every
    assert len(every) == 9
    assert cri["status"]["metadata"] == {"attempt": 2, "name": "main"}
    assert cri["status"]["logPath"] == "/var/log/pods/p/main.log"
    assert cri["info"]["sandboxID"].startswith("7c964886")
    assert cri["status"]["mounts"][0]["containerPath"] == "/host-etc"
    assert cri["status"]["resources"]["linux"] == {"memory_limit_in_bytes": 33554432}


@pytest.mark.parametrize("path", [META_16, META_24])
def test_a_file_alone_says_what_it_can(path: Path, tmp_path: Path) -> None:
    lone = tmp_path / "meta.db"
    lone.write_bytes(path.read_bytes())
    for command in COMMANDS:
        result = call(command, lone)
        assert result.code == 0
        assert result.err in {"", f"boltview: {UNKNOWN}\n"}
        assert call(command, lone, "--quiet").err == ""
    images = [json.loads(line) for line in call("images", lone, "--jsonl").out.splitlines()]
    assert {(image["platforms"], image["unpacked"]) for image in images} == {(None, None)}
    blobs = [json.loads(line) for line in call("content", lone, "--jsonl").out.splitlines()]
    assert {blob["on_disk"] for blob in blobs} == {"not known"}
