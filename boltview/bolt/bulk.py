"""Small buckets read whole, for work over many of them: one read and one pass for each.

Reading entry by entry makes an object for every element; where sixty thousand records are listed,
that is most of the time. Here a bucket whose page is exactly as bbolt writes it becomes a plain
dict. Any other is read the general way (`boltview/bolt/bucket.py`), which knows what is wrong.
"""

from typing import NamedTuple, Union

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.format import (
    BUCKET_ELEMENT,
    BUCKET_SIZE,
    ELEMENT_SIZE,
    HEADER_SIZE,
    LEAF_PAGE,
)
from boltview.bolt.revision import Revision

Contents = dict[bytes, Union[bytes, "Contents", None]]
"""What is in a bucket: a value, the contents of a bucket, or None for a bucket not descended to."""

MAX_LEVELS = 8
"""Buckets within a record that are descended to; no known record has more than three."""
_FIRST_READ = 4
"""Pages read at once for a bucket at first; later as many as the one before it had."""


_Leaf = tuple[Contents, int]


class _DoubtfulError(Exception):
    """A page is not exactly as bbolt writes it."""


class Whole(NamedTuple):
    """A bucket read whole."""

    contents: Contents
    damage: tuple[Damage, ...]
    """What could not be read of it."""


class BulkReader:
    """Reads buckets of one revision whole, each page once.

    A second bucket that claims a page already read is damaged: a forged file could otherwise
    multiply its size without end.
    """

    __slots__ = ("_claimed", "_pages", "_revision")

    def __init__(self, revision: Revision) -> None:
        """Start with nothing claimed."""
        self._revision = revision
        # A byte for each page of the file.
        self._claimed = bytearray(revision.source.size // revision.page_size + 1)
        self._pages = _FIRST_READ

    def read(self, bucket: Bucket) -> Whole:
        """Read `bucket` and what is below it."""
        damage: list[Damage] = []
        return Whole(self._read(bucket, 0, damage), tuple(damage))

    def _read(self, bucket: Bucket, level: int, damage: list[Damage]) -> Contents:
        if bucket.root:
            if not self._claim(bucket.root, 1):
                origin = bucket.origin
                what = f"page {origin.page}: a second bucket claims the tree of page {bucket.root}"
                fault = Damage("bucket-shared", origin.page, origin.offset, what)
                damage.append(self._revision.note(fault))
                return {}
            found = self._page(bucket.root)
            if found is not None:
                for key in [key for key, value in found.items() if value is None]:
                    self._descend(found, bucket.get(key), level, damage)
                return found
        contents: Contents = {}
        for entry in bucket.entries():
            if isinstance(entry, Damage):
                damage.append(entry)
            elif isinstance(entry, Pair):
                contents[entry.key] = entry.value
            else:
                contents[entry.key] = None
                self._descend(contents, entry, level, damage)
        return contents

    def _descend(
        self,
        contents: Contents,
        entry: Pair | Bucket | Damage | None,
        level: int,
        damage: list[Damage],
    ) -> None:
        """Put the contents of a bucket in the place that waits for them."""
        if isinstance(entry, Damage):
            damage.append(entry)
        elif isinstance(entry, Bucket) and level < MAX_LEVELS:
            contents[entry.key] = self._read(entry, level + 1, damage)

    def _page(self, page_id: int) -> Contents | None:
        """Read a page that is a leaf and holds a whole bucket; None if there is any doubt."""
        revision = self._revision
        page_size = revision.page_size
        raw = revision.source.read(page_id * page_size, self._pages * page_size)
        if len(raw) < HEADER_SIZE:
            return None
        own_id, flags, _, overflow = revision.layout.header.unpack_from(raw)
        if own_id != page_id or flags != LEAF_PAGE or page_id + overflow >= revision.high_water:
            return None
        length = (overflow + 1) * page_size
        if len(raw) < length:
            self._pages = overflow + 1
            raw = revision.source.read(page_id * page_size, length)
        if len(raw) < length or (overflow and not self._claim(page_id + 1, overflow)):
            return None
        try:
            found, end = self._leaf(raw, 0, length)
        except _DoubtfulError:
            return None
        return None if raw[end:length].strip(b"\0") else found

    def _claim(self, first: int, count: int) -> bool:
        """Take pages for one bucket; False if another has one of them."""
        end = first + count
        if self._claimed.find(1, first, end) >= 0:
            return False
        self._claimed[first:end] = b"\1" * count
        return True

    def _leaf(self, raw: bytes, start: int, length: int, *, inline: bool = False) -> _Leaf:
        """Read a leaf at `start` of `raw`, and where its data ends.

        The joints of the elements are checked as in `elements.are_in_line`, and the order of the
        keys as in `Page`.

        Raises:
            _DoubtfulError: it is not exactly as bbolt writes it.
        """
        layout = self._revision.layout
        count = layout.header.unpack_from(raw, start)[2]
        end = HEADER_SIZE + count * ELEMENT_SIZE
        table = raw[start + HEADER_SIZE : start + end]
        if end > length:
            raise _DoubtfulError
        found: Contents = {}
        before = b""
        place = HEADER_SIZE
        for flags, position, key_size, value_size in layout.leaf.iter_unpack(table):
            value_at = start + end + key_size
            key = raw[value_at - key_size : value_at]
            # An empty key is not greater than the b"" that stands before the first.
            if place + position != end or key <= before or flags & ~BUCKET_ELEMENT:
                raise _DoubtfulError
            end += key_size + value_size
            if end > length:
                raise _DoubtfulError
            if not flags:
                found[key] = raw[value_at : start + end]
            elif inline:
                raise _DoubtfulError
            else:
                found[key] = self._inner(raw, value_at, value_size)
            before = key
            place += ELEMENT_SIZE
        return found, start + end

    def _inner(self, raw: bytes, start: int, length: int) -> Contents | None:
        """Read an inline bucket; None for a bucket with pages of its own.

        Raises:
            _DoubtfulError: as `_leaf`.
        """
        layout = self._revision.layout
        if length < BUCKET_SIZE:
            raise _DoubtfulError
        if layout.bucket.unpack_from(raw, start)[0]:
            return None
        inner_start, inner_length = start + BUCKET_SIZE, length - BUCKET_SIZE
        if inner_length < HEADER_SIZE:
            raise _DoubtfulError
        own_id, flags, _, overflow = layout.header.unpack_from(raw, inner_start)
        found, end = self._leaf(raw, inner_start, inner_length, inline=True)
        if own_id or overflow or flags != LEAF_PAGE or end != start + length:
            raise _DoubtfulError
        return found
