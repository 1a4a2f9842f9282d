"""A sweep yields what a careful walk yields, in the same order, whatever is damaged."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path as FilePath

import pytest

from boltview.bolt.bucket import Pair
from boltview.bolt.database import Database
from boltview.bolt.errors import Damage
from boltview.bolt.page import Origin
from boltview.bolt.revision import Revision
from boltview.bolt.source import MemorySource
from boltview.bolt.sweep import Path, Span, Stretch, sweep
from boltview.bolt.walk import walk
from tests.bolt.build import Image, Tree
from tests.bolt.sample import sample
from tests.containerd.nodes import IN_ROOT, ROOT

Record = tuple[Path, bytes | None, Origin] | Damage
FILES = [f"fixtures/containerd-{version}/root/{IN_ROOT}" for version in ("1.6", "2.4")]
FILES += ["fixtures/gc-pairs/2.after.db"]
COMPOSED: Tree = {
    b"many": {b"%04d" % number: b"v" * (number % 60) for number in range(400)},
    b"long": {b"a": b"x" * 20_000, b"b": b"y", b"c": b"z" * 300_000},
    b"deep": {b"in": {b"inner": {b"k": b"v" * 600}, b"x": b"y"}},
    b"empty": {},
}


def walked(revision: Revision) -> Iterator[Record]:
    for _, bucket, entry in walk(revision, revision.root):
        if isinstance(entry, Damage):
            yield entry
        else:
            value = entry.value if isinstance(entry, Pair) else None
            yield (*bucket.path, entry.key), value, entry.origin


def swept(revision: Revision) -> Iterator[Record]:
    for found in sweep(revision):
        if isinstance(found, Stretch):
            yield from _records(found, found.path, found.first, found.spans)
        elif isinstance(found.entry, Damage):
            yield found.entry
        else:
            value = found.entry.value if isinstance(found.entry, Pair) else None
            yield (*found.path, found.entry.key), value, found.entry.origin


def _records(found: Stretch, path: Path, first: int, spans: Sequence[Span]) -> Iterator[Record]:
    for at, (key, value, end, flags) in enumerate(spans):
        below = (*path, found.raw[key:value])
        origin = Origin(found.page, first + at, found.offset + value, end - value)
        yield below, None if flags else found.raw[value:end], origin
        if flags:
            assert spans is found.spans
            yield from _records(found, below, 0, found.inner[at])


@pytest.mark.parametrize("path", FILES)
def test_real_files(path: str) -> None:
    revision = Database.open(str(ROOT / path)).revision()
    expected = list(walked(revision))
    assert list(swept(revision)) == expected
    assert len(expected) > 100
    assert not list(revision.damage)
    # Of a file without damage only the largest blocks are read entry by entry.
    assert not any(
        isinstance(found.entry, Pair) for found in sweep(revision) if not isinstance(found, Stretch)
    )


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("page_size", [1024, 4096, 65_536])
def test_composed_trees(order: str, page_size: int) -> None:
    image = Image(page_size, order)
    revision = Database(MemorySource(image.finish(image.nested(COMPOSED)))).revision()
    assert list(swept(revision)) == list(walked(revision))
    assert not list(revision.damage)


def test_damaged_files() -> None:
    """Whatever a flipped bit does, a sweep finds no more, no less and nothing else."""
    chance = random.Random(8)  # noqa: S311 - the same faults in every run
    whole = sample().data
    damaged = 0
    for _ in range(1000):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 1, 3))):
            place = chance.randrange(1024, len(data))
            data[place] ^= 1 << chance.randrange(8)
        slow, quick = (Database(MemorySource(data)).revision() for _ in range(2))
        expected = list(walked(slow))
        assert list(swept(quick)) == expected
        assert set(quick.damage) == set(slow.damage)
        damaged += bool(list(quick.damage))
    assert damaged > 100


def test_a_leaf_that_two_branches_claim_is_read_once() -> None:
    image = Image()
    empty, last = image.leaf(), image.leaf((b"z", b"v"))
    top = image.branch((b"a", empty), (b"c", empty), (b"z", last))
    data = image.finish(image.leaf(image.bucket(b"top", top)))
    slow, quick = (Database(MemorySource(data)).revision() for _ in range(2))
    assert list(swept(quick)) == list(walked(slow))
    assert [fault.code for fault in quick.damage] == ["page-shared"]


def test_a_bucket_that_holds_itself_ends() -> None:
    image = Image()
    root = image.next_page + 1
    inner = image.leaf(image.bucket(b"loop", root))
    assert image.leaf(image.bucket(b"in", inner), (b"k", b"v")) == root
    data = image.finish(image.leaf(image.bucket(b"again", inner), image.bucket(b"top", root)))
    revision = Database(MemorySource(data)).revision()
    found = list(swept(revision))
    assert found == list(walked(revision))
    assert {damage.code for damage in revision.damage} == {"bucket-cycle", "bucket-shared"}


@pytest.mark.parametrize(
    "path", sorted((ROOT / "fixtures/shapes").glob("*.db")), ids=lambda path: path.stem
)
def test_shapes(path: FilePath) -> None:
    slow, quick = (Database.open(str(path)).revision() for _ in range(2))
    assert list(swept(quick)) == list(walked(slow))
    assert set(quick.damage) == set(slow.damage)
