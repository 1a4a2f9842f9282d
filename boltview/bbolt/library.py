"""The shared library: found, loaded once, and the one door into it.

Go's runtime does not survive fork(): a child that was forked after loading can no longer call.
"""

import ctypes
import os
import threading
from errno import errorcode
from typing import Final

from boltview.bbolt import sources
from boltview.bbolt.errors import BY_NAME, BboltError, BboltOSError, BboltUnavailable, GoPanic
from boltview.bbolt.wire import Reader

_HOW = "build it with `python -m boltview.bbolt.build` (needs Go and a C compiler)"
_loading = threading.Lock()


class Library:
    """The loaded library. Safe for any number of threads; calls run without the GIL."""

    __slots__ = ("_call", "_free", "usable")

    def __init__(self, path: str) -> None:
        """Load the library.

        Raises:
            OSError: the file is no library of this platform.
        """
        library = ctypes.CDLL(path)
        self._call = library.BboltCall
        self._call.argtypes = [
            ctypes.c_char_p,
            ctypes.c_uint64,
            ctypes.c_char_p,
            ctypes.c_size_t,
            ctypes.POINTER(ctypes.c_void_p),
            ctypes.POINTER(ctypes.c_size_t),
        ]
        self._call.restype = ctypes.c_int
        # Found among what the library itself is linked to: the allocator of its answers.
        self._free = library.free
        self._free.argtypes = [ctypes.c_void_p]
        self._free.restype = None
        self.usable = True

    def call(self, operation: bytes, handle: int = 0, request: bytes = b"") -> Reader:
        """Run one operation (go/main.go lists them) and return its response.

        Raises:
            BboltError: what the operation reports, as the class of that name.
        """
        if not self.usable:
            raise BboltUnavailable("bbolt cannot be used in a process forked after loading it")
        response, length = ctypes.c_void_p(), ctypes.c_size_t()
        failed = self._call(operation, handle, request, len(request), response, length)
        data = b""
        if response.value is not None:
            data = ctypes.string_at(response.value, length.value)
            self._free(response)
        if failed:
            raise _error(Reader(data))
        return Reader(data)

    def release(self, operation: bytes, handle: int) -> None:
        """Run a closing operation for a finalizer, where nobody could handle an error."""
        if self.usable:
            try:
                self.call(operation, handle)
            except BboltError:
                return


_loaded: Library | None = None


def load() -> Library:
    """Return the library, loading it at the first call.

    Raises:
        BboltUnavailable: it was not built, it is older than its Go sources, or it cannot be loaded.
    """
    global _loaded  # noqa: PLW0603  one process has one Go runtime
    if _loaded is not None:
        return _loaded
    with _loading:
        if _loaded is None:
            _loaded = _open()
            os.register_at_fork(after_in_child=_forbid)
        return _loaded


def _open() -> Library:
    path: Final = sources.library_path()
    if not os.path.exists(path):
        raise BboltUnavailable(f"the real bbolt is not built here: {_HOW}")
    if not sources.is_current(path):
        raise BboltUnavailable(f"the built bbolt is older than its Go sources: {_HOW}")
    try:
        return Library(path)
    except OSError as error:
        raise BboltUnavailable(f"the built bbolt cannot be loaded ({error}): {_HOW}") from error


def _forbid() -> None:
    if _loaded is not None:
        _loaded.usable = False


def _error(response: Reader) -> BboltError:
    """Make the exception from what appendError in go/errors.go wrote."""
    name, message, errno = response.text(), response.text(), response.uvarint()
    path, operation, stack = response.text(), response.uvarint(), response.text()
    error: BboltError
    if errno and not name:
        error = BboltOSError(errno, os.strerror(errno), path or None)
        error.add_note(f"{errorcode.get(errno, errno)} in bbolt: {message}")
    else:
        error = BY_NAME.get(name, BboltError)(message)
    if isinstance(error, GoPanic):
        error.stack = stack
    error.operation = operation - 1 if operation else None
    return error
