"""The file of the browser's memory: private, whole or not at all, never beside a database."""

import os
import threading
from pathlib import Path

import pytest

from boltview.cli.remember import Remembered, remembered
from boltview.report.memory import MAX_TEXT, Memory, Stay

STAY = Stay("view-tree", (b"v1",), (), ((b"v1",),), 1)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "evidence" / "meta.db"
    path.parent.mkdir()
    path.write_bytes(b"")
    return path


def test_a_place_is_found_again(tmp_path: Path, database: Path) -> None:
    folder = tmp_path / "state" / "boltview"
    Remembered(str(folder)).keep(str(database), STAY)
    assert Remembered(str(folder)).recall(str(database)) == STAY
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    moved = database.rename(database.with_name("moved.db"))
    assert Remembered(str(folder)).recall(str(moved)) == STAY
    assert list(database.parent.iterdir()) == [moved]


def test_nothing_is_written_beside_a_database(database: Path) -> None:
    for folder in (database.parent, database.parent / "deep" / "boltview"):
        Remembered(str(folder)).keep(str(database), STAY)
    assert list(database.parent.iterdir()) == [database]


def test_two_browsers_keep_what_the_other_one_kept(tmp_path: Path, database: Path) -> None:
    folder = str(tmp_path / "state")
    first, second = Remembered(folder), Remembered(folder)
    other = database.with_name("other.db")
    other.write_bytes(b"")
    first.keep(str(database), STAY)
    second.keep(str(other), STAY._replace(tab=2))
    first.prefer("dracula", "local")
    again = Remembered(folder)
    assert again.recall(str(database)) == STAY
    assert again.recall(str(other)) == STAY._replace(tab=2)
    assert (again.memory.theme, again.memory.zone) == ("dracula", "local")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"x" * (MAX_TEXT + 10), b"[]", b""])
def test_a_broken_memory_is_none(tmp_path: Path, database: Path, content: bytes) -> None:
    (tmp_path / "browser.json").write_bytes(content)
    found = Remembered(str(tmp_path))
    assert found.memory == Memory()
    assert found.recall(str(database)) is None


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "browser.json")
    done: list[Memory] = []
    thread = threading.Thread(
        target=lambda: done.append(Remembered(str(tmp_path)).memory), daemon=True
    )
    thread.start()
    thread.join(10)
    assert done == [Memory()]
    (tmp_path / "folder" / "browser.json").mkdir(parents=True)
    assert Remembered(str(tmp_path / "folder")).memory == Memory()


def test_a_folder_that_cannot_be_made_is_no_matter(tmp_path: Path, database: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    found = Remembered(str(tmp_path / "file" / "boltview"))
    found.keep(str(database), STAY)
    found.prefer("nord", "")
    assert found.recall(str(tmp_path / "missing.db")) is None


def test_where_it_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", "/nonexistent")
    found = remembered()
    assert found is not None
    found.prefer("nord", "")
    assert (tmp_path / "boltview" / "browser.json").exists()
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    assert remembered() is None
