"""A bucket is an ordered mapping: look-up, walk, start, prefix, sub-buckets, and their places."""

import itertools

import pytest

from boltview.bolt.bucket import MAX_DEPTH, MAX_NESTING, Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.page import Origin
from tests.bolt.build import LEAF, Image, Item, header, leaf_body
from tests.bolt.reading import by_position, current, open_bytes, read_all
from tests.bolt.sample import sample

ORDERS = [pytest.param("<", id="little"), pytest.param(">", id="big")]

# Odd numbers only, so that there is a place between any two keys.
KEYS = [b"%03d" % n for n in range(1, 200, 2)]


def bucket_of(keys: list[bytes], order: str = "<", per_page: int = 4) -> Bucket:
    image = Image(512, order)
    root = image.tree([(key, b"value of " + key) for key in keys], per_page)
    return open_bytes(image.finish(root), strict=True).revision().root


def keys_of(bucket: Bucket, start: bytes = b"", prefix: bytes = b"") -> list[bytes]:
    found = []
    for entry in bucket.entries(start, prefix=prefix):
        assert isinstance(entry, Pair)
        assert entry.value == b"value of " + entry.key
        found.append(entry.key)
    return found


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("count", [0, 1, 3, 4, 5, 16, 17, 100])
def test_every_key_is_found_and_no_other(order: str, count: int) -> None:
    keys = KEYS[:count]
    bucket = bucket_of(keys, order)
    assert keys_of(bucket) == keys
    for key in keys:
        found = bucket.get(key)
        assert isinstance(found, Pair)
        assert (found.key, found.value, found.size) == (key, b"value of " + key, 12)
    for absent in (b"", b"0", b"\xff", *(b"%03d" % n for n in range(0, 201, 2)), *KEYS[count:]):
        assert bucket.get(absent) is None


@pytest.mark.parametrize("per_page", [2, 4, 7])
def test_a_walk_can_start_anywhere(per_page: int) -> None:
    bucket = bucket_of(KEYS, per_page=per_page)
    for start in (b"", b"0", b"\xff", *(b"%03d" % n for n in range(201))):
        assert keys_of(bucket, start) == [key for key in KEYS if key >= start]


@pytest.mark.parametrize("per_page", [2, 4, 7])
def test_a_prefix_selects_the_keys_that_begin_so(per_page: int) -> None:
    bucket = bucket_of(KEYS, per_page=per_page)
    prefixes = [b"", b"\xff", b"0", b"1", b"2", *(b"%02d" % n for n in range(21)), *KEYS[:9]]
    for prefix in prefixes:
        assert keys_of(bucket, prefix=prefix) == [key for key in KEYS if key.startswith(prefix)]


def test_start_and_prefix_together_select_what_both_select() -> None:
    bucket = bucket_of(KEYS)
    for start, prefix in itertools.product((b"", b"04", b"051", b"1", b"2"), (b"", b"05", b"1")):
        expected = [key for key in KEYS if key >= start and key.startswith(prefix)]
        assert keys_of(bucket, start, prefix) == expected


def test_prefixes_of_the_largest_byte() -> None:
    keys = [
        b"a\xfe",
        b"a\xff",
        b"a\xff\xff",
        b"a\xff\xff\x00",
        b"b",
        b"\xff",
        b"\xff\xff",
        b"\xff" * 5,
    ]
    bucket = bucket_of(keys, per_page=2)
    for prefix in (b"a", b"a\xff", b"a\xff\xff", b"\xff", b"\xff\xff", b"\xff\xff\xff"):
        assert keys_of(bucket, prefix=prefix) == [key for key in keys if key.startswith(prefix)]


def test_a_prefix_does_not_meet_damage_elsewhere() -> None:
    file = sample()
    file.data[file.offset("l3")] ^= 0xFF  # keys 9, 10, 11
    tree = current(file.data).root.get(b"tree")
    assert isinstance(tree, Bucket)
    assert [type(entry) for entry in tree.entries(prefix=b"key-0")][:9] == [Pair] * 9
    assert all(isinstance(entry, Pair) for entry in tree.entries(b"key-12"))
    assert isinstance(next(iter(tree.entries(b"key-11"))), Damage)


@pytest.mark.parametrize("order", ORDERS)
def test_buckets_within_buckets(order: str) -> None:
    image = Image(1024, order)
    inner = image.leaf((b"k", b"v"))
    middle = image.leaf(image.bucket(b"inner", inner, 2**64 - 1), (b"pair", b"x" * 300))
    root = image.leaf(
        image.inline(b"empty"),
        image.inline(b"in", (b"a", b"1"), (b"b", b""), sequence=7),
        image.bucket(b"middle", middle, 3),
    )
    top = open_bytes(image.finish(root), strict=True).revision().root
    assert (top.path, top.key, top.root, top.is_inline) == ((), b"", root, False)
    found = read_all(top)
    assert found.damage == []
    assert found.records == {
        (b"in", b"a"): b"1",
        (b"in", b"b"): b"",
        (b"middle", b"pair"): b"x" * 300,
        (b"middle", b"inner", b"k"): b"v",
    }
    assert {
        path: (bucket.root, bucket.sequence, bucket.is_inline, bucket.key)
        for path, bucket in found.buckets.items()
    } == {
        (b"empty",): (0, 0, True, b"empty"),
        (b"in",): (0, 7, True, b"in"),
        (b"middle",): (middle, 3, False, b"middle"),
        (b"middle", b"inner"): (inner, 2**64 - 1, False, b"inner"),
    }


def test_origins_lead_back_to_the_bytes() -> None:
    file = sample()
    found = read_all(current(file.data).root)
    for path, pair in found.pairs.items():
        for origin, expected in ((pair.origin, file.content[path]), (pair.key_origin, path[-1])):
            assert file.data[origin.offset : origin.offset + origin.length] == expected
    bucket = found.buckets[b"tree",]
    assert bucket.origin.length == 16
    assert file.get(bucket.origin.offset, "Q") == file.pages["top"]
    name = bucket.header.key_origin
    assert name is not None
    assert name == Origin(file.pages["root"], 3, name.offset, 4)
    assert file.data[name.offset : name.offset + 4] == b"tree"
    inner = found.pairs[b"inline", b"z"].origin
    assert inner[:2] == (file.pages["root"], 2)
    root = current(file.data).root
    assert file.get(root.origin.offset, "Q") == file.pages["root"]


def test_a_repr_shows_no_value() -> None:
    file = sample()
    found = read_all(current(file.data).root)
    assert "plain" not in repr(found.pairs[b"deep", b"pair"])
    assert "13 bytes" in repr(found.pairs[b"deep", b"pair"])
    assert "tree" in repr(found.buckets[b"tree",])


@pytest.mark.parametrize("length", [0, 15])
def test_a_bucket_value_too_short_for_its_header(length: int) -> None:
    image = Image()
    data = image.finish(image.leaf(Item(b"b", bytes(length), 1), (b"c", b"x")))
    root = current(data).root
    found = root.get(b"b")
    assert isinstance(found, Damage)
    assert found.code == "bucket-size"
    assert isinstance(root.get(b"c"), Pair)


@pytest.mark.parametrize("length", [16, 17, 31])
def test_an_inline_bucket_too_short_for_its_page(length: int) -> None:
    image = Image()
    data = image.finish(image.leaf(Item(b"b", bytes(length), 1), (b"c", b"x")))
    bucket = current(data).root.get(b"b")
    assert isinstance(bucket, Bucket)
    (found,) = bucket.entries()
    assert isinstance(found, Damage)
    assert (found.code, found.page, found.offset) == ("inline-size", 2, bucket.origin.offset)
    assert bucket.get(b"x") == found
    assert list(by_position(bucket)) == [found]


def test_a_bucket_value_longer_than_its_header_is_pointed_out_and_read() -> None:
    image = Image()
    inner = image.leaf((b"k", b"v"))
    _, value, _ = image.bucket(b"b", inner)
    revision = current(image.finish(image.leaf(Item(b"b", value + b"tail", 1))))
    assert read_all(revision.root).records == {(b"b", b"k"): b"v"}
    assert [damage.code for damage in revision.damage] == ["bucket-size"]


def test_an_inline_bucket_inside_an_inline_bucket_is_refused() -> None:
    image = Image()
    inner = image.inline(b"inner", (b"k", b"v"))
    data = image.finish(image.leaf(image.inline(b"outer", (b"a", b"1"), inner, (b"z", b"2"))))
    found = read_all(current(data).root)
    assert found.records == {(b"outer", b"a"): b"1", (b"outer", b"z"): b"2"}
    assert [damage.code for damage in found.damage] == ["inline-bucket"]


def test_an_inline_page_that_does_not_fill_its_value() -> None:
    """There is no slack in an inline bucket, so the size of its last element is unsure."""
    image = Image()
    page = header("<", 0, LEAF, 2) + leaf_body("<", [Item(b"a", b"1"), Item(b"b", b"2")])
    data = image.finish(image.leaf(Item(b"i", bytes(16) + page + b"\0\0", 1)))
    found = read_all(current(data).root)
    assert found.records == {(b"i", b"a"): b"1"}
    assert [damage.code for damage in found.damage] == ["element-size"]


def test_the_root_bucket_is_never_inline() -> None:
    image = Image()
    image.leaf((b"k", b"v"))
    found = read_all(current(image.finish(0)).root)
    assert [damage.code for damage in found.damage] == ["page-range"]


@pytest.mark.parametrize(("levels", "is_too_deep"), [(MAX_DEPTH, False), (MAX_DEPTH + 1, True)])
def test_a_tree_deeper_than_the_bound(levels: int, *, is_too_deep: bool) -> None:
    image = Image(512)
    page = image.leaf((b"k", b"v"))
    for _ in range(levels - 1):
        page = image.branch((b"k", page))
    root = current(image.finish(page)).root
    for found in (root.get(b"k"), *root.entries(), *by_position(root)):
        assert isinstance(found, Damage) == is_too_deep
        if isinstance(found, Damage):
            assert (found.code, found.page) == ("tree-depth", page)


@pytest.mark.parametrize("levels", [1500, MAX_NESTING + 10])
def test_deeply_nested_buckets(levels: int) -> None:
    """More levels than Python recurses; beyond the bound damage stands for the rest."""
    image = Image(128)
    page = image.leaf((b"k", b"bottom"))
    for _ in range(levels):
        page = image.leaf(image.bucket(b"b", page))
    data = image.finish(page)
    found = read_all(current(data).root)
    assert len(found.buckets) == min(levels, MAX_NESTING)
    if levels <= MAX_NESTING:
        assert found.records == {(*[b"b"] * levels, b"k"): b"bottom"}
    else:
        assert [damage.code for damage in found.damage] == ["bucket-depth"]
