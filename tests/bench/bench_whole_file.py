"""Whole-file commands against the real bbolt's, on the same files in one run, in CPU time.

Files are generated through containerd-like schemas (`generate.py`) into a temporary folder. Sizes
in megabytes: BOLTVIEW_BENCH_SIZES=60,300,1000; by default the first alone. Each figure is the best
of three runs, user and system time together, of a process of its own, start-up included.
"""

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from boltview.bbolt import build
from tests.bench.generate import SIZES, write

ROOT = Path(__file__).parent.parent.parent
RUNS = 3
WALK = """
import sys
from boltview.bolt.bucket import Pair
from boltview.bolt.database import Database
from boltview.bolt.walk import walk
revision = Database.open(sys.argv[1]).revision()
print(sum(isinstance(visit.entry, Pair) for visit in walk(revision, revision.root)))
"""
WITHOUT_NUMPY = """
import sys
from boltview.cli.main import main
sys.modules["numpy"] = None
sys.exit(main())
"""


class Rivals(NamedTuple):
    """The same question to both."""

    question: str
    bbolt: list[str]
    ours: list[str]


@pytest.fixture(scope="module")
def bbolt(require: Callable[[str], str]) -> str:
    require("go")
    build.library()
    return str(build.command())


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: f"{size} MB")
def database(
    request: pytest.FixtureRequest, bbolt: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    assert bbolt
    path = tmp_path_factory.mktemp("bench") / "generated.db"
    count = write(path, request.param)
    megabytes = path.stat().st_size / 1e6
    print(f"\n{megabytes:,.0f} MB, {count:,} objects; CPU seconds, best of {RUNS}")
    yield path
    path.unlink()


def rivals(bbolt: str, path: str) -> list[Rivals]:
    """Return what is measured; the walk of bbolt is the one that counts all keys."""
    boltview = [sys.executable, "-m", "boltview"]
    bare = [sys.executable, "-c", WITHOUT_NUMPY]
    return [
        Rivals("check", [bbolt, "check", path], [*boltview, "check", path]),
        Rivals("check, no NumPy", [bbolt, "check", path], [*bare, "check", path]),
        Rivals("stats", [bbolt, "stats", path], [*boltview, "stats", path, "--bbolt"]),
        Rivals("pages", [bbolt, "pages", path], [*boltview, "pages", path, "--bbolt"]),
        Rivals("pages and owners", [bbolt, "pages", path], [*boltview, "pages", path]),
        Rivals("every key", [bbolt, "inspect", path], [sys.executable, "-c", WALK, path]),
    ]


def cpu_seconds(command: list[str]) -> tuple[float, bytes]:
    """Run a command; return its CPU time and what it printed."""
    best, out = float("inf"), b""
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        out = subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
        ).stdout
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best = min(best, spent)
    return best, out


def test_whole_file_commands(database: Path, bbolt: str) -> None:
    for question, theirs, ours in rivals(bbolt, str(database)):
        their_time, their_words = cpu_seconds(theirs)
        our_time, our_words = cpu_seconds(ours)
        print(
            f"  {question:<18} bbolt {their_time:6.2f}   boltview {our_time:6.2f}   "
            f"{our_time / their_time:5.1f} times"
        )
        if ours[-1] == "--bbolt":
            assert our_words == their_words
    sys.stdout.flush()
