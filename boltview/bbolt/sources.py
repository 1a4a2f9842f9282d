"""Where the Go sources and what is compiled from them lie, and whether the two belong together.

Beside a compiled file lies its stamp: the digest of the sources it was made from.
"""

import hashlib
import os
import sysconfig

GO = os.path.join(os.path.dirname(os.path.abspath(__file__)), "go")
"""The folder of the Go module."""

LIB = os.path.join(os.path.dirname(GO), "_lib")
"""The folder of what is compiled from it; never in version control."""

_COMPILED_IN = (".go", ".mod", ".sum")


def library_path() -> str:
    """Return where the shared library of this platform belongs."""
    return os.path.join(LIB, f"libbbolt-{sysconfig.get_platform()}.so")


def command_path() -> str:
    """Return where the `bbolt` command of this platform belongs."""
    return os.path.join(LIB, f"bbolt-{sysconfig.get_platform()}")


def digest() -> str:
    """Return the SHA-256 of the Go sources and their pinned modules; tests left out."""
    total = hashlib.sha256()
    for name in sorted(os.listdir(GO)):
        if name.endswith(_COMPILED_IN) and not name.endswith("_test.go"):
            with open(os.path.join(GO, name), "rb") as file:
                content = file.read()
            total.update(f"{name} {len(content)}\n".encode() + content)
    return total.hexdigest()


def stamp_path(compiled: str) -> str:
    """Return where the stamp of a compiled file lies."""
    return f"{compiled}.sources"


def is_current(compiled: str) -> bool:
    """Whether a compiled file is there and was made from the sources as they are now."""
    try:
        with open(stamp_path(compiled), encoding="ascii") as file:
            stamp = file.read()
    except FileNotFoundError:
        return False
    return os.path.exists(compiled) and stamp == digest()
