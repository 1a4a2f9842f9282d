"""The real bbolt for the live tests, built once a run."""

from collections.abc import Callable
from pathlib import Path

import pytest

from boltview.bbolt import build


@pytest.fixture(scope="session")
def bbolt(require: Callable[[str], str]) -> Path:
    """The shared library of the real bbolt, compiled if it is not current."""
    require("go")
    return build.library()
