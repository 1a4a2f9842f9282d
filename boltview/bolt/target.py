"""Where a copy goes: into memory when it is small, else into a file that the caller has opened.

Pages that hold nothing but zeros are not written to a file: holes of the original stay holes.
"""

import os
from typing import Protocol

from boltview.bolt.errors import CannotWrite
from boltview.bolt.hashing import BUFFER, BackgroundHash
from boltview.bolt.source import FileSource, MemorySource, Source

_UNIT = 4096
"""Bytes that are left out or written together: the block of most file systems."""
_ZEROS = bytes(_UNIT)


class Target(Protocol):
    """Takes a copy part by part, in order or not; a part is at most BUFFER bytes long."""

    def start(self, size: int) -> None:
        """Forget everything taken so far, and be `size` zero bytes."""

    def room(self, offset: int, length: int) -> memoryview:
        """Return where the `length` bytes that belong at `offset` may be read into."""

    def keep(self, offset: int, length: int) -> None:
        """Take over the bytes that were read into `room`; it must follow each `room`."""

    def resize(self, size: int) -> None:
        """End the copy at `size` bytes; what was never taken is zero."""

    def clear(self, offset: int, length: int) -> None:
        """Make bytes zero that turned out not to belong to the copy."""

    def source(self) -> Source:
        """Read what was taken."""


def put(target: Target, offset: int, data: bytes | memoryview) -> None:
    """Give bytes of any length to a target."""
    for start in range(0, len(data), BUFFER):
        part = data[start : start + BUFFER]
        target.room(offset + start, len(part))[:] = part
        target.keep(offset + start, len(part))


class MemoryTarget:
    """A copy in memory."""

    __slots__ = ("_data",)

    def __init__(self) -> None:
        """Start with nothing."""
        self._data = bytearray()

    def start(self, size: int) -> None:
        """Be `size` zero bytes."""
        self._data = bytearray(size)

    def room(self, offset: int, length: int) -> memoryview:
        """Return the place itself: nothing is copied twice."""
        if len(self._data) < offset + length:
            self.resize(max(offset + length, len(self._data) * 2))
        return memoryview(self._data)[offset : offset + length]

    def keep(self, offset: int, length: int) -> None:
        """Do nothing: the bytes are in place."""

    def resize(self, size: int) -> None:
        """End the copy at `size` bytes."""
        # A view of the old array may still be alive, and a viewed array cannot grow.
        grown = bytearray(size)
        kept = min(size, len(self._data))
        grown[:kept] = memoryview(self._data)[:kept]
        self._data = grown

    def clear(self, offset: int, length: int) -> None:
        """Make bytes zero."""
        self._data[offset : offset + length] = bytes(length)

    def source(self) -> MemorySource:
        """Read what was taken."""
        return MemorySource(self._data)


class FileTarget:
    """A copy in a file, hashed on the way if wanted."""

    __slots__ = ("_fd", "_hash", "_hashed", "_lent", "_owned", "_path", "_wants_hash", "size")

    def __init__(self, fd: int, path: str, *, hashed: bool = False, owned: bool = False) -> None:
        """Write to `fd`.

        Args:
            fd: descriptor of an empty file, readable and writable.
            path: what messages call it.
            hashed: compute the SHA-256.
            owned: close `fd` with the last reference to this; it is the caller's otherwise.
        """
        self._fd = fd
        self._owned = owned
        self._path = path
        self._wants_hash = hashed
        self._hash: BackgroundHash | None = None
        self._hashed = 0
        self._lent = memoryview(bytearray(0 if hashed else BUFFER))
        self.size = 0

    def start(self, size: int) -> None:
        """Be `size` zero bytes, all of them a hole."""
        self.close()
        self._hashed = 0
        self._truncate(0)
        self.resize(size)
        if self._wants_hash:
            self._hash = BackgroundHash()

    def room(self, offset: int, length: int) -> memoryview:
        """Return a buffer."""
        if self._hash and offset != self._hashed:
            # Out of order: `sha256` will read the finished copy instead.
            self.close()
        if self._hash:
            self._lent = self._hash.buffer()
        elif not self._lent:
            self._lent = memoryview(bytearray(BUFFER))
        return self._lent[:length]

    def keep(self, offset: int, length: int) -> None:
        """Write what was read into the buffer, but for the zeros.

        Raises:
            CannotWrite: the disk is full, or failing.
        """
        buffer = self._lent
        self.size = max(self.size, offset + length)
        try:
            for start, end in _filled_runs(buffer, length):
                self._write(buffer[start:end], offset + start)
        finally:
            if self._hash:
                self._hash.give(buffer, length)
                self._hashed += length

    def resize(self, size: int) -> None:
        """End the copy at `size` bytes; what was never written reads as zeros."""
        self.size = size
        self._truncate(size)

    def clear(self, offset: int, length: int) -> None:
        """Make bytes zero."""
        self.close()
        zeros = memoryview(bytes(min(length, BUFFER)))
        for start in range(0, length, BUFFER):
            self._write(zeros[: min(BUFFER, length - start)], offset + start)

    def source(self) -> FileSource:
        """Read what was written, through a descriptor of its own."""
        return FileSource(self._path, os.dup(self._fd))

    def sha256(self) -> str:
        """Return the SHA-256 of the copy in hex, read again if it was not written in order."""
        if self._hash and self._hashed == self.size:
            running, self._hash = self._hash, None
            return running.digest()
        self.close()
        return sha256_of(self.source())

    def close(self) -> None:
        """End the hashing; the file stays open."""
        running, self._hash = self._hash, None
        if running:
            running.stop()

    def __del__(self) -> None:
        """Close the file if it is ours; what was copied lives on in `source`."""
        if self._owned:
            os.close(self._fd)

    def _truncate(self, size: int) -> None:
        try:
            os.ftruncate(self._fd, size)
        except OSError as error:
            raise CannotWrite(f"{self._path}: {error.strerror}") from error

    def _write(self, data: memoryview, offset: int) -> None:
        done = 0
        try:
            while done < len(data):
                done += os.pwrite(self._fd, data[done:], offset + done)
        except OSError as error:
            raise CannotWrite(f"{self._path}: {error.strerror}") from error


def sha256_of(file: FileSource) -> str:
    """Return the SHA-256 of a file in hex, read from its beginning to its end."""
    running = BackgroundHash()
    offset = 0
    try:
        while True:
            buffer = running.buffer()
            length = file.read_into(buffer, offset)
            running.give(buffer, length)
            offset += length
            if not length:
                return running.digest()
    finally:
        running.stop()


def _filled_runs(buffer: memoryview, length: int) -> list[tuple[int, int]]:
    """Return where there is something to write: everything but whole units of zeros."""
    array = buffer.obj
    if not isinstance(array, bytearray):  # what both kinds of buffer are made of
        return [(0, length)]
    empty = [
        start
        for start in range(0, length, _UNIT)
        if not array[start] and array.startswith(_ZEROS[: length - start], start, length)
    ]
    runs = []
    begin = 0
    for start in [*empty, length]:
        if begin < start:
            runs.append((begin, start))
        begin = start + _UNIT
    return runs
