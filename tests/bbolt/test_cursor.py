"""Cursors: bbolt's walk, step by step."""

import pytest

from boltview.bbolt import (
    DB,
    Cursor,
    ErrBucketNotFound,
    ErrIncompatibleValue,
    ErrTxClosed,
    ErrTxNotWritable,
    GoPanic,
)

ELEMENTS = [(b"a", b"1"), (b"c", None), (b"e", b"")]


@pytest.fixture
def filled(db: DB) -> DB:
    with db.update() as tx:
        bucket = tx.create_bucket(b"b")
        for key, value in ELEMENTS:
            if value is None:
                bucket.create_bucket(key)
            else:
                bucket[key] = value
    return db


def test_a_cursor_walks_both_ways_and_stays_at_the_ends(filled: DB) -> None:
    with filled.view() as tx:
        cursor = tx.bucket(b"b").cursor()
        assert [cursor.first(), cursor.next(), cursor.next()] == ELEMENTS
        assert cursor.next() is None
        assert cursor.prev() == ELEMENTS[1]
        assert [cursor.last(), cursor.prev(), cursor.prev()] == ELEMENTS[::-1]
        assert cursor.prev() is None
        assert cursor.next() == ELEMENTS[1]


@pytest.mark.parametrize(
    ("key", "found"),
    [(b"", ELEMENTS[0]), (b"a", ELEMENTS[0]), (b"b", ELEMENTS[1]), (b"d", ELEMENTS[2])],
)
def test_seek_finds_the_key_or_the_next_one(
    filled: DB, key: bytes, found: tuple[bytes, bytes | None]
) -> None:
    with filled.view() as tx:
        assert tx.bucket(b"b").cursor().seek(key) == found


def test_there_is_nothing_after_the_last_key_nor_in_an_empty_bucket(filled: DB) -> None:
    with filled.view() as tx:
        assert tx.bucket(b"b").cursor().seek(b"f") is None
        empty = tx.bucket(b"b", b"c").cursor()
        assert [empty.first(), empty.last(), empty.seek(b"a")] == [None, None, None]


def test_the_top_buckets_have_a_cursor_too(filled: DB) -> None:
    with filled.view() as tx:
        assert tx.cursor().first() == (b"b", None)


def test_delete_removes_what_is_under_the_cursor(filled: DB) -> None:
    with filled.update() as tx:
        cursor = tx.bucket(b"b").cursor()
        cursor.seek(b"a")
        cursor.delete()
        cursor.seek(b"c")
        with pytest.raises(ErrIncompatibleValue):
            cursor.delete()
    with filled.view() as tx:
        assert list(tx.bucket(b"b").scan()) == ELEMENTS[1:]
        cursor = tx.bucket(b"b").cursor()
        cursor.first()
        with pytest.raises(ErrTxNotWritable):
            cursor.delete()


def test_deleting_before_the_first_move_panics_in_go_and_raises_here(filled: DB) -> None:
    tx = filled.update()
    cursor = tx.bucket(b"b").cursor()
    with pytest.raises(GoPanic, match="index out of range") as error:
        cursor.delete()
    assert "keyValue" in error.value.stack
    tx.rollback()
    with filled.view() as after:
        assert list(after.bucket(b"b").scan()) == ELEMENTS


def test_a_cursor_ends_with_its_transaction(filled: DB) -> None:
    with filled.view() as tx:
        cursor = tx.bucket(b"b").cursor()
    with pytest.raises(ErrTxClosed):
        cursor.first()


def test_a_bucket_that_is_not_there_has_no_cursor(db: DB) -> None:
    with db.update() as tx:
        bucket = tx.create_bucket(b"b")
        tx.delete_bucket(b"b")
        with pytest.raises(ErrBucketNotFound):
            bucket.cursor()


def test_a_cursor_keeps_its_transaction_open(filled: DB) -> None:
    def cursor_alone() -> Cursor:
        return filled.view().bucket(b"b").cursor()

    assert cursor_alone().first() == ELEMENTS[0]
