"""What a snapshot's directory takes on disk, as containerd counts it."""

import os
from typing import NamedTuple

_BLOCK = 512
"""Bytes of the blocks that stat(2) counts, whatever the file system's are."""


class DiskUsage(NamedTuple):
    """Bytes and inodes."""

    size: int
    inodes: int


def disk_usage(path: str) -> DiskUsage:
    """Sum up a directory, itself included; hard links count once (containerd/continuity `fs/du`).

    Links are not followed, what disappears meanwhile is left out.

    Raises:
        OSError: the directory itself cannot be read.
    """
    seen = {_inode(os.lstat(path)): os.lstat(path).st_blocks}
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
                seen[_inode(found)] = found.st_blocks
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
    return DiskUsage(sum(seen.values()) * _BLOCK, len(seen))


def _inode(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino
