"""Buckets as ordered mappings: exact look-up, ordered walk and prefix seek in O(depth) pages."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from boltview.bolt.errors import Damage
from boltview.bolt.format import BUCKET_SIZE, FIRST_DATA_PAGE
from boltview.bolt.page import Origin, Page, inline_page
from boltview.bolt.visited import Visited

if TYPE_CHECKING:
    from boltview.bolt.revision import Revision

T = TypeVar("T")

MAX_DEPTH = 64
"""Levels of one bucket's tree; bbolt reaches 20 only beyond a million million keys."""
MAX_NESTING = 4096
"""Buckets within buckets. bbolt knows no limit, but every path takes memory for its length."""


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
    def page(self) -> Page:
        """The page that it lies on; of an inline bucket the page within its value."""
        return self._page

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

    __slots__ = ("_holder", "_inline", "header", "path", "revision")

    def __init__(
        self,
        revision: "Revision",
        path: tuple[bytes, ...],
        header: BucketHeader,
        holder: "Bucket | None" = None,
    ) -> None:
        """Describe a bucket; nothing is read until it is asked for something.

        Args:
            revision: the revision it belongs to.
            path: names from the root bucket to here.
            header: root page, sequence and place.
            holder: the bucket that holds it; None for the root bucket.
        """
        self.revision = revision
        self.path = path
        self.header = header
        self._holder = holder
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
        page, doubt = self._leaf_for(key)
        if isinstance(page, Damage):
            return page
        indices, keys = page.sound_keys()
        at = bisect_left(keys, key)
        if at < len(keys) and keys[at] == key:
            return self.entry(page, indices[at])
        if page.damage and key in keys:
            # The order is broken, so the search by halves could miss it.
            return self.entry(page, indices[keys.index(key)])
        hidden = page.hidden(at, indices)
        return self.revision.note(hidden) if hidden else doubt

    def entries(
        self, start: bytes = b"", *, prefix: bytes = b""
    ) -> "Iterator[Pair | Bucket | Damage]":
        """Yield the entries in key order from `start` on, damage in its place.

        Args:
            start: first key wanted; need not exist.
            prefix: only keys that begin so.
        """
        start = max(start, prefix)
        end = _behind(prefix)
        for page, first in self._leaves(start, end):
            if isinstance(page, Damage):
                yield page
                continue
            for index in range(first, len(page.elements)):
                key = page.keys[index]
                if index in page.bad or (key >= start and key.startswith(prefix)):
                    yield self.entry(page, index)
                elif end and key >= end and not page.damage:
                    break

    def entry(self, page: Page, index: int) -> "Pair | Bucket | Damage":
        """Return element `index` of a leaf page of this bucket."""
        if index in page.bad:
            return self.revision.note(page.bad[index])
        if not page.elements[index].is_bucket:
            return Pair(page, index)
        return self._open(page, index)

    def _open(self, page: Page, index: int) -> "Bucket | Damage":
        """Open the sub-bucket in leaf element `index`."""
        element = page.elements[index]
        raw = page.bytes_at(element.value_offset, min(element.value_size, BUCKET_SIZE))
        return self.open(page.keys[index], raw, page.value_origin(index), page.key_origin(index))

    def open(
        self, name: bytes, raw: bytes, origin: Origin, key_origin: Origin
    ) -> "Bucket | Damage":
        """Open a sub-bucket (`bucket.go: openBucket`).

        Args:
            name: its key.
            raw: the header that its value begins with.
            origin: where its value lies.
            key_origin: where its key lies.
        """
        revision = self.revision
        page, _, offset, length = origin
        if length < BUCKET_SIZE:
            what = f"page {page}: bucket header of {length} bytes, not {BUCKET_SIZE}"
            return revision.note(Damage("bucket-size", page, offset, what))
        root, sequence = revision.layout.bucket.unpack(raw)
        if root and not FIRST_DATA_PAGE <= root < revision.high_water:
            what = f"page {page}: bucket root {root} is outside 2..{revision.high_water - 1}"
            return revision.note(Damage("bucket-root", page, offset, what))
        if len(self.path) >= MAX_NESTING:
            what = f"page {page}: buckets are nested more than {MAX_NESTING} deep"
            return revision.note(Damage("bucket-depth", page, offset, what))
        if root and self._is_within(root):
            what = f"page {page}: bucket root {root} leads back to a bucket that holds this one"
            return revision.note(Damage("bucket-cycle", page, offset, what))
        if root and length != BUCKET_SIZE:
            # What matters of it is there, so the bucket can be read all the same.
            what = f"page {page}: bucket value of {length} bytes, not {BUCKET_SIZE}"
            revision.note(Damage("bucket-size", page, offset, what))
        header = BucketHeader(root, sequence, origin, key_origin)
        return Bucket(revision, (*self.path, name), header, self)

    def _is_within(self, root: int) -> bool:
        """Whether the bucket with this root page is this one or holds it."""
        bucket: Bucket | None = self
        while bucket is not None:
            if bucket.root == root:
                return True
            bucket = bucket._holder  # noqa: SLF001 (its own class)
        return False

    def _leaf_for(self, key: bytes) -> tuple[Page | Damage, Damage | None]:
        """Find the leaf that must hold `key`.

        Returns the leaf, or the damage in its place, and the damage met on the way that could hide
        the key elsewhere.
        """
        page = self.root_page()
        bounds = _EVERYTHING
        doubt: Damage | None = None
        visited = None
        for _ in range(MAX_DEPTH):
            if isinstance(page, Damage):
                return page, doubt
            for damage in self._faults(page, bounds):
                doubt = doubt or damage
            if page.is_leaf:
                return page, doubt
            indices, keys = page.sound_keys()
            at = bisect_right(keys, key)
            hidden = page.hidden(at, indices)
            if hidden:
                doubt = doubt or self.revision.note(hidden)
            if doubt and not keys:
                return doubt, doubt
            visited = visited or Visited(self.revision, page)
            index = indices[max(at - 1, 0)]
            bounds = _below(page, index, bounds)
            page = visited.page(page, index)
        return self.too_deep(), doubt

    def _leaves(
        self, start: bytes, end: bytes | None, quick: "_Quick[T] | None" = None
    ) -> Iterator[tuple[Page | Damage | T, int]]:
        """Yield each leaf with the index of the first wanted element; damaged pages in place.

        Args:
            start: first key wanted.
            end: first key no longer wanted; None for no end.
            quick: asked first for the child of a branch; what it returns comes in its place.
        """
        root = self.root_page()
        if isinstance(root, Damage):
            yield root, 0
            return
        for damage in self._faults(root, _EVERYTHING):
            yield damage, 0
        visited = Visited(self.revision, root)
        stack = [(root, _first_index(root, start), _EVERYTHING)]
        while stack:
            page, index, bounds = stack.pop()
            if page.is_leaf:
                yield page, index
                continue
            if index + 1 < len(page.elements) and _reaches(page, index + 1, end):
                stack.append((page, index + 1, bounds))
            bounds = _below(page, index, bounds)
            found = quick(visited, page, index, bounds) if quick else None
            if found is not None:
                yield found, 0
                continue
            child = visited.page(page, index)
            if isinstance(child, Damage):
                yield child, 0
                continue
            for damage in self._faults(child, bounds):
                yield damage, 0
            if bounds.depth < MAX_DEPTH:
                stack.append((child, _first_index(child, start), bounds))
            else:
                yield self.too_deep(), 0

    def _faults(self, page: Page, bounds: "_Bounds") -> list[Damage]:
        """Note and return what is wrong with a page as a whole and with its place in the tree."""
        found = list(page.damage)
        _, keys = page.sound_keys()
        if keys and not found and not bounds.hold(keys[0], keys[-1]):
            what = f"page {page.id}: its keys are not in the range that the pages above give"
            found.append(Damage("page-place", page.id, page.block.offset, what))
        return [self.revision.note(damage) for damage in found]

    def too_deep(self) -> Damage:
        """Note and return that the tree has more levels than it can have."""
        what = f"page {self.root}: the tree is deeper than {MAX_DEPTH} levels"
        return self.revision.note(Damage("tree-depth", self.root, self.origin.offset, what))


class _Bounds(NamedTuple):
    """What the pages above say of a page: how deep it lies and which keys it may hold."""

    depth: int
    lower: bytes
    upper: bytes | None
    """First key that belongs elsewhere; None for no bound."""

    def hold(self, first: bytes, last: bytes) -> bool:
        """Whether keys from `first` to `last` are within the bounds (`tx_check.go`)."""
        return self.lower <= first and (self.upper is None or last < self.upper)


_EVERYTHING = _Bounds(0, b"", None)
_Quick = Callable[[Visited, Page, int, _Bounds], T | None]
"""Reads the child in an element of a branch, within bounds; None where the general way is due."""


def _below(page: Page, index: int, bounds: _Bounds) -> _Bounds:
    """Return the bounds of the child in branch element `index`."""
    depth = bounds.depth + 1
    if page.damage or index in page.bad:
        return bounds._replace(depth=depth)
    sound = (i for i in range(index + 1, len(page.keys)) if i not in page.bad)
    following = next(sound, None)
    upper = bounds.upper if following is None else page.keys[following]
    return _Bounds(depth, page.keys[index], upper)


def _first_index(page: Page, start: bytes) -> int:
    """Return the index at which a walk from key `start` begins on `page`."""
    if not start or page.damage:
        return 0
    indices, keys = page.sound_keys()
    if page.is_leaf:
        # Behind the last smaller key, so that a damaged element in between is met.
        at = bisect_left(keys, start)
        return indices[at - 1] + 1 if at else 0
    at = bisect_right(keys, start)
    return indices[at - 1] if at else 0


def _reaches(page: Page, index: int, end: bytes | None) -> bool:
    """Whether branch element `index` can lead to keys before `end`."""
    return end is None or index in page.bad or bool(page.damage) or page.keys[index] < end


def _behind(prefix: bytes) -> bytes | None:
    """Return the first key behind all that begin with `prefix`; None if there is none."""
    head = prefix.rstrip(b"\xff")
    return head[:-1] + bytes([head[-1] + 1]) if head else None
