"""What happens to the source in the middle of a copy, and the ways a copy can take."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from boltview.bolt import snapshot as copying
from boltview.bolt.database import Database
from boltview.bolt.errors import NoConsistentCopy, UnreadableFile
from boltview.bolt.metawatch import build_meta_pages
from boltview.bolt.snapshot import copy_live
from boltview.bolt.source import FileSource
from boltview.bolt.target import FileTarget
from boltview.bolt.walk import walk
from boltview.cli.main import main
from boltview.forensics.files import unnamed_file
from boltview.forensics.follow import follow
from boltview.forensics.take import Manner, take

ROOT_16 = "containerd-1.6/root/var/lib/containerd/io.containerd.metadata.v1.bolt/meta.db"


@pytest.fixture
def live(tmp_path: Path, fixtures: Path) -> Path:
    """A database that may be changed."""
    path = tmp_path / "live.db"
    shutil.copyfile(fixtures / ROOT_16, path)
    return path


@pytest.fixture
def fd(tmp_path: Path) -> Iterator[int]:
    """Where the copy goes."""
    opened = unnamed_file(str(tmp_path))
    yield opened
    os.close(opened)


def once(act: Callable[[], object]) -> Callable[[int, int], None]:
    """A progress callback that does something the first time it is called."""
    left = [act]

    def progress(_done: int, _total: int) -> None:
        if left:
            left.pop()()

    return progress


def test_a_source_that_is_replaced_is_copied_anew(live: Path, fd: int, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    shutil.copyfile(live, other)
    inode = other.stat().st_ino
    manner = Manner(progress=once(lambda: other.replace(live)))
    record = take(str(live), fd, "copy", manner)
    assert record.inode == inode
    assert record.verdict == "consistent"


def test_a_source_that_disappears_ends_it(live: Path, fd: int) -> None:
    with pytest.raises(UnreadableFile, match=r"live\.db: No such file"):
        take(str(live), fd, "copy", Manner(progress=once(live.unlink)))


def test_a_source_that_is_truncated_ends_it(live: Path, fd: int) -> None:
    manner = Manner(progress=once(lambda: os.truncate(live, 81_920)))
    with pytest.raises(NoConsistentCopy, match="ends after 20 of 159 pages"):
        take(str(live), fd, "copy", manner)


def test_a_source_that_is_emptied_ends_it(
    live: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        "boltview.cli.snapshot.Manner",
        lambda *args, **options: Manner(
            *args, **(options | {"progress": once(lambda: os.truncate(live, 0))})
        ),
    )
    assert main(["snapshot", str(live), str(tmp_path / "copy")]) == 3
    assert capsys.readouterr().err.startswith("boltview: error: ")
    assert not (tmp_path / "copy").exists()


def test_ctrl_c_leaves_nothing(live: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(
        "boltview.cli.snapshot.Manner",
        lambda *args, **options: Manner(*args, **(options | {"progress": once(interrupt)})),
    )
    # Stdout is pytest's own here, and not to be given up.
    monkeypatch.setattr("boltview.cli.main._give_up_output", lambda: None)
    assert main(["snapshot", str(live), str(tmp_path / "copy")]) == 130
    assert list(tmp_path.iterdir()) == [live]


def test_a_large_copy_goes_to_a_file_without_name(
    live: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "SPILL", 100_000)
    spilled = []

    def spill() -> FileTarget:
        spilled.append(FileTarget(unnamed_file(str(tmp_path)), "copy", owned=True))
        return spilled[-1]

    file = FileSource(str(live))
    copy = copy_live(file, spill=spill)
    file.close()
    assert len(spilled) == 1
    spilled.clear()
    assert list(tmp_path.iterdir()) == [live]
    # The copy outlives what made it, and reads as the original does.
    ours, original = Database(copy.source).revision(), Database.open(str(live)).revision()
    shown = [[repr(visit.entry) for visit in walk(r, r.root)] for r in (ours, original)]
    assert len(shown[0]) > 100
    assert shown[0] == shown[1]


def test_holes_stay_holes(fd: int, live: Path) -> None:
    """Pages that nobody ever wrote: here a megabyte of them in the middle."""
    data = bytearray(live.read_bytes())
    size = 159 * 4096
    del data[size:]
    high_water = 159 + 256
    meta = Database.open(str(live)).metas.current
    data[: 2 * 4096] = build_meta_pages(meta._replace(high_water=high_water))
    live.write_bytes(data)
    os.truncate(live, high_water * 4096)
    take(str(live), fd, "copy", Manner())
    assert os.fstat(fd).st_size == high_water * 4096
    assert os.fstat(fd).st_blocks * 512 <= size + 65_536


def test_a_clone_is_verified_as_any_copy(
    live: Path, fd: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FICLONE, played by a copy: its newest revision, with both metas on it."""

    def ficlone(destination: int, request: int, source: int) -> int:
        assert request == 0x40049409
        os.pwrite(destination, os.pread(source, 1 << 30, 0), 0)
        return 0

    monkeypatch.setattr(fcntl, "ioctl", ficlone)
    record = take(str(live), fd, "copy", Manner(reflink=True))
    assert (record.method, record.verdict) == ("reflink", "consistent")
    assert record.copy_size == os.fstat(fd).st_size == 159 * 4096


def test_following_tells_when_another_file_takes_the_path(live: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    shutil.copyfile(live, other)
    views = follow(str(live), None, lambda _seconds: None)
    assert not next(views).is_replaced
    other.replace(live)
    assert next(views).is_replaced
    live.unlink()
    with pytest.raises(UnreadableFile, match="No such file"):
        next(views)
