"""Events in the order of time, however many: sorted in memory part by part, parts in a file.

What lies in the file is written and read by this process alone; it has no name.
"""

import heapq
import marshal
import os
from collections.abc import Callable, Iterable, Iterator
from struct import Struct
from typing import Any

from boltview.bolt.errors import CannotWrite
from boltview.forensics.timeline.event import Event, FileFacts

HELD = 50_000
"""Events held in memory: some 40 MB."""
_BLOCK = 1 << 16
_LENGTH = Struct("<I")
_Row = tuple[Any, ...]
"""Time, number and the rest of an event: what sorts, and what `marshal` can write."""


class Ordered:
    """Takes events in any order and gives them back in that of time; iterate once.

    Those of one moment keep the order in which they came.
    """

    __slots__ = ("_count", "_fd", "_held", "_most", "_runs", "_spill")

    def __init__(self, spill: Callable[[], int], held: int = HELD) -> None:
        """Hold nothing yet.

        Args:
            spill: makes an empty file without a name, and returns its descriptor.
            held: events held in memory.
        """
        self._spill = spill
        self._most = held
        self._count = 0
        self._held: list[_Row] = []
        self._runs: list[tuple[int, int]] = []
        self._fd = -1

    def __len__(self) -> int:
        """Return the number of events."""
        return self._count

    def add(self, event: Event) -> None:
        """Take an event."""
        facts = None if event.facts is None else tuple(event.facts)
        self._held.append((event.at, self._count, *event[1:-1], facts))
        self._count += 1
        if len(self._held) >= self._most:
            self._write()

    def __iter__(self) -> Iterator[Event]:
        """Yield the events in the order of time."""
        self._held.sort(key=_key)
        runs: list[Iterable[_Row]] = [self._read(*run) for run in self._runs]
        for row in heapq.merge(*runs, self._held, key=_key):
            yield _event(row)

    def __del__(self) -> None:
        """Close the file."""
        if self._fd >= 0:
            os.close(self._fd)

    def _write(self) -> None:
        """Write what is held as a sorted run."""
        if self._fd < 0:
            self._fd = self._spill()
        self._held.sort(key=_key)
        start = os.lseek(self._fd, 0, os.SEEK_END)
        parts: list[bytes] = []
        length = 0
        try:
            for row in self._held:
                raw = marshal.dumps(row)
                parts += (_LENGTH.pack(len(raw)), raw)
                length += len(raw)
                if length > _BLOCK:
                    _write_all(self._fd, b"".join(parts))
                    parts, length = [], 0
            _write_all(self._fd, b"".join(parts))
        except OSError as error:
            raise CannotWrite(f"temporary file: {error.strerror}") from error
        self._runs.append((start, os.lseek(self._fd, 0, os.SEEK_END)))
        self._held = []

    def _read(self, start: int, end: int) -> Iterator[_Row]:
        """Yield the rows of a run, read block by block."""
        left = b""
        while start < end or left:
            block = os.pread(self._fd, min(_BLOCK, end - start), start) if start < end else b""
            start += len(block)
            left += block
            place = 0
            while place + _LENGTH.size <= len(left):
                stop = place + _LENGTH.size + _LENGTH.unpack_from(left, place)[0]
                if stop > len(left):
                    break
                yield marshal.loads(left[place + _LENGTH.size : stop])  # noqa: S302 - our own
                place = stop
            left = left[place:]
            if not block and left:
                raise CannotWrite("temporary file: it was cut short")


def _key(row: _Row) -> tuple[object, object]:
    return row[0], row[1]


def _event(row: _Row) -> Event:
    at, _, *middle, facts = row
    return Event._make((at, *middle, None if facts is None else FileFacts(*facts)))


def _write_all(fd: int, data: bytes) -> None:
    done = 0
    while done < len(data):
        done += os.write(fd, data[done:])
