"""Batches: many changes, one call."""

import pytest

from boltview.bbolt import (
    DB,
    Batch,
    BucketDump,
    ErrBucketExists,
    ErrKeyRequired,
    ErrTxNotWritable,
)


def test_a_batch_does_what_its_operations_say(db: DB) -> None:
    batch = (
        Batch()
        .create_bucket(b"a")
        .create_bucket_if_not_exists(b"a")
        .create_bucket(b"gone")
        .use(b"a")
        .set_fill_percent(0.9)
        .put(b"k", b"v")
        .put(b"dropped", b"")
        .delete(b"dropped")
        .delete(b"absent")
        .set_sequence(41)
        .next_sequence()
        .next_sequence()
        .create_bucket(b"child")
        .use(b"a", b"child")
        .put(b"deep", b"x" * 1000)
        .use()
        .delete_bucket(b"gone")
        .create_bucket(b"b")
    )
    assert len(batch) == 18
    assert db.apply(batch) == [42, 43]
    db.apply(Batch().use(b"a").move_bucket(b"child", b"b"))
    a = BucketDump(43, {b"k": b"v"})
    child = BucketDump(0, {b"deep": b"x" * 1000})
    with db.view() as tx:
        assert tx.dump() == BucketDump(0, {b"a": a, b"b": BucketDump(0, {b"child": child})})


def test_a_batch_of_a_hundred_thousand_changes_is_one_call(db: DB) -> None:
    expected: dict[bytes, bytes | BucketDump] = {
        b"key %06d" % number: b"value %d" % number for number in range(100_000)
    }
    batch = Batch().create_bucket(b"b").use(b"b")
    for number, key in enumerate(expected):
        batch.put(key, b"value %d" % number)
    db.apply(batch)
    with db.view() as tx:
        assert tx.bucket(b"b").dump() == BucketDump(0, expected)
        assert tx.check() == []


def test_the_error_of_a_batch_names_its_operation(db: DB) -> None:
    batch = Batch().create_bucket(b"a").use(b"a").put(b"k", b"v").put(b"", b"v").put(b"x", b"y")
    with db.update() as tx:
        with pytest.raises(ErrKeyRequired) as error:
            tx.apply(batch)
        assert error.value.operation == 3
        assert dict(tx.bucket(b"a")) == {b"k": b"v"}
        tx.rollback()


def test_a_failed_batch_of_its_own_transaction_leaves_nothing(db: DB) -> None:
    with pytest.raises(ErrBucketExists):
        db.apply(Batch().create_bucket(b"a").create_bucket(b"a"))
    with db.view() as tx:
        assert list(tx.buckets()) == []


def test_a_batch_can_be_applied_again(db: DB) -> None:
    batch = Batch().create_bucket_if_not_exists(b"a").use(b"a").next_sequence()
    assert [db.apply(batch), db.apply(batch)] == [[1], [2]]


def test_an_empty_batch_changes_nothing(db: DB) -> None:
    assert db.apply(Batch()) == []


def test_a_batch_needs_a_writing_transaction(db: DB) -> None:
    with db.view() as tx, pytest.raises(ErrTxNotWritable):
        tx.apply(Batch().create_bucket(b"a"))
