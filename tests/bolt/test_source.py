"""What can be opened is a regular file; all else is refused, at once and without being touched."""

import os
import socket
from pathlib import Path

import pytest

from boltview.bolt.bucket import Pair
from boltview.bolt.database import Database
from boltview.bolt.errors import BoltError, NotABoltFile, UnreadableFile
from boltview.bolt.source import FileSource, MemorySource
from tests.bolt.build import Image


@pytest.fixture
def database(tmp_path: Path) -> Path:
    image = Image()
    path = tmp_path / "test.db"
    path.write_bytes(image.finish(image.leaf((b"key", b"value"))))
    return path


def test_a_file_is_opened_by_its_path(database: Path) -> None:
    found = Database.open(str(database)).revision().root.get(b"key")
    assert isinstance(found, Pair)
    assert found.value == b"value"


@pytest.mark.parametrize("size", [0, 1, 79, 4095])
def test_an_empty_or_tiny_file_is_no_database(tmp_path: Path, size: int) -> None:
    path = tmp_path / "tiny"
    path.write_bytes(bytes(size))
    with pytest.raises(NotABoltFile):
        Database.open(str(path))


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="No such file"):
        Database.open(str(tmp_path / "missing"))
    assert not list(tmp_path.iterdir())


def test_a_directory(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="not a regular file"):
        Database.open(str(tmp_path))


def test_a_fifo_does_not_hang(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    with pytest.raises(UnreadableFile, match="not a regular file"):
        Database.open(str(path))


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_device(device: str) -> None:
    with pytest.raises(UnreadableFile, match="not a regular file"):
        Database.open(device)


def test_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        with pytest.raises(UnreadableFile, match="socket"):
            Database.open("socket")


def test_a_dangling_link(tmp_path: Path) -> None:
    path = tmp_path / "link"
    path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(UnreadableFile):
        Database.open(str(path))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(database: Path) -> None:
    database.chmod(0)
    with pytest.raises(UnreadableFile, match="Permission denied"):
        Database.open(str(database))


@pytest.mark.parametrize("path", ["", "a\0b"])
def test_a_path_that_cannot_be(path: str) -> None:
    with pytest.raises(UnreadableFile):
        Database.open(path)


def test_a_failed_opening_leaves_no_descriptor(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        with pytest.raises(UnreadableFile):
            FileSource(str(tmp_path))
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_reading_changes_neither_content_nor_times(database: Path) -> None:
    def state() -> tuple[int, int, int, bytes]:
        info = database.stat()
        return info.st_mtime_ns, info.st_ctime_ns, info.st_mode, database.read_bytes()

    database.chmod(0o400)
    before = state()
    list(Database.open(str(database)).revision().root.entries())
    assert state() == before


@pytest.mark.parametrize("in_memory", [True, False], ids=["memory", "file"])
@pytest.mark.parametrize(
    ("offset", "length", "expected"),
    [
        (0, 4, b"0123"),
        (6, 4, b"6789"),
        (6, 5, b"6789"),
        (6, 2**62, b"6789"),
        (10, 1, b""),
        (2**63, 1, b""),
        (0, 0, b""),
        (0, -1, b""),
        (-1, 4, b""),
    ],
)
def test_a_read_ends_where_the_source_ends(
    tmp_path: Path, offset: int, length: int, expected: bytes, *, in_memory: bool
) -> None:
    path = tmp_path / "digits"
    path.write_bytes(b"0123456789")
    source = MemorySource(b"0123456789") if in_memory else FileSource(str(path))
    assert source.size == 10
    assert source.read(offset, length) == expected


def test_a_file_that_shrinks_while_it_is_read_gives_no_short_values(tmp_path: Path) -> None:
    image = Image()
    leaves = [image.leaf((b"%02d" % n, b"x" * 9000)) for n in range(20)]
    root = image.branch(*((b"%02d" % n, leaf) for n, leaf in enumerate(leaves)))
    data = image.finish(root)
    for size in range(4096, len(data), 5000):
        path = tmp_path / str(size)
        path.write_bytes(data)
        bucket = Database.open(str(path)).revision().root
        first = bucket.get(b"00")
        assert isinstance(first, Pair)
        os.truncate(path, size)
        try:
            values = [entry.value for entry in bucket.entries() if isinstance(entry, Pair)]
        except BoltError:
            continue
        assert set(values) <= {b"x" * 9000}


def test_a_closed_file_cannot_be_read(database: Path) -> None:
    source = FileSource(str(database))
    source.close()
    source.close()
    with pytest.raises(UnreadableFile):
        source.read(0, 16)
