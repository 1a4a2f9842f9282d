"""Each test starts with an empty database of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from boltview.bbolt import DB


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
