"""A bucket's leaves in key order for comparing: subtrees can be passed over, and gaps are told.

Who compares two trees wants to leave out what both share, and must not take what a damaged page
hides for something that is not there. So a walk stops at each subtree before it reads it, and
damage comes as a gap: the range of keys of which nothing is known.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from boltview.bolt.bucket import _EVERYTHING, MAX_DEPTH, Bucket, Pair, _below, _Bounds
from boltview.bolt.errors import Damage
from boltview.bolt.page import Page
from boltview.bolt.visited import Visited


class Subtree(NamedTuple):
    """A page that was not read yet, and all below it."""

    id: int
    key: bytes
    """No key in it is smaller."""
    height: int
    """Levels below it; -1 where damage makes that unknown."""


class Leaf:
    """Sound neighbouring elements of a leaf.

    Attributes:
        page: the leaf.
        index: the first element not yet taken.
        stop: behind the last.
    """

    __slots__ = ("index", "page", "stop")

    def __init__(self, page: Page, index: int, stop: int) -> None:
        """Begin at element `index`."""
        self.page = page
        self.index = index
        self.stop = stop


class Gap(NamedTuple):
    """Keys of which it cannot be said whether the bucket has them."""

    lower: bytes
    upper: bytes | None
    """First key behind it; None for all that follow."""
    damage: Damage
    pages: tuple[Page, ...] = ()
    """What was found in it all the same, in no reliable order."""

    def holds(self, key: bytes) -> bool:
        """Whether a key is in the range."""
        return self.lower <= key and (self.upper is None or key < self.upper)


Front = Subtree | Leaf | Gap | None


class Runs:
    """The walk through one bucket.

    Attributes:
        bucket: the bucket.
        front: what comes next; None at the end.
    """

    __slots__ = ("_ahead", "_height", "_stack", "_visited", "bucket", "front")

    def __init__(self, bucket: Bucket) -> None:
        """Stand before the whole bucket."""
        self.bucket = bucket
        self._stack: list[tuple[Page, int, _Bounds]] = []
        self._ahead: list[Leaf | Gap] = []
        self._visited: Visited | None = None
        self._height = -1
        self.front: Front = None
        if bucket.is_inline:
            self._open(bucket.root_page(), _EVERYTHING)
            self._advance()
        else:
            self._height = _height(bucket)
            self.front = Subtree(bucket.root, b"", self._height)

    def enter(self) -> None:
        """Read the subtree in front, and stand before the first of what is in it."""
        if self._visited is None:
            # The front is the whole bucket.
            page = self.bucket.root_page()
            if isinstance(page, Page):
                self._visited = Visited(self.bucket.revision, page)
            self._open(page, _EVERYTHING)
        else:
            parent, index, bounds = self._step()
            self._open(self._visited.page(parent, index), _below(parent, index, bounds))
        self._advance()

    def leave(self) -> None:
        """Pass over what is in front."""
        if isinstance(self.front, Subtree) and self._stack:
            self._step()
        self._advance()

    def _advance(self) -> None:
        if self._ahead:
            self.front = self._ahead.pop()
        elif not self._stack:
            self.front = None
        else:
            page, index, bounds = self._stack[-1]
            if index in page.bad:
                self._gap_of_bad(page, index, bounds)
                return
            height = self._height - bounds.depth - 1 if self._height >= 0 else -1
            self.front = Subtree(page.elements[index].child, page.keys[index], height)

    def _gap_of_bad(self, page: Page, index: int, bounds: _Bounds) -> None:
        """Stand before a child whose key is unknown too: all up to the next child's is in doubt."""
        self._step()
        sound = [i for i in range(len(page.elements)) if i not in page.bad]
        lower = next((page.keys[i] for i in reversed(sound) if i < index), bounds.lower)
        upper = next((page.keys[i] for i in sound if i > index), bounds.upper)
        self.front = Gap(lower, upper, self.bucket.revision.note(page.bad[index]))

    def _step(self) -> tuple[Page, int, _Bounds]:
        """Go on to the next child of the branch at hand, and return the place of this one."""
        place = page, index, bounds = self._stack.pop()
        if index + 1 < len(page.elements):
            self._stack.append((page, index + 1, bounds))
        return place

    def _open(self, page: Page | Damage, bounds: _Bounds) -> None:
        """Put what a page holds before all else."""
        if isinstance(page, Damage):
            self._ahead.append(Gap(bounds.lower, bounds.upper, page))
            return
        faults = self.bucket._faults(page, bounds)  # noqa: SLF001 - of its own package
        if not page.is_leaf and bounds.depth >= MAX_DEPTH:
            self._ahead.append(Gap(bounds.lower, bounds.upper, self.bucket.too_deep()))
        elif faults:
            pages = (page,) if page.is_leaf else tuple(self._leaves_below(page, bounds.depth))
            self._ahead.append(Gap(bounds.lower, bounds.upper, faults[0], pages))
        elif page.is_leaf:
            self._ahead += reversed(list(self._parts(page, bounds)))
        else:
            self._stack.append((page, 0, bounds))

    def _parts(self, page: Page, bounds: _Bounds) -> Iterator[Leaf | Gap]:
        """Yield the sound stretches of a leaf, and the gaps between them."""
        count = len(page.elements)
        if not page.bad:
            if count:
                yield Leaf(page, 0, count)
            return
        lower = bounds.lower
        note = self.bucket.revision.note
        for before, bad in pairwise((-1, *sorted(page.bad), count)):
            if before + 1 < bad:
                yield Leaf(page, before + 1, bad)
                lower = page.keys[bad - 1] + b"\0"
            if bad < count:
                sound = (i for i in range(bad + 1, count) if i not in page.bad)
                following = next(sound, None)
                upper = bounds.upper if following is None else page.keys[following]
                yield Gap(lower, upper, note(page.bad[bad]))

    def _leaves_below(self, branch: Page, depth: int) -> Iterator[Page]:
        """Yield the leaves that can be reached through a branch that is not to be trusted."""
        stack = [(branch, 0, depth)]
        while stack and self._visited:
            page, index, depth = stack.pop()
            if index + 1 < len(page.elements):
                stack.append((page, index + 1, depth))
            child = self._visited.page(page, index)
            if isinstance(child, Damage):
                continue
            for damage in child.damage:
                self.bucket.revision.note(damage)
            if child.is_leaf:
                yield child
            elif depth < MAX_DEPTH:
                stack.append((child, 0, depth + 1))
            else:
                self.bucket.too_deep()


def found_in(bucket: Bucket, gap: Gap) -> Iterator[Pair | Bucket]:
    """Yield the entries that could be read within a gap."""
    for page in gap.pages:
        for index in range(len(page.elements)):
            entry = bucket.entry(page, index)
            if not isinstance(entry, Damage):
                yield entry


def _height(bucket: Bucket) -> int:
    """Return how many levels lie below the root page, by its first children; -1 for any doubt."""
    page = bucket.root_page()
    for height in range(MAX_DEPTH):
        if isinstance(page, Damage) or page.bad or page.damage:
            return -1
        if page.is_leaf:
            return height
        header = bucket.revision.header(page.elements[0].child)
        if isinstance(header, Damage):
            return -1
        page = bucket.revision.page(header.id, header)
    return -1
