"""Files that appear whole under their name, or not at all.

They are written without a name where the file system can do that (`O_TMPFILE`), so that nothing is
left behind whatever ends the program, and get their name with one system call, which fails if the
name is taken.
"""

import contextlib
import errno
import os
from types import TracebackType
from typing import TYPE_CHECKING, Self

from boltview.bolt.errors import CannotWrite

if TYPE_CHECKING:
    import threading

_OWN_FILES = "/proc/self/fd"
_MODE = 0o600
"""What a database holds can be secret; its copy is for who made it."""


class UnusableDestination(Exception):
    """A copy cannot be put where it should go: the name is taken, or the folder is not there."""


def unnamed_file(folder: str) -> int:
    """Return a descriptor of an empty file without name, gone when it is closed.

    Args:
        folder: which file system to use.

    Raises:
        CannotWrite: no file can be made there.
    """
    try:
        fd = _without_name(folder)
        if fd is None:
            path = temporary_name(os.path.join(folder, "boltview"))
            fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _MODE)
            os.unlink(path)
    except OSError as error:
        raise CannotWrite(f"{folder}: no temporary file can be made: {error.strerror}") from error
    return fd


class NewFile:
    """A file to be: written through `fd`, and nowhere to be seen before `publish`.

    A context manager; what was not published by its end is gone.
    """

    __slots__ = ("_failure", "_temporary", "_writing", "fd", "path")

    def __init__(self, path: str) -> None:
        """Make an unnamed file in the folder of `path`.

        Raises:
            UnusableDestination: `path` exists, or no file can be made in its folder.
        """
        if os.path.lexists(path):
            raise UnusableDestination(f"{path}: it exists; nothing is ever overwritten")
        self.path = path
        self._temporary: str | None = None
        self._writing: threading.Thread | None = None
        self._failure: OSError | None = None
        try:
            fd = _without_name(os.path.dirname(path) or ".") if os.path.exists(_OWN_FILES) else None
            if fd is None:
                self._temporary = temporary_name(path)
                flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
                fd = os.open(self._temporary, flags, _MODE)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise UnusableDestination(f"{path}: it cannot be made: {reason}") from error
        self.fd = fd

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._wait()
        os.close(self.fd)
        if self._temporary:
            with contextlib.suppress(OSError):
                os.unlink(self._temporary)

    @property
    def writable_path(self) -> str:
        """A path of the file while it has no name, for who cannot write to a descriptor."""
        return self._temporary or f"{_OWN_FILES}/{self.fd}"

    def write(self, data: bytes) -> None:
        """Append bytes.

        Raises:
            CannotWrite: the disk is full, or failing.
        """
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self.fd, view) :]
        except OSError as error:
            raise CannotWrite(f"{self.path}: {error.strerror}") from error

    def write_back(self) -> None:
        """Begin to bring the file to the disk, in a thread; `publish` waits for it."""

        def run() -> None:
            try:
                os.fsync(self.fd)
            except OSError as error:
                self._failure = error

        import threading

        self._writing = threading.Thread(target=run, name="fsync")
        self._writing.start()

    def publish(self) -> None:
        """Give the file its name, once all its bytes are on the disk.

        Raises:
            CannotWrite: the disk is full, or failing.
            UnusableDestination: somebody took the name meanwhile.
        """
        self._wait()
        try:
            # The kernel tells a failure once: the one that the thread met is not told again.
            if self._failure:
                raise self._failure
            os.fsync(self.fd)
            self._name()
        except FileExistsError as error:
            raise UnusableDestination(f"{self.path}: it exists now; left as it is") from error
        except OSError as error:
            raise CannotWrite(f"{self.path}: {error.strerror}") from error

    def _wait(self) -> None:
        if self._writing:
            self._writing.join()

    def _name(self) -> None:
        if self._temporary is None:
            # With a directory descriptor Python calls linkat, which follows the link in /proc.
            folder = os.open(os.path.dirname(self.path) or ".", os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.link(f"{_OWN_FILES}/{self.fd}", os.path.basename(self.path), dst_dir_fd=folder)
            finally:
                os.close(folder)
            return
        try:
            os.link(self._temporary, self.path)
        except OSError as error:
            # FAT knows no links: there a name taken in this very moment would be overwritten.
            if error.errno not in {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS}:
                raise
            if os.path.lexists(self.path):
                raise FileExistsError from error
            os.rename(self._temporary, self.path)


def _without_name(folder: str) -> int | None:
    """Open a file without name; None where the system cannot."""
    flags = getattr(os, "O_TMPFILE", 0)
    if not flags:
        return None
    try:
        return os.open(folder, flags | os.O_RDWR | os.O_CLOEXEC, _MODE)
    except OSError as error:
        if error.errno in {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL}:
            return None
        raise


def temporary_name(path: str) -> str:
    """Return a name beside `path` that tells what it is."""
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name}.{os.getpid()}-{os.urandom(4).hex()}.part")
