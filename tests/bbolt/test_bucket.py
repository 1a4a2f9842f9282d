"""Buckets as mappings, and what bbolt's documentation says of them."""

from pathlib import Path

import pytest

from boltview.bbolt import (
    DB,
    Bucket,
    BucketDump,
    ErrBucketExists,
    ErrBucketNameRequired,
    ErrBucketNotFound,
    ErrDifferentDB,
    ErrIncompatibleValue,
    ErrKeyRequired,
    ErrKeyTooLarge,
    ErrSameBuckets,
    ErrTxNotWritable,
)

MAX_KEY = 32768


def test_a_bucket_is_a_mapping(db: DB) -> None:
    with db.update() as tx:
        bucket = tx.create_bucket(b"b")
        bucket.update({b"two": b"2", b"one": b"1", b"empty": b""})
        bucket[b"two"] = b"II"
        del bucket[b"one"]
        assert bucket.setdefault(b"three", b"3") == b"3"
        assert bucket.pop(b"three") == b"3"
        assert b"one" not in bucket
    with db.view() as tx:
        bucket = tx.bucket(b"b")
        assert dict(bucket) == {b"empty": b"", b"two": b"II"}
        assert bucket == {b"two": b"II", b"empty": b""}
        assert bucket.get(b"one", b"none") == b"none"
        assert len(bucket) == len(bucket.items()) == 2
        assert (b"two", b"II") in bucket.items()
        with pytest.raises(KeyError):
            bucket[b"one"]


def test_deleting_an_absent_key_is_an_error_of_the_mapping_alone(db: DB) -> None:
    with db.update() as tx:
        bucket = tx.create_bucket(b"b")
        bucket.delete(b"absent")
        with pytest.raises(KeyError):
            del bucket[b"absent"]


def test_keys_come_in_byte_order(db: DB) -> None:
    keys = [b"\x00", b"A", b"a", b"a\x00", b"aa", b"b", b"\x7f", b"\x80", b"\xff", b"\xff\x00"]
    with db.update() as tx:
        bucket = tx.create_bucket(b"b")
        for key in reversed(keys):
            bucket[key] = key
        assert list(bucket) == keys
    with db.view() as tx:
        assert list(tx.bucket(b"b").keys()) == keys


def test_iteration_fetches_until_the_last_key(db: DB) -> None:
    # 3 MB of elements: many more than one call fetches.
    expected = {b"%05d" % number: bytes([number % 256]) * 1000 for number in range(3000)}
    with db.update() as tx:
        tx.create_bucket(b"b").update(expected)
    with db.view() as tx:
        assert dict(tx.bucket(b"b").items()) == expected
        assert list(tx.bucket(b"b")) == list(expected)


def test_buckets_and_values_share_the_order_but_not_the_mapping(db: DB) -> None:
    with db.update() as tx:
        outer = tx.create_bucket(b"outer")
        outer[b"a"] = b"1"
        outer.create_bucket(b"b")[b"inside"] = b"x"
        outer[b"c"] = b"3"
    with db.view() as tx:
        outer = tx.bucket(b"outer")
        assert list(outer) == [b"a", b"c"]
        assert len(outer) == 2
        assert b"b" not in outer
        assert [inner.path for inner in outer.buckets()] == [(b"outer", b"b")]
        assert [type(value) for _, value in outer.entries()] == [bytes, Bucket, bytes]
        assert list(outer.scan()) == [(b"a", b"1"), (b"b", None), (b"c", b"3")]
        assert tx.bucket(b"outer", b"b")[b"inside"] == b"x"
        assert outer.bucket(b"b").tx is tx
        assert repr(outer.bucket(b"b")) == "<Bucket b'outer/b'>"


def test_a_dump_holds_everything_once(db: DB) -> None:
    with db.update() as tx:
        a = tx.create_bucket(b"a")
        a.sequence = 7
        a[b"k"] = b"v"
        deep = a.create_bucket(b"x").create_bucket(b"y")
        deep[b"bottom"] = b""
        tx.create_bucket(b"empty")
    expected_y = BucketDump(0, {b"bottom": b""})
    expected_a = BucketDump(7, {b"k": b"v", b"x": BucketDump(0, {b"y": expected_y})})
    with db.view() as tx:
        assert tx.dump() == BucketDump(0, {b"a": expected_a, b"empty": BucketDump(0, {})})
        assert tx.bucket(b"a").dump() == expected_a
        assert list(tx.dump().elements) == [b"a", b"empty"]


def test_a_dump_may_be_deeper_than_python_recurses(db: DB) -> None:
    depth = 1500
    with db.update() as tx:
        bucket = tx.create_bucket(b"0")
        for number in range(1, depth):
            bucket = bucket.create_bucket(b"%d" % number)
    with db.view() as tx:
        dump = tx.dump()
    found = 0
    while dump.elements:
        (inner,) = dump.elements.values()
        assert isinstance(inner, BucketDump)
        dump, found = inner, found + 1
    assert found == depth


def test_sequences_count_and_can_be_set_to_any_64_bits(db: DB) -> None:
    with db.update() as tx:
        bucket = tx.create_bucket(b"b")
        assert bucket.sequence == 0
        assert [bucket.next_sequence(), bucket.next_sequence()] == [1, 2]
        bucket.sequence = 2**64 - 1
    with db.view() as tx:
        assert tx.bucket(b"b").sequence == 2**64 - 1


def test_the_fill_percent_is_half_until_set_and_decides_the_pages(db: DB) -> None:
    leaves = []
    for number, fill_percent in enumerate([0.5, 1.0]):
        with db.update() as tx:
            bucket = tx.create_bucket(b"%d" % number)
            assert bucket.fill_percent == 0.5
            bucket.fill_percent = fill_percent
            assert bucket.fill_percent == fill_percent
            for key in range(1000):
                bucket[b"%04d" % key] = bytes(100)
        with db.view() as tx:
            leaves.append(tx.bucket(b"%d" % number).stats().leaf_page_n)
    half, full = leaves
    assert half > 1.8 * full


def test_creating_and_deleting_buckets(db: DB) -> None:
    with db.update() as tx:
        tx.create_bucket(b"b").create_bucket(b"inner")[b"k"] = b"v"
        with pytest.raises(ErrBucketExists):
            tx.create_bucket(b"b")
        assert tx.create_bucket_if_not_exists(b"b").bucket(b"inner")[b"k"] == b"v"
        assert tx.create_bucket_if_not_exists(b"c") == {}
        with pytest.raises(ErrBucketNameRequired):
            tx.create_bucket(b"")
        tx.delete_bucket(b"b")
        with pytest.raises(ErrBucketNotFound):
            tx.delete_bucket(b"b")
    with db.view() as tx:
        assert [bucket.path for bucket in tx.buckets()] == [(b"c",)]
        with pytest.raises(ErrBucketNotFound, match='bucket not found: "b"'):
            tx.bucket(b"b", b"inner")


def test_a_deleted_bucket_is_not_found_by_its_old_object(db: DB) -> None:
    with db.update() as tx:
        bucket = tx.create_bucket(b"b")
        tx.delete_bucket(b"b")
        with pytest.raises(ErrBucketNotFound):
            bucket[b"k"] = b"v"
        with pytest.raises(ErrBucketNotFound):
            list(bucket)


def test_values_and_buckets_do_not_replace_each_other(db: DB) -> None:
    with db.update() as tx:
        outer = tx.create_bucket(b"outer")
        outer.create_bucket(b"bucket")
        outer[b"value"] = b"v"
        with pytest.raises(ErrIncompatibleValue):
            outer[b"bucket"] = b"v"
        with pytest.raises(ErrIncompatibleValue):
            outer.delete(b"bucket")
        with pytest.raises(ErrIncompatibleValue):
            outer.create_bucket(b"value")
        with pytest.raises(ErrIncompatibleValue):
            outer.delete_bucket(b"value")
        with pytest.raises(ErrBucketNotFound):
            outer.bucket(b"value")


def test_keys_have_bounds(db: DB) -> None:
    with db.update() as tx:
        bucket = tx.create_bucket(b"b")
        with pytest.raises(ErrKeyRequired):
            bucket[b""] = b"v"
        with pytest.raises(ErrKeyTooLarge):
            bucket[bytes(MAX_KEY + 1)] = b"v"
        bucket[bytes(MAX_KEY)] = b"v"
        assert len(bucket) == 1


def test_a_read_only_transaction_changes_nothing(db: DB) -> None:
    with db.update() as tx:
        tx.create_bucket(b"b")[b"k"] = b"v"
    with db.view() as tx:
        bucket = tx.bucket(b"b")
        with pytest.raises(ErrTxNotWritable):
            bucket[b"k"] = b"w"
        with pytest.raises(ErrTxNotWritable):
            bucket.sequence = 1
        with pytest.raises(ErrTxNotWritable):
            tx.delete_bucket(b"b")
        assert bucket[b"k"] == b"v"


def test_a_bucket_moves_with_all_it_holds(db: DB) -> None:
    with db.update() as tx:
        tx.create_bucket(b"from").create_bucket(b"child")[b"k"] = b"v"
        tx.create_bucket(b"to")[b"value"] = b"v"
    with db.update() as tx:
        tx.bucket(b"from").move_bucket(b"child", tx.bucket(b"to"))
    with db.view() as tx:
        assert tx.bucket(b"to", b"child") == {b"k": b"v"}
        with pytest.raises(ErrBucketNotFound):
            tx.bucket(b"from", b"child")


def test_what_cannot_move(path: Path) -> None:
    db = DB(path, initial_mmap_size=1 << 20)
    with db.update() as tx:
        source, target = tx.create_bucket(b"from"), tx.create_bucket(b"to")
        source.create_bucket(b"child")
        source[b"value"] = b"v"
        target.create_bucket(b"child")
    with db.update() as tx:
        source, target = tx.bucket(b"from"), tx.bucket(b"to")
        with pytest.raises(ErrBucketExists):
            source.move_bucket(b"child", target)
        with pytest.raises(ErrSameBuckets):
            source.move_bucket(b"child", source)
        with pytest.raises(ErrIncompatibleValue):
            source.move_bucket(b"value", target)
        with pytest.raises(ErrBucketNotFound):
            source.move_bucket(b"absent", target)
        with db.view() as other, pytest.raises(ErrDifferentDB):
            source.move_bucket(b"child", other.bucket(b"to"))
