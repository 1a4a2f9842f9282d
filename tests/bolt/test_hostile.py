"""Forged files cannot make reading long or large: work is counted, memory is traced."""

import struct
import tracemalloc
from collections.abc import Callable, Iterator

import pytest

from boltview.bolt.bucket import Bucket
from boltview.bolt.database import Database
from boltview.bolt.errors import MAX_DAMAGE_KEPT, Damage
from boltview.bolt.freelist import read_freelist
from boltview.bolt.index import BucketIndex
from boltview.bolt.revision import MEMORY_KEPT
from tests.bolt.build import LEAF, Image, Item, Meta, header, put_meta
from tests.bolt.reading import CountingSource, by_position, current, open_bytes, read_all

MANY = 65_534


@pytest.fixture
def traced() -> Iterator[Callable[[], int]]:
    """Trace memory; the function returned says how many bytes it was at most."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()


def leaf_of(image: Image, table: bytes, data: bytes) -> int:
    return image.page(LEAF, len(table) // 16, table + data)


def same_bytes(count: int, size: int) -> bytes:
    """Return a table of elements that all have the same key and value."""
    return b"".join(struct.pack("<IIII", 0, 16 * (count - i), 1, size) for i in range(count))


def test_elements_that_share_their_bytes_give_at_most_one_value(
    traced: Callable[[], int],
) -> None:
    """65,534 elements of one megabyte would be 64 GB."""
    image = Image()
    root = leaf_of(image, same_bytes(MANY, 1 << 20), b"k" + b"v" * (1 << 20))
    data = image.finish(root)
    found = read_all(current(data).root)
    assert len(found.records) <= 1
    assert len(found.damage) >= MANY - 1
    assert traced() < 40 * len(data)


def test_inline_elements_that_share_their_bytes() -> None:
    image = Image()
    inline = header("<", 0, LEAF, 200) + same_bytes(200, 300) + b"k" * 301
    data = image.finish(image.leaf(Item(b"b", bytes(16) + inline, 1)))
    found = read_all(current(data).root)
    assert len(found.records) <= 1
    assert {damage.code for damage in found.damage} <= {"element-size", "element-place"}
    assert len(found.damage) >= 199


def test_inline_buckets_that_share_their_bytes_do_not_multiply() -> None:
    """Each level holds two entries for the level below: 2^30 paths in 3 KB."""
    image = Image()
    value = struct.pack("<QQ", 0, 0) + header("<", 0, LEAF, 0)
    for _ in range(30):
        entries = struct.pack("<IIII", 1, 32, 1, len(value))
        entries += struct.pack("<IIII", 1, 16, 1, len(value))
        value = struct.pack("<QQ", 0, 0) + header("<", 0, LEAF, 2) + entries + b"k" + value
    found = read_all(current(image.finish(image.leaf(Item(b"b", value, 1)))).root)
    assert not found.records
    assert len(found.buckets) == 1
    assert 1 <= len(found.damage) <= 2


@pytest.mark.parametrize("step", [1, -1], ids=["forwards", "backwards"])
def test_blocks_that_overlap_are_read_once(traced: Callable[[], int], step: int) -> None:
    """Every page claims the rest of the file as its overflow, with as many elements as fit."""
    image = Image(128)
    count = 4000
    first = -(-(16 + 21 * count) // 128) + 2
    pages = range(first, first + count)
    root = image.branch(*((b"%05d" % n, page) for n, page in enumerate(pages[::step])))
    assert image.next_page == first
    for page in pages:
        overflow = pages[-1] - page
        elements = min(MANY, (overflow + 1) * 8 - 1)
        image.data += header("<", page, LEAF, elements, overflow).ljust(128, b"\0")
    source = CountingSource(image.finish(root))
    found = read_all(Database(source).revision().root)
    assert not found.records
    assert len(found.damage) < len(source.reads) + count * 8
    assert source.bytes_read < 4 * source.size
    assert traced() < 80 * source.size


def test_remembered_pages_take_bounded_memory(traced: Callable[[], int]) -> None:
    """A hundred pages of 1,500 elements each would take four times what may be remembered."""
    image = Image(1 << 16)
    items = [(b"%07d" % n, b"") for n in range(100 * 1500)]
    root = image.tree(items, per_page=1500)
    revision = current(image.finish(root))
    del image, items
    before = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    assert sum(1 for _ in revision.root.entries()) == 150_000
    assert traced() - before < 1.5 * MEMORY_KEPT


@pytest.mark.parametrize("high_water", [2**32, 2**63, 2**64 - 1])
def test_an_absurd_high_water_mark_sizes_nothing(
    traced: Callable[[], int], high_water: int
) -> None:
    image = Image()
    leaf = image.leaf((b"k", b"v"))
    far = [high_water - 1, high_water // 2, 2**31]
    root = image.branch((b"k", leaf), *((b"l%d" % i, page) for i, page in enumerate(sorted(far))))
    data = image.finish(root, high_water=high_water, freelist=high_water - 2)
    source = CountingSource(data)
    revision = Database(source).revision()
    for entries in (Bucket.entries, by_position):
        found = read_all(revision.root, entries)
        assert found.records == {(b"k",): b"v"}
        assert [damage.code for damage in found.damage] == ["page-missing"] * 3
    assert isinstance(read_freelist(revision), Damage)
    assert source.bytes_read < 20 * 4096
    assert traced() < 500_000


@pytest.mark.parametrize("high_water", [None, 2**63])
@pytest.mark.parametrize("overflow", [1, 2**16, 2**31, 2**32 - 1])
def test_an_absurd_overflow_sizes_nothing(
    traced: Callable[[], int], overflow: int, high_water: int | None
) -> None:
    image = Image()
    root = image.leaf((b"k", b"v"))
    freelist = image.freelist([])
    data = image.finish(root, freelist=freelist, high_water=high_water)
    for page in (root, freelist):
        struct.pack_into("<I", data, page * 4096 + 12, overflow)
    source = CountingSource(data)
    revision = Database(source).revision()
    found = read_all(revision.root)
    assert "page-overflow" in {damage.code for damage in found.damage}
    assert isinstance(read_freelist(revision), Damage)
    assert source.bytes_read < 10 * 4096
    assert traced() < 500_000


@pytest.mark.parametrize("count", [2**16, 2**32, 2**60, 2**64 - 1])
def test_an_absurd_freelist_count_sizes_nothing(traced: Callable[[], int], count: int) -> None:
    image = Image()
    root = image.leaf()
    freelist = image.freelist([count], extended=True)
    data = image.finish(root, freelist=freelist)
    struct.pack_into("<Q", data, freelist * 4096 + 16, count)
    assert isinstance(read_freelist(current(data)), Damage)
    assert traced() < 500_000


def test_the_list_of_damage_does_not_grow_with_a_forged_file() -> None:
    image = Image()
    table = b"".join(struct.pack("<IIII", 0x40, 0, 0, 0) for _ in range(MANY))
    database = open_bytes(image.finish(leaf_of(image, table, b"")))
    damage = [entry for entry in database.revision().root.entries() if isinstance(entry, Damage)]
    assert len(damage) >= MANY
    assert len(database.damage) == MAX_DAMAGE_KEPT


def test_a_forged_branch_of_65534_children_that_are_one_page() -> None:
    image = Image()
    leaf = image.leaf((b"\0", b"v"))
    root = image.branch(*((struct.pack(">I", n), leaf) for n in range(MANY)))
    data = image.finish(root)
    for entries in (Bucket.entries, by_position):
        source = CountingSource(data)
        found = read_all(Database(source).revision().root, entries)
        assert len(found.records) == 1
        assert sum(damage.code == "page-shared" for damage in found.damage) == MANY - 1
        assert source.bytes_read < 4 * len(data)


def test_every_page_is_the_child_of_every_branch() -> None:
    """A lattice of branches has exponentially many ways down; each page is entered once."""
    image = Image(512)
    below = [image.leaf((b"k%d" % n, b"v")) for n in range(8)]
    for _ in range(12):
        below = [
            image.branch(*((b"k%d" % n, page) for n, page in enumerate(below))) for _ in range(8)
        ]
    root = image.branch(*((b"k%d" % n, page) for n, page in enumerate(below)))
    data = image.finish(root)
    for entries in (Bucket.entries, by_position):
        source = CountingSource(data)
        found = read_all(Database(source).revision().root, entries)
        assert len(found.damage) < 2000
        assert source.bytes_read < 20 * len(data)


def test_metas_alone_lead_nowhere() -> None:
    data = bytearray(4096 * 2)
    for slot in (0, 1):
        put_meta(data, slot, Meta(root=2**64 - 1, high_water=2**64 - 1, txid=slot))
    revision = current(data)
    (found,) = revision.root.entries()
    assert isinstance(found, Damage)
    assert isinstance(revision.root.get(b"k"), Damage)
    assert len(BucketIndex(revision.root)) == 1
