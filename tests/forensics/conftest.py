"""The real bbolt for tests that write databases."""

from collections.abc import Callable
from pathlib import Path

import pytest

from boltview.bbolt import build


@pytest.fixture(scope="session")
def library(require: Callable[[str], str]) -> Path:
    """The shared library, compiled from the Go sources as they are."""
    require("go")
    return build.library()
