"""The previous revision is judged honestly: what a killed writer leaves is never called proven."""

from pathlib import Path

import pytest

from boltview.bbolt import DB, Batch
from boltview.bolt.database import Database
from boltview.forensics.revisions import (
    BROKEN,
    IDENTICAL,
    INVALID,
    PLAUSIBLE,
    PROVEN,
    has_uncommitted,
    older,
    previous_verdict,
    prove,
)
from tests.bolt.reading import open_bytes
from tests.cli.runner import META_16, META_24, call

PAGE = 4096
pytestmark = pytest.mark.usefixtures("library")


def commit(path: Path, number: int) -> bytes:
    """Change every tenth of 400 keys, and return the file."""
    batch = Batch().create_bucket_if_not_exists(b"b").use(b"b")
    for key in range(number % 10, 400, 10):
        batch.put(b"key-%04d" % key, b"%06d" % number * 20)
    with DB(path, no_sync=True) as db:
        db.apply(batch)
    return path.read_bytes()


@pytest.fixture
def states(tmp_path: Path) -> list[bytes]:
    """The file after each of several commits."""
    return [commit(tmp_path / "a.db", number) for number in range(14)]


def verdict(data: bytes, copy: bytes | None = None) -> str:
    database = open_bytes(data)
    held = previous_verdict(database)
    assert held is not None
    return (prove(database, open_bytes(copy), held) if copy else held).verdict


def test_only_a_copy_taken_in_time_proves_it(states: list[bytes]) -> None:
    assert verdict(states[-1]) == PLAUSIBLE
    assert verdict(states[-1], states[-2]) == PROVEN
    assert verdict(states[-1], states[-3]) == PLAUSIBLE, "a copy of another revision proves nothing"


def test_a_writer_killed_before_its_meta_leaves_no_proof(states: list[bytes]) -> None:
    seen = set()
    for before, then, after in zip(states, states[1:], states[2:], strict=False):
        # All pages of the next commit, and the metas as they were: what kill -9 leaves.
        killed = then[: 2 * PAGE] + after[2 * PAGE :]
        found = verdict(killed)
        assert found in {PLAUSIBLE, BROKEN}
        assert verdict(killed, before) == BROKEN
        seen.add(found)
    # Some look whole and are wrong: that is why it is never called more than plausible.
    assert PLAUSIBLE in seen


def test_an_empty_commit_and_a_bad_meta(states: list[bytes]) -> None:
    assert verdict(META_24.read_bytes()) == IDENTICAL
    data = bytearray(states[-1])
    other = open_bytes(bytes(data)).metas.other
    assert other is not None
    data[other.offset + 20] ^= 1
    assert verdict(bytes(data)) == INVALID


def test_pages_of_a_commit_that_never_ended_are_seen(states: list[bytes]) -> None:
    database = open_bytes(states[-1])
    assert not has_uncommitted(database)
    end = database.metas.current.high_water * PAGE
    torn = states[-1][:end] + bytes(PAGE) + b"x" * PAGE
    assert has_uncommitted(open_bytes(torn))


def test_older_roots_are_found_and_measured() -> None:
    (held,) = older(Database.open(str(META_16)))
    assert held.verdict == BROKEN
    assert held.lost
    data = META_16.read_bytes()[held.root * PAGE : (held.root + 1) * PAGE]
    assert data.startswith(held.root.to_bytes(8, "little"))
    assert b"v1" in data
    (whole,) = older(Database.open(str(META_24)))
    assert (whole.verdict, whole.lost) == (PLAUSIBLE, 0)
    assert whole.shared > 0


def test_the_command(tmp_path: Path, states: list[bytes]) -> None:
    paths = [tmp_path / "now.db", tmp_path / "copy.db"]
    for path, data in zip(paths, states[-1:-3:-1], strict=True):
        path.write_bytes(data)
    result = call("history", paths[0])
    assert (result.code, result.err) == (0, "")
    assert "plausible" in result.out
    assert "killed" in result.out
    assert '"verdict": "proven"' in call("history", paths[0], "--copy", paths[1], "--json").out
    assert call("history", paths[0], "--revision", "previous").code == 2
    assert call("history", paths[0], "--copy", tmp_path / "none").code == 3
