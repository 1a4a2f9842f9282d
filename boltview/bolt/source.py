"""The one place that opens a database, and the ways to read its bytes.

The file is opened `O_RDONLY`, without a lock of any kind: containerd holds an exclusive `flock` on
its database for life, and even a shared lock held by an inspector keeps it from starting again.
Reads go through `pread` and never through a memory map, because a map of a file that somebody
truncates kills the process with SIGBUS, while `pread` returns fewer bytes.
"""

import os
import stat
from typing import NamedTuple, Protocol

from boltview.bolt.errors import UnreadableFile

_LARGEST_READ = 0x7FFFF000
"""Linux returns at most this many bytes for one read."""


class Source(Protocol):
    """Random access to the bytes of one database."""

    @property
    def size(self) -> int:
        """Length in bytes."""

    def read(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`, fewer where the source ends."""


class Identity(NamedTuple):
    """What tells one file from another, and one state of it from another."""

    device: int
    inode: int
    size: int
    mtime_ns: int


class FileSource:
    """A file that nobody writes while it is read."""

    __slots__ = ("_fd", "path", "size")

    def __init__(self, path: str, fd: int = -1) -> None:
        """Open `path` for reading.

        Args:
            path: the file.
            fd: a descriptor to read from instead, closed with this; `path` is only its name then.

        Raises:
            UnreadableFile: it is missing, not a regular file, or may not be read.
        """
        self._fd = fd
        if fd < 0:
            self._fd = open_readonly(path)
        self.path = path
        self.size = os.fstat(self._fd).st_size

    def read(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`, fewer where the file ends.

        Raises:
            UnreadableFile: the device failed to deliver them.
        """
        left = self.size - offset
        length = min(length, left)
        if offset < 0 or length <= 0:
            return b""
        try:
            data = os.pread(self._fd, length, offset)
            if len(data) == length or length < _LARGEST_READ:
                return data
            parts = [data]
            while data and (done := sum(map(len, parts))) < length:
                data = os.pread(self._fd, length - done, offset + done)
                parts.append(data)
            return b"".join(parts)
        except OSError as error:
            raise UnreadableFile(f"{self.path}: {error.strerror}") from error

    def read_into(self, view: memoryview, offset: int) -> int:
        """Fill `view` from `offset`; return how many bytes there were before the file's end.

        Raises:
            UnreadableFile: the device failed to deliver them.
        """
        done = 0
        try:
            while done < len(view) and (more := os.preadv(self._fd, [view[done:]], offset + done)):
                done += more
        except OSError as error:
            raise UnreadableFile(f"{self.path}: {error.strerror}") from error
        return done

    def identity(self) -> Identity:
        """Return what the open file is now."""
        return identity_of(os.fstat(self._fd))

    def refresh(self) -> None:
        """Take notice of the file's present size: a writer may have let it grow."""
        self.size = os.fstat(self._fd).st_size

    def is_still_at_path(self) -> bool:
        """Whether the path still names the open file, no shorter than it was."""
        try:
            now = identity_of(os.stat(self.path))
        except OSError:
            return False
        opened = self.identity()
        return now[:2] == opened[:2] and now.size >= self.size

    def fileno(self) -> int:
        """Return the file descriptor."""
        return self._fd

    def close(self) -> None:
        """Close the file; reading afterwards is an error."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __del__(self) -> None:
        """Close the file with the last reference."""
        self.close()


class MemorySource:
    """A database that lies in memory: a consistent copy of a live file, or a test's bytes."""

    __slots__ = ("_data", "size")

    def __init__(self, data: bytes | bytearray | memoryview) -> None:
        """Read from `data`, which is not copied."""
        self._data = memoryview(data).toreadonly()
        self.size = len(self._data)

    def read(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`, fewer where the data ends."""
        if offset < 0 or length <= 0:
            return b""
        return bytes(self._data[offset : offset + length])


def open_readonly(path: str) -> int:
    """Open a regular file for reading, without a lock and, where allowed, without touching atime.

    Returns the file descriptor.

    Raises:
        UnreadableFile: it is missing, not a regular file, or may not be read.
    """
    # O_NONBLOCK: opening a FIFO somebody put in the way must not hang.
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
    try:
        try:
            fd = os.open(path, flags | getattr(os, "O_NOATIME", 0))
        except PermissionError:
            # O_NOATIME is allowed only to the file's owner and to root.
            fd = os.open(path, flags)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableFile(f"{path}: {reason}") from error
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise UnreadableFile(f"{path}: not a regular file")
    return fd


def identity_of(info: os.stat_result) -> Identity:
    """Pick from a stat result what identifies a file and its state."""
    return Identity(info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns)
