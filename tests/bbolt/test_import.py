"""Importing costs nothing and needs nothing; what is missing is told in one sentence."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import boltview.bbolt
from boltview.bbolt import BboltUnavailable, library, sources


def test_importing_loads_neither_ctypes_nor_the_library(root: Path) -> None:
    program = "import sys, boltview.bbolt; print(sorted(m for m in sys.modules if 'bbolt' in m))"
    result = subprocess.run(
        [sys.executable, "-c", f"{program}; assert 'ctypes' not in sys.modules"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == "['boltview.bbolt']"


@pytest.mark.parametrize("name", boltview.bbolt.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(boltview.bbolt, name).__name__ == name


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        boltview.bbolt.nonsense  # noqa: B018  the access is the test


@pytest.fixture
def nothing_loaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A platform whose library would lie at the path returned, and is not loaded yet."""
    place = tmp_path / "libbbolt.so"
    monkeypatch.setattr(library, "_loaded", None)
    monkeypatch.setattr(sources, "library_path", lambda: os.fspath(place))
    return place


@pytest.mark.usefixtures("nothing_loaded")
def test_without_the_library_its_use_says_how_to_get_it() -> None:
    with pytest.raises(BboltUnavailable) as error:
        boltview.bbolt.DB("nowhere.db")
    assert re.fullmatch(
        r"the real bbolt is not built here: "
        r"build it with `python -m boltview\.bbolt\.build` \(needs Go and a C compiler\)",
        str(error.value),
    )


def test_a_library_of_other_sources_is_not_loaded(nothing_loaded: Path) -> None:
    nothing_loaded.write_bytes(b"")
    Path(sources.stamp_path(str(nothing_loaded))).write_text("another digest")
    with pytest.raises(BboltUnavailable, match="older than its Go sources: build it with"):
        boltview.bbolt.load()


def test_a_library_that_is_none_is_unavailable(nothing_loaded: Path) -> None:
    nothing_loaded.write_bytes(b"not ELF")
    Path(sources.stamp_path(str(nothing_loaded))).write_text(sources.digest())
    with pytest.raises(BboltUnavailable, match="cannot be loaded"):
        boltview.bbolt.load()
