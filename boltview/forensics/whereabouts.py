"""Which bucket an unused page belonged to, told by what points to it and by what it shares.

Pages carry no path. A bucket entry or branch element that leads to a page tells it, if the page was
not used again since. And most old pages have neighbours that are still in use: an entry that leads
to the same page as an entry of the tree does, under the same name, stood in the same bucket.
"""

from collections import Counter
from typing import NamedTuple

from boltview.bolt.bucketnumbers import NOBODY
from boltview.bolt.meta import Meta
from boltview.forensics.assemble import Assembler
from boltview.forensics.grammar import Path
from boltview.forensics.pointers import Pointers
from boltview.forensics.stale import Stale

_DEEPEST = 64
_MOST_PLACES = 8
_MOST_HOLDERS = 64
_SIBLINGS = 16
"""Neighbours asked; they rarely disagree."""
_MOST_KEPT = 1 << 16
POINTER = "pointer"
NEIGHBOURS = "neighbours in the tree"
OWNER = "page of the tree"
PREVIOUS = "root of the previous revision"
ROOT = "names of the root's buckets"


class Place(NamedTuple):
    """Where a page may have belonged."""

    path: Path
    """Path of the bucket."""
    how: str
    """How it was told."""


class Whereabouts:
    """Tells the buckets of unused pages."""

    def __init__(
        self,
        assembler: Assembler,
        pointers: Pointers,
        previous: Meta | None = None,
        roots: frozenset[bytes] = frozenset(),
    ) -> None:
        """Keep what is asked.

        Args:
            assembler: reads pages.
            pointers: what leads to them.
            previous: the meta of the previous revision, if there is one.
            roots: names that buckets in the root bucket have.
        """
        self._assembler = assembler
        self._pointers = pointers
        self._previous = previous
        self._roots = roots
        self._known: dict[int, tuple[Place, ...]] = {}
        self._survey = assembler.found.survey

    def of(self, page_id: int, depth: int = 0) -> tuple[Place, ...]:
        """Return the buckets that a page may have belonged to, the likeliest first."""
        known = self._known.get(page_id)
        if known is not None:
            return known
        if len(self._known) > _MOST_KEPT:
            self._known.clear()
        # What leads back here tells nothing more.
        self._known[page_id] = ()
        page = self._assembler.page(page_id)
        found: dict[Path, str] = {}
        if page and page.first:
            owner = self._survey.owner_of(page_id)
            if owner is not None:
                found[owner] = OWNER
        elif page and depth < _DEEPEST:
            if self._previous and page_id == self._previous.root:
                found[()] = PREVIOUS
            for path in self._by_neighbours(page):
                found.setdefault(path, NEIGHBOURS)
            for path in self._by_pointers(page, depth):
                found.setdefault(path, POINTER)
            if not found and self._is_root(page):
                found[()] = ROOT
        places = tuple(Place(*item) for item in list(found.items())[:_MOST_PLACES])
        self._known[page_id] = places
        return places

    def _is_root(self, page: Stale) -> bool:
        """Whether a page can only be the root bucket's: nothing leads to it, and its names are."""
        return (
            page.is_leaf
            and self._roots.issuperset(page.keys)
            and all(element.is_bucket for element in page.elements)
            and next(self._pointers.to(page.id), None) is None
        )

    def _by_pointers(self, page: Stale, depth: int) -> list[Path]:
        paths: Counter[Path] = Counter()
        for number, (holder, index) in enumerate(self._pointers.to(page.id)):
            above = self._assembler.page(holder)
            if above is None or number == _MOST_HOLDERS:
                break
            if above.is_leaf:
                key = above.keys[index]
                paths.update((*place.path, key) for place in self.of(holder, depth + 1))
            elif above.keys[index] == page.keys[0]:
                paths.update(place.path for place in self.of(holder, depth + 1))
        return [path for path, _ in paths.most_common()]

    def _by_neighbours(self, page: Stale) -> list[Path]:
        """Ask what the page shares with the tree."""
        owner, buckets = self._survey.owner, self._survey.buckets
        layout = self._assembler.space.layout
        votes: Counter[Path] = Counter()
        asked = 0
        for index, element in enumerate(page.elements):
            child = page.root(index, layout) if page.is_leaf else element.child
            if not child or child >= len(owner) or owner[child] == NOBODY:
                continue
            number = owner[child]
            if page.is_leaf:
                # The same name and the same root page: it is that bucket.
                path = buckets.path(number)
                if path and path[-1] == page.keys[index] and buckets.roots[number] == child:
                    votes[path[:-1]] += 1
            elif self._begins(child, page.keys[index]):
                votes[buckets.path(number)] += 1
            asked += 1
            if asked == _SIBLINGS:
                break
        return [path for path, _ in votes.most_common()]

    def _begins(self, page_id: int, key: bytes) -> bool:
        """Whether a page of the tree begins with this key."""
        page = self._assembler.found.survey.revision.page(page_id)
        keys = getattr(page, "keys", [])
        return bool(keys) and keys[0] == key
