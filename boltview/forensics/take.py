"""Taking a copy as evidence: consistent, hashed on the way, verified, and with its record."""

import os
import time
from collections.abc import Callable
from typing import NamedTuple

from boltview import __version__
from boltview.bolt.errors import NoConsistentCopy, NotABoltFile, SourceReplaced
from boltview.bolt.locks import are_locks_listed, lock_holder
from boltview.bolt.meta import read_metas
from boltview.bolt.mounts import Mount, mount_of
from boltview.bolt.progress import Progress
from boltview.bolt.snapshot import Limits, Snapshot, copy_to
from boltview.bolt.source import FileSource
from boltview.bolt.target import FileTarget
from boltview.bolt.verify import check_structure
from boltview.forensics.evidence import (
    CONSISTENT,
    DAMAGED,
    TORN,
    Record,
    device_text,
    findings_json,
    holder_json,
    time_json,
)
from boltview.forensics.files import unnamed_file
from boltview.forensics.reflink import clone

PROGRAM = f"boltview {__version__}"
_OPENINGS = 3
"""How often a path that comes to name another file is opened anew."""
_APART = 3.0
"""Seconds between the two readings of a file on a network file system."""


class Manner(NamedTuple):
    """How a copy is to be taken."""

    limits: Limits = Limits()
    reflink: bool = False
    progress: Progress | None = None
    verifying: Progress | None = None
    now: Callable[[], int] = time.time_ns
    """The clock of the record, in Unix nanoseconds."""
    settle: Callable[[], None] | None = None
    """Called when all is copied, before it is verified."""
    spool: str = "/var/tmp"  # noqa: S108  unnamed files only
    """Folder for the second reading of a file on a network file system."""


def take(path: str, fd: int, name: str, manner: Manner) -> Record:
    """Copy the database at `path` into an empty file and return the record of that.

    Args:
        path: the original, which a writer may hold.
        fd: descriptor of an empty file, readable and writable.
        name: what messages call the copy.
        manner: how.

    Raises:
        NoConsistentCopy: none could be had, and a torn one was not asked for.
        CannotClone: a reflink was asked for where there can be none.
        UnreadableFile, NotABoltFile, CannotWrite: as they say.
    """
    for opening in range(_OPENINGS):
        file = FileSource(path)
        try:
            return _take(file, fd, name, manner)
        except SourceReplaced:
            if opening == _OPENINGS - 1:
                raise
        finally:
            file.close()
    raise NoConsistentCopy(path)


def _take(file: FileSource, fd: int, name: str, manner: Manner) -> Record:
    started = manner.now()
    mount = mount_of(file.fileno())
    holder = lock_holder(file.fileno())
    target = FileTarget(fd, name, hashed=True)
    try:
        if manner.reflink:
            target, snapshot = clone(file, fd, name)
        else:
            snapshot = copy_to(target, file, progress=manner.progress, limits=manner.limits)
        sha256 = target.sha256()
    finally:
        target.close()
    if manner.settle:
        manner.settle()
    identity = file.identity()
    previous = _previous(file, snapshot)
    if mount and mount.is_remote and not snapshot.is_torn:
        snapshot = _read_again(file, mount, snapshot, sha256, manner)
    structure = check_structure(snapshot.source, manner.verifying)
    return Record(
        source=os.path.abspath(file.path),
        device=device_text(identity.device),
        inode=identity.inode,
        size=identity.size,
        mtime=time_json(identity.mtime_ns),
        filesystem=mount.kind if mount else "",
        page_size=snapshot.meta.page_size,
        txid=snapshot.meta.txid,
        previous_txid=previous,
        lock_holder=holder_json(holder),
        locks_listed=are_locks_listed(),
        started_at=time_json(started),
        ended_at=time_json(manner.now()),
        attempts=snapshot.attempts,
        method=snapshot.method,
        verdict=TORN if snapshot.is_torn else CONSISTENT if structure.is_whole else DAMAGED,
        advanced=snapshot.advanced,
        reachable_pages=structure.reachable,
        findings=findings_json(structure.damage),
        copy_size=target.size,
        sha256=sha256,
        program=PROGRAM,
    )


def _previous(file: FileSource, snapshot: Snapshot) -> int | None:
    """Return the revision in the other meta slot, as long as the copied one is the newest."""
    try:
        metas = read_metas(file)
    except NotABoltFile:
        return None
    other = metas.other
    if metas.current.txid != snapshot.meta.txid or other is None or not other.is_valid:
        return None
    return other.txid


def _read_again(
    file: FileSource, mount: Mount, first: Snapshot, sha256: str, manner: Manner
) -> Snapshot:
    """Read a file on a network file system once more: only two equal readings are believed.

    The rule of copying holds on the machine that writes; what another sees of it, and in which
    order, is up to caches.
    """
    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    manner.limits.wait(_APART)
    fd = unnamed_file(manner.spool)
    try:
        target = FileTarget(fd, f"second reading of {file.path}", hashed=True)
        again = FileSource(file.path)
        copy_to(target, again, progress=manner.progress, limits=manner.limits)
        is_same = target.sha256() == sha256
        target.close()
        again.close()
    finally:
        os.close(fd)
    if is_same:
        return first
    if manner.limits.allow_torn:
        return first._replace(advanced=1)
    raise NoConsistentCopy(
        f"{file.path}: it lies on a network file system ({mount.kind}), and two readings "
        f"{_APART:g} seconds apart differ; copy it on the machine that writes it"
    )
