"""The real bbolt, built once a run; each test starts with an empty database of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from boltview.bbolt import DB, build


@pytest.fixture(scope="session")
def library(require: Callable[[str], str]) -> Path:
    """The shared library, compiled from the Go sources as they are."""
    require("go")
    return build.library()


@pytest.fixture(scope="session")
def command(require: Callable[[str], str]) -> Path:
    """The real `bbolt` command."""
    require("go")
    return build.command()


@pytest.fixture
def path(library: Path, tmp_path: Path) -> Path:
    """Where a database may be created."""
    assert library.exists()
    return tmp_path / "test.db"


@pytest.fixture
def db(path: Path) -> Iterator[DB]:
    """An empty database."""
    with DB(path, no_sync=True) as db:
        yield db
