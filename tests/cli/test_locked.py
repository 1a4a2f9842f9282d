"""A file that a writer holds is copied and read, never locked, and the copy is spoken of."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.runner import META_24, SHAPES, Hold, call, process

pytestmark = pytest.mark.skipif(
    not Path("/proc/locks").exists(), reason="locks are told by Linux's /proc/locks"
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "meta.db"
    path.write_bytes(META_24.read_bytes())
    return path


def name_of(child: "subprocess.Popen[str]") -> str:
    return Path(f"/proc/{child.pid}/comm").read_text().strip()


def test_info_names_the_holder_and_reads_a_copy(database: Path, hold: Hold) -> None:
    child = hold(database, "LOCK_EX")
    result = process("info", database)
    assert result.code == 0
    holder = f"held by {name_of(child)} (pid {child.pid})"
    assert f"{holder}, exclusive, as for writing" in result.out
    assert f"consistent copy of revision 499, {holder}" in result.out
    assert result.err == (f"boltview: {database}: consistent copy of revision 499, {holder}\n")


def test_info_as_json(database: Path, hold: Hold) -> None:
    child = hold(database, "LOCK_EX")
    document = json.loads(call("info", database, "--json", "--quiet").out)
    assert document["lock"] == {"pid": child.pid, "name": name_of(child), "mode": "write"}
    assert document["size"] == database.stat().st_size
    assert document["txid"] == 499
    assert document["damage"] == []


@pytest.mark.parametrize("words", [["get"], ["tree", "--jsonl"], ["ls"], ["schema", "--for"]])
def test_what_is_read_is_what_is_there(words: list[str], database: Path, hold: Hold) -> None:
    before = call(*words, database)
    hold(database, "LOCK_EX")
    result = call(*words, database)
    assert (result.code, result.out) == (0, before.out)
    assert "consistent copy of revision 499" in result.err
    assert call(*words, database, "--quiet").err == ""


def test_in_place_reads_the_file_itself_and_says_so(database: Path, hold: Hold) -> None:
    child = hold(database, "LOCK_EX")
    result = call("info", database, "--in-place")
    assert result.code == 0
    assert f"read in place although it is being written, held by {name_of(child)}" in result.err


def test_live_copies_though_no_writer_is_seen(database: Path) -> None:
    result = call("info", database, "--live")
    assert result.code == 0
    assert "consistent copy of revision 499\n" in result.err


def test_a_reader_is_no_writer(database: Path, hold: Hold) -> None:
    child = hold(database, "LOCK_SH")
    result = call("info", database)
    assert (result.code, result.err) == (0, "")
    assert f"(pid {child.pid}), shared" in result.out
    assert "read       in place" in result.out


def test_the_holder_keeps_its_lock_and_others_can_get_it_after(database: Path, hold: Hold) -> None:
    """A daemon that starts while we read finds no lock of ours in its way."""
    first = hold(database, "LOCK_SH")
    call("tree", database)
    hold(database, "LOCK_SH")
    first.communicate()
    assert first.returncode == 0


def test_a_copy_of_a_live_file_holds_no_previous_revision(hold: Hold, tmp_path: Path) -> None:
    path = tmp_path / "live.db"
    path.write_bytes((SHAPES / "previous-differs.db").read_bytes())
    hold(path, "LOCK_EX")
    result = call("ls", path, "--revision", "previous")
    assert (result.code, result.out) == (1, "")
    assert "--in-place" in result.err
    assert call("ls", path, "--revision", "previous", "--in-place").code == 0


def test_a_file_cut_short_has_no_consistent_copy(hold: Hold, tmp_path: Path) -> None:
    path = tmp_path / "cut.db"
    path.write_bytes(META_24.read_bytes()[: 100 * 4096])
    hold(path, "LOCK_EX")
    result = call("info", path)
    assert (result.code, result.out) == (5, "")
    assert result.err.startswith(f"boltview: error: {path}: ")
    assert "--in-place" in result.err
    assert result.err.count("\n") == 1
    assert call("tree", path, "--in-place").code == 4


def test_a_damaged_live_file_is_read_as_far_as_it_goes(database: Path, hold: Hold) -> None:
    data = bytearray(database.read_bytes())
    data[158 * 4096 : 159 * 4096] = bytes(4096)
    database.write_bytes(data)
    hold(database, "LOCK_EX")
    result = call("tree", database, "--quiet")
    assert result.code == 4
    assert "page 158" in result.err
