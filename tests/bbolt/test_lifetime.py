"""Nothing leaks: not on close, not on garbage collection, not at exit, not across a fork."""

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from boltview.bbolt import DB

PROC = Path("/proc/self")
OPENINGS = 10_000
# The own swing of two runtimes is less; a transaction left in the handle table is 1 kB each time.
GROWTH = 6 << 20

needs_proc = pytest.mark.skipif(not PROC.exists(), reason="descriptors are counted in /proc")


def descriptors() -> int:
    return len(list((PROC / "fd").iterdir()))


def mappings(path: Path) -> int:
    """Return how often a file is mapped."""
    return (PROC / "maps").read_text().count(str(path))


def resident() -> int:
    """Return the resident memory in bytes."""
    return int((PROC / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@needs_proc
@pytest.mark.slow
def test_ten_thousand_openings_leave_nothing_behind(path: Path) -> None:
    def use() -> None:
        with DB(path, read_only=True) as db, db.view() as tx:
            cursor = tx.bucket(b"b").cursor()
            assert cursor.first() == (b"k", b"v")

    with DB(path) as db, db.update() as tx:
        tx.create_bucket(b"b")[b"k"] = b"v"
    for _ in range(OPENINGS // 10):
        use()
    gc.collect()
    before, memory = descriptors(), resident()
    for _ in range(OPENINGS):
        use()
    gc.collect()
    assert descriptors() == before
    assert mappings(path) == 0
    assert resident() - memory < GROWTH


@needs_proc
def test_a_forgotten_database_is_closed(path: Path) -> None:
    before = descriptors()
    db = DB(path)
    assert descriptors() > before
    assert mappings(path) == 1
    del db
    gc.collect()
    assert descriptors() == before
    assert mappings(path) == 0
    DB(path, timeout=0).close()


def test_a_forgotten_transaction_is_rolled_back(db: DB) -> None:
    tx = db.update()
    tx.create_bucket(b"b")
    del tx
    gc.collect()
    with db.update() as again:
        assert list(again.buckets()) == []
    reader = db.view()
    assert db.stats().open_tx_n == 1
    del reader
    gc.collect()
    assert db.stats().open_tx_n == 0


def test_what_is_in_use_keeps_what_it_needs(path: Path) -> None:
    with DB(path) as db, db.update() as tx:
        tx.create_bucket(b"b")[b"k"] = b"v"
    bucket = DB(path, read_only=True).view().bucket(b"b")
    gc.collect()
    assert bucket[b"k"] == b"v"
    assert not bucket.tx.closed


def run(root: Path, program: str, path: Path) -> None:
    subprocess.run([sys.executable, "-c", program, path], cwd=root, check=True, timeout=60)


def test_leaving_with_everything_open_rolls_back(path: Path, root: Path) -> None:
    program = (
        "import sys; from boltview.bbolt import DB; db = DB(sys.argv[1]); "
        "tx = db.update(); tx.create_bucket(b'b'); cursor = tx.cursor()"
    )
    run(root, program, path)
    with DB(path, timeout=0) as db, db.view() as tx:
        assert list(tx.buckets()) == []


def test_a_forked_child_is_refused_and_does_no_harm(path: Path, root: Path) -> None:
    program = """
import os, sys
from boltview.bbolt import DB, BboltUnavailable
db = DB(sys.argv[1])
child = os.fork()
if child == 0:
    try:
        db.view()
    except BboltUnavailable:
        sys.exit(7)  # through the finalizers, which must not call Go either
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
db.view().rollback()
"""
    run(root, program, path)
