"""Every form of PATH and KEY that the contract names leads to the same answer."""

import json
from pathlib import Path

import pytest

from boltview.cli import session
from boltview.containerd.locate import CONTAINERD_ROOTS, METADATA
from tests.cli.runner import META_24, NODE_16, NODE_24, SHAPES, call, process


def txid(*arguments: str | Path) -> int:
    result = call("info", *arguments, "--json")
    assert result.code == 0
    found: int = json.loads(result.out)["txid"]
    return found


@pytest.mark.parametrize(
    "path",
    [META_24, META_24.parent, NODE_24 / "var/lib/containerd", NODE_24],
    ids=["file", "folder", "containerd root", "node image"],
)
def test_forms_of_path(path: Path) -> None:
    # fixtures/README.md: 499 in the 2.4 node.
    assert txid(path) == 499


@pytest.mark.parametrize("root", CONTAINERD_ROOTS)
def test_the_roots_of_distributions(root: str, tmp_path: Path) -> None:
    path = tmp_path / root / METADATA
    path.parent.mkdir(parents=True)
    path.write_bytes(META_24.read_bytes())
    assert txid(tmp_path) == 499


def test_a_configured_root_and_a_note_on_the_other(tmp_path: Path) -> None:
    for node, root in ((NODE_16, "var/lib/containerd"), (NODE_24, "data/containerd")):
        path = tmp_path / root / METADATA
        path.parent.mkdir(parents=True)
        path.write_bytes((node / "var/lib/containerd" / METADATA).read_bytes())
    (tmp_path / "etc/containerd").mkdir(parents=True)
    (tmp_path / "etc/containerd/config.toml").write_text('root = "/data/containerd"\n')
    result = call("info", tmp_path, "--json")
    assert json.loads(result.out)["txid"] == 499
    assert f"also here: {tmp_path}/var/lib/containerd/{METADATA}" in result.err
    assert call("info", tmp_path, "--json", "--quiet").err == ""


def test_a_link_of_an_image_stays_within_it(tmp_path: Path) -> None:
    (tmp_path / "var/lib").mkdir(parents=True)
    (tmp_path / "var/lib/containerd").symlink_to(NODE_24 / "var/lib/containerd")
    result = call("info", tmp_path)
    assert (result.code, result.out) == (3, "")


def test_without_a_path_the_local_node_is_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(session, "LOCAL_NODE", str(NODE_24))
    assert txid() == 499
    assert call("ls").out == "▸ v1\n"
    assert call("get").code == 0
    monkeypatch.setattr(session, "LOCAL_NODE", str(tmp_path))
    result = call("info")
    assert (result.code, result.out) == (3, "")


def test_a_local_node_without_containerd_is_an_error_of_one_line() -> None:
    if Path("/var/lib/containerd").exists():
        pytest.skip("this machine has a containerd of its own")
    result = process("info")
    assert result.code == 3
    assert result.err.startswith("boltview: error: /: no containerd database")


@pytest.mark.parametrize(
    "key",
    [
        ["v1/default/images/docker.io/library/busybox:1.35/target/size"],
        ["v1/default/images/docker.io%2Flibrary%2Fbusybox:1.35/target/size"],
        ["v1", "default", "images", "docker.io/library/busybox:1.35", "target", "size"],
        ["/v1/default/images/", "docker.io/library/busybox:1.35/", "/target/size/"],
        ["0x7631/default/images/docker.io/library/busybox:1.35/target/0x73697a65"],
        ["v%31/default/images/docker.io/library/busybox%3A1.35/target/size"],
    ],
)
def test_forms_of_key(key: list[str]) -> None:
    # 422 bytes: the manifest, as `ctr content ls` lists it.
    assert call("get", META_24, *key).out == "422\n"


def test_every_printed_path_is_a_key() -> None:
    printed = call("tree", SHAPES / "hostile.db", "--jsonl").out.splitlines()
    for line in map(json.loads, printed):
        result = call("get", SHAPES / "hostile.db", line["path"], "--json")
        assert result.code == 0
        if line["kind"] == "value":
            assert json.loads(result.out) == line["value"]


@pytest.mark.parametrize("words", [["ls"], ["tree"], ["get"]])
def test_no_such_key(words: list[str]) -> None:
    result = call(*words, META_24, "v1/default/contaners/web-1")
    assert (result.code, result.out) == (1, "")
    assert result.err == (
        "boltview: error: no key contaners/web-1 in v1/default; there is containers\n"
    )


def test_a_value_is_no_bucket() -> None:
    assert call("get", META_24, "v1/version/below").code == 1
    assert call("ls", META_24, "v1/version").out.startswith("  version  4")
