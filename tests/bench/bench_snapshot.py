"""Snapshots: speed against cp, time to the first byte, memory, and attempts against commit rate.

The file has about 300 MB; BOLTVIEW_BENCH_LARGE=1 makes it 1 GB. `cp` is timed as it is, and with
the fsync that a snapshot includes; best of RUNS, in one run of this file, one after the other.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from boltview.bbolt import DB, Batch, build
from boltview.bolt.errors import NoConsistentCopy
from boltview.bolt.snapshot import Limits, copy_to
from boltview.bolt.source import FileSource
from boltview.bolt.target import MemoryTarget
from tests.live.processes import Writer

ROOT = Path(__file__).resolve().parents[2]
RUNS = 5
LARGE = bool(os.environ.get("BOLTVIEW_BENCH_LARGE"))
PAIRS_EACH = 8_000
VALUE = 700
COPIES = 20


@pytest.fixture(scope="module")
def large(
    tmp_path_factory: pytest.TempPathFactory, require: Callable[[str], str]
) -> Iterator[Path]:
    """A database of small values, without freelist, as containerd's: the hard case."""
    require("go")
    build.library()
    path = tmp_path_factory.mktemp("large") / "large.db"
    values = [os.urandom(VALUE) for _ in range(64)]
    number = 0
    with DB(path, no_sync=True, no_freelist_sync=True) as db:
        for _ in range(150 if LARGE else 45):
            batch = Batch().create_bucket_if_not_exists(b"b").use(b"b").set_fill_percent(0.95)
            for _ in range(PAIRS_EACH):
                number += 1
                batch.put(b"%010d" % number, values[number % len(values)])
            db.apply(batch)
    yield path
    path.unlink()


def timed(command: list[str], made: list[Path]) -> float:
    """Seconds that a command takes; what it made is removed, and the disk left to rest."""
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True)
    taken = time.perf_counter() - start
    for path in made:
        path.unlink(missing_ok=True)
    os.sync()
    return taken


def test_speed_against_cp(large: Path, tmp_path: Path) -> None:
    size = large.stat().st_size
    subprocess.run(["cat", str(large)], stdout=subprocess.DEVNULL, check=True)
    copy, beside = tmp_path / "copy", tmp_path / "copy.json"
    snapshot = [sys.executable, "-m", "boltview", "snapshot", str(large), str(copy), "--quiet"]
    commands = {
        "cp": ["cp", str(large), str(copy)],
        "cp, fsync": ["sh", "-c", f"cp '{large}' '{copy}' && sync '{copy}'"],
        "sha256sum": ["sh", "-c", f"sha256sum '{large}' >/dev/null"],
        "snapshot": snapshot,
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(RUNS):
        for name, command in commands.items():
            times[name].append(timed(command, [copy, beside]))
    best = {name: min(taken) for name, taken in times.items()}
    print(f"\n  {size / 1e6:.0f} MB, best of {RUNS} (median), seconds")
    for name, taken in times.items():
        print(f"  {name:<12} {best[name]:6.2f} ({sorted(taken)[RUNS // 2]:.2f})")
    whole = best["cp, fsync"] + best["sha256sum"]
    print(f"  snapshot is {best['snapshot'] / best['cp']:.2f} x cp", end=", ")
    print(f"{best['snapshot'] / best['cp, fsync']:.2f} x cp with fsync", end=", ")
    print(f"{best['snapshot'] / whole:.2f} x cp with fsync and sha256sum")


_FIRST_BYTE = """
import os, subprocess, sys, time
start = time.perf_counter()
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE)
os.read(child.stdout.fileno(), 1)
print(f"{time.perf_counter() - start:.2f}")
while child.stdout.read(1 << 20):
    pass
sys.exit(child.wait())
"""


def test_time_to_first_byte(large: Path) -> None:
    command = [sys.executable, "-m", "boltview", "snapshot", "--quiet", str(large), "-"]
    done = subprocess.run(
        [sys.executable, "-c", _FIRST_BYTE, *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    print(f"\n  {done.stdout.strip()} s to the first byte on stdout: none leaves before all passed")


_PEAK = """
import sys
from boltview.cli.main import main
code = main(sys.argv[1:])
# Not ru_maxrss, which a process inherits from the one that started it.
with open("/proc/self/status") as status:
    print(*[line.split()[1] for line in status if line.startswith("VmHWM")], file=sys.stderr)
sys.exit(code)
"""


def peak(*arguments: str) -> int:
    """Peak resident memory of a command, in KiB."""
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stderr.split()[-1])


def test_memory(large: Path, tmp_path: Path) -> None:
    alone = peak("--version")
    copying = peak("snapshot", str(large), str(tmp_path / "copy"), "--quiet")
    reading = peak("info", str(large), "--live", "--quiet")
    print(f"\n  peak resident memory, {large.stat().st_size / 1e6:.0f} MB:")
    print(
        f"  --version {alone / 1024:.0f} MiB, snapshot +{(copying - alone) / 1024:.0f} MiB", end=""
    )
    print(f", info of a copy +{(reading - alone) / 1024:.0f} MiB")
    assert copying - alone < 40 * 1024
    assert reading - alone < 40 * 1024


@pytest.mark.parametrize(
    "options",
    [(), ("no_freelist_sync",), ("no_sync",), ("no_sync", "no_freelist_sync")],
    ids=lambda options: "+".join(options) or "synced",
)
def test_attempts_against_commit_rate(
    tmp_path: Path, options: tuple[str, ...], require: Callable[[str], str]
) -> None:
    require("go")
    build.library()
    path = tmp_path / "live.db"
    attempts: list[int] = []
    chased = failed = 0
    with Writer(path, *options) as writer:
        start = time.perf_counter()
        spent = 0.0
        for _ in range(COPIES):
            file = FileSource(str(path))
            begin = time.perf_counter()
            try:
                snapshot = copy_to(MemoryTarget(), file, limits=Limits(patience=0.5))
            except NoConsistentCopy:
                failed += 1
                continue
            spent += time.perf_counter() - begin
            attempts.append(snapshot.attempts)
            chased += snapshot.method == "chase"
        seconds = time.perf_counter() - start
        commits = writer.stop()
    size = path.stat().st_size / 1e6
    print(
        f"\n  {size:.1f} MB, {commits / seconds:.0f} commits/s: "
        f"{sum(attempts) / len(attempts):.1f} attempts, {1000 * spent / len(attempts):.0f} ms, "
        f"{chased} of {COPIES} by the step-chase, {failed} failed"
    )
    assert failed == 0
