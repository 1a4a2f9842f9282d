"""What the tests of the command line may ask for."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.runner import Hold

HOLD = """
import fcntl, sys
with open(sys.argv[1], "rb+") as file:
    fcntl.flock(file, getattr(fcntl, sys.argv[2]) | fcntl.LOCK_NB)
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def hold() -> Iterator[Hold]:
    """Return a function that lets another process hold an flock until the test ends."""
    children: list[subprocess.Popen[str]] = []

    def start(path: Path, mode: str) -> "subprocess.Popen[str]":
        child = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(path), mode],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        children.append(child)
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        return child

    yield start
    for child in children:
        if child.poll() is None:
            child.communicate()
