"""A file appears whole under its name or not at all, whatever ends the program."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from boltview.bolt.errors import CannotWrite
from boltview.forensics import files
from boltview.forensics.files import NewFile, UnusableDestination, unnamed_file


def refuse_unnamed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system, or a machine without /proc, that knows only files with names."""
    monkeypatch.setattr(files, "_OWN_FILES", "/nowhere")


def refuse_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """FAT: no unnamed files, no links."""
    refuse_unnamed(monkeypatch)

    def link(*_paths: str) -> None:
        raise OSError(errno.EPERM, "no links")

    monkeypatch.setattr(os, "link", link)


WAYS = {"unnamed": lambda _patch: None, "named": refuse_unnamed, "without links": refuse_links}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each way of making a file."""
    ways: dict[str, Callable[[pytest.MonkeyPatch], None]] = WAYS
    ways[request.param](monkeypatch)
    return str(request.param)


@pytest.mark.usefixtures("way")
def test_a_published_file_is_there_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "copy"
    with NewFile(str(path)) as new:
        new.write(b"whole")
        assert not path.exists()
        new.write_back()
        new.publish()
    assert path.read_bytes() == b"whole"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.usefixtures("way")
def test_a_file_not_published_leaves_nothing(tmp_path: Path) -> None:
    with NewFile(str(tmp_path / "copy")) as new:
        new.write(b"half")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("way")
def test_a_name_taken_meanwhile_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "copy"
    with NewFile(str(path)) as new:
        path.write_text("mine")
        with pytest.raises(UnusableDestination, match="it exists now"):
            new.publish()
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_a_dangling_link_is_a_name_taken(tmp_path: Path) -> None:
    (tmp_path / "copy").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UnusableDestination, match="it exists"):
        NewFile(str(tmp_path / "copy"))


def test_a_failure_of_the_disk_met_early_is_told_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel tells it once, to the thread; it must not be lost there."""
    failures = [OSError(errno.EIO, "Input/output error")]

    def fsync(_fd: int) -> None:
        if failures:
            raise failures.pop()

    monkeypatch.setattr(os, "fsync", fsync)
    with NewFile(str(tmp_path / "copy")) as new:
        new.write_back()
        with pytest.raises(CannotWrite, match="Input/output error"):
            new.publish()
    assert list(tmp_path.iterdir()) == []


def test_a_temporary_file_has_no_name(tmp_path: Path) -> None:
    fd = unnamed_file(str(tmp_path))
    os.write(fd, b"something")
    assert os.fstat(fd).st_nlink == 0
    assert list(tmp_path.iterdir()) == []
    os.close(fd)


def test_no_temporary_file_where_there_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="no temporary file can be made"):
        unnamed_file(str(tmp_path / "no"))


_KILLED = """
import os, sys
from boltview.forensics.files import NewFile, unnamed_file
folder = sys.argv[1]
spill = unnamed_file(folder)
os.write(spill, bytes(100_000))
with NewFile(folder + "/copy") as new:
    new.write(bytes(100_000))
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_program_leaves_nothing(tmp_path: Path, root: Path, how: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(tmp_path)],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as child:
        assert child.stdout
        assert child.stdout.readline() == b"ready\n"
        child.send_signal(how)
        assert child.wait() != 0
    assert list(tmp_path.iterdir()) == []
