"""All of a node's databases in one bundle: a tar stream or a folder, each with its record."""

import hashlib
import io
import json
import shutil
import tarfile
from pathlib import Path

import pytest

from boltview.cli.main import main

META = "io.containerd.metadata.v1.bolt/meta.db"
IN_ROOT = {
    META,
    "io.containerd.snapshotter.v1.native/metadata.db",
    "io.containerd.snapshotter.v1.overlayfs/metadata.db",
}
MOUNTS = "run/containerd/io.containerd.mount-manager.v1.bolt/mounts.db"


@pytest.fixture
def image(fixtures: Path) -> Path:
    """The root of a real node's file system."""
    return fixtures / "containerd-2.4" / "root"


def in_image() -> set[str]:
    return {f"var/lib/containerd/{name}" for name in IN_ROOT} | {MOUNTS}


def test_a_folder_holds_the_whole_node(
    image: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "node"
    assert main(["snapshot", str(image), str(folder)]) == 0
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert files == in_image() | {f"{name}.json" for name in in_image()} | {"bundle.json"}
    assert [path.name for path in tmp_path.iterdir()] == ["node"]
    index = json.loads((folder / "bundle.json").read_text())
    for entry in index["databases"]:
        data = (folder / entry["name"]).read_bytes()
        assert entry["sha256"] == hashlib.sha256(data).hexdigest()
    capsys.readouterr()
    assert main(["snapshot", "--verify", str(folder)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert sorted(told) == sorted(f"{name}: as recorded" for name in in_image())
    # It is laid out as a node, so it can be looked into as one.
    assert main(["info", str(folder), "--quiet"]) == 0


def test_a_stream_holds_the_same(
    image: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    root = image / "var/lib/containerd"
    assert main(["snapshot", str(root), "-", "--quiet"]) == 0
    stream = capfdbinary.readouterr().out
    with tarfile.open(fileobj=io.BytesIO(stream)) as tar:
        names = {name for name in tar.getnames() if not name.endswith(".json")}
        assert {name for name in names if not name.startswith("outside/")} == IN_ROOT
        assert any(name.endswith(MOUNTS) for name in names)
        assert all(f"{name}.json" in tar.getnames() for name in names)
        assert all(not name.startswith("/") and ".." not in name for name in names)
    path = tmp_path / "node.tar"
    path.write_bytes(stream)
    assert main(["snapshot", "--verify", str(path)]) == 0
    # A byte of a database, somewhere within its pages.
    spoilt = bytearray(stream)
    spoilt[100_000] ^= 1
    path.write_bytes(spoilt)
    assert main(["snapshot", "--verify", str(path)]) == 1
    assert b"NOT as recorded" in capfdbinary.readouterr().out


def test_a_tar_is_a_destination_too(image: Path, tmp_path: Path) -> None:
    path = tmp_path / "node.tar"
    assert main(["snapshot", str(image), str(path), "--quiet"]) == 0
    with tarfile.open(path) as tar:
        assert {name for name in tar.getnames() if not name.endswith(".json")} == in_image()
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_copied_keeps_nothing_else_from_it(
    image: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    node = tmp_path / "image"
    shutil.copytree(image, node)
    broken = node / "var/lib/containerd/io.containerd.snapshotter.v1.native/metadata.db"
    broken.write_bytes(b"nothing of the kind" * 1000)
    folder = tmp_path / "node"
    assert main(["snapshot", str(node), str(folder)]) == 3
    assert "native/metadata.db: not copied: not a bolt file" in capsys.readouterr().err
    index = json.loads((folder / "bundle.json").read_text())
    verdicts = [entry["verdict"] for entry in index["databases"]]
    assert sorted(verdicts) == ["consistent"] * 3 + ["not copied"]
    assert not (folder / broken.relative_to(node)).exists()


@pytest.mark.parametrize("name", ["node", "node.tar"])
def test_a_destination_that_exists_is_left_alone(image: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    assert main(["snapshot", str(image), str(tmp_path / name)]) == 2
    assert list((tmp_path / name).iterdir()) == []
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_without_records_proves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "empty.tar"
    tarfile.open(path, "w").close()
    assert main(["snapshot", "--verify", str(path)]) == 3
    path.write_bytes(b"no tar at all" * 100)
    assert main(["snapshot", "--verify", str(path)]) == 3
