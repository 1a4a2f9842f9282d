"""`export` at its edges: where it may write, what fails, what interrupts it."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.runner import (
    META_24,
    NODE_16,
    NODE_24,
    ROOT,
    Hold,
    call,
    command,
    environment,
    process,
)

SQLITE = ("--format", "sqlite")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A database in which a page of a container is blank."""
    path = tmp_path / "damaged.db"
    raw = bytearray(META_24.read_bytes())
    raw[67 * 4096 : 68 * 4096] = bytes(4096)
    path.write_bytes(raw)
    return path


def nodes(folder: Path) -> dict[str, tuple[int, str]]:
    connection = sqlite3.connect(folder / "boltview.sqlite")
    rows = connection.execute("SELECT node, complete, error FROM nodes").fetchall()
    connection.close()
    return {row[0]: (row[1], row[2]) for row in rows}


def test_a_node_that_fails_does_not_lose_the_others(tmp_path: Path, damaged: Path) -> None:
    out = tmp_path / "out"
    other = tmp_path / "other.db"
    other.write_bytes(b"no bolt file" * 1000)
    done = call("export", NODE_24, tmp_path / "gone", other, damaged, *SQLITE, "-o", out)
    assert done.code == 4
    assert "error: gone: " in done.err
    assert "error: other.db: " in done.err
    assert "damage: " in done.err
    found = nodes(out)
    assert found["root"] == (1, "")
    assert found["gone"][0] == found["other.db"][0] == found["damaged.db"][0] == 0
    assert "No such file" in found["gone"][1]
    connection = sqlite3.connect(out / "boltview.sqlite")
    damages = connection.execute("SELECT DISTINCT node FROM damage").fetchall()
    containers = connection.execute("SELECT node, count(*) FROM containers GROUP BY node")
    assert damages == [("damaged.db",)]
    assert dict(containers.fetchall())["root"] == 9
    connection.close()
    index = json.loads((out / "export.json").read_text())
    assert [(node["node"], node["read"], node["complete"]) for node in index["nodes"]] == [
        ("root", True, True),
        ("gone", False, False),
        ("other.db", False, False),
        ("damaged.db", True, False),
    ]


@pytest.mark.parametrize("form", ["jsonl", "csv", "sqlite", "parquet"])
def test_without_any_node_there_is_no_folder(tmp_path: Path, form: str) -> None:
    done = call("export", tmp_path / "gone", "--format", form, "-o", tmp_path / "out")
    assert done.code == 3
    assert names(tmp_path) == []


def test_nothing_is_overwritten_but_an_older_export_when_told(tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = ("export", NODE_16, *SQLITE, "-o", out)
    again = ("export", NODE_24, "--format", "jsonl", "-o", out)
    assert call(*first).code == 0
    kept = (out / "boltview.sqlite").read_bytes()
    refused = call(*again)
    assert refused.code == 2
    assert "not empty" in refused.err
    assert (out / "boltview.sqlite").read_bytes() == kept
    assert call(*again, "--replace").code == 0
    assert not (out / "boltview.sqlite").exists()
    (out / "notes.txt").write_text("mine")
    assert call(*first, "--replace").code == 2
    assert (out / "notes.txt").read_text() == "mine"
    assert names(tmp_path) == ["out"]


def test_nothing_is_written_into_a_node_or_over_a_database(tmp_path: Path) -> None:
    node = tmp_path / "node"
    shutil.copytree(NODE_24, node)
    containerd = node / "var/lib/containerd"
    before = sorted(path for path in node.rglob("*"))
    for given in (node, containerd, containerd / "io.containerd.metadata.v1.bolt/meta.db"):
        for out in (containerd / "out", node / "out", node):
            done = call("export", given, *SQLITE, "-o", out)
            if given == node or out != node / "out":
                assert done.code == 2, (given, out)
                assert sorted(path for path in node.rglob("*")) == before
            shutil.rmtree(node / "out", ignore_errors=True)
    copy = tmp_path / "copy.db"
    shutil.copy(META_24, copy)
    for out in (copy, copy / "out"):
        assert call("export", copy, *SQLITE, "-o", out, "--replace").code == 2
    assert copy.read_bytes() == META_24.read_bytes()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--format", "csv"],
        ["-o", "out"],
        ["--format", "xml", "-o", "out"],
        ["--format", "csv", "-o", "-"],
        ["--format", "csv", "-o", "out", "--salt", "x"],
        ["--format", "csv", "-o", "out", "--demo"],
        ["--format", "csv", "-o", "out", str(NODE_24) + "/."],
    ],
)
def test_wrong_usage_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    done = call("export", NODE_24, *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert names(tmp_path) == []


def test_parquet_says_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = call("export", "--demo", "--format", "parquet", "-o", tmp_path / "out")
    assert done.code == 2
    assert "pip install 'boltview[parquet]'" in done.err
    assert names(tmp_path) == []


LIMITED = """
import resource, signal, sys
from boltview.cli.main import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, 4_000))
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("form", ["jsonl", "csv", "sqlite", "parquet"])
def test_a_full_disk_leaves_nothing(tmp_path: Path, form: str) -> None:
    arguments = ["export", str(META_24), "--format", form, "-o", str(tmp_path / "out")]
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, *arguments],
        capture_output=True,
        text=True,
        env=environment({"PYTHONDONTWRITEBYTECODE": "1"}),
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr.startswith("boltview: error: ")
    assert done.stderr.count("\n") == 1
    assert names(tmp_path) == []


def test_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    fifo = tmp_path / "wait"
    os.mkfifo(fifo)
    program = (
        "import sys, os; from boltview.report.export import run\n"
        "from boltview.cli.main import main\n"
        "def rows(node, clock, real=run.rows):\n"
        "    yield from real(node, clock)\n"
        "    open(sys.argv[1], 'w').close(); import time; time.sleep(60)\n"
        "run.rows = rows; sys.exit(main(sys.argv[2:]))\n"
    )
    arguments = ["export", str(META_24), *SQLITE, "-o", str(tmp_path / "out")]
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(fifo), *arguments],
        stderr=subprocess.PIPE,
        env=environment(),
        cwd=ROOT,
    )
    fifo.read_bytes()
    assert len(names(tmp_path)) == 2
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=30)
    assert (child.returncode, err) == (130, b"")
    assert names(tmp_path) == ["wait"]


def test_a_reader_that_has_seen_enough_ends_it_quietly() -> None:
    arguments = ("export", META_24, "--format", "jsonl", "-o", "-")
    with subprocess.Popen(
        command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
        cwd=ROOT,
    ) as child:  # fmt: skip
        assert child.stdout is not None
        assert child.stderr is not None
        line = json.loads(child.stdout.readline())
        child.stdout.close()
        assert child.stderr.read() == b""
    assert line["table"] == "objects"
    assert child.returncode == 0


@pytest.mark.parametrize("number", range(12))
def test_any_damage_ends_in_rows_and_a_code(number: int, tmp_path: Path) -> None:
    raw = bytearray(META_24.read_bytes()[: 159 * 4096])
    noise = random.Random(number)  # noqa: S311 - reproducible on purpose
    for _ in range(1 + number * 3):
        place = noise.randrange(2 * 4096, len(raw) - 8)
        raw[place : place + 8] = noise.choice((noise.randbytes(8), bytes(8), b"\xff" * 8))
    path = tmp_path / "harmed.db"
    path.write_bytes(raw if number % 4 else raw[: noise.randrange(8192, len(raw))])
    form = ("csv", "sqlite", "parquet", "jsonl")[number % 4 - 1]
    done = call("export", path, "--format", form, "-o", tmp_path / "out", "--carved")
    assert done.code in {0, 3, 4}
    assert all(line.startswith("boltview: ") for line in done.err.splitlines())
    assert names(tmp_path) == ["harmed.db", *(["out"] if done.code != 3 else [])]


def test_a_live_file_is_copied_first(tmp_path: Path, hold: Hold) -> None:
    path = tmp_path / "meta.db"
    shutil.copy(META_24, path)
    hold(path, "LOCK_EX")
    done = call("export", path, *SQLITE, "-o", tmp_path / "out", "--sha256")
    assert done.code == 0
    assert "consistent copy of revision 499" in done.err
    connection = sqlite3.connect(tmp_path / "out/boltview.sqlite")
    note, sha256 = connection.execute("SELECT note, sha256 FROM nodes").fetchone()
    connection.close()
    assert "consistent copy of revision 499" in note
    assert len(sha256) == 64
    assert path.read_bytes() == META_24.read_bytes()


def test_the_stream_holds_what_the_files_hold(tmp_path: Path) -> None:
    at = ("--at", "2026-11-24T00:00:00Z")
    stream = process("export", META_24, "--format", "jsonl", "-o", "-", *at)
    assert call("export", META_24, "--format", "jsonl", "-o", tmp_path / "out", *at).code == 0
    lines: dict[str, list[object]] = {}
    for text in stream.out.splitlines():
        line = json.loads(text)
        lines.setdefault(line.pop("table"), []).append(line)
    for path in (tmp_path / "out").glob("*.jsonl"):
        whole = [json.loads(text) for text in path.read_text().splitlines()]
        assert lines.get(path.stem, []) == whole


def test_the_summary_as_json_is_the_index(tmp_path: Path) -> None:
    done = call("export", "--demo", "--format", "csv", "-o", tmp_path / "out", "--json")
    assert done.out == (tmp_path / "out/export.json").read_text()
    assert json.loads(done.out)["tables"]["containers"] == 9


def test_the_description_is_the_one_in_docs() -> None:
    assert call("export", "--describe").out == (ROOT / "docs/export.md").read_text()
