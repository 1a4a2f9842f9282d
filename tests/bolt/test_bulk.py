"""Reading in bulk gives what reading entry by entry gives, in whole files and in damaged ones."""

import random

import pytest

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.bulk import BulkReader, Contents
from boltview.bolt.database import Database
from boltview.bolt.errors import Damage
from boltview.bolt.revision import Revision
from boltview.bolt.source import MemorySource
from tests.bolt.build import Image, Tree
from tests.bolt.sample import sample
from tests.containerd.nodes import IN_ROOT, ROOT

FILES = [f"fixtures/containerd-{version}/root/{IN_ROOT}" for version in ("1.6", "2.4")]
LARGE: Tree = {
    b"many": {b"%04d" % number: b"v" * (number % 60) for number in range(400)},
    b"long": {b"a": b"x" * 20_000, b"b": b"y"},
    b"deep": {b"in": {b"inner": {b"k": b"v" * 600}, b"x": b"y"}},
    b"empty": {},
}


def slowly(bucket: Bucket) -> Contents:
    """Read a bucket entry by entry."""
    found: Contents = {}
    for entry in bucket.entries():
        if isinstance(entry, Pair):
            found[entry.key] = entry.value
        elif isinstance(entry, Bucket):
            found[entry.key] = slowly(entry)
    return found


def in_bulk(revision: Revision) -> dict[bytes, Contents]:
    reader = BulkReader(revision)
    buckets = [entry for entry in revision.root.entries() if isinstance(entry, Bucket)]
    return {bucket.key: reader.read(bucket).contents for bucket in buckets}


@pytest.mark.parametrize("path", FILES)
def test_real_files_read_the_same(path: str) -> None:
    revision = Database.open(str(ROOT / path)).revision()
    v1 = revision.root.get(b"v1")
    assert isinstance(v1, Bucket)
    whole = BulkReader(revision).read(v1)
    assert whole.damage == ()
    assert whole.contents == slowly(v1)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("page_size", [1024, 4096, 65_536])
def test_composed_trees_read_the_same(order: str, page_size: int) -> None:
    image = Image(page_size, order)
    data = image.finish(image.nested(LARGE))
    revision = Database(MemorySource(data)).revision()
    assert in_bulk(revision) == LARGE
    assert not list(revision.damage)


def test_damaged_files_read_the_same() -> None:
    """Whatever a flipped byte does, bulk reading says no more and no less than the general way."""
    chance = random.Random(6)  # noqa: S311 - the same faults in every run
    whole = sample().data
    damaged = 0
    for _ in range(1500):
        data = bytearray(whole)
        place = chance.randrange(1024, len(data))
        data[place] ^= 1 << chance.randrange(8)
        slow = Database(MemorySource(data)).revision()
        expected = {e.key: slowly(e) for e in slow.root.entries() if isinstance(e, Bucket)}
        quick = Database(MemorySource(data)).revision()
        assert in_bulk(quick) == expected, f"byte {place}"
        damaged += bool(list(quick.damage))
        assert {fault.code for fault in slow.damage} <= {fault.code for fault in quick.damage} | {
            "bucket-shared"
        }
    assert damaged > 100


def test_a_record_that_holds_itself_ends() -> None:
    image = Image()
    root = image.next_page + 1
    inner = image.leaf(image.bucket(b"loop", root))
    assert image.leaf(image.bucket(b"in", inner), (b"k", b"v")) == root
    data = image.finish(image.leaf(image.bucket(b"top", root)))
    revision = Database(MemorySource(data)).revision()
    top = revision.root.get(b"top")
    assert isinstance(top, Bucket)
    whole = BulkReader(revision).read(top)
    assert whole.contents[b"k"] == b"v"
    assert whole.damage
    assert isinstance(whole.damage[0], Damage)
