"""A progress line on stderr for work that takes long enough to wonder about."""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from boltview.bolt.progress import Progress

_FIRST_AFTER = 0.3
"""Seconds of work before anything is shown."""
_EVERY = 0.1


@contextmanager
def progress_line(arguments: argparse.Namespace, what: str) -> Iterator[Progress | None]:
    """Give a progress callback that draws one line, wiped at the end; None when none is wanted.

    Without `--progress` or `--no-progress` a line is drawn if stderr is a terminal.
    """
    wanted = arguments.progress
    if wanted is None:
        wanted = sys.stderr.isatty() and not arguments.quiet
    if not wanted:
        yield None
        return
    due = time.monotonic() + _FIRST_AFTER
    drawn = False

    def draw(done: int, total: int) -> None:
        nonlocal due, drawn
        if time.monotonic() < due:
            return
        due = time.monotonic() + _EVERY
        drawn = True
        share = f"{100 * done // total:3d} %" if total else f"{done:,}"
        sys.stderr.write(f"\r{what} {share}")
        sys.stderr.flush()

    try:
        yield draw
    finally:
        if drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
