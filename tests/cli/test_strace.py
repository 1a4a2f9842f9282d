"""The database is never written, locked, created or touched: counted system call by system call."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.cli.runner import META_24, ROOT, Hold, command, environment
from tests.plugins.require import Require

TRACED = (
    "%file,%desc,truncate,ftruncate,fallocate,flock,fchmod,fchown,copy_file_range,sendfile,splice"
)
WRITING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE")
LOCKING = re.compile(r"\bflock\(|F_SETLK|F_SETLEASE|F_OFD_SETLK|F_NOTIFY|LOCK_")
CHANGING = re.compile(
    r"\b(unlink|unlinkat|rename|renameat2?|truncate|ftruncate|fallocate|link|linkat|symlink"
    r"|symlinkat|mkdir|mkdirat|rmdir|mknod|mknodat|chmod|fchmod|fchmodat|chown|fchown|lchown"
    r"|fchownat|utime|utimes|utimensat|futimesat|setxattr|lsetxattr|fsetxattr|removexattr"
    r"|copy_file_range|pwrite64|pwritev2?|creat)\("
)
MAPPING = re.compile(r"MAP_SHARED")
ALLOWED = re.compile(r'"/dev/(null|tty)"')
KEY = "v1/default/containers/web-1"

RUNS = {
    "info": ["info", "PATH"],
    "info --json": ["info", "PATH", "--json"],
    "info --count-free": ["info", "PATH", "--count-free"],
    "ls": ["ls", "PATH", KEY],
    "ls --jsonl": ["ls", "PATH", KEY, "--jsonl"],
    "tree": ["tree", "PATH"],
    "tree --json": ["tree", "PATH", "--json"],
    "get": ["get", "PATH", f"{KEY}/spec"],
    "get --json": ["get", "PATH", KEY, "--json"],
    "get --raw": ["get", "PATH", f"{KEY}/spec", "--raw"],
    "schema --for": ["schema", "--for", "PATH"],
    "schema --for --json": ["schema", "--for", "PATH", "--json"],
    "--live": ["info", "PATH", "--live"],
    "--in-place": ["info", "PATH", "--in-place"],
    "--revision": ["ls", "PATH", "--revision", "previous"],
    "no such key": ["get", "PATH", "nothing"],
    "check": ["check", "PATH"],
    "stats": ["stats", "PATH"],
    "pages": ["pages", "PATH"],
    "page": ["page", "PATH", "5", "--owner"],
    "containers": ["containers", "PATH", "--json"],
    "pods": ["pods", "PATH"],
    "ctr": ["ctr", "PATH", "--quiet", "images", "ls"],
    "why": ["why", "PATH", "container/default/web-1"],
    "gc": ["gc", "PATH"],
    "fsck": ["fsck", "PATH"],
    "usage": ["usage", "PATH"],
    "export": ["export", "PATH", "--format", "jsonl", "-o", "-"],
    "timeline": ["timeline", "PATH"],
    "carve": ["carve", "PATH"],
    "search": ["search", "PATH", "web-1"],
    "search --carved": ["search", "PATH", "web-1", "--carved"],
    "diff": ["diff", "PATH", "fixtures/gc-pairs/1.after.db"],
}


@pytest.fixture
def node(tmp_path: Path) -> Path:
    """A node's root with one database whose atime lies long before its mtime."""
    path = tmp_path / META_24.relative_to(ROOT / "fixtures/containerd-2.4/root")
    path.parent.mkdir(parents=True)
    path.write_bytes(META_24.read_bytes())
    os.utime(path, ns=(10**18, 2 * 10**18))
    return path


def trace(strace: str, arguments: list[str], log: Path) -> list[str]:
    """Run a command under strace; return the calls it made, of every process it was."""
    subprocess.run(
        [
            *(strace, "-f", "-qq", "-s", "300", "-e", f"trace={TRACED}", "-o", str(log)),
            *command(*arguments),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=environment({"PYTHONDONTWRITEBYTECODE": "1", "BOLTVIEW_TEST": "1"}),
        cwd=ROOT,
        check=False,
        timeout=60,
    )
    return log.read_text(errors="replace").splitlines()


def assert_only_read(calls: list[str], path: Path) -> None:
    opens = [call for call in calls if re.search(r"\bopen(at2?)?\(", call)]
    assert [call for call in opens if WRITING.search(call) and not ALLOWED.search(call)] == []
    assert [call for call in calls if LOCKING.search(call)] == []
    assert [call for call in calls if CHANGING.search(call)] == []
    of_database = [call for call in opens if f'"{path}"' in call]
    assert of_database
    assert all("O_RDONLY" in call for call in of_database)
    assert not [call for call in calls if MAPPING.search(call) and str(path) in call]


def check(strace: str, run: str, node: Path) -> None:
    """Trace a command, and compare the database and the folders around it with before."""
    top = node.parents[4]
    before, names = node.stat(), sorted(top.rglob("*"))
    os.utime(node, ns=(10**18, 2 * 10**18))
    log = top / "calls"
    calls = trace(strace, [str(node) if word == "PATH" else word for word in RUNS[run]], log)
    log.unlink()
    assert_only_read(calls, node)
    after = node.stat()
    assert after.st_ino == before.st_ino
    assert after.st_mode == before.st_mode
    assert after.st_mtime_ns == 2 * 10**18
    # Its owner may ask for O_NOATIME: even the time of the last access stays.
    assert after.st_atime_ns == 10**18
    assert node.read_bytes() == META_24.read_bytes()
    assert sorted(top.rglob("*")) == names


@pytest.mark.parametrize("run", RUNS)
def test_a_command_only_reads(run: str, node: Path, require: Require) -> None:
    check(require("strace"), run, node)


@pytest.mark.parametrize("run", RUNS)
def test_a_command_only_reads_what_a_writer_holds(
    run: str, node: Path, require: Require, hold: Hold
) -> None:
    strace = require("strace")
    hold(node, "LOCK_EX")
    check(strace, run, node)


def test_the_trace_would_show_a_lock_and_a_write(require: Require, tmp_path: Path) -> None:
    """The check itself can fail: a program that locks and writes is caught."""
    strace = require("strace")
    log = tmp_path / "calls"
    program = (
        "import fcntl, os; fd = os.open('x.db', os.O_RDWR | os.O_CREAT);"
        "fcntl.flock(fd, fcntl.LOCK_SH); os.ftruncate(fd, 5); fcntl.lockf(fd, fcntl.LOCK_EX);"
        "os.pwrite(fd, b'x', 0); os.unlink('x.db')"
    )
    subprocess.run(
        [strace, "-f", "-qq", "-e", f"trace={TRACED}", "-o", str(log), "python3", "-c", program],
        cwd=tmp_path,
        check=True,
    )
    calls = log.read_text().splitlines()
    assert any(WRITING.search(call) and "x.db" in call for call in calls)
    assert sum(bool(LOCKING.search(call)) for call in calls) == 2
    assert {found[1] for call in calls if (found := CHANGING.search(call))} == {
        "ftruncate", "pwrite64", "unlink",
    }  # fmt: skip
