"""A file is written whole under its name, or not at all, and never over another."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from boltview.bolt.errors import UnreadableFile
from boltview.forensics.extract import write_new
from boltview.forensics.files import UnusableDestination


def test_pieces_become_a_file(tmp_path: Path) -> None:
    path = tmp_path / "new"
    seen = [(done, path.exists()) for done in write_new(str(path), [b"one", b"", b"two"])]
    assert seen == [(3, False), (3, False), (6, False)]
    assert path.read_bytes() == b"onetwo"
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_is_given_up_leaves_nothing_behind(tmp_path: Path) -> None:
    writing = write_new(str(tmp_path / "new"), [b"one", b"two"])
    next(writing)
    writing.close()  # type: ignore[attr-defined]
    assert list(tmp_path.iterdir()) == []


def test_a_source_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    def failing() -> Iterator[bytes]:
        yield b"one"
        raise UnreadableFile("the disk fails")

    with pytest.raises(UnreadableFile):
        list(write_new(str(tmp_path / "new"), failing()))
    assert list(tmp_path.iterdir()) == []


def test_nothing_that_exists_is_written_to(tmp_path: Path) -> None:
    database = tmp_path / "meta.db"
    database.write_bytes(b"evidence")
    link, hard, lost = tmp_path / "link", tmp_path / "hard", tmp_path / "lost"
    link.symlink_to(database)
    hard.hardlink_to(database)
    lost.symlink_to(tmp_path / "nowhere")
    for path in (database, link, hard, lost, tmp_path, tmp_path / "no" / "folder"):
        with pytest.raises(UnusableDestination):
            list(write_new(str(path), [b"x"]))
    assert database.read_bytes() == b"evidence"
    assert not (tmp_path / "nowhere").exists()
