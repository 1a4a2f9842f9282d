"""A clone of a whole file in one moment (FICLONE), where the file system can share its extents.

It is atomic against writes, so the newest meta of the clone and its tree are always whole; the
other revision is not. It is not strictly free of writing: the original's extents become shared.
"""

import fcntl
import os

from boltview.bolt.meta import read_metas
from boltview.bolt.metawatch import build_meta_pages
from boltview.bolt.snapshot import Snapshot
from boltview.bolt.source import FileSource
from boltview.bolt.target import FileTarget, put

_FICLONE = 0x40049409
"""`_IOW(0x94, 9, int)`, linux/fs.h."""


class CannotClone(Exception):
    """The file system, or the pair of them, cannot share extents."""


def clone(file: FileSource, fd: int, path: str) -> tuple[FileTarget, Snapshot]:
    """Clone an open database into the empty file `fd`.

    Args:
        file: the database.
        fd: descriptor of the clone, readable and writable.
        path: what messages call the clone.

    Raises:
        CannotClone: not on this file system, or not from one to the other.
        NotABoltFile: no meta of the clone is valid.
    """
    try:
        fcntl.ioctl(fd, _FICLONE, file.fileno())
    except OSError as error:
        raise CannotClone(f"{path}: no clone of {file.path}: {error.strerror}") from error
    cloned = FileSource(path, os.dup(fd))
    meta = read_metas(cloned).current
    target = FileTarget(fd, path)
    target.resize(meta.high_water * meta.page_size)
    put(target, 0, build_meta_pages(meta))
    return target, Snapshot(target.source(), meta, 1, "reflink")
