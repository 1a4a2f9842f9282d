"""Small buckets read whole, for work over many of them: few reads, and no object for each entry.

Reading entry by entry makes an object for every element; where sixty thousand records are listed,
that is most of the time. Here a bucket whose pages are exactly as bbolt writes them becomes a plain
dict. Any other is read the general way (`boltview/bolt/bucket.py`), which knows what is wrong.
"""

from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple, Union

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.format import (
    BRANCH_PAGE,
    BUCKET_ELEMENT,
    BUCKET_SIZE,
    ELEMENT_SIZE,
    FIRST_DATA_PAGE,
    HEADER_SIZE,
    LEAF_PAGE,
)
from boltview.bolt.page import Origin, Page
from boltview.bolt.revision import Revision

Contents = dict[bytes, Union[bytes, "Contents", None]]
"""What is in a bucket: a value, the contents of a bucket, or None for a bucket not read."""

MAX_LEVELS = 8
"""Buckets within a record that are descended to; no known record has more than three."""
MAX_DEPTH = 3
"""Levels of pages read here; a larger bucket is read the general way."""
_MAX_REST = 1 << 16
"""Zero bytes behind the data of a page that are compared here: the largest usual page."""

_MAX_CHILDREN = 8
_SMALL = 256
"""Bytes of an inline bucket that is remembered: a container's runtime is that of most others."""
_REMEMBERED = 1024
INLINE_HEADERS = BUCKET_SIZE + HEADER_SIZE
"""Bytes of an inline bucket before its table of elements."""
BYTE_ORDERS = {"little": "<", "big": ">"}

_Leaf = tuple[Contents, int]


class DoubtfulError(Exception):
    """A page is not exactly as bbolt writes it."""


class Shared(dict[bytes, bytes | Contents | None]):
    """Contents that stand for several buckets which hold the same: nobody may change them."""


class Found(NamedTuple):
    """An entry of a bucket, read whole."""

    key: bytes
    content: bytes | Contents
    origin: Origin
    """Where the value lies."""
    damage: tuple[Damage, ...]
    """What could not be read of it."""


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

    __slots__ = (
        "_claimed",
        "_elements",
        "_end",
        "_inline",
        "_known",
        "_layout",
        "_page_size",
        "_read_bytes",
        "_revision",
        "_taken",
    )

    def __init__(self, revision: Revision) -> None:
        """Start with nothing claimed."""
        self._revision = revision
        self._layout = revision.layout
        self._elements = revision.layout.leaf.iter_unpack
        # A bucket's header and, right behind it, that of its inline page.
        self._inline = Struct(BYTE_ORDERS[revision.layout.order] + "QQQHHI")
        self._page_size = revision.page_size
        # A byte for each page of the file.
        self._claimed = bytearray(revision.source.size // revision.page_size + 1)
        self._taken: list[int] = []
        self._known: dict[bytes, Shared] = {}
        self._end = min(revision.high_water, len(self._claimed))
        self._read_bytes = revision.source.read

    def entries(self, bucket: Bucket) -> Iterator[Found]:
        """Yield every entry of `bucket`, buckets read whole; damage is in the revision's log.

        The buckets above it must not be read with the same reader.
        """
        self._forbid_above(bucket)
        for page, first in bucket._leaves(b"", None):  # noqa: SLF001 - of its own package
            if isinstance(page, Damage):
                continue
            for index in range(first, len(page.elements)):
                found = self._record(page, index)
                if found is None:
                    entry = bucket.entry(page, index)
                    if isinstance(entry, Bucket):
                        found = self.read(entry)
                    elif isinstance(entry, Pair):
                        yield Found(entry.key, entry.value, entry.origin, ())
                if found:
                    origin = page.value_origin(index)
                    yield Found(page.keys[index], found.contents, origin, found.damage)

    def _forbid_above(self, bucket: Bucket) -> None:
        """Let nothing that leads back to a bucket above pass for a record."""
        for above in self._above(bucket):
            self._claim(above, 1)

    def _above(self, bucket: Bucket) -> list[int]:
        """Return the root pages of a bucket and of those that hold it."""
        roots, here = [], self._revision.root
        for key in bucket.path:
            roots.append(here.root)
            found = here.get(key)
            here = found if isinstance(found, Bucket) else bucket
        return [root for root in (*roots, bucket.root) if 0 < root < self._end]

    def _record(self, page: Page, index: int) -> Whole | None:
        """Read the bucket in a leaf element, None if it is none or if there is any doubt."""
        element = page.elements[index]
        if index in page.bad or not element.flags or element.value_size != BUCKET_SIZE:
            return None
        raw = page.bytes_at(element.value_offset, BUCKET_SIZE)
        return self._quickly(self._layout.bucket.unpack(raw)[0])

    def _quickly(self, root: int) -> Whole | None:
        """Read the tree of a bucket; None, and nothing claimed, if there is any doubt."""
        self._taken = []
        try:
            return Whole(self._tree(root, 0, 0), ())
        except DoubtfulError:
            self._forget_taken()
            return None

    def _forget_taken(self) -> None:
        """Take back what was claimed for a bucket that is in doubt."""
        for page_id in self._taken:
            self._claimed[page_id] = 0

    def read(self, bucket: Bucket) -> Whole:
        """Read `bucket` and what is below it."""
        found = self._quickly(bucket.root) if bucket.root else None
        if found:
            return found
        damage: list[Damage] = []
        return Whole(self._read(bucket, 0, damage), tuple(damage))

    def _read(self, bucket: Bucket, level: int, damage: list[Damage]) -> Contents:
        """Read a bucket the general way."""
        if 0 < bucket.root < self._end and not self._claim(bucket.root, 1):
            origin = bucket.origin
            what = f"page {origin.page}: a second bucket claims the tree of page {bucket.root}"
            fault = Damage("bucket-shared", origin.page, origin.offset, what)
            damage.append(self._revision.note(fault))
            return {}
        contents: Contents = {}
        for entry in bucket.entries():
            if isinstance(entry, Damage):
                damage.append(entry)
            elif isinstance(entry, Pair):
                contents[entry.key] = entry.value
            elif level < MAX_LEVELS:
                contents[entry.key] = self._read(entry, level + 1, damage)
            else:
                contents[entry.key] = None
        return contents

    def _claim(self, first: int, count: int) -> bool:
        """Take pages of the file for one bucket; False if another has one of them."""
        if count == 1:
            if self._claimed[first]:
                return False
            self._claimed[first] = 1
            self._taken.append(first)
            return True
        end = first + count
        if self._claimed.find(1, first, end) >= 0:
            return False
        self._claimed[first:end] = b"\1" * count
        self._taken += range(first, end)
        return True

    def _open(self, page_id: int, raw: bytes = b"") -> tuple[bytes, int, int, int]:
        """Read and claim a page; return its first part, flags, count, and whole length.

        Args:
            page_id: the page.
            raw: its first part, if it was read already.

        Raises:
            DoubtfulError: its header cannot be right, or another bucket has the page.
        """
        page_size = self._page_size
        raw = raw or self._read_bytes(page_id * page_size, page_size)
        if len(raw) < page_size:
            raise DoubtfulError
        own_id, flags, count, overflow = self._layout.header.unpack_from(raw)
        if own_id != page_id or page_id < FIRST_DATA_PAGE or page_id + overflow >= self._end:
            raise DoubtfulError
        if not overflow and not self._claimed[page_id]:
            self._claimed[page_id] = 1
            self._taken.append(page_id)
        elif not self._claim(page_id, overflow + 1):
            raise DoubtfulError
        return raw, flags, count, (overflow + 1) * page_size

    def _tree(self, page_id: int, level: int, depth: int, raw: bytes = b"") -> Contents:
        """Read a leaf, or a branch and the leaves below it.

        Args:
            page_id: the page.
            level: buckets above this one within the record.
            depth: pages above this one within the bucket.
            raw: the page, if it was read already.

        Raises:
            DoubtfulError: a page is not exactly as bbolt writes it.
        """
        raw, flags, count, length = self._open(page_id, raw)
        if len(raw) < length:
            raw = self._read_bytes(page_id * self._page_size, length)
            if len(raw) < length:
                raise DoubtfulError
        if flags == LEAF_PAGE:
            found, end = self._leaf(raw, HEADER_SIZE, count, length, level)
        elif flags == BRANCH_PAGE and count and depth < MAX_DEPTH:
            found, end = self._branch(raw, count, level, depth)
        else:
            raise DoubtfulError
        if raw[end:] != ZEROS[: length - end]:
            raise DoubtfulError
        return found

    def _branch(self, raw: bytes, count: int, level: int, depth: int) -> _Leaf:
        """Read a branch page and all below it, and tell where its data ends; raises as `_tree`."""
        end = HEADER_SIZE + count * ELEMENT_SIZE
        if end > len(raw):
            raise DoubtfulError
        found: Contents = {}
        last = b""
        place = HEADER_SIZE
        children = list(self._layout.branch.iter_unpack(raw[HEADER_SIZE:end]))
        pages = self._read_children([child for _, _, child in children])
        for (position, key_size, child), page in zip(children, pages, strict=True):
            key = raw[end : end + key_size]
            if place + position != end or key <= last:
                raise DoubtfulError
            end += key_size
            place += ELEMENT_SIZE
            below = self._tree(child, level, depth + 1, page)
            # Each key above is a bound of the keys below it and before it (`tx_check.go`).
            if end > len(raw) or not below or next(iter(below)) < key:
                raise DoubtfulError
            found |= below
            last = next(reversed(below))
        return found, end

    def _read_children(self, ids: list[int]) -> list[bytes]:
        """Read pages at once that lie side by side, as one commit writes them; b"" for others."""
        size, count = self._page_size, len(ids)
        if count > _MAX_CHILDREN or ids != list(range(ids[0], ids[0] + count)):
            return [b""] * count
        raw = self._read_bytes(ids[0] * size, count * size)
        return [raw[start : start + size] for start in range(0, count * size, size)]

    def _leaf(self, raw: bytes, place: int, count: int, stop: int, level: int) -> _Leaf:
        """Read a leaf, and tell where its data ends.

        The joints of the elements are checked as in `elements.are_in_line`, and the order of the
        keys as in `Page`.

        Args:
            raw: holds the leaf.
            place: where its table of elements begins.
            count: number of elements.
            stop: where the leaf ends.
            level: as in `_tree`; -1 for a leaf in which no bucket can be.

        Raises:
            DoubtfulError: it is not exactly as bbolt writes it.
        """
        at = place + count * ELEMENT_SIZE
        if at > stop:
            raise DoubtfulError
        found: Contents = {}
        before = b""
        for flags, position, key_size, value_size in self._elements(raw[place:at]):
            value_at = at + key_size
            key = raw[at:value_at]
            # An empty key is not greater than the b"" that stands before the first.
            if place + position != at or key <= before:
                raise DoubtfulError
            at = value_at + value_size
            if not flags:
                found[key] = raw[value_at:at]
            elif flags == BUCKET_ELEMENT and level >= 0 and at <= stop:
                found[key] = self._inner(raw, value_at, value_size, level)
            else:
                raise DoubtfulError
            before = key
            place += ELEMENT_SIZE
        if at > stop:
            raise DoubtfulError
        return found, at

    def _inner(self, raw: bytes, start: int, length: int, level: int) -> Contents | None:
        """Read a bucket within a record; raises as `_leaf`."""
        if level == MAX_LEVELS:
            return None
        if length == BUCKET_SIZE:
            return self._tree(self._layout.bucket.unpack_from(raw, start)[0], level + 1, 0)
        is_small = length <= _SMALL
        value = raw[start : start + length] if is_small else b""
        known = self._known.get(value)
        if known is not None:
            return known
        count = self._inline_count(raw, start, length)
        stop = start + length
        found, end = self._leaf(raw, start + INLINE_HEADERS, count, stop, -1)
        if end != stop:
            raise DoubtfulError
        if is_small and len(self._known) < _REMEMBERED:
            found = self._known[value] = Shared(found)
        return found

    def _inline_count(self, raw: bytes, start: int, length: int) -> int:
        """Return the number of elements of an inline bucket; raises as `_leaf`."""
        if length < INLINE_HEADERS:
            raise DoubtfulError
        root, _, own_id, flags, count, overflow = self._inline.unpack_from(raw, start)
        if root or own_id or overflow or flags != LEAF_PAGE:
            raise DoubtfulError
        return int(count)


ZEROS = bytes(_MAX_REST)
