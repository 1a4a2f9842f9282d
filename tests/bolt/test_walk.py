"""A walk meets every entry once, parents first, and ends whatever a forged file claims."""

import json
from typing import Any

import pytest

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.source import MemorySource
from boltview.bolt.walk import walk
from tests.bolt.build import Image
from tests.report.open import SHAPES, opened_file, reading_of

Found = list[tuple[int, tuple[bytes, ...]]]


def expected(items: list[dict[str, Any]], path: tuple[bytes, ...] = ()) -> Found:
    """List what bbolt itself read, in its order: level and path."""
    found: Found = []
    for item in items:
        here = (*path, bytes.fromhex(item["key"]))
        found.append((len(path), here))
        if "bucket" in item:
            found += expected(item["bucket"]["items"], here)
    return found


@pytest.mark.parametrize("shape", sorted(path.stem for path in SHAPES.glob("*.db")))
def test_a_walk_meets_what_bbolt_reads_in_the_same_order(shape: str) -> None:
    reading = opened_file(SHAPES / f"{shape}.db").reading
    truth = json.loads((SHAPES / f"{shape}.json").read_text())
    met: Found = []
    for level, bucket, entry in walk(reading.revision, reading.root):
        assert not isinstance(entry, Damage)
        met.append((level, (*bucket.path, entry.key)))
    assert met == expected(truth["current"]["items"])


@pytest.mark.parametrize("depth", [1, 2, 5, 12, 100])
def test_a_walk_stops_at_a_depth(depth: int) -> None:
    reading = opened_file(SHAPES / "nested-12.db").reading
    truth = json.loads((SHAPES / "nested-12.json").read_text())
    met = [visit.depth for visit in walk(reading.revision, reading.root, depth)]
    every = [level for level, _ in expected(truth["current"]["items"])]
    assert met == [level for level in every if level < depth]


def test_a_walk_from_a_bucket_counts_levels_from_there() -> None:
    image = Image()
    inner = image.leaf((b"k", b"v"))
    outer = image.leaf(image.bucket(b"inner", inner))
    reading = reading_of(MemorySource(image.finish(image.leaf(image.bucket(b"outer", outer)))))
    bucket = reading.root.get(b"outer")
    assert isinstance(bucket, Bucket)
    assert [
        (visit.depth, visit.bucket.path, type(visit.entry))
        for visit in walk(reading.revision, bucket)
    ] == [(0, (b"outer",), Bucket), (1, (b"outer", b"inner"), Pair)]


def test_a_tree_that_two_buckets_claim_is_walked_once() -> None:
    image = Image()
    shared = image.leaf((b"k", b"v"))
    root = image.leaf(image.bucket(b"first", shared), image.bucket(b"second", shared))
    reading = reading_of(MemorySource(image.finish(root)))
    entries = [visit.entry for visit in walk(reading.revision, reading.root)]
    assert [type(entry) for entry in entries] == [Bucket, Pair, Damage]
    assert entries[-1] in list(reading.revision.damage)
    assert isinstance(entries[-1], Damage)
    assert entries[-1].code == "bucket-shared"


def test_a_file_of_shared_trees_does_not_multiply() -> None:
    """Forty levels of buckets, each with two that lead to the next: 2 ** 40 paths."""
    image = Image()
    page = image.leaf((b"k", b"v"))
    for _ in range(40):
        page = image.leaf(image.bucket(b"a", page), image.bucket(b"b", page))
    reading = reading_of(MemorySource(image.finish(page)))
    entries = [visit.entry for visit in walk(reading.revision, reading.root)]
    assert len(entries) == 81
    assert sum(isinstance(entry, Damage) for entry in entries) == 40


def test_a_bucket_that_holds_itself_ends() -> None:
    image = Image()
    page = image.next_page
    image.leaf(image.bucket(b"self", page), image.inline(b"x", (b"k", b"v")))
    reading = reading_of(MemorySource(image.finish(page)))
    entries = [visit.entry for visit in walk(reading.revision, reading.root)]
    assert [type(entry) for entry in entries] == [Damage, Bucket, Pair]


def test_a_walk_goes_deeper_than_the_stack() -> None:
    image = Image(512)
    page = image.leaf((b"end", b"found"))
    for _ in range(3000):
        page = image.leaf(image.bucket(b"a", page))
    reading = reading_of(MemorySource(image.finish(page)))
    last = list(walk(reading.revision, reading.root))[-1]
    assert last.depth == 3000
    assert isinstance(last.entry, Pair)
