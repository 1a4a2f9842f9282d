"""Who holds a lock is told from the kernel's list, rightly and without asking for a lock."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from boltview.bolt import locks
from boltview.bolt.locks import LockHolder, are_locks_listed, lock_holder

HOLD = """
import fcntl, sys
file = open(sys.argv[1], "rb+")
getattr(fcntl, sys.argv[2])(file, getattr(fcntl, sys.argv[3]))
print("held", flush=True)
sys.stdin.read()
"""

Hold = Callable[..., "subprocess.Popen[str]"]

pytestmark = pytest.mark.skipif(
    not Path("/proc/locks").exists(), reason="locks are told by Linux's /proc/locks"
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "x.db"
    path.write_bytes(b"x" * 4096)
    return path


@pytest.fixture
def fd(database: Path) -> Iterator[int]:
    opened = os.open(database, os.O_RDONLY)
    yield opened
    os.close(opened)


@pytest.fixture
def hold() -> Iterator[Hold]:
    """Return a function that lets another process take a lock."""
    children: list[subprocess.Popen[str]] = []

    def start(
        path: Path, mode: str = "LOCK_EX", how: str = "flock", *, wait: bool = True
    ) -> "subprocess.Popen[str]":
        child = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(path), how, mode],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        children.append(child)
        assert child.stdout is not None
        if wait:
            assert child.stdout.readline() == "held\n"
        return child

    yield start
    for child in children:
        child.kill()
        child.communicate()


def comm(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().rstrip("\n")


def test_nobody(fd: int) -> None:
    assert lock_holder(fd) is None
    assert are_locks_listed()


def test_a_writer(fd: int, database: Path, hold: Hold) -> None:
    child = hold(database)
    assert lock_holder(fd) == LockHolder(child.pid, comm(child.pid), "write")


def test_a_reader(fd: int, database: Path, hold: Hold) -> None:
    child = hold(database, "LOCK_SH")
    assert lock_holder(fd) == LockHolder(child.pid, comm(child.pid), "read")


def test_one_that_waits_is_no_holder(fd: int, database: Path, hold: Hold) -> None:
    first = hold(database)
    waiter = hold(database, "LOCK_EX", wait=False)
    for _ in range(1000):
        if f" {waiter.pid} " in Path("/proc/locks").read_text():
            break
    found = lock_holder(fd)
    assert found is not None
    assert found.pid == first.pid


def test_a_lock_on_another_file_is_none_on_this_one(
    fd: int, database: Path, hold: Hold, tmp_path: Path
) -> None:
    other = tmp_path / "other.db"
    other.write_bytes(b"x")
    hold(other)
    assert lock_holder(fd) is None
    assert database.stat().st_dev == other.stat().st_dev


def test_a_lock_is_on_the_file_and_not_on_its_name(
    fd: int, database: Path, hold: Hold, tmp_path: Path
) -> None:
    link = tmp_path / "link.db"
    link.hardlink_to(database)
    child = hold(link)
    found = lock_holder(fd)
    assert found is not None
    assert found.pid == child.pid


def test_a_posix_lock_is_not_what_bbolt_takes(fd: int, database: Path, hold: Hold) -> None:
    hold(database, "LOCK_EX", "lockf")
    assert lock_holder(fd) is None


def test_the_lock_is_gone_with_its_holder(fd: int, database: Path, hold: Hold) -> None:
    child = hold(database)
    child.communicate()
    assert lock_holder(fd) is None


def test_looking_takes_no_lock(fd: int, database: Path) -> None:
    lock_holder(fd)
    with database.open("rb+") as writer:
        fcntl.flock(writer, fcntl.LOCK_EX | fcntl.LOCK_NB)


def listed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *lines: str) -> None:
    path = tmp_path / "locks"
    path.write_text("".join(line + "\n" for line in lines))
    monkeypatch.setattr(locks, "_LOCKS", str(path))


def place(fd: int) -> str:
    """Return the place of a file as the kernel writes it (proc_pid_locks: MAJOR:MINOR:INODE)."""
    info = os.fstat(fd)
    return f"{os.major(info.st_dev):02x}:{os.minor(info.st_dev):02x}:{info.st_ino}"


def test_a_writer_goes_before_readers(
    fd: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A list can change while the kernel hands it out, so both can stand in it."""
    here = place(fd)
    listed(
        monkeypatch,
        tmp_path,
        f"1: FLOCK  ADVISORY  READ 4000001 {here} 0 EOF",
        f"2: FLOCK  ADVISORY  WRITE 4000002 {here} 0 EOF",
        f"2: -> FLOCK  ADVISORY  WRITE 4000003 {here} 0 EOF",
    )
    # No process has such a number, so it has no name.
    assert lock_holder(fd) == LockHolder(4000002, "", "write")


def test_lines_of_another_form_are_passed_over(
    fd: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here = place(fd)
    listed(
        monkeypatch,
        tmp_path,
        "",
        "garbage",
        f"1: POSIX  ADVISORY  WRITE 1 {here} 0 EOF",
        f"2: OFDLCK ADVISORY  WRITE -1 {here} 0 EOF",
        f"3: FLOCK  ADVISORY  WRITE x {here} 0 EOF",
        "4: FLOCK  ADVISORY  WRITE 1 zz:00:1 0 EOF",
        "5: FLOCK  ADVISORY  WRITE 1 00:1 0 EOF",
        "6: LEASE  ACTIVE    READ 1 00:00:1 0 EOF extra",
        f"7: FLOCK  ADVISORY  READ 4000001 {here} 0 EOF",
    )
    assert lock_holder(fd) == LockHolder(4000001, "", "read")


def test_without_a_list_nobody_is_seen(
    fd: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(locks, "_LOCKS", str(tmp_path / "missing"))
    assert lock_holder(fd) is None
    assert not are_locks_listed()
