"""What a snapshot's directory takes on disk, as containerd counts it."""

import os
import stat
from collections.abc import Iterator
from typing import NamedTuple

_BLOCK = 512
"""Bytes of the blocks that stat(2) counts, whatever the file system's are."""


class DiskUsage(NamedTuple):
    """Bytes and inodes."""

    size: int
    inodes: int


class Survey(NamedTuple):
    """What a directory holds."""

    size: int
    """Bytes: of each file what is allocated or what its length says, if more. A file without any
    block counts as nothing, whatever its length: its data was never written."""
    inodes: int
    full: int
    """Files with blocks."""
    lost: int
    """Files without any block: empty, or whose data was never written."""


def disk_usage(path: str) -> DiskUsage:
    """Sum up a directory, itself included; hard links count once (containerd/continuity `fs/du`).

    Links are not followed, what disappears meanwhile is left out.

    Raises:
        OSError: the directory itself cannot be read.
    """
    seen = {_inode(found): found.st_blocks for found in _walk(path)}
    return DiskUsage(sum(seen.values()) * _BLOCK, len(seen))


def survey(path: str) -> Survey:
    """Count what a directory holds, itself included, in a way that survives being copied.

    Raises:
        OSError: the directory itself cannot be read.
    """
    seen: set[tuple[int, int]] = set()
    size = full = lost = 0
    for found in _walk(path):
        if _inode(found) in seen:
            continue
        seen.add(_inode(found))
        is_file = stat.S_ISREG(found.st_mode)
        full += is_file and found.st_blocks > 0
        lost += is_file and found.st_blocks == 0
        if found.st_blocks:
            size += max(found.st_blocks * _BLOCK, found.st_size if is_file else 0)
    return Survey(size, len(seen), full, lost)


def _walk(path: str) -> Iterator[os.stat_result]:
    yield os.lstat(path)
    waiting = [path]
    while waiting:
        folder = waiting.pop()
        try:
            entries = os.scandir(folder)
        except OSError:
            if folder == path:
                raise
            continue
        with entries:
            for entry in entries:
                try:
                    found = entry.stat(follow_symlinks=False)
                except OSError:
                    continue
                yield found
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)


def _inode(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino
