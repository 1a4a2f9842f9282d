"""The real bbolt, built once a run."""

from collections.abc import Callable
from pathlib import Path

import pytest

from boltview.bbolt import build


@pytest.fixture(scope="session")
def library(require: Callable[[str], str]) -> Path:
    """The shared library."""
    require("go")
    return build.library()


@pytest.fixture(scope="session")
def command(require: Callable[[str], str]) -> Path:
    """The real `bbolt` command, from the same pinned module."""
    require("go")
    return build.command()
