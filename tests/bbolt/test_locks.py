"""Locks between processes, and how long to wait for them."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from boltview.bbolt import DB, ErrTimeout

HOLD = """
import sys
from boltview.bbolt import DB
with DB(sys.argv[1], read_only=sys.argv[2] == "reader"):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held_by_another_process(path: Path, how: str, root: Path) -> Iterator[subprocess.Popen[str]]:
    """Keep a database open in a second process, until its stdin is closed."""
    command = [sys.executable, "-c", HOLD, str(path), how]
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.communicate()


@pytest.mark.parametrize("timeout", [0, 0.3])
def test_a_locked_file_times_out(path: Path, root: Path, timeout: float) -> None:
    DB(path).close()
    with held_by_another_process(path, "writer", root):
        began = time.monotonic()
        with pytest.raises(ErrTimeout) as error:
            DB(path, timeout=timeout)
        waited = time.monotonic() - began
        assert isinstance(error.value, TimeoutError)
        # bbolt gives up when its next try, 50 ms later, would come too late.
        assert timeout - 0.1 <= waited < timeout + 2
        with pytest.raises(ErrTimeout):
            DB(path, read_only=True, timeout=timeout)
    DB(path, timeout=0).close()


def test_readers_share_the_lock_and_keep_writers_out(path: Path, root: Path) -> None:
    DB(path).close()
    with held_by_another_process(path, "reader", root):
        DB(path, read_only=True, timeout=0).close()
        with pytest.raises(ErrTimeout):
            DB(path, timeout=0)


def test_opening_waits_until_the_file_is_let_go(path: Path, root: Path) -> None:
    DB(path).close()
    with held_by_another_process(path, "writer", root) as process:
        with pytest.raises(ErrTimeout):
            DB(path, timeout=0)
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
        DB(path, timeout=30).close()
