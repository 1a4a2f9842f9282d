"""`boltview ctr` as a command: its words, whose ctr it is, what it refuses, what it says."""

import hashlib
import json
import shutil
from io import StringIO
from pathlib import Path

import pytest

from boltview.cli.ctr import split
from boltview.cli.ctrcontent import copy_blob
from boltview.cli.ctrwords import COMMANDS, LIVING
from boltview.containerd.content import ContentStore
from boltview.containerd.files import Folder
from boltview.report.ctr.refused import Refused
from tests.cli.runner import META_24, NODE_16, NODE_24, call


def test_path_options_group_and_flags_are_told_apart() -> None:
    found = split(
        ["/node", "-n", "k8s.io", "snapshots", "--snapshotter=native", "usage", "-b", "x"]
    )
    assert (found.path, found.group, found.command) == ("/node", "snapshots", "usage")
    assert found.options == ["-n", "k8s.io"]
    assert found.flags == [("snapshotter", "native"), ("b", None)]
    assert found.arguments == ["x"]


@pytest.mark.parametrize(
    "line",
    [
        "--demo containers ls",
        "containers --demo ls",
        "c ls --demo",
        "container -n default list --demo",
    ],
)
def test_without_a_path_the_first_word_is_the_group(line: str) -> None:
    result = call("ctr", *line.split())
    assert result.code == 0
    assert result.out.startswith("CONTAINER    IMAGE")


def test_a_file_called_like_a_group_is_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(META_24, "images")
    assert split(["images", "images", "ls"]).path == "images"
    assert call("ctr", "images", "namespaces", "ls", "-q").out.split()[0] == "build-farm"


@pytest.mark.parametrize(("node", "daemon"), [(NODE_16, "1.6"), (NODE_24, "2.4")])
def test_whose_ctr_it_is_is_guessed_and_said(node: Path, daemon: str) -> None:
    guessed = call("ctr", node, "containers", "info", "web-1")
    given = call("ctr", node, "--daemon", daemon, "containers", "info", "web-1")
    assert guessed.out == given.out
    assert f"as ctr {daemon} prints it" in guessed.err
    assert given.err == ""
    other = {"1.6": "2.4", "2.4": "1.6"}[daemon]
    assert call("ctr", node, "--daemon", other, "containers", "info", "web-1").out != given.out


@pytest.mark.parametrize("group", sorted(LIVING))
def test_what_only_a_daemon_knows_gets_one_sentence(group: str) -> None:
    result = call("ctr", NODE_24, group, "ls")
    assert result.code == 2
    assert result.out == ""
    (line,) = result.err.splitlines()
    assert "trace" in line or "is in" in line or "those stored" in line


@pytest.mark.parametrize(
    "line",
    ["images pull x", "containers rm web-1", "tasks metrics web-1", "snapshots prepare a b"],
)
def test_what_would_change_the_node_is_refused(line: str) -> None:
    result = call("ctr", NODE_24, *line.split())
    assert (result.code, result.out) == (2, "")
    assert len(result.err.splitlines()) == 1


@pytest.mark.parametrize(
    "line",
    [
        "containers",
        "contaners ls",
        "containers ls --nope",
        "containers ls -b",
        "containers info",
        "containers info a b",
        "snapshots mounts x",
        "--json containers ls",
        "--daemon 3.0 containers ls",
        "--platform linux containers ls",
        "-n",
        "",
    ],
)
def test_wrong_usage_is_code_2(line: str) -> None:
    result = call("ctr", NODE_24, *line.split())
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("boltview: error: ")


def test_a_newer_command_is_not_known_to_1_6() -> None:
    for line in ("sandboxes ls", "images usage x", "info"):
        result = call("ctr", NODE_16, *line.split())
        assert result.code == 2
        assert "--daemon 2.4" in result.err
    assert call("ctr", NODE_16, "--daemon", "2.4", "sandboxes", "ls").code == 0


@pytest.mark.parametrize(
    ("line", "near"),
    [
        ("containers info web-3", "web-1"),
        ("images usage docker.io/library/busybox", "docker.io/library/busybox:1.35"),
        ("snapshots info web-3", ""),
        ("content get sha256:0", ""),
    ],
)
def test_what_is_not_found_is_code_1_with_what_is_near(line: str, near: str) -> None:
    result = call("ctr", NODE_24, *line.split())
    assert (result.code, result.out) == (1, "")
    assert "not found" in result.err
    assert near in result.err


def test_the_snapshots_of_an_image_are_its_layers_from_the_top() -> None:
    name = "registry.example.com/team/app:v1.2.3"
    result = call("ctr", NODE_24, "images", "usage", name)
    usage = (NODE_24.parent / "ctr/default.snapshots.overlayfs.usage.txt").read_text().splitlines()
    header, *rows = result.out.splitlines()
    assert header.split() == usage[0].split()
    parents = {}
    listed = (NODE_24.parent / "ctr/default.snapshots.overlayfs.ls.txt").read_text()
    for line in listed.splitlines()[1:]:
        key, *parent, _ = line.split()
        parents[key] = parent[0] if parent else None
    assert len(rows) == 3
    assert [row.split() for row in rows] == [
        line.split() for row in rows for line in usage if line.split()[0] == row.split()[0]
    ]
    keys = [row.split()[0] for row in rows]
    assert [parents[key] for key in keys] == [*keys[1:], None]


def test_the_document_of_a_sandbox_has_gos_keys_in_order() -> None:
    key = call("ctr", NODE_24, "-n", "k8s.io", "sandboxes", "ls").out.splitlines()[1].split()[0]
    result = call("ctr", NODE_24, "-n", "k8s.io", "s", "i", key)
    assert result.code == 0
    found = json.loads(result.out)
    assert list(found) == [
        "ID", "Labels", "Runtime", "Spec", "Sandboxer", "CreatedAt", "UpdatedAt", "Extensions",
    ]  # fmt: skip
    assert found["ID"] == key
    assert found["Sandboxer"] == "podsandbox"
    assert result.out.startswith('{\n    "ID": "')


def test_a_blob_is_written_as_it_is() -> None:
    blobs = NODE_24 / "var/lib/containerd/io.containerd.content.v1.content/blobs/sha256"
    digests = call("ctr", NODE_24, "content", "ls", "-q").out.split()
    assert digests
    for digest in digests:
        result = call("ctr", NODE_24, "content", "get", digest)
        assert result.code == 0
        assert result.raw == (blobs / digest.removeprefix("sha256:")).read_bytes()


def test_a_spoiled_blob_is_written_and_said(tmp_path: Path) -> None:
    root = tmp_path / "node"
    shutil.copytree(NODE_24, root)
    digest = call("ctr", root, "images", "ls").out.splitlines()[1].split()[2]
    blobs = root / "var/lib/containerd/io.containerd.content.v1.content/blobs/sha256"
    blob = blobs / digest.removeprefix("sha256:")
    blob.chmod(0o600)
    blob.write_bytes(b"{}")
    result = call("ctr", root, "content", "get", digest)
    assert (result.code, result.raw) == (4, b"{}")
    assert "does not have this digest" in result.err


def test_a_lone_database_is_answered_as_far_as_it_goes(tmp_path: Path) -> None:
    lone = tmp_path / "lone.db"
    shutil.copy(META_24, lone)
    snapshots = call("ctr", lone, "snapshots", "ls")
    assert snapshots.code == 0
    assert len(snapshots.out.splitlines()) == 11
    assert {line.split()[-1] for line in snapshots.out.splitlines()[1:]} == {"Unknown"}
    assert "the database of the snapshotter overlayfs is not there" in snapshots.err
    images = call("ctr", lone, "images", "ls")
    assert images.code == 0
    assert images.err.count("content store is not there") == 1
    tree = (NODE_24.parent / "ctr/default.snapshots.overlayfs.tree.txt").read_text()
    assert call("ctr", lone, "snapshots", "tree").out == tree


def test_another_database_is_refused() -> None:
    other = NODE_24 / "var/lib/containerd/io.containerd.snapshotter.v1.native/metadata.db"
    result = call("ctr", other, "images", "ls")
    assert result.code == 3
    assert "not a containerd metadata database" in result.err


def test_server_commands_say_what_they_cannot_know() -> None:
    plugins = call("ctr", NODE_24, "plugins", "ls")
    assert "io.containerd.snapshotter.v1    overlayfs" in plugins.out
    assert "only a running daemon" in plugins.err
    assert call("ctr", NODE_24, "plugins", "ls", "-q").out.split() == [
        line.split()[1] for line in plugins.out.splitlines()[1:]
    ]
    assert json.loads(call("ctr", NODE_24, "info").out) == {"server": {}}
    version = call("ctr", NODE_24, "version")
    assert version.out.startswith("Client:\n  Version:  ")
    assert "Server:\n  Version:  unknown\n" in version.out


def test_the_variables_of_ctr_are_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTAINERD_NAMESPACE", "k8s.io")
    monkeypatch.setenv("CONTAINERD_SNAPSHOTTER", "native")
    assert "sandbox" in call("ctr", NODE_24, "containers", "info", "--help").out
    assert (
        call("ctr", NODE_24, "containers", "ls").out
        == (NODE_24.parent / "ctr/k8s.io.containers.ls.txt").read_text()
    )
    assert (
        call("ctr", NODE_24, "-n", "default", "snapshots", "ls").out
        == (NODE_24.parent / "ctr/default.snapshots.native.ls.txt").read_text()
    )


def test_help_names_every_command() -> None:
    text = call("ctr", "--help").out
    for group, commands in COMMANDS.items():
        assert f"  {group:<11} {', '.join(filter(None, commands))}".rstrip() in text


class Terminal(StringIO):
    """An output that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_text_escaped_and_nothing_else(tmp_path: Path) -> None:
    blobs = tmp_path / "blobs/sha256"
    blobs.mkdir(parents=True)
    digests = []
    for raw in (b'{"a":\n"\x1b[2J\xc2\x9b"}\n', b"\x1f\x8b\x08\x00\xff\xfe"):
        name = hashlib.sha256(raw).hexdigest()
        (blobs / name).write_bytes(raw)
        digests.append(f"sha256:{name}")
    store = ContentStore(Folder(str(tmp_path), ""))
    assert list(copy_blob(store, digests[0], Terminal())) == ['{"a":', '"\\x1b[2J\\u009b"}']
    with pytest.raises(Refused, match="not safe on a terminal") as refused:
        copy_blob(store, digests[1], Terminal())
    assert refused.value.code == 2
