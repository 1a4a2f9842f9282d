"""A folder appears whole or not at all, and takes the place of nothing but its like."""

from pathlib import Path

import pytest

from boltview.forensics.files import UnusableDestination
from boltview.forensics.folder import NewFolder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


OLDER = frozenset({"a", "b"})


def fill(path: Path, older: frozenset[str] = frozenset()) -> None:
    with NewFolder(str(path), older) as folder:
        (Path(folder.place) / "a").write_text("new")
        assert not (path / "a").exists() or (path / "a").read_text() != "new"
        folder.publish()


def test_it_is_there_when_all_is_in_it(tmp_path: Path) -> None:
    fill(tmp_path / "out")
    assert (tmp_path / "out/a").read_text() == "new"
    assert names(tmp_path) == ["out"]
    assert (tmp_path / "out").stat().st_mode & 0o077 == 0


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    fill(tmp_path / "out")
    assert (tmp_path / "out/a").read_text() == "new"


def test_nothing_is_left_of_what_was_not_finished(tmp_path: Path) -> None:
    def interrupted() -> None:
        with NewFolder(str(tmp_path / "out")) as folder:
            (Path(folder.place) / "a").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert names(tmp_path) == []


@pytest.mark.parametrize("older", [frozenset[str](), OLDER])
def test_what_is_no_older_one_is_left_as_it_is(tmp_path: Path, older: frozenset[str]) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/a").write_text("old")
    (tmp_path / "out/precious").write_text("mine")
    with pytest.raises(UnusableDestination, match="not empty"):
        fill(tmp_path / "out", older)
    assert (tmp_path / "out/a").read_text() == "old"
    assert names(tmp_path) == ["out"]


def test_an_older_one_is_replaced_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/a").write_text("old")
    (tmp_path / "out/b").write_text("old")
    fill(tmp_path / "out", OLDER)
    assert names(tmp_path / "out") == ["a"]
    assert names(tmp_path) == ["out"]


def test_a_name_taken_meanwhile_is_left_as_it_is(tmp_path: Path) -> None:
    with NewFolder(str(tmp_path / "out")) as folder:
        (tmp_path / "out").mkdir()
        (tmp_path / "out/theirs").write_text("theirs")
        with pytest.raises(UnusableDestination):
            folder.publish()
    assert (tmp_path / "out/theirs").read_text() == "theirs"
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("name", ["file", "file/out", "missing/out", "nul\0"])
def test_where_no_folder_can_be_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnusableDestination):
        NewFolder(str(tmp_path / name))
