"""Buckets as ordered mappings: exact look-up, ordered walk and prefix seek in O(depth) pages."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from boltview.bolt.errors import Damage
from boltview.bolt.format import BUCKET_SIZE, FIRST_DATA_PAGE
from boltview.bolt.page import Origin, Page, inline_page

if TYPE_CHECKING:
    from boltview.bolt.revision import Revision

MAX_DEPTH = 64
"""Levels of one bucket's tree; bbolt reaches 20 only beyond a million million keys."""


class Pair:
    """One key and its value; the value is read when asked for."""

    __slots__ = ("_index", "_page", "key")

    def __init__(self, page: Page, index: int) -> None:
        """Refer to leaf element `index` of `page`."""
        self._page = page
        self._index = index
        self.key = page.keys[index]

    @property
    def value(self) -> bytes:
        """The value's bytes."""
        return self._page.value(self._index)

    @property
    def size(self) -> int:
        """Length of the value in bytes, known without reading it."""
        return self._page.elements[self._index].value_size

    @property
    def origin(self) -> Origin:
        """Where the value lies."""
        return self._page.value_origin(self._index)

    @property
    def key_origin(self) -> Origin:
        """Where the key lies."""
        return self._page.key_origin(self._index)

    def __repr__(self) -> str:
        """Show key and size, not the value, which can be large or secret."""
        return f"<Pair {self.key!r} {self.size} bytes>"


class BucketHeader(NamedTuple):
    """The 16 bytes that make a value a bucket (`internal/common/bucket.go: InBucket`)."""

    root: int
    """Page id of the bucket's tree, 0 for an inline bucket."""
    sequence: int
    """Its 64-bit counter (`Bucket.NextSequence`)."""
    origin: Origin
    """Where the value lies, inline page included; for the root bucket within its meta."""
    key_origin: Origin | None = None
    """Where its name lies; None for the root bucket."""


class Bucket:
    """A bucket: an ordered mapping from keys to pairs and further buckets.

    Attributes:
        header: root page, sequence and place.
        path: names from the root bucket to here; empty for the root bucket.
    """

    __slots__ = ("_ancestors", "_inline", "header", "path", "revision")

    def __init__(
        self,
        revision: "Revision",
        path: tuple[bytes, ...],
        header: BucketHeader,
        ancestors: frozenset[int] = frozenset(),
    ) -> None:
        """Describe a bucket; nothing is read until it is asked for something.

        Args:
            revision: the revision it belongs to.
            path: names from the root bucket to here.
            header: root page, sequence and place.
            ancestors: root pages of the buckets that hold it.
        """
        self.revision = revision
        self.path = path
        self.header = header
        self._ancestors = ancestors
        self._inline: Page | Damage | None = None

    @property
    def root(self) -> int:
        """Page id of the bucket's tree, 0 for an inline bucket."""
        return self.header.root

    @property
    def sequence(self) -> int:
        """Its 64-bit counter."""
        return self.header.sequence

    @property
    def origin(self) -> Origin:
        """Where its value lies."""
        return self.header.origin

    @property
    def key(self) -> bytes:
        """The bucket's own name; `b""` for the root bucket."""
        return self.path[-1] if self.path else b""

    @property
    def is_inline(self) -> bool:
        """Whether it lies within its parent's page."""
        return self.root == 0 and bool(self.path)

    def __repr__(self) -> str:
        """Show path and place."""
        return f"<Bucket {self.path!r} root={self.root}>"

    def root_page(self) -> Page | Damage:
        """Return the top page of the bucket's tree."""
        if not self.is_inline:
            return self.revision.page(self.root)
        if self._inline is None:
            revision = self.revision
            found = inline_page(revision.source, revision.layout, self.origin)
            self._inline = revision.note(found) if isinstance(found, Damage) else found
        return self._inline

    def get(self, key: bytes) -> "Pair | Bucket | Damage | None":
        """Return the entry under `key`, None if there is none.

        A `Damage` means that it cannot be known: the way to the key leads over a damaged page.
        """
        found = self._descend(key)
        if isinstance(found, Damage):
            return found
        page, keys, indices = found
        at = bisect_left(keys, key)
        if at < len(keys) and keys[at] == key:
            return self.entry(page, indices[at])
        if page.bad or page.damage:
            # The key may be the damaged element's, or be missed because the order is broken.
            if key in page.keys:
                return self.entry(page, page.keys.index(key))
            return next(iter(page.bad.values()), None) or page.damage[0]
        return None

    def entries(
        self, start: bytes = b"", *, prefix: bytes = b""
    ) -> "Iterator[Pair | Bucket | Damage]":
        """Yield the entries in key order from `start` on, damage in its place.

        Args:
            start: first key wanted; need not exist.
            prefix: only keys that begin so.
        """
        for page, first in self._leaves(max(start, prefix)):
            if isinstance(page, Damage):
                yield page
                continue
            for index in range(first, len(page.elements)):
                if prefix and index not in page.bad and not page.keys[index].startswith(prefix):
                    return
                yield self.entry(page, index)

    def entry(self, page: Page, index: int) -> "Pair | Bucket | Damage":
        """Return element `index` of a leaf page of this bucket."""
        if index in page.bad:
            return self.revision.note(page.bad[index])
        if not page.elements[index].is_bucket:
            return Pair(page, index)
        return self._open(page, index)

    def _open(self, page: Page, index: int) -> "Bucket | Damage":
        """Open the sub-bucket in leaf element `index` (`bucket.go: openBucket`)."""
        origin = page.value_origin(index)
        revision = self.revision
        name = page.keys[index]
        if origin.length < BUCKET_SIZE:
            what = f"page {page.id}: bucket header of {origin.length} bytes, not {BUCKET_SIZE}"
            return revision.note(Damage("bucket-size", page.id, origin.offset, what))
        element = page.elements[index]
        raw = page.bytes_at(element.value_offset, BUCKET_SIZE)
        root, sequence = revision.layout.bucket.unpack(raw)
        if root and not FIRST_DATA_PAGE <= root < revision.high_water:
            what = f"page {page.id}: bucket root {root} is outside 2..{revision.high_water - 1}"
            return revision.note(Damage("bucket-root", page.id, origin.offset, what))
        if root and (root in self._ancestors or root == self.root):
            what = f"page {page.id}: bucket root {root} leads back to a bucket that holds this one"
            return revision.note(Damage("bucket-cycle", page.id, origin.offset, what))
        header = BucketHeader(root, sequence, origin, page.key_origin(index))
        ancestors = self._ancestors | {self.root} if self.root else self._ancestors
        return Bucket(revision, (*self.path, name), header, ancestors)

    def _descend(self, key: bytes) -> "tuple[Page, list[bytes], list[int]] | Damage":
        """Find the leaf that must hold `key`; return it with its sound keys and their indices."""
        page = self.root_page()
        for _ in range(MAX_DEPTH):
            if isinstance(page, Damage):
                return page
            for damage in page.damage:
                self.revision.note(damage)
            indices, keys = page.sound_keys()
            if page.is_leaf:
                return page, keys, indices
            if not keys:
                return self.revision.note(next(iter(page.bad.values())))
            at = max(bisect_right(keys, key) - 1, 0)
            index = indices[at]
            # The damaged element between two sound ones could be the one that leads to the key.
            if index + 1 in page.bad:
                return self.revision.note(page.bad[index + 1])
            page = self.revision.child(page, index)
        return self._too_deep()

    def _leaves(self, start: bytes) -> Iterator[tuple[Page | Damage, int]]:
        """Yield each leaf with the index of the first wanted element; damaged pages in place."""
        root = self.root_page()
        if isinstance(root, Damage):
            yield root, 0
            return
        for damage in root.damage:
            yield self.revision.note(damage), 0
        stack = [(root, _first_index(root, start))]
        seen = {root.id}
        while stack:
            page, index = stack.pop()
            if page.is_leaf:
                yield page, index
                continue
            if index + 1 < len(page.elements):
                stack.append((page, index + 1))
            child = self._child_once(page, index, seen)
            if isinstance(child, Damage):
                yield child, 0
                continue
            for damage in child.damage:
                yield self.revision.note(damage), 0
            if len(stack) >= MAX_DEPTH:
                yield self._too_deep(), 0
            else:
                stack.append((child, _first_index(child, start)))

    def _child_once(self, page: Page, index: int, seen: set[int]) -> Page | Damage:
        """Read a child that this walk has not met; a tree that joins itself is damaged."""
        if index in page.bad:
            return self.revision.note(page.bad[index])
        child = self.revision.child(page, index)
        if isinstance(child, Damage):
            return child
        if child.id in seen:
            what = f"page {page.id}: page {child.id} is referred to twice in one tree"
            place = page.key_origin(index).offset
            return self.revision.note(Damage("page-shared", page.id, place, what))
        seen.add(child.id)
        return child

    def _too_deep(self) -> Damage:
        what = f"page {self.root}: the tree is deeper than {MAX_DEPTH} levels"
        return self.revision.note(Damage("tree-depth", self.root, self.origin.offset, what))


def _first_index(page: Page, start: bytes) -> int:
    """Return the index at which a walk from key `start` begins on `page`."""
    if not start:
        return 0
    indices, keys = page.sound_keys()
    at = bisect_left(keys, start) if page.is_leaf else max(bisect_right(keys, start) - 1, 0)
    if at < len(indices):
        return indices[at]
    return len(page.elements)
