"""Listing 60,000 containers with specs of real size as JSON lines: CPU time and memory.

The measure is a Go program over containerd's own packages: 5.7 s of CPU and 1.1 GB of memory for
255 MB of output from a file of 1.4 GB.
"""

import json
import os
import sys
from pathlib import Path

from tests.bench.containers import COUNT, write
from tests.plugins.require import Require

GO_SECONDS, GO_MEGABYTES = 5.7, 1100.0
ROUNDS = 3


def measured(arguments: list[str], output: Path) -> tuple[float, float]:
    """Run a command with its output in a file; return seconds of CPU and megabytes resident."""
    child = os.fork()
    if child == 0:
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(descriptor, 1)
        os.execv(arguments[0], arguments)  # noqa: S606 - arguments of this module's own
    _, status, used = os.wait4(child, 0)
    assert status == 0
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1000


def test_listing_containers(require: Require, tmp_path: Path) -> None:
    require("go")
    database, output = tmp_path / "meta.db", tmp_path / "containers.jsonl"
    write(database)
    command = [sys.executable, "-m", "boltview", "containers", str(database), "--jsonl"]
    runs = [measured(command, output) for _ in range(ROUNDS)]
    seconds, memory = min(run[0] for run in runs), max(run[1] for run in runs)
    with output.open(encoding="utf-8") as lines:
        count = sum(bool(json.loads(line)["spec"]["process"]["args"]) for line in lines)
    print(
        f"\n{COUNT:,} containers, {database.stat().st_size / 1e9:.2f} GB, "
        f"{output.stat().st_size / 1e6:.0f} MB of lines: "
        f"{seconds:.2f} s of CPU ({GO_SECONDS / seconds:.1f} times as fast as Go's), "
        f"{memory:.0f} MB ({GO_MEGABYTES / memory:.0f} times less)"
    )
    assert count == COUNT
    assert memory < GO_MEGABYTES / 20
