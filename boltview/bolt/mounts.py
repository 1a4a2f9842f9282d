"""The mount that an open file lies on: its device as the kernel lists it, and its file system."""

from typing import NamedTuple

REMOTE = frozenset(
    {
        *("9p", "afs", "ceph", "cifs", "coda", "fuse", "gfs2", "glusterfs", "lustre"),
        *("nfs", "nfs4", "ocfs2", "smb3", "smbfs", "vboxsf", "virtiofs"),
    }
)
"""File systems whose pages another machine may change behind this kernel's back.

The writer and the reader then do not share one page cache, and the order in which pages were
written is not the order in which they are seen.
"""


class Mount(NamedTuple):
    """A line of `/proc/self/mountinfo`."""

    device: tuple[int, int]
    """Major and minor number of the file system; on btrfs not the `st_dev` of its files."""
    kind: str
    """Type of the file system, such as `ext4`."""

    @property
    def is_remote(self) -> bool:
        """Whether another machine, or a program in user space, may serve its files."""
        return self.kind.partition(".")[0] in REMOTE


def mount_of(fd: int) -> Mount | None:
    """Return the mount of an open file; None where there is no `/proc` to tell it."""
    try:
        with open(f"/proc/self/fdinfo/{fd}", encoding="ascii") as file:
            mount = next(line.split()[1] for line in file if line.startswith("mnt_id:"))
        with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as file:
            fields = next(fields for line in file if (fields := line.split())[0] == mount)
        major, minor = fields[2].split(":")
        # Optional fields stand before the lone dash, and the type behind it.
        return Mount((int(major), int(minor)), fields[fields.index("-") + 1])
    except (OSError, StopIteration, ValueError, IndexError):
        return None
