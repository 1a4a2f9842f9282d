"""A copy of a live file is one revision and no mixture, whenever the writer writes meanwhile."""

import errno
import os
from collections.abc import Iterator
from itertools import chain as joined
from itertools import count, repeat
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boltview.bolt import chase
from boltview.bolt.database import Database
from boltview.bolt.errors import (
    NoConsistentCopy,
    NotABoltFile,
    SourceReplaced,
    UnreadableFile,
)
from boltview.bolt.snapshot import Limits, Snapshot, copy_live, copy_to
from boltview.bolt.source import FileSource
from boltview.bolt.target import MemoryTarget
from tests.bolt.build import Meta, put_meta
from tests.bolt.livewriter import Content, LiveImage
from tests.bolt.reading import read_all
from tests.bolt.sample import PAGE_SIZE, sample

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
DATABASES = sorted((FIXTURES / "shapes").glob("*.db")) + sorted(FIXTURES.glob("gc-pairs/*.db"))


def content(snapshot: Snapshot) -> Content:
    """Read the whole copy; it must be a sound database of one revision in both metas."""
    database = Database(snapshot.source)
    found = read_all(database.revision().root)
    assert found.damage == []
    assert list(database.damage) == []
    current, other = database.metas.current, database.metas.other
    assert other is not None
    assert other.is_valid
    assert (current.txid, current.root) == (snapshot.meta.txid, snapshot.meta.root)
    assert (other.txid, other.root) == (current.txid - 1, current.root)
    return found.records


def clock(step: float) -> Iterator[float]:
    return (number * step for number in count())


PLANS = st.lists(st.integers(0, 6), max_size=120)
BURSTS = st.lists(st.tuples(st.integers(0, 12), st.integers(1, 40)), max_size=12).map(
    lambda pairs: list(joined.from_iterable([*repeat(0, calm), steps] for calm, steps in pairs))
)


@settings(max_examples=300)
@given(
    st.integers(1, 8),
    PLANS | BURSTS,
    st.lists(st.integers(0, 1000), max_size=200),
    st.integers(0, 3),
)
def test_a_copy_is_exactly_one_revision(
    buckets: int, plan: list[int], choices: list[int], attempts: int
) -> None:
    image = LiveImage(buckets, iter(plan), iter(choices))
    ticks = clock(0.05)
    limits = Limits(attempts, patience=0.005, chase=15, wait=image.wait, now=lambda: next(ticks))
    try:
        snapshot = copy_to(MemoryTarget(), image, limits=limits)
    except NoConsistentCopy:
        return  # allowed while commits land without a pause; the tests below bound it
    assert content(snapshot) == image.history[snapshot.meta.txid]
    assert not snapshot.is_torn


@settings(max_examples=100)
@given(st.integers(1, 8), PLANS, st.lists(st.integers(0, 1000), max_size=200))
def test_once_the_writer_rests_a_copy_succeeds(
    buckets: int, plan: list[int], choices: list[int]
) -> None:
    image = LiveImage(buckets, iter(plan), iter(choices))
    ticks = clock(0.001)
    limits = Limits(6, patience=0.005, chase=15, wait=image.wait, now=lambda: next(ticks))
    snapshot = copy_to(MemoryTarget(), image, limits=limits)
    assert content(snapshot) == image.history[snapshot.meta.txid]


@settings(max_examples=400)
@given(
    st.integers(3, 8),
    st.lists(st.tuples(st.integers(4, 25), st.integers(5, 22)), max_size=12),
    st.integers(0, 1 << 16),
)
def test_the_step_chase_keeps_only_what_is_unchanged(
    buckets: int, gaps: list[tuple[int, int]], seed: int
) -> None:
    """In small batches, so that commits land between the pages of one revision."""
    plan = joined.from_iterable([*repeat(0, calm), steps] for calm, steps in gaps)
    image = LiveImage(buckets, plan, (number * number + seed for number in count(seed)))
    ticks = clock(0.001)
    limits = Limits(0, chase=15, wait=image.wait, now=lambda: next(ticks))
    with patch.object(chase, "_BATCH", 2), patch.object(chase, "_SMALLEST_BATCH", 1):
        snapshot = copy_to(MemoryTarget(), image, limits=limits)
    assert snapshot.method == "chase"
    assert content(snapshot) == image.history[snapshot.meta.txid]


def test_between_slow_commits_the_first_reading_is_enough() -> None:
    image = LiveImage(4, iter([]), iter([]))
    snapshot = copy_to(MemoryTarget(), image, limits=Limits(wait=image.wait))
    assert (snapshot.attempts, snapshot.method) == (1, "linear")


def test_one_commit_while_copying_means_another_attempt() -> None:
    # Read so far: a few times the metas; then, in the middle of the pages, more than a commit.
    image = LiveImage(4, joined(repeat(0, 12), [40]), iter(range(100)))
    before = max(image.history)
    snapshot = copy_to(MemoryTarget(), image, limits=Limits(patience=0.001, wait=image.wait))
    assert snapshot.attempts > 1
    assert snapshot.meta.txid > before
    assert content(snapshot) == image.history[snapshot.meta.txid]


def test_a_writer_that_never_rests_ends_in_an_error() -> None:
    image = LiveImage(4, repeat(30), iter(range(10**9)))
    ticks = clock(0.5)
    limits = Limits(3, patience=0.001, chase=5, wait=image.wait, now=lambda: next(ticks))
    with pytest.raises(NoConsistentCopy):
        copy_to(MemoryTarget(), image, limits=limits)


def test_the_played_writer_does_tear_a_copy_that_does_not_look() -> None:
    """What the rule is for: copying from end to end whatever happens gives mixtures."""
    torn = 0
    for start in range(40):
        choices = (number * number for number in count(start))
        image = LiveImage(6, joined(repeat(0, 8), repeat(9, 60)), choices)
        limits = Limits(0, chase=-1, allow_torn=True, wait=image.wait)
        snapshot = copy_to(MemoryTarget(), image, limits=limits)
        found = read_all(Database(snapshot.source).revision().root)
        whole = not found.damage and found.records == image.history[snapshot.meta.txid]
        # It may be whole by luck, but a mixture must be called one.
        assert whole or snapshot.is_torn
        torn += not whole
    assert torn


@pytest.mark.parametrize("path", DATABASES, ids=lambda path: path.stem)
def test_a_file_at_rest_is_copied_page_by_page(path: Path) -> None:
    snapshot = copy_live(FileSource(str(path)))
    raw = path.read_bytes()
    size = snapshot.meta.page_size
    assert snapshot.attempts == 1
    assert snapshot.source.size == snapshot.meta.high_water * size
    copied = snapshot.source.read(2 * size, snapshot.source.size)
    assert copied == raw[2 * size : snapshot.source.size]
    assert content(snapshot) == read_all(Database.open(str(path)).revision().root).records


def written(tmp_path: Path, data: bytes | bytearray) -> FileSource:
    path = tmp_path / "x.db"
    path.write_bytes(data)
    return FileSource(str(path))


def test_progress_goes_up_to_the_end_and_can_cancel(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    copy_live(written(tmp_path, sample().data), progress=lambda *at: seen.append(at))
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1]

    class StopNow(Exception):
        pass

    def cancel(_done: int, _total: int) -> None:
        raise StopNow

    with pytest.raises(StopNow):
        copy_live(written(tmp_path, sample().data), progress=cancel)


@pytest.mark.parametrize("slot", [0, 1])
def test_a_meta_spoiled_for_good_does_not_hinder(slot: int, tmp_path: Path) -> None:
    """A writer that was killed while it wrote its meta leaves one behind."""
    data = bytearray(DATABASES[-1].read_bytes())
    intact = read_all(Database.open(str(DATABASES[-1])).revision().root).records
    data[slot * 4096 + 60] ^= 1
    snapshot = copy_live(written(tmp_path, data))
    if slot != snapshot.meta.slot:
        assert content(snapshot).keys()
    if snapshot.meta.txid == Database.open(str(DATABASES[-1])).metas.current.txid:
        assert content(snapshot) == intact


def test_without_a_valid_meta_there_is_nothing_to_copy(tmp_path: Path) -> None:
    whole = sample()
    for slot in (0, 1):
        whole.data[slot * PAGE_SIZE + 60] ^= 1
    with pytest.raises(NotABoltFile):
        copy_live(written(tmp_path, whole.data))


def test_a_file_cut_short_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(NoConsistentCopy, match="missing"):
        copy_live(written(tmp_path, sample().data[: 10 * PAGE_SIZE]))


def test_a_forged_high_water_mark_takes_no_memory(tmp_path: Path) -> None:
    image = LiveImage(1, iter([]), iter([]))
    for slot in (0, 1):
        put_meta(image.data, slot, Meta(1024, 2, 1 << 50, 6 + slot))
    with pytest.raises(NoConsistentCopy):
        copy_live(written(tmp_path, image.data))


def test_a_file_that_is_replaced_while_it_is_copied(tmp_path: Path) -> None:
    file = written(tmp_path, sample().data)
    other = tmp_path / "other.db"
    other.write_bytes(sample().data)

    def replace(_done: int, _total: int) -> None:
        if other.exists():
            other.replace(file.path)

    with pytest.raises(SourceReplaced):
        copy_live(file, progress=replace)


def test_a_file_that_is_removed_while_it_is_copied(tmp_path: Path) -> None:
    file = written(tmp_path, sample().data)
    with pytest.raises(SourceReplaced):
        copy_live(file, progress=lambda _done, _total: Path(file.path).unlink(missing_ok=True))


def test_a_failing_disk_is_an_error_of_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, sample().data)

    def fail(_fd: int, _buffers: object, _offset: int) -> int:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "preadv", fail)
    with pytest.raises(UnreadableFile, match="Input/output error"):
        copy_live(file)
