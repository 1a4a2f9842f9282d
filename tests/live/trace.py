"""What a program did to the files below a folder, told by strace: only reading is allowed."""

import re
import subprocess
from pathlib import Path

_TRACED = (
    "%file,flock,fcntl,fsetxattr,ftruncate,fallocate,fchmod,fchown,futimesat,utimensat,"
    "write,pwrite64,writev,pwritev,pwritev2,copy_file_range,sendfile,splice,ioctl,mmap"
)
_READING = {
    *("access", "faccessat", "faccessat2", "stat", "lstat", "newfstatat", "statx", "readlink"),
    *("readlinkat", "getxattr", "lgetxattr", "statfs", "execve", "chdir", "getcwd"),
}
_OPENING = {"open", "openat", "openat2"}
_WRITING = re.compile(r"O_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)")
_LOCKING = re.compile(r"F_(?:OFD_)?SETLKW?|F_SETLEASE")
_CALL = re.compile(r"^(?:\[pid +\d+\] |\d+ +)?(\w+)\((.*)$")


def traced(command: list[str], log: Path) -> list[str]:
    """Return a command that runs another under strace."""
    # No bytes of any data, which could hold the folder's path; names of files come in full.
    return ["strace", "-f", "-y", "-s", "0", "-e", f"trace={_TRACED}", "-o", str(log), *command]


def misdeeds(log: Path, folder: Path) -> tuple[int, list[str]]:
    """Return how often files below `folder` were opened, and every call that did more than read."""
    opened, found = 0, []
    for line in log.read_text(errors="replace").splitlines():
        call = _CALL.match(line)
        if call is None or str(folder) not in line:
            continue
        name, arguments = call.groups()
        if name in _OPENING:
            opened += 1
            if not _WRITING.search(arguments):
                continue
        elif name in _READING or (name == "fcntl" and not _LOCKING.search(arguments)):
            continue
        found.append(line)
    return opened, found


def run_traced(command: list[str], log: Path, cwd: Path) -> "subprocess.CompletedProcess[bytes]":
    """Run a command under strace."""
    return subprocess.run(
        traced(command, log),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=120,
    )
