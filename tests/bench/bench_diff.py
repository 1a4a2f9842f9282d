"""`diff` and `timeline` of large files: CPU time, MB/s and memory, by how much two files share.

The pairs are made by the real bbolt from one file laid out as containerd's (`generate.py`): some
labels changed in commits of fifty, so that pages come to lie elsewhere, and a compacted copy, of
which no page lies where it was. Sizes in megabytes: BOLTVIEW_BENCH_SIZES=300,1000; by default 60.
"""

import random
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from boltview.bbolt import DB, Batch, build
from boltview.bolt.bucket import Bucket
from boltview.bolt.database import Database
from boltview.bolt.errors import Damage
from tests.bench.generate import SIZES, write

RUNS = 2
ROOT = Path(__file__).parent.parent.parent
IMAGES = (b"v1", b"k8s.io", b"images")
PEAK = """
import sys
from boltview.cli.main import main
code = main(sys.argv[1:])
with open("/proc/self/status") as status:
    print(*[line.split()[1] for line in status if line.startswith("VmHWM")], file=sys.stderr)
sys.exit(code)
"""
_ENTRY_BY_ENTRY = """
import sys
from boltview.bolt.database import Database
from boltview.forensics.difference import difference
before, after = (Database.open(path).revision() for path in sys.argv[1:3])
print(sum(1 for _ in difference(before, after, lambda _one, _other: False)))
"""


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: f"{size} MB")
def base(
    request: pytest.FixtureRequest,
    require: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Path]:
    require("go")
    build.library()
    path = tmp_path_factory.mktemp("diff") / "base.db"
    count = write(path, request.param)
    print(f"\n{path.stat().st_size / 1e6:,.0f} MB, {count:,} objects")
    yield path
    path.unlink()


def changed(base: Path, path: Path, share: float) -> None:
    """Copy the base and label this share of a namespace's images, in commits of fifty."""
    shutil.copyfile(base, path)
    bucket: Bucket = Database.open(str(base)).revision().root
    for name in IMAGES:
        found = bucket.get(name)
        assert isinstance(found, Bucket)
        bucket = found
    names = [entry.key for entry in bucket.entries() if not isinstance(entry, Damage)]
    random.Random(1).shuffle(names)  # noqa: S311 - reproducible on purpose
    names = names[: max(round(len(names) * share), 1)]
    with DB(path, freelist_type="hashmap", no_sync=True, no_freelist_sync=True) as db:
        for start in range(0, len(names), 50):
            batch = Batch()
            for name in names[start : start + 50]:
                batch.use(*IMAGES, name, b"labels").put(b"touched", b"yes")
            db.apply(batch)


def compacted(base: Path, path: Path) -> None:
    with DB(base, read_only=True) as db, DB(path, no_sync=True, no_freelist_sync=True) as other:
        db.compact(other, tx_max_size=1 << 20)


def measure(command: list[str]) -> tuple[float, int, str]:
    """Return CPU seconds, best of RUNS, peak memory in MiB where it is told, and the last line."""
    return min(_measured(command) for _ in range(RUNS))


def _measured(command: list[str]) -> tuple[float, int, str]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert done.returncode in {0, 1}, done.stderr
    said = done.stderr.split()
    return spent, int(said[-1]) // 1024 if said else 0, done.stdout.splitlines()[-1][:60]


def test_diff_is_faster_the_more_two_files_share(base: Path, tmp_path: Path) -> None:
    size = 2 * base.stat().st_size / 1e6
    seconds = []
    for name, make in (
        ("the same", lambda path: shutil.copyfile(base, path)),
        ("0.1 % of images", lambda path: changed(base, path, 0.001)),
        ("10 % of images", lambda path: changed(base, path, 0.1)),
        ("all images of one of 3", lambda path: changed(base, path, 1)),
        ("compacted", lambda path: compacted(base, path)),
    ):
        other = tmp_path / "other.db"
        make(other)
        command = [sys.executable, "-c", PEAK, "diff", str(base), str(other), "--summary"]
        spent, peak, last = measure(command)
        seconds.append(spent)
        print(f"  {name:<22} {spent:6.2f} s CPU {size / spent:7,.0f} MB/s {peak:4} MiB  {last}")
        other.unlink()
    shutil.copyfile(base, other)
    spent, _, _ = measure([sys.executable, "-c", _ENTRY_BY_ENTRY, str(base), str(other)])
    other.unlink()
    print(f"  {'the same, nothing skipped':<22} {spent:6.2f} s CPU {size / spent:7,.0f} MB/s")
    assert seconds[0] < spent / 4
    assert max(seconds[:2]) < seconds[3] < spent


def test_timeline(base: Path) -> None:
    size = base.stat().st_size / 1e6
    for name, options in (
        ("bodyfile", ["--format", "bodyfile", "--no-deleted"]),
        ("jsonl", ["--format", "jsonl", "--no-deleted"]),
        ("jsonl, carved too", ["--format", "jsonl"]),
    ):
        command = [sys.executable, "-c", PEAK, "timeline", str(base), "--quiet", *options]
        spent, peak, _ = measure(command)
        print(f"  timeline {name:<18} {spent:6.2f} s CPU {size / spent:7,.0f} MB/s {peak:4} MiB")
