"""Copies taken while the real bbolt commits flat out in another process: none torn is accepted.

The number of copies is BOLTVIEW_STRESS (`make stress` takes 2,400); without it 72, or as many as a
slow machine takes in some seconds each manner. The naive copy, taken in the same minute of the same
file, is torn again and again: so these tests can fail.
"""

import hashlib
import os
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.database import Database
from boltview.bolt.errors import BoltError, NoConsistentCopy
from boltview.bolt.snapshot import Limits, Snapshot, copy_to
from boltview.bolt.source import FileSource, MemorySource, Source
from boltview.bolt.target import FileTarget
from boltview.bolt.verify import check_structure
from tests.live.processes import Checker, Writer
from tests.live.writer import BUCKET, MARKS, mark
from tests.plugins.figures import Figure

IS_WHOLE = "BOLTVIEW_STRESS" in os.environ
COPIES = int(os.environ.get("BOLTVIEW_STRESS", "72"))
LEAST, ENOUGH = 4, 15.0
"""Copies of each manner taken in any case, and seconds after which these are enough."""

_PIECE = 1 << 16

MANNERS = {
    "synced": (),
    "synced-breathing": ("no_freelist_sync", "breathe"),
    "growing": ("no_sync", "grow"),
    "breathing": ("no_sync", "breathe"),
    "growing-without-freelist": ("no_sync", "no_freelist_sync", "grow"),
    "without-freelist": ("no_sync", "no_freelist_sync"),
}


class Tally(NamedTuple):
    """What came of the copies of one manner of writing."""

    copies: int
    accepted: int
    chased: int
    torn: int
    naive_torn: int
    commits: int
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.copies} copies, {self.accepted} accepted ({self.chased} by the step-chase), "
            f"{self.torn} torn; naive copies torn {self.naive_torn}; "
            f"{self.commits / self.seconds:.0f} commits/s"
        )


_tallies: dict[str, Tally] = {}


def marks(source: Source) -> set[bytes]:
    """The values of all marks: one, if the copy is a revision."""
    bucket = Database(source, strict=True).revision().root.get(BUCKET)
    assert isinstance(bucket, Bucket)
    found = [bucket.get(mark(number)) for number in range(MARKS)]
    return {pair.value if isinstance(pair, Pair) else b"" for pair in found}


def is_torn(source: Source) -> bool:
    try:
        return len(marks(source)) != 1
    except (BoltError, AssertionError, ValueError):
        return True


def copy(path: Path, destination: Path, attempts: int) -> Snapshot | None:
    """Take one copy; check its hash against the file it made."""
    destination.unlink(missing_ok=True)
    descriptor = os.open(destination, os.O_RDWR | os.O_CREAT)
    file = FileSource(str(path))
    target = FileTarget(descriptor, str(destination), hashed=True)
    try:
        snapshot = copy_to(target, file, limits=Limits(attempts, patience=0.5))
        assert target.sha256() == hashlib.sha256(destination.read_bytes()).hexdigest()
    except NoConsistentCopy:
        return None
    else:
        return snapshot
    finally:
        target.close()
        file.close()
        os.close(descriptor)


def naive_copy(path: Path) -> bytes:
    """Copy as `cp` does from a slow disk: piece by piece, while the writer goes on."""
    pieces = []
    with path.open("rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            pieces.append(piece)
            time.sleep(0.001)
    return b"".join(pieces)


def problems(snapshot: Snapshot, destination: Path, checker: Checker) -> list[str]:
    """What is wrong with an accepted copy, by our reader and by the real bbolt."""
    found = [fault.what for fault in check_structure(snapshot.source).damage]
    if is_torn(snapshot.source):
        found.append("the marks differ")
    return found + checker.check(destination)


def stress(folder: Path, options: tuple[str, ...], copies: int) -> Tally:
    path, destination = folder / "live.db", folder / "copy.db"
    accepted = chased = naive_torn = 0
    torn: list[str] = []
    with Writer(path, *options) as writer, Checker() as checker:
        start = time.monotonic()
        for number in range(copies):
            if not IS_WHOLE and number >= LEAST and time.monotonic() - start > ENOUGH:
                copies = number
                break
            # As a user gets it, and by the step-chase alone, which is seldom needed at this size.
            snapshot = copy(path, destination, attempts=0 if number % 4 == 3 else 6)
            if snapshot:
                accepted += 1
                chased += snapshot.method == "chase"
                found = problems(snapshot, destination, checker)
                torn += [f"copy {number} ({snapshot.method}): {found}"] if found else []
            naive_torn += is_torn(MemorySource(naive_copy(path)))
        seconds = time.monotonic() - start
        commits = writer.stop()
    assert torn == []
    return Tally(copies, accepted, chased, len(torn), naive_torn, commits, seconds)


@pytest.mark.slow
@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("manner", MANNERS)
def test_no_copy_of_a_busy_file_is_torn(tmp_path: Path, manner: str, figure: Figure) -> None:
    tally = stress(tmp_path, MANNERS[manner], COPIES // len(MANNERS))
    figure(f"copies of a busy file, {manner}: {tally}")
    _tallies[manner] = tally
    assert tally.torn == 0
    # How often a copy can be had at all depends on who gets the cores; that none is torn does not.
    # A writer that waits for no disk, and no daemon is one, leaves few, none in a short run.
    if "no_sync" not in MANNERS[manner]:
        assert tally.accepted >= tally.copies / 2
    elif IS_WHOLE:
        assert tally.accepted
    # A writer that pauses proves nothing.
    assert tally.commits > tally.seconds * 20


@pytest.mark.slow
@pytest.mark.usefixtures("library")
def test_naive_copies_of_the_same_files_were_torn() -> None:
    if len(_tallies) < len(MANNERS):
        pytest.skip("counts what the tests above have done")
    assert sum(tally.naive_torn for tally in _tallies.values()) > 0
