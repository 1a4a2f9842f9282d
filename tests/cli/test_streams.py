"""Pipes that close, terminals, full disks, Ctrl-C: a command ends quietly and says how."""

import os
import pty
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.bolt.build import Image
from tests.cli.runner import META_24, ROOT, SHAPES, command, environment, process


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that takes long to print."""
    image = Image()
    items = [(b"key-%06d" % n, b"value" * 20) for n in range(40_000)]
    root = image.leaf(image.bucket(b"large", image.tree(items, per_page=30)))
    path = tmp_path_factory.mktemp("large") / "large.db"
    path.write_bytes(image.finish(root))
    return path


def start(*arguments: str | Path, **streams: int) -> subprocess.Popen[bytes]:
    # A process group of its own, so that a Ctrl-C meant for it does not reach the test.
    return subprocess.Popen(
        command(*arguments),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment(),
        cwd=ROOT,
        start_new_session=True,
        stdout=streams.get("stdout", subprocess.PIPE),
    )


@pytest.mark.parametrize("words", [["tree"], ["tree", "--jsonl"], ["ls", "--json"], ["get"]])
def test_a_closed_pipe_ends_it_quietly(words: list[str], large: Path) -> None:
    with start(*words, large, "large") as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.readline()
        child.stdout.close()
        assert child.stderr.read() == b""
        assert child.wait(30) == 0


def test_output_streams(large: Path) -> None:
    """The first line is there long before the last could be."""
    with start("tree", large, "large") as child:
        assert child.stdout is not None
        assert b"key-000000" in child.stdout.readline()
        assert child.poll() is None
        child.kill()


@pytest.mark.parametrize("words", [["tree"], ["get"]])
def test_ctrl_c_ends_it_quietly(words: list[str], large: Path) -> None:
    with start(*words, large, "large") as child:
        assert child.stdout is not None
        assert child.stderr is not None
        if words == ["tree"]:
            child.stdout.readline()
        else:
            time.sleep(0.3)
        child.send_signal(signal.SIGINT)
        child.stdout.close()
        assert b"Traceback" not in child.stderr.read()
        assert child.wait(30) in {0, 130}


def test_ctrl_c_has_its_own_code(large: Path) -> None:
    with (
        Path(os.devnull).open("wb") as nowhere,
        start("get", large, stdout=nowhere.fileno()) as child,
    ):
        assert child.stderr is not None
        time.sleep(0.3)
        child.send_signal(signal.SIGINT)
        assert child.stderr.read() == b""
        assert child.wait(30) == 130


def test_a_full_disk_is_one_line() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full")
    for words in (["info"], ["tree"], ["get"]):
        with full.open("wb") as device:
            done = subprocess.run(
                command(*words, META_24),
                stdout=device,
                stderr=subprocess.PIPE,
                env=environment(),
                cwd=ROOT,
                check=False,
            )
        assert done.returncode == 3
        assert done.stderr == b"boltview: error: cannot write: No space left on device\n"


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("words", ["info", "get"])
def test_closed_streams(closed: str, words: str) -> None:
    line = " ".join(f"'{word}'" for word in command(words, META_24))
    done = subprocess.run(
        ["sh", "-c", f"{line} {closed}"],
        capture_output=True,
        env=environment(),
        cwd=ROOT,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_errors_and_notes_go_to_stderr() -> None:
    result = process("get", META_24, "v1/nothing")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("boltview: error: no key nothing in v1")


def test_what_the_encoding_cannot_show_does_not_end_it() -> None:
    result = process("ls", SHAPES / "hostile.db", "pairs", env={"PYTHONIOENCODING": "ascii"})
    assert (result.code, result.err) == (0, "")
    assert "\\u6f22\\u5b57" in result.out


def in_terminal(*arguments: str | Path) -> tuple[int, bytes]:
    """Run with stdout on a terminal; return the code and what the terminal received."""
    master, slave = pty.openpty()
    child = subprocess.Popen(
        command(*arguments),
        stdin=subprocess.DEVNULL,
        stdout=slave,
        stderr=slave,
        env=environment(),
        cwd=ROOT,
    )
    os.close(slave)
    received = b""
    while True:
        try:
            chunk = os.read(master, 65_536)
        except OSError:  # the terminal's other side is closed
            break
        if not chunk:
            break
        received += chunk
    os.close(master)
    return child.wait(30), received


def test_raw_refuses_a_terminal() -> None:
    code, received = in_terminal("get", SHAPES / "hostile.db", "pairs/%1B[6n", "--raw")
    assert code == 2
    assert b"\x1b" not in received
    assert b"redirect it" in received


def test_raw_goes_into_a_pipe() -> None:
    assert process("get", SHAPES / "hostile.db", "pairs/%1B[6n", "--raw").raw == b"\x1b[6n"


def test_an_error_into_a_closed_pipe_keeps_its_code(tmp_path: Path) -> None:
    """Something was printed before, so flushing it at the end fails."""
    image = Image()
    root = image.leaf(image.bucket(b"a", image.leaf((b"k", b"v"))), image.bucket(b"b", 999))
    path = tmp_path / "broken.db"
    path.write_bytes(image.finish(root))
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        command("ls", path),
        stdout=writer,
        stderr=subprocess.PIPE,
        env=environment(),
        cwd=ROOT,
        check=False,
    )
    os.close(writer)
    assert done.returncode == 4
    assert b"BrokenPipe" not in done.stderr
    assert b"Traceback" not in done.stderr
