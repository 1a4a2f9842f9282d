"""Transactions: how they begin and end."""

import time
from pathlib import Path

import pytest

from boltview.bbolt import (
    DB,
    ErrDatabaseNotOpen,
    ErrDatabaseReadOnly,
    ErrTxClosed,
    ErrTxNotWritable,
    WouldDeadlock,
)


class RollMeBackError(Exception):
    pass


def test_a_block_that_ends_commits(db: DB) -> None:
    with db.update() as tx:
        tx.create_bucket(b"b")
    assert tx.closed
    with db.view() as tx:
        assert tx.bucket(b"b") == {}


def test_a_block_that_raises_rolls_back(db: DB) -> None:
    def change_and_raise() -> None:
        with db.update() as tx:
            tx.create_bucket(b"b")
            raise RollMeBackError

    with pytest.raises(RollMeBackError):
        change_and_raise()
    with db.view() as tx:
        assert list(tx.buckets()) == []


def test_a_reading_block_cannot_commit_and_ends_anyway(db: DB) -> None:
    with db.view() as tx, pytest.raises(ErrTxNotWritable):
        tx.commit()
    assert tx.closed


def test_a_block_may_end_its_transaction_itself(db: DB) -> None:
    with db.update() as tx:
        tx.create_bucket(b"kept")
        tx.commit()
    with db.update() as tx:
        tx.create_bucket(b"dropped")
        tx.rollback()
    with db.view() as tx:
        assert [bucket.path for bucket in tx.buckets()] == [(b"kept",)]


def test_after_the_end_everything_raises(db: DB) -> None:
    with db.update() as tx:
        bucket = tx.create_bucket(b"b")
    for use in (tx.commit, tx.rollback, tx.check, tx.pages, tx.dump, bucket.dump, bucket.stats):
        with pytest.raises(ErrTxClosed):
            use()
    with pytest.raises(ErrTxClosed):
        bucket[b"k"]
    with pytest.raises(ErrTxClosed):
        bucket[b"k"] = b"v"


def test_a_reader_sees_the_moment_it_began(path: Path) -> None:
    db = DB(path, initial_mmap_size=1 << 20)
    with db.update() as tx:
        tx.create_bucket(b"b")[b"k"] = b"old"
    reader = db.view()
    with db.update() as tx:
        tx.bucket(b"b")[b"k"] = b"new"
        assert reader.bucket(b"b")[b"k"] == b"old"
    assert reader.bucket(b"b")[b"k"] == b"old"
    reader.rollback()
    with db, db.view() as tx:
        assert tx.bucket(b"b")[b"k"] == b"new"


def test_txids_count_commits(db: DB) -> None:
    # A new file's metas carry 0 and 1.
    with db.view() as tx:
        assert tx.id == 1
    for expected in (2, 3):
        with db.update() as tx:
            assert tx.id == expected
    with db.update() as tx:
        assert tx.id == 4
        tx.rollback()
    with db.view() as tx:
        assert tx.id == 3


def test_a_second_writer_in_one_thread_raises_instead_of_waiting_for_ever(db: DB) -> None:
    with db.update(), pytest.raises(WouldDeadlock):
        db.update()
    with db.update() as tx:
        assert tx.writable


def test_reading_and_writing_in_one_thread_needs_room_to_grow(db: DB) -> None:
    # A commit that must map more of the file waits until nobody reads: here, for ever.
    with db.view(), pytest.raises(WouldDeadlock, match="initial_mmap_size"):
        db.update()
    with db.update(), pytest.raises(WouldDeadlock, match="initial_mmap_size"):
        db.view()
    with db.view() as one, db.view() as other:
        assert one.dump() == other.dump()


def test_a_read_only_database_has_no_writers(db: DB) -> None:
    db.close()
    with (
        DB(db.path, read_only=True) as readers,
        pytest.raises(ErrDatabaseReadOnly),
    ):
        readers.update()


def test_closing_ends_open_transactions_without_waiting_for_them(path: Path) -> None:
    db = DB(path, initial_mmap_size=1 << 20)
    reader, writer = db.view(), db.update()
    writer.create_bucket(b"lost")
    began = time.monotonic()
    db.close()
    assert time.monotonic() - began < 5
    for tx in (reader, writer):
        with pytest.raises(ErrTxClosed):
            tx.dump()
    with DB(path) as again, again.view() as tx:
        assert list(tx.buckets()) == []


def test_a_closed_database_does_nothing_and_closes_again(db: DB) -> None:
    db.close()
    db.close()
    assert db.closed
    for use in (db.view, db.update, db.sync, db.info, db.stats):
        with pytest.raises(ErrDatabaseNotOpen):
            use()
