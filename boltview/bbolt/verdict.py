"""bbolt's verdict on a file that may be damaged, from a child process that may die of it."""

import json
import os
import subprocess
import sys
from typing import Literal, NamedTuple

from boltview.bbolt.db import DB
from boltview.bbolt.errors import BboltError, BboltUnavailable, GoPanic
from boltview.bbolt.tx import CHECK_LIMIT

UNAVAILABLE = 4
"""Exit status of the child when the library cannot be used; none that a dying Go exits with."""

LOCK_TIMEOUT = 5.0
"""Seconds to wait for a writer to let go of the file."""
_PACKAGES = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

Kind = Literal["ok", "errors", "refused", "panicked", "timeout"]


class Verdict(NamedTuple):
    """What bbolt made of a file.

    `kind` is ok; errors: check found some; refused: it would not open; panicked: bbolt panicked or
    took its process down; timeout: it did not come to an end. `messages` are check's own, or the
    one error, or the first line of what the dying process said.
    """

    kind: Kind
    messages: list[str]


def check(path: str | os.PathLike[str], *, lock_timeout: float, limit: int) -> Verdict:
    """Open a file as `bbolt check` does and check it, in this process, which may not survive."""
    try:
        with (
            DB(path, read_only=True, preload_freelist=True, timeout=lock_timeout) as db,
            db.view() as tx,
        ):
            messages = tx.check(limit)
    except BboltUnavailable:
        raise
    except GoPanic as panic:
        return Verdict("panicked", [str(panic)])
    except BboltError as error:
        return Verdict("refused", [f"{type(error).__name__}: {error}"])
    return Verdict("errors" if messages else "ok", messages)


def check_in_subprocess(
    path: str | os.PathLike[str],
    *,
    timeout: float = 60.0,
    lock_timeout: float = LOCK_TIMEOUT,
    limit: int = CHECK_LIMIT,
) -> Verdict:
    """Return bbolt's verdict on a file, whatever state it is in.

    The file is opened read-only but locked (shared) meanwhile: of a live database, check a copy.

    Args:
        path: the file.
        timeout: seconds the check may take.
        lock_timeout: seconds to wait for a writer to let go of the file.
        limit: how many messages to gather.

    Raises:
        BboltUnavailable: the library is not built.
    """
    inherited = os.environ.get("PYTHONPATH")
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([_PACKAGES, inherited] if inherited else [_PACKAGES])
    }
    options = [f"--lock-timeout={lock_timeout}", f"--limit={limit}"]
    command = [sys.executable, "-m", "boltview.bbolt", "check", *options, "--", os.fspath(path)]
    try:
        child = subprocess.run(  # noqa: S603  this very program
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="backslashreplace",
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Verdict("timeout", [f"bbolt did not finish in {timeout:g} seconds"])
    if child.returncode == UNAVAILABLE:
        raise BboltUnavailable(child.stderr.strip())
    try:
        said = json.loads(child.stdout)
    except ValueError:
        cause = child.stderr.strip().partition("\n")[0]
        return Verdict("panicked", [cause or f"the process ended with status {child.returncode}"])
    return Verdict(said["kind"], said["messages"])
