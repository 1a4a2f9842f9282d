"""The buckets of a bolt file as the browser's rows."""

from typing import TYPE_CHECKING, NamedTuple, Union

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.format import LEAF_PAGE
from boltview.bolt.index import BucketIndex
from boltview.bolt.revision import Revision
from boltview.browse.narrow import whole_of
from boltview.browse.outline import Rows
from boltview.schema.reading import Reading

if TYPE_CHECKING:
    from boltview.bolt.page import Page

QUICK_LEAVES = 2_000
"""Leaf pages whose headers are read in some 10 ms; a larger bucket is read on the side."""


class BeingRead(NamedTuple):
    """Stands for the entries of a bucket that are not counted yet."""

    bucket: Bucket


Entry = Union[Pair, Bucket, Damage, BeingRead]  # noqa: UP007 (an alias that mypy takes as a type)


class _Standby:
    """One row in the place of many."""

    __slots__ = ("bucket",)

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket

    def __len__(self) -> int:
        return 1

    def __getitem__(self, position: int) -> Entry:
        return BeingRead(self.bucket)


class Buckets:
    """One revision as a tree to browse: a `Source` of its entries.

    Attributes:
        reading: the revision and its schema.
    """

    __slots__ = ("_quick_leaves", "reading")

    def __init__(self, reading: Reading, quick_leaves: int | None = QUICK_LEAVES) -> None:
        """Browse `reading`.

        Args:
            reading: the revision and its schema.
            quick_leaves: leaf pages of a bucket that is read at once; None for any number.
        """
        self.reading = reading
        self._quick_leaves = quick_leaves

    def top(self) -> Rows[Entry]:
        """Return the entries of the root bucket."""
        return BucketIndex(self.reading.root)

    def opens(self, entry: Entry) -> bool:
        """Whether the entry is a bucket."""
        return isinstance(entry, Bucket)

    def rows(self, entry: Entry) -> Rows[Entry] | None:
        """Return the entries of a bucket; None for one so large that counting them takes long."""
        if not isinstance(entry, Bucket):
            raise TypeError(entry)
        limit = self._quick_leaves
        if limit is not None and _leaves_expected(entry) > limit:
            return None
        return BucketIndex(entry)

    def standby(self, entry: Entry) -> Rows[Entry]:
        """Return the row that says that a bucket is being read."""
        if not isinstance(entry, Bucket):
            raise TypeError(entry)
        return _Standby(entry)

    def key(self, entry: Entry) -> bytes | None:
        """Return the key of a pair or a bucket."""
        return entry.key if isinstance(entry, Pair | Bucket) else None

    def text(self, rows: Rows[Entry], entry: Entry) -> str:
        """Return a key as text: numbers for keys that are numbers, else the text of its bytes."""
        if not isinstance(entry, Pair | Bucket):
            return ""
        shown = self.reading.key(holder_of(rows), entry)
        if isinstance(shown, tuple):
            return " → ".join(map(str, shown))
        return shown.decode(errors="replace") if isinstance(shown, bytes) else str(shown)

    def position(self, rows: Rows[Entry], key: bytes) -> int | None:
        """Return the position of a key."""
        return rows.position(key) if isinstance(rows, BucketIndex) else None


def holder_of(rows: Rows[Entry]) -> Bucket:
    """Return the bucket whose entries these rows are, all or some of them."""
    rows = whole_of(rows)
    if isinstance(rows, BucketIndex | _Standby):
        return rows.bucket
    raise TypeError(rows)


def read_aside(bucket: Bucket) -> BucketIndex:
    """Index a bucket from another thread than the one that shows it.

    A revision remembers pages without a lock, so the walk uses one of its own.
    """
    seen = bucket.revision
    own = Revision(seen.source, seen.meta, seen.damage)
    index = BucketIndex(Bucket(own, bucket.path, bucket.header))
    index.bucket = bucket
    return index


def _leaves_expected(bucket: Bucket) -> int:
    """Guess how many leaf pages a bucket has from the pages at its left edge."""
    leaves = 1
    page: Page | Damage = bucket.root_page()
    for _ in range(64):
        if isinstance(page, Damage) or page.is_leaf or not page.elements or 0 in page.bad:
            break
        leaves *= len(page.elements)
        page = bucket.revision.page(page.elements[0].child)
    return leaves


def quick_count(bucket: Bucket) -> int | Damage | None:
    """Count the entries of a bucket of one page; None for a larger one, damage for a broken one."""
    if bucket.is_inline:
        page = bucket.root_page()
        return page if isinstance(page, Damage) else len(page.elements)
    header = bucket.revision.header(bucket.root)
    if isinstance(header, Damage):
        return header
    return header.elements if header.flags == LEAF_PAGE else None
