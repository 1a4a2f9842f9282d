"""containerd 2.4's own garbage collector, on copies of databases: `tests/containerd/go`.

It is compiled once a run, out of Go's own build cache after the first time.
"""

import json
import os
import shutil
import subprocess
from base64 import b64decode
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

from boltview.bbolt.build import find_go
from boltview.containerd.names import ObjectName
from tests.plugins.require import Require

_GO = Path(__file__).with_name("go")


class Collected(NamedTuple):
    """What the collector did to one database."""

    left: set[str]
    """Names of the records that are there afterwards, as `ObjectName.text`."""
    error: str
    """Why it did not finish; empty if it did."""
    open_seconds: float
    """Of CPU, to open the database."""
    seconds: float
    """Of CPU, to collect: mark, sweep the records, commit."""
    peak_bytes: int
    """Most bytes resident at any time, those of the mapped file included."""
    go_bytes: int
    """What Go itself took from the system."""


class Collector:
    """Runs the collector."""

    def __init__(self, command: Path, folder: Path) -> None:
        """Make the copies in this folder."""
        self._command = command
        self._folder = folder

    def __call__(self, *databases: Path) -> list[Collected]:
        """Collect in a copy of each database, one after the other in one process."""
        copies = [self._folder / f"{number}.db" for number in range(len(databases))]
        for database, copy in zip(databases, copies, strict=True):
            shutil.copyfile(database, copy)
        try:
            said = subprocess.run([self._command, *copies], capture_output=True, check=True).stdout
        finally:
            for copy in copies:
                copy.unlink()
        return [_collected(json.loads(line)) for line in said.splitlines()]


def _collected(said: dict[str, object]) -> Collected:
    del said["path"]
    left = {
        ObjectName(one["kind"], b64decode(one["namespace"]), b64decode(one["key"])).text
        for one in _objects(said.pop("left"))
    }
    return Collected(**{"error": "", "left": left, **said})  # type: ignore[arg-type]


def _objects(found: object) -> Iterable[dict[str, str]]:
    return found if isinstance(found, list) else ()


@pytest.fixture(scope="session")
def collector(require: Require, tmp_path_factory: pytest.TempPathFactory) -> Collector:
    """The collector; a skip without Go, or with one that is older than containerd 2.4 demands."""
    require("go")
    folder = tmp_path_factory.mktemp("collector")
    go = find_go()
    environment = os.environ | {
        "CGO_ENABLED": "0",
        "GOFLAGS": "-mod=readonly",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        **go.environment,
    }
    command = [go.path, "build", "-trimpath", "-buildvcs=false", "-o", str(folder / "collector")]
    built = subprocess.run(
        command, cwd=_GO, env=environment, capture_output=True, text=True, check=False
    )
    if "requires go >=" in built.stderr and not os.environ.get("BOLTVIEW_REQUIRE"):
        pytest.skip(built.stderr.strip())
    assert built.returncode == 0, built.stderr
    return Collector(folder / "collector", folder)
