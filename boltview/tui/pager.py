"""Reading an entry in `$PAGER`: what it shows goes through a pipe, and never to the disk."""

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterable, Mapping

_PAGERS = ("less", "more")


class NoPager(Exception):
    """There is no program to read in, or it does not start; the message is not escaped."""


def command(environment: Mapping[str, str]) -> list[str]:
    """Return the pager that the user wants, or else one that there is.

    Raises:
        NoPager: there is none.
    """
    try:
        wanted = shlex.split(environment.get("PAGER", ""))
    except ValueError as error:
        raise NoPager(f"PAGER cannot be understood: {error}") from error
    if wanted:
        return wanted
    found = next(filter(None, map(shutil.which, _PAGERS)), None)
    if found is None:
        raise NoPager("no pager: neither less nor more is on PATH, and PAGER is not set")
    return [found]


def page(words: list[str], texts: Iterable[str]) -> None:
    """Run a pager on the terminal and feed it until the user has seen enough.

    Raises:
        NoPager: it does not start.
    """
    # With -F, less would be gone before anybody read what fits one screen.
    less = f"{os.environ.get('LESS', '')} -+F".strip()
    # Ctrl-C is for the pager; a handler, unlike ignoring it, is not handed on to it.
    before = signal.signal(signal.SIGINT, _ignore)
    try:
        process = subprocess.Popen(  # noqa: S603 - what the user set as PAGER, without a shell
            words, stdin=subprocess.PIPE, env={**os.environ, "LESS": less}
        )
        _feed(process, texts)
        process.wait()
    except OSError as error:
        raise NoPager(f"{words[0]}: {error.strerror}") from error
    finally:
        signal.signal(signal.SIGINT, before)


def _feed(process: "subprocess.Popen[bytes]", texts: Iterable[str]) -> None:
    pipe = process.stdin
    if pipe is None:
        return
    try:
        with pipe:
            for text in texts:
                pipe.write(text.encode(errors="backslashreplace"))
    except BrokenPipeError:
        # The user has seen enough.
        return


def _ignore(_number: int, _frame: object) -> None:
    """Do nothing."""
