"""Who holds a lock on a file, told without asking for one: `/proc/locks` and `/proc/PID/comm`.

Taking even a shared lock could keep containerd from starting, so the kernel's list is read instead.
A missing line proves nothing: locks taken outside this PID namespace, or on a network file system
by another host, are not listed.
"""

import os
from typing import NamedTuple

from boltview.bolt.mounts import mount_of

_LOCKS = "/proc/locks"
_FIELDS = 8
"""`1: FLOCK  ADVISORY  WRITE 18546 fe:00:2328888 0 EOF`."""


class LockHolder(NamedTuple):
    """A process that holds a lock on a file."""

    pid: int
    name: str
    """Command name as the kernel has it (at most 15 characters), empty if it cannot be read."""
    mode: str
    """`write` (exclusive, as bbolt takes for a database open for writing) or `read`."""


def lock_holder(fd: int) -> LockHolder | None:
    """Return who holds an flock on the open file `fd`; a writer goes before readers.

    Returns None when nobody is listed, also where there is no `/proc/locks`.
    """
    place = _kernel_place(fd)
    holders = [
        LockHolder(pid, _command(pid), mode) for found, pid, mode in _flocks() if found == place
    ]
    return min(holders, key=lambda holder: holder.mode != "write", default=None)


def are_locks_listed() -> bool:
    """Whether the kernel's list can be read; without it nobody seen means nothing at all."""
    return os.access(_LOCKS, os.R_OK)


def _flocks() -> list[tuple[tuple[int, int, int], int, str]]:
    """List place (major, minor, inode), pid and mode of every flock that is held."""
    try:
        with open(_LOCKS, encoding="ascii", errors="replace") as file:
            lines = file.read().splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        fields = line.split()
        # A waiter's line has `->` in the second column.
        if len(fields) != _FIELDS or fields[1] != "FLOCK":
            continue
        try:
            major, minor, inode = fields[5].split(":")
            place = (int(major, 16), int(minor, 16), int(inode))
            found.append((place, int(fields[4]), fields[3].lower()))
        except ValueError:
            continue
    return found


def _kernel_place(fd: int) -> tuple[int, int, int]:
    """Return the device and inode under which the kernel lists locks on `fd`.

    The device is the file system's own, which on btrfs is not `st_dev`.
    """
    info = os.fstat(fd)
    mount = mount_of(fd)
    device = mount.device if mount else (os.major(info.st_dev), os.minor(info.st_dev))
    return (*device, info.st_ino)


def _command(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/comm", encoding="utf-8", errors="replace") as file:
            return file.read().rstrip("\n")
    except OSError:
        return ""
