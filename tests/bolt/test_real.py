"""Every real database reads as the real bbolt reads it, asked now; and so does one just written."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from boltview.bbolt import DB, BucketDump, build
from boltview.bbolt import Bucket as RealBucket
from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.database import Database
from boltview.bolt.errors import Damage
from boltview.bolt.freelist import Freelist, read_freelist
from boltview.bolt.page import Page
from tests.bolt.reading import Path as KeyPath
from tests.bolt.reading import read_all

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
REAL = sorted(path for path in FIXTURES.rglob("*.db") if path.parent.name != "shapes")


@pytest.fixture(scope="session", autouse=True)
def _bbolt(require: Callable[[str], str]) -> None:
    require("go")
    build.library()


@pytest.fixture(params=REAL, ids=lambda path: str(path.relative_to(FIXTURES)))
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy: bbolt takes a lock even for reading."""
    copy = tmp_path / "copy.db"
    copy.write_bytes(request.param.read_bytes())
    return copy


def dump(bucket: Bucket) -> BucketDump:
    """Read a bucket into what the binding's dump returns."""
    elements: dict[bytes, bytes | BucketDump] = {}
    for entry in bucket.entries():
        assert not isinstance(entry, Damage)
        elements[entry.key] = entry.value if isinstance(entry, Pair) else dump(entry)
    return BucketDump(bucket.sequence, elements)


def roots(bucket: RealBucket) -> Iterator[tuple[KeyPath, int]]:
    """Yield path and root page of every bucket below one of bbolt's."""
    for below in bucket.buckets():
        yield tuple(below.path), below.root_page()
        yield from roots(below)


def compare(path: Path) -> int:
    """Compare everything that can be asked of both; return the number of records."""
    database = Database.open(str(path), strict=True)
    revision = database.revision()
    found = read_all(revision.root)
    with DB(path, read_only=True, preload_freelist=True) as db, db.view() as tx:
        assert tx.dump() == dump(revision.root)
        meta = tx.meta()
        ours = revision.meta
        assert (meta.page_size, meta.root, meta.sequence, meta.freelist) == (
            ours.page_size, ours.root, ours.sequence, ours.freelist,
        )  # fmt: skip
        assert (meta.high_water, meta.txid) == (ours.high_water, ours.txid)
        assert dict(roots(tx.root)) == {p: bucket.root for p, bucket in found.buckets.items()}
        freelist = read_freelist(revision)
        if isinstance(freelist, Freelist):
            assert list(freelist.ids) == sorted(tx.free_pages())
        else:
            assert freelist is None
        for told in tx.pages():
            if told.type in {"branch", "leaf"}:
                page = revision.page(told.id)
                assert isinstance(page, Page)
                assert page.is_leaf == (told.type == "leaf")
                header = page.block.header
                assert (header.elements, header.overflow) == (told.count, told.overflow)
    return len(found.records)


def test_there_are_real_databases() -> None:
    assert len(REAL) >= 15


def test_a_real_database_reads_as_bbolt_reads_it(path: Path) -> None:
    compare(path)


def test_its_previous_revision_is_sound_and_every_origin_true(path: Path) -> None:
    data = path.read_bytes()
    database = Database.open(str(path), strict=True)
    for which in ("current", "previous"):
        found = read_all(database.revision(which).root)
        for place, pair in found.pairs.items():
            key, value = pair.key_origin, pair.origin
            assert data[key.offset : key.offset + key.length] == place[-1]
            assert data[value.offset : value.offset + value.length] == found.records[place]


@pytest.mark.parametrize("page_size", [1024, 4096])
def test_whatever_bbolt_commits_is_read_back(tmp_path: Path, page_size: int) -> None:
    """Random puts, deletes, buckets and big values, compared after every commit."""
    source = random.Random(page_size)  # noqa: S311
    path = tmp_path / "test.db"
    compared = 0
    for _ in range(40):
        with DB(path, page_size=page_size, no_sync=True) as db, db.update() as tx:
            for _ in range(source.randrange(200)):
                mutate(tx.root, source)
        compared += compare(path)
    assert compared > 5000


def mutate(root: RealBucket, source: random.Random) -> None:
    """Change one thing somewhere below the root."""
    action = source.randrange(80)
    if action == 0 and (names := [below.path[-1] for below in root.buckets()]):
        root.delete_bucket(source.choice(names))
        return
    bucket = root.create_bucket_if_not_exists(b"b%d" % source.randrange(4))
    for _ in range(source.randrange(3)):
        bucket = bucket.create_bucket_if_not_exists(b"sub%d" % source.randrange(3))
    if action == 1:
        bucket.sequence = source.randrange(2**64)
    elif action < 5:
        for key in list(bucket)[::3]:
            del bucket[key]
    else:
        key = source.randbytes(source.choice((1, 2, 8, 30, 300)))
        bucket[key + b"."] = source.randbytes(source.choice((0, 5, 50, 500, 5000)))
