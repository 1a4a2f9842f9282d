"""The real bbolt, from the pinned Go module: compiled once, used by every test that asks for it."""

from pathlib import Path

import pytest

from boltview.bbolt import build
from tests.plugins.require import Require


@pytest.fixture(scope="session")
def library(require: Require) -> Path:
    """The shared library, compiled from the Go sources as they are."""
    require("go")
    return build.library()


@pytest.fixture(scope="session")
def command(require: Require) -> Path:
    """The real `bbolt` command."""
    require("go")
    return build.command()
