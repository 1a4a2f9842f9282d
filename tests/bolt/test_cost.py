"""What reading costs: pages touched and memory held, counted in a bucket of a million keys."""

import struct
import tracemalloc

import pytest

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.database import Database
from boltview.bolt.errors import Damage
from boltview.bolt.index import BucketIndex
from tests.bolt.build import LEAF, Image
from tests.bolt.reading import CountingSource, by_walking, current, read_all

PAGE_SIZE = 4096
COUNT = 1_000_000
PER_LEAF = 100
DEPTH = 4
"""10,000 leaves under branches of 100 children: leaves, two levels of branches, and the top."""


def key(number: int) -> bytes:
    return b"%08d" % number


@pytest.fixture(scope="module")
def million() -> bytes:
    """A bucket `m` of a million keys of 8 bytes, each its own value."""
    image = Image(PAGE_SIZE)
    table = b"".join(
        struct.pack("<IIII", 0, 16 * (PER_LEAF - i) + 16 * i, 8, 8) for i in range(PER_LEAF)
    )
    level = []
    for first in range(0, COUNT, PER_LEAF):
        data = b"".join(key(n) * 2 for n in range(first, first + PER_LEAF))
        level.append((key(first), image.page(LEAF, PER_LEAF, table + data)))
    while len(level) > 1:
        level = [(level[i][0], image.branch(*level[i : i + 30])) for i in range(0, len(level), 30)]
    root = image.leaf(image.bucket(b"m", level[0][1]))
    return bytes(image.finish(root))


def opened(data: bytes) -> tuple[CountingSource, Bucket]:
    """Open the bucket, and forget what that read."""
    source = CountingSource(data)
    bucket = Database(source).revision().root.get(b"m")
    assert isinstance(bucket, Bucket)
    source.reads.clear()
    return source, bucket


def test_opening_reads_the_metas_and_one_page(million: bytes) -> None:
    source = CountingSource(million)
    assert isinstance(Database(source).revision().root.get(b"m"), Bucket)
    assert source.bytes_read <= 2 * 80 + 16 + PAGE_SIZE
    assert source.pages_read(PAGE_SIZE) <= {0, 1, len(million) // PAGE_SIZE - 1}


@pytest.mark.parametrize("number", [0, 1, 99, 100, 499_999, 500_000, 999_999])
def test_a_look_up_reads_one_page_a_level(million: bytes, number: int) -> None:
    source, bucket = opened(million)
    found = bucket.get(key(number))
    assert isinstance(found, Pair)
    assert found.value == key(number)
    assert len(source.pages_read(PAGE_SIZE)) == DEPTH
    assert source.bytes_read == DEPTH * (16 + PAGE_SIZE)
    source.reads.clear()
    assert isinstance(bucket.get(key(number)), Pair)
    assert source.reads == []


def test_a_look_up_in_vain_reads_no_more(million: bytes) -> None:
    source, bucket = opened(million)
    assert bucket.get(b"00499999x") is None
    assert len(source.pages_read(PAGE_SIZE)) == DEPTH


@pytest.mark.parametrize(
    ("prefix", "matches", "leaves"),
    [
        (b"0049999", 10, 1),
        # The leaf before could hold a first key of that prefix; the leaf behind is not looked at.
        (b"004999", 100, 2),
        (b"00499", 1000, 11),
        (b"0049999x", 0, 1),
        (b"x", 0, 1),
    ],
)
def test_a_prefix_reads_the_way_down_and_its_own_leaves(
    million: bytes, prefix: bytes, matches: int, leaves: int
) -> None:
    source, bucket = opened(million)
    assert sum(1 for _ in bucket.entries(prefix=prefix)) == matches
    assert len(source.pages_read(PAGE_SIZE)) == DEPTH - 1 + leaves


def test_the_first_entry_does_not_wait_for_the_others(million: bytes) -> None:
    source, bucket = opened(million)
    first = next(iter(bucket.entries()))
    assert isinstance(first, Pair)
    assert first.key == key(0)
    assert len(source.pages_read(PAGE_SIZE)) == DEPTH


def test_the_index_reads_of_a_leaf_its_header_alone(million: bytes) -> None:
    source, bucket = opened(million)
    index = BucketIndex(bucket)
    assert len(index) == COUNT
    leaves = COUNT // PER_LEAF
    branches = len(source.pages_read(PAGE_SIZE))
    assert branches < leaves // 25
    # A branch's header is read three times: as it might be a leaf, with care, and with its page.
    assert source.bytes_read <= 16 * leaves + branches * (3 * 16 + PAGE_SIZE)
    source.reads.clear()
    entry = index[654_321]
    assert isinstance(entry, Pair)
    assert entry.key == key(654_321)
    assert len(source.pages_read(PAGE_SIZE)) == 1
    source.reads.clear()
    assert index.position(key(123_456)) == 123_456
    assert len(source.pages_read(PAGE_SIZE)) <= 15  # 2 ** 14 > 10,000 leaves


def test_the_index_of_a_million_keys_takes_little_memory(million: bytes) -> None:
    _, bucket = opened(million)
    tracemalloc.start()
    try:
        index = BucketIndex(bucket)
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(index) == COUNT
    assert peak < 20_000_000
    assert kept < 10_000_000


@pytest.mark.slow
def test_walking_a_million_keys_holds_few_pages(million: bytes) -> None:
    _, bucket = opened(million)
    entries = bucket.entries()
    next(entries)
    tracemalloc.start()
    try:
        seen = sum(1 for _, _ in zip(range(100_000), entries, strict=False))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert seen == 100_000
    assert peak < 30_000_000


def test_a_large_value_is_read_when_it_is_asked_for() -> None:
    image = Image(PAGE_SIZE)
    big = bytes(range(256)) * 40_000
    root = image.leaf((b"a", b"small"), (b"b", big), (b"c", b"small"))
    source = CountingSource(image.finish(root))
    bucket = Database(source).revision().root
    entries = [entry for entry in bucket.entries() if not isinstance(entry, Damage)]
    assert [entry.key for entry in entries] == [b"a", b"b", b"c"]
    assert isinstance(entries[1], Pair)
    assert entries[1].size == len(big)
    assert source.bytes_read < 3 * PAGE_SIZE
    source.reads.clear()
    assert entries[1].value == big
    assert source.bytes_read == len(big)


def test_a_bucket_of_large_values_costs_a_page_or_two_each() -> None:
    image = Image(PAGE_SIZE)
    root = image.tree([(key(n), b"%05d" % n * 100_000) for n in range(20)], per_page=2)
    data = image.finish(root)
    source = CountingSource(data)
    bucket = Database(source).revision().root
    assert sum(1 for _ in by_walking(bucket)) == 20
    assert source.bytes_read < 40 * PAGE_SIZE < len(data) / 50
    assert read_all(current(data).root).records[key(7),] == b"00007" * 100_000
