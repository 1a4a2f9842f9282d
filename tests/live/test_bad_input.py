"""What goes wrong ends with a sentence and the right exit code; no half copy stands under its name.

The source is looked at before and after: its bytes, inode, mtime and, where O_NOATIME is allowed,
its atime are the same.
"""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from boltview.bolt import mounts
from boltview.cli.main import main
from boltview.forensics import take as taking

USAGE, UNREADABLE, INCOMPLETE, NO_COPY = 2, 3, 4, 5

Run = Callable[..., "subprocess.CompletedProcess[str]"]


TIMES = (1_000_000_000, 2_000_000_000)
"""atime and mtime of the source."""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def real(fixtures: Path) -> bytes:
    """The bytes of a real database."""
    root = fixtures / "containerd-1.6/root/var/lib/containerd"
    return (root / "io.containerd.metadata.v1.bolt/meta.db").read_bytes()


@pytest.fixture
def source(tmp_path: Path, real: bytes) -> Iterator[Path]:
    """A real database, which must be untouched at the end."""
    path = tmp_path / "source" / "meta.db"
    path.parent.mkdir()
    path.write_bytes(real)
    os.utime(path, ns=TIMES)
    inode = path.stat().st_ino
    yield path
    after = path.stat()
    assert (after.st_atime_ns, after.st_mtime_ns) == TIMES
    assert after.st_ino == inode
    assert path.read_bytes() == real
    assert names(path.parent) == ["meta.db"]


@pytest.fixture
def boltview(root: Path) -> Run:
    """The program, in a process of its own."""

    def run(
        *arguments: str | Path, prefix: tuple[str, ...] = ()
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*prefix, sys.executable, "-m", "boltview", *map(str, arguments)],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run


def assert_refused(
    done: "subprocess.CompletedProcess[str]", code: int, says: str, destination: Path
) -> None:
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("boltview: error: ")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert [name for name in names(destination.parent) if destination.name in name] == []


def test_a_missing_source(boltview: Run, tmp_path: Path) -> None:
    done = boltview("snapshot", tmp_path / "no.db", tmp_path / "copy")
    assert_refused(done, UNREADABLE, "no.db: No such file", tmp_path / "copy")


def test_a_source_that_is_no_bolt_file(boltview: Run, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello" * 4000)
    done = boltview("snapshot", tmp_path / "text", tmp_path / "copy")
    assert_refused(done, UNREADABLE, "not a bolt file", tmp_path / "copy")


def test_a_truncated_source(boltview: Run, real: bytes, tmp_path: Path) -> None:
    cut = tmp_path / "cut.db"
    cut.write_bytes(real[:40960])
    done = boltview("snapshot", cut, tmp_path / "copy")
    assert_refused(done, NO_COPY, "the file ends after 10 of 159 pages", tmp_path / "copy")


@pytest.mark.parametrize("taken", ["copy", "copy.json"])
def test_a_destination_that_exists(boltview: Run, source: Path, tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).write_text("mine")
    done = boltview("snapshot", source, tmp_path / "copy")
    assert done.returncode == USAGE
    assert f"{taken}: it exists; nothing is ever overwritten" in done.stderr
    assert (tmp_path / taken).read_text() == "mine"
    assert [name for name in names(tmp_path) if "copy" in name] == [taken]


def test_a_destination_that_is_the_source(boltview: Run, source: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(source)
    for destination in (source, link):
        done = boltview("snapshot", source, destination)
        assert done.returncode == USAGE
        assert "it exists" in done.stderr


def test_a_destination_in_a_folder_that_is_not_there(
    boltview: Run, source: Path, tmp_path: Path
) -> None:
    done = boltview("snapshot", source, tmp_path / "no" / "copy")
    assert done.returncode == USAGE
    assert "copy: it cannot be made: No such file or directory" in done.stderr


def as_nobody() -> tuple[str, ...]:
    if os.geteuid() != 0:
        return ()
    return ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


def test_a_source_without_permission(boltview: Run, require: Callable[[str], str]) -> None:
    if os.geteuid() == 0:
        require("setpriv")
    place = Path("/var/tmp") / f"boltview-{os.getpid()}"  # noqa: S108  nobody may enter tmp_path
    place.mkdir(mode=0o755)
    try:
        path = place / "secret.db"
        path.touch(mode=0o000)
        place.chmod(0o777)
        done = boltview("snapshot", path, place / "copy", prefix=as_nobody())
        assert_refused(done, UNREADABLE, "secret.db: Permission denied", place / "copy")
    finally:
        shutil.rmtree(place)


def test_a_terminal_is_no_destination(root: Path, source: Path) -> None:
    ours, theirs = os.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "boltview", "snapshot", str(source), "-"],
            cwd=root,
            stdout=theirs,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == USAGE
    assert "not for a terminal" in done.stderr


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk(boltview: Run, source: Path, small_disk: Path) -> None:
    done = boltview("snapshot", source, small_disk / "copy")
    assert_refused(done, UNREADABLE, "copy: No space left on device", small_disk / "copy")
    assert names(small_disk) == []
    done = boltview("snapshot", source.parent, small_disk / "bundle")
    assert_refused(done, UNREADABLE, "No space left on device", small_disk / "bundle")
    assert names(small_disk) == []


def test_no_proc(boltview: Run, source: Path, tmp_path: Path) -> None:
    """The protocol needs no list of locks; the record says that there was none."""
    if os.geteuid() != 0:
        pytest.skip("only root can unmount /proc, in a namespace of its own")
    script = 'umount -l /proc && exec "$0" "$@"'
    prefix = ("unshare", "--mount", "sh", "-c", script)
    if boltview("--version", prefix=prefix).returncode:
        pytest.skip("mount namespaces are not allowed here")
    done = boltview("snapshot", source, tmp_path / "copy", prefix=prefix)
    assert done.returncode == 0, done.stderr
    assert "cannot be told" in done.stdout
    assert '"locks_listed": false' in (tmp_path / "copy.json").read_text()
    assert names(tmp_path) == ["copy", "copy.json", "source"]
    # Other commands then read a copy: somebody may be writing.
    done = boltview("info", source, prefix=prefix)
    assert done.returncode == 0
    assert "consistent copy of revision" in done.stderr


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file system is taken for a network one, and readings lie close together."""
    monkeypatch.setattr(mounts, "REMOTE", frozenset({"ext4", "tmpfs", "xfs", "btrfs", "overlay"}))
    monkeypatch.setattr(taking, "_APART", 0.3)


@pytest.mark.usefixtures("remote")
def test_a_network_file_system_at_rest(source: Path, tmp_path: Path) -> None:
    assert main(["snapshot", str(source), str(tmp_path / "copy"), "--quiet"]) == 0
    assert main(["snapshot", "--verify", str(tmp_path / "copy")]) == 0


@pytest.mark.usefixtures("remote")
def test_a_network_file_system_in_use(
    real: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    live = tmp_path / "live.db"
    live.write_bytes(real)

    def change() -> None:
        time.sleep(0.15)
        with live.open("r+b") as file:
            file.seek(100 * 4096 + 4000)
            file.write(os.urandom(8))

    thread = threading.Thread(target=change)
    thread.start()
    assert main(["snapshot", str(live), str(tmp_path / "copy")]) == NO_COPY
    thread.join()
    assert "network file system" in capsys.readouterr().err
    assert not (tmp_path / "copy").exists()


def test_a_clone_where_there_can_be_none(boltview: Run, source: Path, small_disk: Path) -> None:
    """Not from one file system to another."""
    done = boltview("snapshot", "--reflink", source, small_disk / "copy")
    assert_refused(done, USAGE, "no clone of", small_disk / "copy")


def test_only_the_current_revision(boltview: Run, source: Path, tmp_path: Path) -> None:
    done = boltview("snapshot", source, tmp_path / "copy", "--revision", "previous")
    assert_refused(done, USAGE, "only the current revision", tmp_path / "copy")


def test_a_damaged_source_is_copied_and_said_to_be_damaged(
    boltview: Run, real: bytes, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.db"
    data = bytearray(real)
    root = int.from_bytes(data[4096 + 32 : 4096 + 40], "little")
    data[root * 4096] ^= 0xFF
    other = int.from_bytes(data[32:40], "little")
    data[other * 4096] ^= 0xFF if other != root else 0
    damaged.write_bytes(data)
    done = boltview("snapshot", damaged, tmp_path / "copy")
    assert done.returncode == INCOMPLETE
    assert "consistent, but the database is damaged" in done.stdout
    assert boltview("snapshot", "--verify", tmp_path / "copy").returncode == 0
