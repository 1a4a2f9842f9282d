"""Run the program: in this process, which is fast, or as a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import NamedTuple

from boltview.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
IN_ROOT = "var/lib/containerd/io.containerd.metadata.v1.bolt/meta.db"
NODE_24 = ROOT / "fixtures/containerd-2.4/root"
NODE_16 = ROOT / "fixtures/containerd-1.6/root"
META_24 = NODE_24 / IN_ROOT
META_16 = NODE_16 / IN_ROOT
SHAPES = ROOT / "fixtures/shapes"
PREVIOUS = SHAPES / "previous-differs.db"
Hold = Callable[[Path, str], "subprocess.Popen[str]"]
"""Lets another process hold an flock, `LOCK_EX` or `LOCK_SH`, on a file."""
AT = "2026-11-24T00:00:00Z"
"""The "now" of every golden file."""


class Result(NamedTuple):
    """How a run ended and what it said."""

    code: int
    out: str
    err: str
    raw: bytes = b""
    """stdout as bytes."""


def call(*arguments: str | Path) -> Result:
    """Run a command in this process; stdout is no terminal."""
    out, err = (TextIOWrapper(BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    raw, said = (stream.buffer.getvalue() for stream in (out, err))
    return Result(code, raw.decode(errors="replace"), said.decode(), raw)


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return a plain environment in which this checkout is what is imported."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return (
        kept | {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "TERM": "xterm"} | dict(extra or {})
    )


def command(*arguments: str | Path) -> list[str]:
    """Return the command line that runs the program as a process of its own."""
    return [sys.executable, "-m", "boltview", *map(str, arguments)]


def process(*arguments: str | Path, env: Mapping[str, str] | None = None) -> Result:
    """Run the program as a process of its own, without a terminal."""
    done = subprocess.run(
        command(*arguments),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=environment(env),
        cwd=ROOT,
        check=False,
        timeout=60,
    )
    return Result(
        done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(), done.stdout
    )
