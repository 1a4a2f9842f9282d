"""SHA-256 in a thread of its own: hashing takes as long as copying, and neither holds the GIL."""

import hashlib
import threading
from queue import SimpleQueue

BUFFER = 1 << 20
"""Bytes handed over at a time."""
_BUFFERS = 4


class BackgroundHash:
    """Hashes buffers in the order in which they are given, while the next ones are filled.

    `buffer` lends one that is free, `give` hands it over and must follow each `buffer`.
    """

    __slots__ = ("_free", "_full", "_hash", "_thread")

    def __init__(self) -> None:
        """Start the thread; it ends with `digest` or `stop`."""
        self._hash = hashlib.sha256()
        self._free: SimpleQueue[memoryview] = SimpleQueue()
        self._full: SimpleQueue[tuple[memoryview, int] | None] = SimpleQueue()
        for _ in range(_BUFFERS):
            self._free.put(memoryview(bytearray(BUFFER)))
        self._thread = threading.Thread(target=self._run, name="sha256", daemon=True)
        self._thread.start()

    def buffer(self) -> memoryview:
        """Lend a buffer of BUFFER bytes, as soon as one is free."""
        return self._free.get()

    def give(self, buffer: memoryview, length: int) -> None:
        """Hash the first `length` bytes of a buffer, which must not be touched any more."""
        self._full.put((buffer, length))

    def digest(self) -> str:
        """Return the hash of everything given, in hex; nothing can be given afterwards."""
        self.stop()
        return self._hash.hexdigest()

    def stop(self) -> None:
        """End the thread when it has hashed what it was given; a second call does nothing."""
        self._full.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (given := self._full.get()) is not None:
            buffer, length = given
            self._hash.update(buffer[:length])
            self._free.put(buffer)
