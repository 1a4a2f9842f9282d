"""The file: options, pages, copies, compaction, beside the real `bbolt` command."""

import re
import stat
import subprocess
from pathlib import Path

import pytest

from boltview.bbolt import DB, Batch, ErrBucketExists, ErrFreePagesNotLoaded, PageInfo


def fill(db: DB, count: int = 2000) -> None:
    batch = Batch().create_bucket(b"b").use(b"b").set_sequence(5)
    for number in range(count):
        batch.put(b"%06d" % number, bytes(100))
    batch.put(b"large", bytes(20_000))
    db.apply(batch)
    db.apply(Batch().use(b"b").delete(b"large"))


def run(command: Path, *arguments: str | bytes) -> str:
    result = subprocess.run([command, *arguments], capture_output=True, text=True, check=True)
    return result.stdout


def test_the_page_table_is_that_of_the_command(db: DB, command: Path) -> None:
    fill(db)
    with db.view() as tx:
        pages = tx.pages()
        assert {page.type for page in pages} == {"meta", "branch", "leaf", "freelist", "free"}
        assert any(page.overflow for page in pages)
        assert [tx.page(page.id) for page in pages] == pages
        assert tx.page(tx.meta().high_water) is None
        assert tx.page(0) == PageInfo(0, 0, 0, "meta")
        assert tx.free_pages() == [page.id for page in pages if page.type == "free"]
    db.close()
    rows = re.findall(r"^(\d+) +(\w+) +(\d*) *(\d*)$", run(command, "pages", db.path), re.MULTILINE)
    ours = [
        (str(page.id), page.type, "", "")
        if page.type == "free"
        else (str(page.id), page.type, str(page.count), str(page.overflow or ""))
        for page in pages
    ]
    assert rows == ours


def test_the_command_reads_what_was_written(db: DB, command: Path) -> None:
    fill(db)
    db.close()
    assert run(command, "check", db.path) == "OK\n"
    assert run(command, "buckets", db.path) == "b\n"
    assert len(run(command, "keys", db.path, "b").splitlines()) == 2000
    assert f"Page Size: {4096}" in run(command, "info", db.path)


@pytest.mark.parametrize("page_size", [1024, 4096, 16384, 65536])
def test_page_sizes(path: Path, page_size: int) -> None:
    with DB(path, page_size=page_size) as db:
        fill(db, 100)
        assert db.info().page_size == page_size
        with db.view() as tx:
            assert tx.meta().page_size == page_size
    with DB(path, page_size=2 * page_size) as db:
        assert db.info().page_size == page_size


def test_the_mode_is_that_of_the_file(path: Path) -> None:
    DB(path, mode=0o640).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize("freelist_type", ["array", "hashmap"])
def test_without_a_stored_freelist(path: Path, freelist_type: str) -> None:
    assert freelist_type in {"array", "hashmap"}
    with DB(path, no_freelist_sync=True, freelist_type=freelist_type) as db:  # type: ignore[arg-type]
        fill(db)
        with db.view() as tx:
            assert tx.meta().freelist == 2**64 - 1
            free = tx.free_pages()
            assert free
    with DB(path, read_only=True, preload_freelist=True) as db, db.view() as tx:
        assert tx.free_pages() == free
        assert tx.check() == []
    # Opened for writing with a stored freelist wanted, bbolt stores one at once.
    with DB(path) as db, db.view() as tx:
        page = tx.page(tx.meta().freelist)
        assert page is not None
        assert page.type == "freelist"


def test_page_types_of_a_read_only_database_need_the_freelist(path: Path) -> None:
    with DB(path) as db:
        fill(db, 10)
    with DB(path, read_only=True) as db, db.view() as tx:
        for use in (tx.pages, tx.free_pages):
            with pytest.raises(ErrFreePagesNotLoaded):
                use()


def test_strict_mode_commits_what_is_sound(path: Path) -> None:
    with DB(path, strict_mode=True, no_grow_sync=True) as db:
        fill(db, 100)
        db.sync()
        with db.view() as tx:
            assert tx.check() == []


@pytest.mark.parametrize("tx_max_size", [0, 10_000])
def test_compaction_keeps_everything_but_the_free_pages(
    db: DB, tmp_path: Path, tx_max_size: int
) -> None:
    fill(db)
    with DB(tmp_path / "compact.db") as destination:
        db.compact(destination, tx_max_size=tx_max_size)
        with db.view() as before, destination.view() as after:
            assert after.dump() == before.dump()
            assert after.check() == []
            assert after.size() < before.size()
            assert (after.id == 2) == (tx_max_size == 0)
        with pytest.raises(ErrBucketExists):
            db.compact(destination)


def test_a_copy_is_the_database_as_its_transaction_sees_it(db: DB, tmp_path: Path) -> None:
    fill(db)
    copy = tmp_path / "copy.db"
    with db.view() as tx:
        tx.copy_file(copy, mode=0o600)
        dump, size, image = tx.dump(), tx.size(), tx.write_to()
    assert copy.read_bytes() == image
    assert len(image) == size
    with DB(copy, read_only=True) as again, again.view() as tx:
        assert tx.dump() == dump


def test_stats_are_bbolts(db: DB) -> None:
    fill(db)
    before = db.stats()
    with db.view() as tx:
        stats = tx.bucket(b"b").stats()
        assert stats.key_n == 2000
        assert stats.bucket_n == 1
        assert stats.leaf_alloc == stats.leaf_page_n * 4096
        assert db.stats().open_tx_n == 1
        assert tx.stats().cursor_count > 0
        pending_or_free = before.free_page_n + before.pending_page_n
        assert len(tx.free_pages()) == pending_or_free
    assert db.stats().tx_n == before.tx_n + 1
    assert before.tx_stats.write > 0


def test_the_meta_of_a_writer_is_the_next_one(db: DB) -> None:
    with db.update() as tx:
        assert tx.meta().txid == tx.id == 2


def test_check_reports_in_bbolts_words(path: Path) -> None:
    with DB(path, page_size=4096) as db:
        fill(db)
    with DB(path, read_only=True, preload_freelist=True) as db, db.view() as tx:
        freelist = tx.meta().freelist
        leaf = next(page.id for page in tx.pages() if page.type == "leaf")
    content = bytearray(path.read_bytes())
    # Free a page in use: the freelist's first entry becomes the leaf.
    content[freelist * 4096 + 16 : freelist * 4096 + 24] = leaf.to_bytes(8, "little")
    path.write_bytes(content)
    with DB(path, read_only=True, preload_freelist=True) as db, db.view() as tx:
        messages = tx.check()
        assert f"page {leaf}: reachable freed" in messages
        assert any(message.endswith("unreachable unfreed") for message in messages)
        assert tx.check(limit=1) == messages[:1]
