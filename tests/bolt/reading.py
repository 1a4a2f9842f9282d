"""Read everything through the parser, three ways: by walking, by key and by position."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.database import Database
from boltview.bolt.errors import Damage
from boltview.bolt.index import BucketIndex
from boltview.bolt.revision import Revision
from boltview.bolt.source import MemorySource

Path = tuple[bytes, ...]
Entry = Pair | Bucket | Damage

MAX_BUCKETS = 20_000
"""A forged file can let buckets share pages, so that there are exponentially many paths."""


class Found(NamedTuple):
    """What one reading returned."""

    records: dict[Path, bytes]
    pairs: dict[Path, Pair]
    buckets: dict[Path, Bucket]
    damage: list[Damage]


class CountingSource(MemorySource):
    """A source that remembers what was read."""

    def __init__(self, data: bytes | bytearray) -> None:
        """Start with no reads."""
        super().__init__(data)
        self.reads: list[tuple[int, int]] = []

    def read(self, offset: int, length: int) -> bytes:
        self.reads.append((offset, length))
        return super().read(offset, length)

    @property
    def bytes_read(self) -> int:
        return sum(length for _, length in self.reads)

    def pages_read(self, page_size: int, at_least: int = 17) -> set[int]:
        """Return the pages of which more than the 16-byte header was read."""
        return {offset // page_size for offset, length in self.reads if length >= at_least}


def open_bytes(data: bytes | bytearray, *, strict: bool = False) -> Database:
    return Database(MemorySource(data), strict=strict)


def current(data: bytes | bytearray) -> Revision:
    return open_bytes(data).revision()


def by_walking(bucket: Bucket) -> Iterable[Entry]:
    return bucket.entries()


def by_position(bucket: Bucket) -> Iterable[Entry]:
    index = BucketIndex(bucket)
    return (index[position] for position in range(len(index)))


def read_all(root: Bucket, entries: Callable[[Bucket], Iterable[Entry]] = by_walking) -> Found:
    """Read the bucket `root` and all below it, each bucket's tree once for each root page."""
    found = Found({}, {}, {}, [])
    todo = [root]
    for _ in range(MAX_BUCKETS):
        if not todo:
            break
        bucket = todo.pop()
        for entry in entries(bucket):
            if isinstance(entry, Damage):
                found.damage.append(entry)
                continue
            path = (*bucket.path, entry.key)
            if isinstance(entry, Pair):
                found.records[path] = entry.value
                found.pairs[path] = entry
            else:
                found.buckets[path] = entry
                todo.append(entry)
    return found


def look_up(root: Bucket, path: Path) -> Entry | None:
    """Get an entry by its path; the damage met on the way takes its place."""
    found: Entry | None = root
    for key in path:
        if not isinstance(found, Bucket):
            return found if isinstance(found, Damage) else None
        found = found.get(key)
    return found
