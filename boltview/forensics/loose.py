"""Keys and values on unused pages that belong to no known object.

Where nothing points to such a page, the tree is asked whether it has the same pairs: those are no
deleted ones, and the bucket that has them is where the others were too.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.page import Origin
from boltview.forensics.assemble import Assembler
from boltview.forensics.attribute import LOW, MEDIUM, NONE, UNATTRIBUTED, Live
from boltview.forensics.grammar import Path
from boltview.forensics.stale import Stale
from boltview.forensics.whereabouts import Place, Whereabouts

_MOST_ASKED = 1 << 20
"""Pairs of unknown buckets that are looked for in the tree; each takes a hundred bytes."""
_MOST_ASKING = 16
"""Pages with the same pair."""
_LARGE = 1 << 16
"""Bytes of a value of which only the size is compared, and key."""
_DEEPEST = 64


class LoosePair(NamedTuple):
    """A key and value that belong to no object."""

    path: Path
    """Path of the key; empty if its bucket is not known."""
    key: bytes
    value: bytes
    origin: Origin
    by: str
    confidence: str


class Loose:
    """The pairs of pages that are no object's.

    Attributes:
        folded: pairs that the tree has as they are, or that were found before.
    """

    def __init__(self, assembler: Assembler, where: Whereabouts, live: Live) -> None:
        """Keep what is asked."""
        self._assembler = assembler
        self._where = where
        self._live = live
        self.folded = 0

    def pairs(self, pages: Sequence[int]) -> Iterator[LoosePair]:
        """Yield the pairs of these pages, but for those that are in the tree, each once."""
        lost = [page_id for page_id in pages if not self._where.of(page_id)]
        known, votes = self._ask_tree(lost)
        seen: set[int] = set()
        for page_id in pages:
            page = self._assembler.page(page_id)
            if page is None:
                continue
            places = self._where.of(page_id)
            place, confidence = (places[0], MEDIUM) if places else (votes.get(page_id), LOW)
            for pair in self._of(page, place, confidence if place else NONE):
                mark = hash((pair.path, pair.key, pair.value))
                is_there = self._is_live(pair) if pair.path else _mark(pair) in known
                if mark in seen or is_there:
                    self.folded += 1
                    continue
                seen.add(mark)
                yield pair

    def _of(self, page: Stale, place: Place | None, confidence: str) -> Iterator[LoosePair]:
        by = place.how if place else UNATTRIBUTED
        for index, element in enumerate(page.elements):
            key, origin = page.keys[index], page.origin(index)
            path = (*place.path, key) if place else ()
            if not element.is_bucket:
                yield LoosePair(path, key, page.value(index), origin, by, confidence)
                continue
            for name, value in (self._assembler.inline(page, index) or {}).items():
                if isinstance(value, bytes):
                    below = (*path, name) if path else ()
                    yield LoosePair(below, name, value, origin, by, confidence)

    def _is_live(self, pair: LoosePair) -> bool:
        entry = self._live.get(pair.path)
        return isinstance(entry, Pair) and entry.value == pair.value

    def _ask_tree(self, pages: Sequence[int]) -> tuple[set[int], dict[int, Place]]:
        """Return which pairs of these pages the tree has, and the bucket that has a page's."""
        wanted: dict[int, list[int]] = {}
        for page_id in pages:
            page = self._assembler.page(page_id)
            if page is None:
                continue
            for pair in self._of(page, None, NONE):
                wanted.setdefault(_mark(pair), []).append(page_id)
            if len(wanted) > _MOST_ASKED:
                break
        known: set[int] = set()
        votes: dict[int, Counter[Path]] = {}
        if wanted:
            for bucket, there in _tree_pairs(self._live.revision.root):
                mark = hash((there.key, there.size, there.value if there.size < _LARGE else b""))
                asking = wanted.get(mark)
                if asking is None:
                    continue
                known.add(mark)
                # What stands on many pages tells of none of them where it was.
                for page_id in asking if len(asking) <= _MOST_ASKING else ():
                    votes.setdefault(page_id, Counter())[bucket.path] += 1
        return known, {
            page_id: Place(counted.most_common(1)[0][0], "same pairs in the tree")
            for page_id, counted in votes.items()
            if len(counted) == 1
        }


def _mark(pair: LoosePair) -> int:
    size = len(pair.value)
    return hash((pair.key, size, pair.value if size < _LARGE else b""))


def _tree_pairs(root: Bucket) -> Iterator[tuple[Bucket, Pair]]:
    """Yield every pair of a tree, with its bucket."""
    waiting = [root]
    claimed: set[int] = set()
    while waiting:
        bucket = waiting.pop()
        # A forged file could show one tree in many buckets.
        if len(bucket.path) > _DEEPEST or (bucket.root and bucket.root in claimed):
            continue
        claimed.add(bucket.root)
        for entry in bucket.entries():
            if isinstance(entry, Bucket):
                waiting.append(entry)
            elif not isinstance(entry, Damage):
                yield bucket, entry
