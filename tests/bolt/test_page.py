"""Which elements of a page are believed, and what look-up and walk make of one that is not all."""

import struct
import tracemalloc

import pytest

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.page import Page
from tests.bolt.build import LEAF, Image, Item, leaf_body
from tests.bolt.reading import current, read_all

PAGE_SIZE = 4096


def root_of(*items: Item | tuple[bytes, bytes]) -> Bucket:
    image = Image(PAGE_SIZE)
    return current(image.finish(image.leaf(*items))).root


def described(bucket: Bucket, start: bytes = b"", prefix: bytes = b"") -> list[bytes | str]:
    """Return keys, and codes where damage stands."""
    return [
        entry.code if isinstance(entry, Damage) else entry.key
        for entry in bucket.entries(start, prefix=prefix)
    ]


def forged(
    entries: list[tuple[int, int, int, int]], data: bytes, count: int | None = None
) -> Bucket:
    """Open a leaf of entries (flags, offset of the key in the page, key size, value size)."""
    image = Image(PAGE_SIZE)
    table = b"".join(
        struct.pack("<IIII", flags, offset - 16 - 16 * index, key_size, value_size)
        for index, (flags, offset, key_size, value_size) in enumerate(entries)
    )
    page = image.page(LEAF, len(entries) if count is None else count, table + data)
    return current(image.finish(page)).root


BROKEN_ORDER = [(b"a", b"1"), (b"z", b"2"), (b"b", b"3"), (b"c", b"4")]


def test_a_broken_order_loses_no_entry() -> None:
    bucket = root_of(*BROKEN_ORDER)
    assert described(bucket) == ["key-order", b"a", b"z", b"b", b"c"]
    for key, value in BROKEN_ORDER:
        found = bucket.get(key)
        assert isinstance(found, Pair)
        assert found.value == value
    absent = bucket.get(b"y")
    assert isinstance(absent, Damage)
    assert absent.code == "key-order"


def test_a_walk_over_a_broken_order_skips_nothing_that_is_wanted() -> None:
    bucket = root_of(*BROKEN_ORDER)
    assert described(bucket, start=b"b") == ["key-order", b"z", b"b", b"c"]
    assert described(bucket, start=b"d") == ["key-order", b"z"]
    for key in (b"a", b"z", b"b", b"c"):
        assert described(bucket, prefix=key) == ["key-order", key]


def test_a_key_that_stands_twice_breaks_the_order() -> None:
    bucket = root_of((b"a", b"1"), (b"b", b"2"), (b"b", b"3"), (b"c", b"4"))
    assert described(bucket) == ["key-order", b"a", b"b", b"b", b"c"]
    first = next(iter(bucket.entries()))
    assert isinstance(first, Damage)
    assert first.offset == 2 * PAGE_SIZE + 16 + 2 * 16


def test_damage_stands_where_the_damaged_element_stood() -> None:
    bucket = root_of((b"a", b"1"), Item(b"b", b"2", 0x40), (b"c", b"3"), (b"d", b"4"))
    assert described(bucket) == [b"a", "element-flags", b"c", b"d"]
    # The damaged element is after a and before c: it can be any key in between, and no other.
    assert described(bucket, start=b"b") == ["element-flags", b"c", b"d"]
    assert described(bucket, start=b"a\0") == ["element-flags", b"c", b"d"]
    assert described(bucket, start=b"c") == ["element-flags", b"c", b"d"]
    assert described(bucket, start=b"c\0") == [b"d"]
    for key in (b"a\0", b"b", b"bzz"):
        assert isinstance(bucket.get(key), Damage), key
    for key in (b"0", b"c\0", b"e"):
        assert bucket.get(key) is None, key


@pytest.mark.parametrize("flag", [0x02, 0x03, 0x40, 2**31])
def test_flags_that_are_not_in_use_are_not_believed(flag: int) -> None:
    assert described(root_of((b"a", b"1"), Item(b"b", b"2", flag))) == [b"a", "element-flags"]


def test_believed_elements_never_share_bytes() -> None:
    """Every other element is impossible and so explains both joints of its neighbours."""
    start = 16 + 5 * 16
    good, bad = (0, start, 1, 1000), (0x40, start, 1, 1000)
    bucket = forged([good, bad, good, bad, good], b"k" + b"v" * 1000)
    found = read_all(bucket)
    assert found.records == {(b"k",): b"v" * 1000}
    assert len(found.damage) == 4


def test_a_lone_element_out_of_place_is_not_believed() -> None:
    """One element has no neighbour to tell, but the table before it and the zeros behind it."""
    assert described(forged([(0, 33, 1, 3)], b"\0kval")) == ["element-place"]
    assert described(forged([(0, 48, 1, 3)], bytes(16) + b"kval")) == ["element-place"]
    assert described(forged([(0, 32, 1, 2)], b"kval")) == ["element-size"]
    assert described(forged([(0, 31, 1, 4)], b"kval")) == ["element-bounds"]


def test_data_may_fill_the_page_to_its_last_byte() -> None:
    value = b"v" * (PAGE_SIZE - 16 - 16 - 1)
    assert read_all(root_of((b"k", value))).records == {(b"k",): value}
    longer = value + b"v"
    assert read_all(root_of((b"k", longer))).records == {(b"k",): longer}


def test_a_value_may_end_in_zeros() -> None:
    items = [Item(b"a", bytes(50)), Item(b"b", b"x" + bytes(50))]
    found = read_all(root_of(*items))
    assert found.damage == []
    assert found.records == {(b"a",): bytes(50), (b"b",): b"x" + bytes(50)}


def test_a_count_is_implied_only_within_what_a_count_can_say() -> None:
    """The first element points 16 MB ahead, as if a million entries came before it."""
    image = Image(PAGE_SIZE)
    distance = 16 * 1_000_000
    entry = struct.pack("<IIII", 0, distance, 1, 1)
    root = image.page(LEAF, 1, entry + bytes(distance - 16) + b"kv")
    data = image.finish(root)
    tracemalloc.start()
    try:
        found = read_all(current(data).root)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [damage.code for damage in found.damage] == ["element-place"]
    assert peak < 3_000_000


def test_blocks_of_several_pages_are_doubted_after_too_many_lies() -> None:
    """Comparing blocks that overlap must come to an end, so the last child is not entered."""
    image = Image(512)
    first = image.leaf((b"a", b"1"))
    liars = [image.leaf((b"b%03d" % n, b"2")) for n in range(60)]
    last = image.leaf((b"c", b"3"))
    honest = image.leaf((b"d", b"4" * 2000))
    for page in liars:
        struct.pack_into("<I", image.data, page * 512 + 12, last - page)
    children = [(b"a", first), (b"b", last), *((b"b%03d" % n, p) for n, p in enumerate(liars))]
    root = image.branch(*children, (b"d", honest))
    found = read_all(current(image.finish(root)).root)
    assert (b"a",) in found.records
    assert (b"c",) in found.records
    assert (b"d",) not in found.records
    assert [damage.code for damage in found.damage].count("page-shared") == 61


def test_a_page_knows_its_elements() -> None:
    items = [Item(b"key", b"value"), Item(b"longer", b"")]
    bucket = root_of(*items)
    page = bucket.root_page()
    assert isinstance(page, Page)
    assert page.is_leaf
    assert page.keys == [b"key", b"longer"]
    assert [page.value(0), page.value(1)] == [b"value", b""]
    assert page.bytes_at(16, len(leaf_body("<", items))) == leaf_body("<", items)
    assert [page.entry_offset(index) - page.block.offset for index in (0, 1)] == [16, 32]
