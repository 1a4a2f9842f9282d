"""Everything that can be asked of both, asked of both: our parser and the real bbolt."""

import re
from collections.abc import Sequence
from pathlib import Path

from boltview.bbolt import Bucket as RealBucket
from boltview.bbolt import BucketDump, Tx
from boltview.bbolt import PageInfo as RealPage
from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.check import check
from boltview.bolt.database import Database
from boltview.bolt.errors import Damage
from boltview.bolt.freelist import Freelist, read_freelist
from boltview.bolt.owners import PageInfo, PageTable
from boltview.bolt.revision import Revision
from boltview.bolt.stats import ALL_LEVELS, file_use


def dump(bucket: Bucket) -> BucketDump:
    """Read a bucket into what the binding's dump returns."""
    elements: dict[bytes, bytes | BucketDump] = {}
    for entry in bucket.entries():
        assert not isinstance(entry, Damage)
        elements[entry.key] = entry.value if isinstance(entry, Pair) else dump(entry)
    return BucketDump(bucket.sequence, elements)


def compare(path: Path, tx: Tx, before: BucketDump | None = None) -> BucketDump:
    """Compare a file with what bbolt reads in it; return what both read.

    Args:
        path: the file, as it is after a commit.
        tx: a reading transaction on it.
        before: what bbolt read before the last commit, which the previous revision must show.
    """
    database = Database.open(str(path), strict=True)
    revision = database.revision()
    told = tx.dump()
    assert told == dump(revision.root)
    if before is not None:
        assert before == dump(database.revision("previous").root)
    _compare_metas(database, tx)
    said = tx.check()
    lost = [] if revision.meta.has_freelist else _lost_in_memory(said)
    _compare_pages(revision, tx, lost)
    _compare_stats(revision, tx)
    if lost:
        assert _checked(database) == []
    else:
        assert _checked(database) == sorted(said)
    return told


def _lost_in_memory(said: Sequence[str]) -> list[int]:
    """Return pages that the running bbolt says it has leaked, in a file that keeps no freelist.

    Only its memory knows of them: in the file they are free, and bbolt takes them so when it opens
    it. Anything else that it says fails the match.
    """
    matches = [re.fullmatch(r"page (\d+): unreachable unfreed", line) for line in said]
    assert None not in matches, said
    return [int(match[1]) for match in matches if match]


def _checked(database: Database) -> list[str]:
    """Return what `check` finds in bbolt's words.

    bbolt leaks pages of its own now and then, in some of the random programs; nothing else may be
    found in what it wrote.
    """
    said = []
    for found in check(database):
        assert found.code == "page-lost"
        assert found.page is not None
        pages = range(found.page, found.page + found.pages)
        said += [f"page {page}: unreachable unfreed" for page in pages]
    return sorted(said)


def _compare_metas(database: Database, tx: Tx) -> None:
    metas = database.metas
    ours, theirs = metas.current, tx.meta()
    for field in theirs._fields:
        assert getattr(ours, field) == getattr(theirs, field), field
    assert tx.id == ours.txid
    other = metas.other
    assert other is not None
    assert other.is_valid
    assert other.txid == ours.txid - 1
    assert other.high_water <= ours.high_water


def _compare_pages(revision: Revision, tx: Tx, lost: Sequence[int]) -> None:
    table = PageTable(revision)
    theirs = [_theirs(page) for page in tx.pages() if page.id not in lost]
    assert [_ours(page) for page in table.pages()] == sorted([*theirs, *((n,) for n in lost)])
    free = sorted([*tx.free_pages(), *lost])
    assert sorted(table.free.pages) == free
    stored = read_freelist(revision)
    assert isinstance(stored, Freelist) == revision.meta.has_freelist
    if isinstance(stored, Freelist):
        assert list(stored.ids) == free
    for bucket in [tx.root, *_below(tx.root)]:
        root = revision.meta.root if not bucket.path else bucket.root_page()
        if root:
            assert table.owner_of(root) == tuple(bucket.path)


def _ours(page: PageInfo) -> tuple[int, ...] | tuple[int, str, int, int]:
    return (page.id,) if page.type == "free" else (page.id, page.type, page.elements, page.overflow)


def _theirs(page: RealPage) -> tuple[int, ...] | tuple[int, str, int, int]:
    return (page.id,) if page.type == "free" else (page.id, page.type, page.count, page.overflow)


def _compare_stats(revision: Revision, tx: Tx) -> None:
    ours = {use.path: tuple(use.stats) for use in file_use(revision, ALL_LEVELS).buckets}
    theirs = {tuple(bucket.path): tuple(bucket.stats()) for bucket in _below(tx.root)}
    ours.pop(())
    assert ours == theirs


def _below(bucket: RealBucket) -> list[RealBucket]:
    found = []
    for inner in bucket.buckets():
        found += [inner, *_below(inner)]
    return found
