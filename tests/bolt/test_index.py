"""The index of positions agrees with the walk, and finds the position of a key."""

import pytest

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.index import BucketIndex
from tests.bolt.build import Image
from tests.bolt.reading import by_position, current
from tests.bolt.sample import key, sample


def index_of(count: int, per_page: int = 4) -> BucketIndex:
    image = Image(512)
    root = image.tree([(b"%04d" % n, b"%d" % n) for n in range(count)], per_page)
    return BucketIndex(current(image.finish(root)).root)


@pytest.mark.parametrize("count", [0, 1, 4, 5, 17, 300])
def test_positions_count_the_entries_in_key_order(count: int) -> None:
    index = index_of(count)
    assert len(index) == count
    for position in range(count):
        entry = index[position]
        assert isinstance(entry, Pair)
        assert (entry.key, entry.value) == (b"%04d" % position, b"%d" % position)
        assert index.position(entry.key) == position
    for outside in (-1, count, count + 1):
        with pytest.raises(IndexError):
            index[outside]


def test_a_key_that_is_not_there_has_no_position() -> None:
    index = index_of(50)
    for absent in (b"", b"0", b"0000x", b"0049x", b"\xff"):
        assert index.position(absent) is None
    assert index_of(0).position(b"x") is None


def test_an_inline_bucket_has_positions_too() -> None:
    bucket = current(sample().data).root.get(b"inline")
    assert isinstance(bucket, Bucket)
    index = BucketIndex(bucket)
    keys = [entry.key for entry in by_position(bucket) if not isinstance(entry, Damage)]
    assert keys == [b"x", b"y", b"z"]
    assert index.position(b"z") == 2


def test_a_damaged_page_takes_one_position() -> None:
    file = sample()
    file.data[file.offset("l4")] ^= 0xFF
    tree = current(file.data).root.get(b"tree")
    assert isinstance(tree, Bucket)
    index = BucketIndex(tree)
    assert len(index) == 27 - 3 + 1
    damaged = index[12]
    assert isinstance(damaged, Damage)
    assert (damaged.code, damaged.page) == ("page-id", file.pages["l4"])
    before, behind = index[11], index[13]
    assert isinstance(before, Pair)
    assert isinstance(behind, Pair)
    assert (before.key, behind.key) == (key(11), key(15))
    for number in range(27):
        expected = None if 12 <= number < 15 else number if number < 12 else number - 2
        assert index.position(key(number)) == expected


def test_a_page_that_changes_behind_the_index_is_damage() -> None:
    """The count was three when the index was made, and is two when the page is read."""
    file = sample()
    tree = current(file.data).root.get(b"tree")
    assert isinstance(tree, Bucket)
    index = BucketIndex(tree)
    file.put(file.offset("l8") + 10, "H", 2)
    assert len(index) == 27
    entry = index[26]
    assert isinstance(entry, Damage)
    assert entry.page == file.pages["l8"]


def test_a_position_that_only_the_count_gives_is_damage() -> None:
    """The header counts one element too many; the header is all that the index reads."""
    file = sample()
    file.put(file.offset("l8") + 10, "H", 4)
    tree = current(file.data).root.get(b"tree")
    assert isinstance(tree, Bucket)
    index = BucketIndex(tree)
    assert len(index) == 28
    last, beyond = index[26], index[27]
    assert isinstance(last, Pair)
    assert isinstance(beyond, Damage)
    assert (beyond.code, beyond.page) == ("element-count", file.pages["l8"])
