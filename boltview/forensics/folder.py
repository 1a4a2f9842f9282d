"""Folders that appear whole under their name, or not at all."""

import os
import shutil
from collections.abc import Collection
from types import TracebackType
from typing import Self

from boltview.bolt.errors import CannotWrite
from boltview.forensics.files import UnusableDestination, temporary_name

_MODE = 0o700
"""What a database holds can be secret; what is made of it is for who made it."""


class NewFolder:
    """A folder to be: filled at `place`, and nowhere to be seen under its name before `publish`.

    A context manager; what was not published by its end is gone.

    Args:
        path: its name.
        older: names of files; a folder that holds nothing else is an older one of the same kind,
            and is replaced. Without them nothing is.

    Raises:
        UnusableDestination: the name is taken by anything but an empty folder, or no folder can be
            made there.
    """

    __slots__ = ("_older", "path", "place")

    def __init__(self, path: str, older: Collection[str] = ()) -> None:
        """Make a folder under another name, beside it."""
        self.path = path.rstrip("/") or path
        self._older = frozenset(older)
        self._judge()
        self.place = temporary_name(self.path)
        try:
            os.mkdir(self.place, _MODE)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise UnusableDestination(f"{self.path}: it cannot be made: {reason}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        shutil.rmtree(self.place, ignore_errors=True)
        if isinstance(error, CannotWrite):
            # The name that the folder has meanwhile tells nobody anything.
            raise CannotWrite(str(error).replace(self.place, self.path)) from error

    def publish(self) -> None:
        """Give the folder its name, once all that is in it is on the disk.

        Raises:
            UnusableDestination: somebody took the name meanwhile.
            CannotWrite: the disk is full, or failing.
        """
        old = ""
        try:
            for name in sorted(os.listdir(self.place)):
                _settle(os.path.join(self.place, name))
            _settle(self.place)
            if self._judge():
                aside = temporary_name(self.path)
                os.rename(self.path, aside)
                old = aside
            os.rename(self.place, self.path)
        except OSError as error:
            if old:
                os.rename(old, self.path)
            raise CannotWrite(f"{self.path}: {error.strerror}") from error
        if old:
            shutil.rmtree(old, ignore_errors=True)

    def _judge(self) -> bool:
        """Return whether an older folder of the same kind is there.

        Raises:
            UnusableDestination: something else is.
        """
        if not os.path.lexists(self.path):
            return False
        try:
            names = os.listdir(self.path)
        except OSError as error:
            raise UnusableDestination(
                f"{self.path}: it exists, and is no folder to write to: {error.strerror}"
            ) from error
        if names and self._older.issuperset(names):
            return True
        if names:
            raise UnusableDestination(f"{self.path}: it exists and is not empty; left as it is")
        return False


def _settle(path: str) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
