"""Listing 60,000 containers with specs of real size as JSON lines: CPU time and memory.

The measure is a Go program over containerd's own packages: 5.7 s of CPU and 1.1 GB of memory for
255 MB of output from a file of 1.4 GB.
"""

import json
import subprocess
import sys
from pathlib import Path

from tests.bench.containers import COUNT, write
from tests.plugins.require import Require

ROOT = Path(__file__).resolve().parents[2]
GO_SECONDS, GO_MEGABYTES = 5.7, 1100.0
ROUNDS = 3


# Run by a small process of its own: a child's memory counts from its parent's at the fork.
MEASURE = """
import os, sys
child = os.fork()
if child == 0:
    os.dup2(os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
    os.execv(sys.argv[2], sys.argv[2:])
_, status, used = os.wait4(child, 0)
print(status, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000)
"""


def measured(arguments: list[str], output: Path) -> tuple[float, float]:
    """Run a command with its output in a file; return seconds of CPU and megabytes resident."""
    command = [sys.executable, "-I", "-c", MEASURE, str(output), *arguments]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    status, seconds, megabytes = said.split()
    assert status == "0"
    return float(seconds), float(megabytes)


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
