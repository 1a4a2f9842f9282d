"""Whatever stands in place of a database: one line, the right code, never a traceback."""

import os
import sqlite3
import subprocess
import sys
from hashlib import shake_128
from pathlib import Path

import pytest

from tests.bolt.build import Image
from tests.bolt.sample import PAGE_SIZE, sample
from tests.cli.runner import META_24, SHAPES, call, environment

COMMANDS = (["info"], ["ls"], ["tree", "--jsonl"], ["get"], ["schema", "--for"])
EACH = pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])


def refused(words: list[str], path: str | Path, code: int = 3) -> str:
    """Run a command that must end in one line of error; return the line."""
    result = call(*words, path)
    assert (result.code, result.out) == (code, "")
    assert result.err.startswith("boltview: error: ")
    assert result.err.count("\n") == 1
    assert "Traceback" not in result.err
    return result.err


@EACH
def test_missing(words: list[str], tmp_path: Path) -> None:
    assert "No such file or directory" in refused(words, tmp_path / "missing.db")
    assert not list(tmp_path.iterdir())


@EACH
def test_an_empty_path_is_not_the_local_node(words: list[str]) -> None:
    assert "No such file" in refused(words, "")


@EACH
def test_empty(words: list[str], tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    assert "the file is empty" in refused(words, path)
    assert path.stat().st_size == 0


@EACH
def test_a_directory_without_a_database(words: list[str], tmp_path: Path) -> None:
    line = refused(words, tmp_path)
    assert "no containerd database in this directory" in line


@EACH
def test_sqlite(words: list[str], tmp_path: Path) -> None:
    path = tmp_path / "sqlite.db"
    connection = sqlite3.connect(path)
    connection.execute("create table t (a)")
    connection.commit()
    connection.close()
    assert "SQLite" in refused(words, path)


@EACH
def test_random_bytes(words: list[str], tmp_path: Path) -> None:
    path = tmp_path / "random.db"
    path.write_bytes(shake_128(b"any seed").digest(70_000))
    assert "not a bolt file" in refused(words, path)


@EACH
def test_a_fifo_and_a_device(words: list[str], tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    assert "not a regular file" in refused(words, fifo)
    assert "not a regular file" in refused(words, "/dev/zero")


@EACH
def test_both_metas_bad(words: list[str], tmp_path: Path) -> None:
    data = bytearray(META_24.read_bytes())
    data[60] ^= 1
    data[4096 + 60] ^= 1
    path = tmp_path / "meta.db"
    path.write_bytes(data)
    assert "both meta pages are unusable" in refused(words, path)


@pytest.mark.parametrize("slot", [0, 1])
@EACH
def test_one_meta_bad(words: list[str], slot: int, tmp_path: Path) -> None:
    data = bytearray(META_24.read_bytes())
    data[slot * 4096 + 60] ^= 1
    path = tmp_path / "meta.db"
    path.write_bytes(data)
    whole, result = call(*words, META_24), call(*words, path)
    assert result.code == 4
    assert f"damage: meta {slot}: checksum error" in result.err
    if words[0] != "info":
        # Both revisions have the same root page (fixtures/README.md).
        assert result.out == whole.out


AS_NOBODY = """
import contextlib, io, os, sys
from boltview.cli.main import main
*words, known, path = sys.argv[1:]
with contextlib.redirect_stdout(io.StringIO()):
    main([*words, known])  # loads what nobody may not be allowed to load
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
sys.exit(main([*words, path]))
"""


@EACH
def test_another_user_may_not_read_it(words: list[str], tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    path = tmp_path / "meta.db"
    path.write_bytes(META_24.read_bytes())
    path.chmod(0o600)
    for folder in (tmp_path, *tmp_path.parents[:-1]):
        folder.chmod(folder.stat().st_mode | 0o011)
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, *words, str(META_24), str(path)],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == f"boltview: error: {path}: Permission denied\n"


LENGTHS = sorted({0, 1, 15, 16, 79, 80, 511, 512, 591, 592, 1023, *range(1024, 16_000, 1111)})


@pytest.mark.parametrize("length", LENGTHS)
def test_a_truncated_file_gives_what_is_left_of_it(length: int, tmp_path: Path) -> None:
    whole = sample()
    path = tmp_path / "cut.db"
    path.write_bytes(whole.data)
    intact = set(call("tree", path, "--jsonl").out.splitlines())
    path.write_bytes(whole.data[:length])
    for words in COMMANDS:
        result = call(*words, path)
        assert "Traceback" not in result.err
        if length < 80:
            assert (result.code, result.out) == (3, "")
        elif length < len(whole.data):
            # A file of no known kind is said to be one before its damage is met.
            assert result.code == 4
            assert "[truncated]" in result.err
    left = {
        line for line in call("tree", path, "--jsonl").out.splitlines() if '"damage"' not in line
    }
    assert left <= intact
    assert len(whole.data) % PAGE_SIZE == 0


@pytest.mark.parametrize("name", ["odd\x1b[31m", "a\nb", "é\u202e.db", "bad\udcff"])
def test_hostile_names_are_escaped(name: str, tmp_path: Path) -> None:
    line = refused(["info"], tmp_path / name)
    assert line[:-1].isprintable()
    for arguments in (
        ["get", SHAPES / "hostile.db", name],
        ["ls", META_24, f"v1/{name}/x"],
        ["info", META_24, f"--{name}"],
        ["info", META_24, "--at", name],
        ["info", META_24, "--schema", name],
        ["schema", name],
        ["ls", name],
        ["info", META_24, "--revision", name],
        ["tree", META_24, "--depth", name],
    ):
        result = call(*arguments)
        assert result.code in {1, 2, 3}
        assert result.out == ""
        assert result.err.count("\n") == 1
        assert result.err[:-1].isprintable()


def test_a_database_with_a_hostile_name_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x\x1b]0;title\x07\n.db"
    path.write_bytes(META_24.read_bytes())
    result = call("info", path)
    assert result.code == 0
    assert all(line.isprintable() for line in result.out.splitlines())
    assert "\\x1b]0;title\\x07\\n.db" in result.out


def test_of_many_faults_the_first_are_listed_and_the_rest_is_counted(tmp_path: Path) -> None:
    image = Image()
    root = image.leaf(*(image.bucket(b"bucket-%02d" % number, 999) for number in range(30)))
    path = tmp_path / "broken.db"
    path.write_bytes(image.finish(root))
    result = call("ls", path)
    assert result.code == 4
    assert len(result.out.splitlines()) == 30
    assert len(result.err.splitlines()) == 21
    assert result.err.splitlines()[-1] == "boltview: damage: and 10 more"
