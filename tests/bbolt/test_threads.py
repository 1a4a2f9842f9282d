"""Many threads on one database, and on the databases of others."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from boltview.bbolt import DB, Batch, BboltError, ErrDatabaseNotOpen, ErrTxClosed

THREADS = 8


def all_at_once(work: Callable[[int], None]) -> None:
    """Run the same work in all threads, started together; an exception fails the test."""
    start = threading.Barrier(THREADS)

    def run(number: int) -> None:
        start.wait()
        work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(run, number) for number in range(THREADS)]:
            done.result()


def test_writers_take_turns_and_readers_see_whole_transactions(path: Path) -> None:
    rounds = 25
    with DB(path, no_sync=True) as db:
        db.apply(Batch().create_bucket(b"b"))

        def work(number: int) -> None:
            for turn in range(rounds):
                with db.update() as tx:
                    bucket = tx.bucket(b"b")
                    drawn = bucket.next_sequence()
                    bucket[b"%d/%d" % (number, turn)] = b"%d" % drawn
                with db.view() as tx:
                    bucket = tx.bucket(b"b")
                    assert len(bucket) == bucket.sequence

        all_at_once(work)
        with db.view() as tx:
            drawn = sorted(map(int, tx.bucket(b"b").values()))
            assert drawn == list(range(1, THREADS * rounds + 1))
            assert tx.check() == []


def test_one_transaction_serves_many_threads(db: DB) -> None:
    with db.update() as tx:
        bucket = tx.create_bucket(b"b")

        def work(number: int) -> None:
            for turn in range(200):
                bucket[b"%d/%d" % (number, turn)] = b"x"
                assert bucket[b"%d/%d" % (number, turn)] == b"x"

        all_at_once(work)
        assert len(bucket) == THREADS * 200


def test_a_writer_waits_without_holding_up_the_interpreter(db: DB) -> None:
    order = []
    with ThreadPoolExecutor(1) as pool:
        with db.update() as tx:
            waiting = pool.submit(lambda: db.apply(Batch().create_bucket(b"second")))
            tx.create_bucket(b"first")
            order.append("first")
            assert not waiting.done()
        waiting.result(timeout=30)
    with db.view() as tx:
        assert [bucket.path for bucket in tx.buckets()] == [(b"first",), (b"second",)]


def test_closing_under_the_hands_of_others_is_an_error_for_them(tmp_path: Path, path: Path) -> None:
    assert path.parent == tmp_path
    for attempt in range(20):
        db = DB(tmp_path / f"{attempt}.db", no_sync=True)
        errors: list[type[BaseException]] = []

        def work(number: int, db: DB = db, errors: list[type[BaseException]] = errors) -> None:
            if number == 0:
                db.close()
                return
            try:
                for _ in range(50):
                    with db.update() as tx:
                        tx.create_bucket_if_not_exists(b"%d" % number)
                    with db.view() as tx:
                        tx.dump()
            except BboltError as error:
                errors.append(type(error))

        all_at_once(work)
        assert set(errors) <= {ErrDatabaseNotOpen, ErrTxClosed}
        with pytest.raises(ErrDatabaseNotOpen):
            db.view()


def test_threads_with_databases_of_their_own(path: Path) -> None:
    def work(number: int) -> None:
        for turn in range(20):
            with DB(path.with_name(f"{number}.db"), no_sync=True) as db:
                db.apply(Batch().create_bucket(b"%d" % turn))
        with DB(path.with_name(f"{number}.db"), read_only=True) as db, db.view() as tx:
            assert len(list(tx.buckets())) == 20

    all_at_once(work)
