"""Searching 300 MB (or `BOLTVIEW_BENCH_MB`) beside `grep -a -c`: MB a second of CPU, and memory.

A text that is nowhere in the file is the case to be fast in: keys and raw values at the speed of
grep, which need not decode anything. Memory must not grow with the file.
"""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.bench_objects import measured
from tests.bench.containers import write as write_containers
from tests.bench.generate import write
from tests.plugins.require import Require

MEGABYTES = int(os.environ.get("BOLTVIEW_BENCH_MB", "300"))
CONTAINERS_A_MEGABYTE = 44
SMALL = 10
"""The file is so many times as large as the one that memory is compared with."""
ROUNDS = 3
MOST_GROWN = 20
"""MB of memory: what is kept of pages has a bound, 8 MiB as bytes and more as objects, which a
small file does not reach."""
SEARCH = [sys.executable, "-m", "boltview", "search"]
NOWHERE = "a text that is nowhere, in keys and values"
MOST_TIMES, START = 3, 0.15
"""Times the CPU that grep takes, and seconds that any command takes to start."""
RUNS = {
    NOWHERE: ["nowhere-at-all", "--in", "keys,values"],
    "the same in any case": ["nowhere-at-all", "--in", "keys,values", "-i"],
    "the same, decoded too": ["nowhere-at-all"],
    "a text in one key": ["KEY", "--in", "keys,values"],
    "the beginning of a time": ["2031-01-"],
    "an expression": ["-e", "nowhere.at.all", "--in", "keys,values"],
    "a word in every object": ["io", "-c", "--in", "keys,values"],
}


@pytest.fixture(scope="module")
def databases(require: Require, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """Of each kind a small file and a large one."""
    require("go")
    folder = tmp_path_factory.mktemp("search")
    found: dict[str, list[Path]] = {"objects": [], "containers": []}
    for size in (MEGABYTES // SMALL, MEGABYTES):
        path = folder / f"objects-{size}.db"
        write(path, size)
        found["objects"].append(path)
        path = folder / f"containers-{size}.db"
        write_containers(path, size * CONTAINERS_A_MEGABYTE)
        found["containers"].append(path)
    return found


def cost(words: list[str], output: Path) -> tuple[float, float]:
    """Return seconds of CPU and megabytes of a command, the best of several runs.

    No match is exit code 1, which is no failure here.
    """
    line = f"{shlex.join(words)} || test $? = 1"
    runs = [measured(["/bin/sh", "-c", line], output) for _ in range(ROUNDS)]
    return min(run[0] for run in runs), min(run[1] for run in runs)


@pytest.mark.parametrize("kind", ["objects", "containers"])
def test_searching(databases: dict[str, list[Path]], tmp_path: Path, kind: str) -> None:
    small, large = databases[kind]
    output = tmp_path / "out"
    megabytes = large.stat().st_size / 1e6
    peer, _ = cost(["grep", "-a", "-c", "nowhere-at-all", str(large)], output)
    print(f"\n{kind}, {megabytes:,.0f} MB: grep -a -c {peer:.2f} s of CPU")
    key = _any_key(large)
    for name, given in RUNS.items():
        words = [key if word == "KEY" else word for word in given]
        _, before = cost([*SEARCH, str(small), *words], output)
        seconds, memory = cost([*SEARCH, str(large), *words], output)
        print(
            f"  {name}: {seconds:.2f} s ({megabytes / seconds:,.0f} MB/s, "
            f"{seconds / max(peer, 0.001):.1f} times grep), {memory:.0f} MB of memory"
        )
        assert memory < before + MOST_GROWN
        if name == NOWHERE:
            assert seconds < MOST_TIMES * peer + START


def _any_key(path: Path) -> str:
    """Return the key of a container in the middle."""
    command = [*SEARCH, str(path), "-e", "^[0-9a-f]{64}$", "--in", "keys", "--limit", "1000"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return said.splitlines()[-1].rpartition(" ")[2]
