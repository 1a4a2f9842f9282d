"""Open composed and real databases as the report layer gets them."""

from pathlib import Path

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.database import Database
from boltview.bolt.errors import Damage
from boltview.bolt.source import FileSource, MemorySource, Source
from boltview.report.opened import Opened
from boltview.report.units import Clock, utc
from boltview.schema.gotime import decode_time
from boltview.schema.load import Library
from boltview.schema.reading import Reading
from tests.bolt.build import Image, Tree

ROOT = Path(__file__).resolve().parents[2]
META_DB = "root/var/lib/containerd/io.containerd.metadata.v1.bolt/meta.db"
META_24 = ROOT / "fixtures/containerd-2.4" / META_DB
META_16 = ROOT / "fixtures/containerd-1.6" / META_DB
SHAPES = ROOT / "fixtures/shapes"

NOW = 1_795_478_400
"""2026-11-24T00:00:00Z in Unix seconds."""
CLOCK = Clock(NOW * 1_000_000_000, utc)

# Go's encoding of 2026-11-23T18:13:15.68Z: version 1, seconds since year 1, nanoseconds, UTC.
GO_TIME = (
    b"\x01"
    + (62_135_596_800 + NOW - 20_805).to_bytes(8, "big")
    + (680_000_000).to_bytes(4, "big")
    + b"\xff\xff"
)
assert decode_time(GO_TIME).unix == NOW - 20_805


def reading_of(source: Source) -> Reading:
    return Reading.of(Database(source), Library())


def opened_file(path: Path) -> Opened:
    return opened_source(FileSource(str(path)), str(path))


def opened_source(source: Source, path: str = "meta.db") -> Opened:
    database = Database(source)
    return Opened(database, Reading.of(database, Library()), path, CLOCK, source.size)


def composed(tree: Tree, page_size: int = 4096) -> Reading:
    """Read a database of these buckets, keys and values."""
    image = Image(page_size)
    return reading_of(MemorySource(image.finish(image.nested(tree))))


def at(root: Bucket, *path: bytes) -> tuple[Bucket, Pair | Bucket | Damage]:
    """Return an entry and the bucket that holds it."""
    bucket = root
    for key in path[:-1]:
        found = bucket.get(key)
        assert isinstance(found, Bucket)
        bucket = found
    entry = bucket.get(path[-1])
    assert entry is not None
    return bucket, entry
