"""Ten thousand harmed files: none crashes, hangs or reads outside, and what is intact is listed."""

import time
import tracemalloc
from collections import Counter

import pytest

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.check import check
from boltview.bolt.database import Database
from boltview.bolt.revision import MEMORY_KEPT
from boltview.bolt.source import MemorySource
from boltview.bolt.walk import walk
from tests.fuzz.mutate import Mutant, Names, mutate, seeds
from tests.fuzz.targets import fuzz_parser, open_source
from tests.plugins.figures import Figure

MUTANTS = 10_000
SLOWEST = 2.0
"""Seconds that one file may take."""


class Guarded(MemorySource):
    """A source that is asked only for what can be there."""

    def read(self, offset: int, length: int) -> bytes:
        assert offset >= 0
        # A page of a truncated file, and a meta, are asked for before it is known that they end.
        assert 0 <= length <= max(self.size, 1 << 16)
        return super().read(offset, length)


def listed(database: Database) -> dict[Names, list[bytes]]:
    """Return the records that a listing of everything gives; harm can make one key stand twice."""
    revision = database.revision()
    found: dict[Names, list[bytes]] = {}
    for visit in walk(revision, revision.root):
        if isinstance(visit.entry, Pair):
            path = (*visit.bucket.path, visit.entry.key)
            found.setdefault(path, []).append(visit.entry.value)
        elif isinstance(visit.entry, Bucket):
            assert visit.entry.path
    return found


def intact(mutant: Mutant) -> dict[Names, bytes]:
    """Return the records that no changed byte lies on the way to; none if a meta was changed."""
    if mutant.harmed & {0, 1}:
        return {}
    seed = mutant.seed
    return {
        path: value for path, value in seed.records.items() if not seed.ways[path] & mutant.harmed
    }


@pytest.mark.slow
def test_harmed_files_are_read_to_the_end(figure: Figure) -> None:
    assert sum(len(seed.records) for seed in seeds()) > 500
    counts: Counter[str] = Counter()
    slowest = 0.0
    lost = []
    for number in range(MUTANTS):
        mutant = mutate(number)
        start = time.perf_counter()
        database = open_source(Guarded(mutant.data))
        counts["files"] += 1
        if database is None:
            counts["without a usable meta"] += 1
            continue
        faults = list(check(database))
        records = listed(database)
        slowest = max(slowest, time.perf_counter() - start)
        counts["findings"] += len(faults)
        expected = intact(mutant)
        returned = [path for path, value in expected.items() if value in records.get(path, ())]
        counts["intact"] += len(expected)
        counts["returned"] += len(returned)
        if len(returned) < len(expected):
            lost.append(number)
    share = 100 * counts["returned"] / counts["intact"]
    figure(
        f"harmed files: {counts['files']}, 0 crashes, slowest {slowest:.2f} s; of "
        f"{counts['intact']} intact records {share:.4f} % listed ({len(lost)} files fall short)"
    )
    assert slowest < SLOWEST
    assert lost == []


@pytest.mark.slow
def test_every_other_way_of_reading_ends_as_well() -> None:
    for number in range(MUTANTS, MUTANTS + 500):
        fuzz_parser(bytes(mutate(number).data))


@pytest.mark.slow
def test_memory_is_bounded_by_the_size_of_the_file() -> None:
    for number in range(0, MUTANTS, 100):
        data = mutate(number).data
        tracemalloc.start()
        try:
            database = open_source(MemorySource(data))
            if database is not None:
                for _ in check(database):
                    pass
                for _ in walk(database.revision(), database.revision().root):
                    pass
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 40 * len(data) + MEMORY_KEPT, number
