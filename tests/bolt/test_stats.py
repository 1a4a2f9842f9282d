"""Statistics beyond bbolt's own: scattering, free stretches, and what compaction really gives.

That the counts are bbolt's own is shown in tests/differential.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from boltview.bbolt import DB, build
from boltview.bolt.database import Database
from boltview.bolt.source import MemorySource
from boltview.bolt.stats import FileUse, file_use
from tests.bolt.build import Image

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
SOUND = sorted(FIXTURES.rglob("*.db"))


def measure(data: bytes | bytearray, levels: int = 1) -> FileUse:
    return file_use(Database(MemorySource(data)).revision(), levels)


def test_pieces_are_stretches_of_pages() -> None:
    image = Image()
    scattered, whole = [], []
    for number in range(3):
        scattered.append((b"k%d" % number, image.leaf((b"k%d" % number, b"v"))))
        image.leaf()  # in no tree: free in a file without freelist
    whole = [(b"k%d" % number, image.leaf((b"k%d" % number, b"v"))) for number in range(3)]
    root = image.leaf(
        image.bucket(b"scattered", image.branch(*scattered)),
        image.bucket(b"whole", image.branch(*whole)),
    )
    use = measure(image.finish(root))
    pieces = {bucket.path: bucket.fragments for bucket in use.buckets}
    # Pages: s . s . s . w w w S W root; the branch S cuts the bucket `whole` in two.
    assert pieces == {(): 4, (b"scattered",): 4, (b"whole",): 2}
    assert (len(use.free.pages), use.free_runs, use.longest_free_run) == (3, 3, 1)
    assert use.tree_pages == 9


def test_an_inline_bucket_has_a_line_but_no_pages() -> None:
    image = Image()
    inner = image.leaf(image.inline(b"deep", (b"k", b"v")))
    root = image.leaf(image.inline(b"a", (b"k", b"value")), image.bucket(b"b", inner))
    one, two = (measure(image.finish(root), levels) for levels in (1, 2))
    assert [bucket.path for bucket in one.buckets] == [(), (b"a",), (b"b",)]
    assert [bucket.path for bucket in two.buckets] == [(), (b"a",), (b"b",), (b"b", b"deep")]
    inline = one.buckets[1].stats
    # Header 16, one element 16, key 1, value 5.
    assert (inline.pages, inline.inline_used, inline.keys, inline.depth) == (0, 38, 1, 1)
    assert one.buckets[2].stats == two.buckets[2].stats


def test_what_is_below_a_damaged_page_is_missing_and_said_so() -> None:
    image = Image()
    lost = image.leaf((b"k", b"v"))
    kept = image.leaf((b"k", b"v"), (b"l", b"v"))
    root = image.leaf(image.bucket(b"a", lost), image.bucket(b"b", kept))
    data = image.finish(root)
    data[lost * 4096] ^= 1
    use = measure(data)
    assert [fault.code for fault in use.faults] == ["page-id"]
    assert {bucket.path: bucket.stats.keys for bucket in use.buckets} == {(): 4, (b"b",): 2}
    assert not use.free.is_known


@pytest.mark.parametrize("path", SOUND, ids=lambda path: str(path.relative_to(FIXTURES)))
def test_compaction_gives_about_what_was_foretold(
    path: Path, tmp_path: Path, require: Callable[[str], str]
) -> None:
    require("go")
    build.library()
    copy, compacted = tmp_path / "copy.db", tmp_path / "compacted.db"
    shutil.copyfile(path, copy)
    revision = Database.open(str(path)).revision()
    has_freelist = revision.meta.has_freelist
    with (
        DB(copy, read_only=True) as db,
        DB(compacted, page_size=revision.page_size, no_freelist_sync=not has_freelist) as target,
    ):
        db.compact(target)
    with DB(compacted, read_only=True, preload_freelist=True) as db, db.view() as tx:
        real = tx.meta().high_water - len(tx.free_pages())
    foretold = file_use(revision).compact_size // revision.page_size
    # An empty target has free pages of its own beginning, and an estimate is no count.
    assert abs(foretold - real) <= max(1, 0.05 * real)
