"""Where the browser's memory is kept: one file in the user's state folder, never near a database.

It holds places and a theme, no value of any database. A memory that cannot be read or written is
no memory: the browser works without.
"""

import contextlib
import os
import stat
from collections.abc import Callable

from boltview.report.memory import MAX_TEXT, FileId, Memory, Stay, memory_of, memory_text

_NAME = "browser.json"
_MODE = 0o600
"""Paths of files and keys can be secret."""


class Remembered:
    """The memory of the browser, kept in a file; a browser of another terminal may use it too."""

    def __init__(self, folder: str) -> None:
        """Keep it in `folder`, which is made when there is something to keep."""
        self._folder = folder
        self._file = os.path.join(folder, _NAME)
        self.memory = self._read()

    def recall(self, path: str) -> Stay | None:
        """Return where somebody was in the file at `path`."""
        file = _identify(path)
        return self.memory.recall(file) if file else None

    def keep(self, path: str, stay: Stay) -> None:
        """Remember where somebody is in the file at `path`."""
        file = _identify(path)
        if file and not self._is_beside(path):
            self._write(lambda memory: memory.keep(file, stay))

    def prefer(self, theme: str, zone: str) -> None:
        """Remember a theme and a zone."""
        self._write(lambda memory: memory._replace(theme=theme, zone=zone))

    def _is_beside(self, path: str) -> bool:
        """Whether the memory would lie in the folder of a database, or below."""
        folder = os.path.dirname(os.path.realpath(path))
        return os.path.commonpath([folder, os.path.realpath(self._folder)]) == folder

    def _read(self) -> Memory:
        # Not to wait for anything: what lies there need not be a file.
        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            with open(os.open(self._file, flags), encoding="utf-8", errors="replace") as file:
                if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    return memory_of(file.read(MAX_TEXT + 1))
        except (OSError, ValueError):
            pass
        return Memory()

    def _write(self, change: Callable[[Memory], Memory]) -> None:
        """Change the memory as it is on the disk by now; the new file takes the old one's place."""
        self.memory = change(self._read())
        temporary = f"{self._file}.{os.getpid()}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        try:
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            fd = os.open(temporary, flags, _MODE)
        except OSError:
            return
        try:
            with open(fd, "w", encoding="utf-8") as file:
                file.write(memory_text(self.memory))
            os.replace(temporary, self._file)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def remembered() -> Remembered | None:
    """Return the memory of the user who runs the program; None where there is no place for it."""
    base = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    # A folder that is not absolute is not valid (XDG Base Directory Specification).
    return Remembered(os.path.join(base, "boltview")) if os.path.isabs(base) else None


def _identify(path: str) -> FileId | None:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return FileId(found.st_dev, found.st_ino, os.path.realpath(path))
