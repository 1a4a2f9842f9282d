"""Which pages of a stream are of one file.

Pages that lie as far from one another as their numbers say are a piece of one file, a *run*; where
a file lies in one piece, as mostly on a disk, one run is all of it. Runs belong together where
pages of one lead to pages of the other: a branch to a page that begins with its key, a bucket to
its root. Two pages of one number are never of one file.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from boltview.bolt.format import HEADER_SIZE, LITTLE
from boltview.bolt.meta import Meta
from boltview.bolt.source import Source
from boltview.forensics.stale import Stale, parse_stale
from boltview.forensics.stream.headers import Header

_USUAL = 4096
_MOST_READ = 16
"""Pages of a block that are read for where it leads."""
_BAGS = 8
"""Groups that a lone page is tried to be put with."""


class Run(NamedTuple):
    """A piece of a file: pages in their places."""

    page_size: int
    base: int
    """Where in the stream page 0 would lie; can be negative."""
    pages: dict[int, int]
    """Overflow pages by page number."""
    metas: tuple[Meta, ...]

    @property
    def numbers(self) -> set[int]:
        """The numbers of its pages and metas."""
        return {*self.pages, *(meta.slot for meta in self.metas)}


class _Link(NamedTuple):
    """One page leads to another."""

    run: int
    child: int
    key: int | None
    """Hash of the key that the page must begin with; None for a bucket's root."""


class _Group:
    """Runs of one file."""

    def __init__(self, index: int, run: Run) -> None:
        self.members = [index]
        self.numbers = run.numbers
        self.links: set[int] = set()
        self.page_size = run.page_size
        self.has_meta = bool(run.metas)

    def fits(self, other: "_Group") -> bool:
        """Whether no two pages have the same number."""
        return self.page_size == other.page_size and self.numbers.isdisjoint(other.numbers)

    def is_apart(self, other: "_Group") -> bool:
        """Whether nothing here can be taken to lead there, or the other way round."""
        return self.links.isdisjoint(other.numbers) and other.links.isdisjoint(self.numbers)

    def take(self, other: "_Group") -> None:
        self.members += other.members
        self.numbers |= other.numbers
        self.links |= other.links
        self.has_meta |= other.has_meta


def runs_of(found: Iterable[Header | Meta]) -> list[Run]:
    """Sort pages and metas into runs.

    Of several page sizes, which only metas tell, a page is taken for the one that puts it among
    most others; without a meta for the usual one.
    """
    metas: list[Meta] = []
    pages: list[Header] = []
    for one in found:
        if isinstance(one, Meta):
            metas.append(one)
        else:
            pages.append(one)
    sizes = sorted({meta.page_size for meta in metas}) or [_USUAL]
    weights = Counter((size, page.offset - page.id * size) for page in pages for size in sizes)
    runs: dict[tuple[int, int], Run] = {}
    for page in pages:
        places = [(size, page.offset - page.id * size) for size in sizes]
        place = max(places, key=weights.__getitem__)
        runs.setdefault(place, Run(*place, {}, ())).pages[page.id] = page.overflow
    for meta in metas:
        place = (meta.page_size, meta.offset - HEADER_SIZE - meta.slot * meta.page_size)
        before = runs.get(place) or Run(*place, {}, ())
        runs[place] = before._replace(metas=(*before.metas, meta))
    return list(runs.values())


def grouped(source: Source, runs: Sequence[Run]) -> list[list[Run]]:
    """Join runs that lead to one another; the others stand together where nothing is mixed up."""
    groups = [_Group(index, run) for index, run in enumerate(runs)]
    links, first = _links(source, runs)
    for link in links:
        groups[link.run].links.add(link.child)
    owner = list(range(len(runs)))

    def group_of(index: int) -> int:
        while owner[index] != index:
            owner[index] = owner[owner[index]]
            index = owner[index]
        return index

    for (one, other), _ in _votes(links, first).most_common():
        mine, theirs = group_of(one), group_of(other)
        if mine == theirs or not groups[mine].fits(groups[theirs]):
            continue
        if len(groups[mine].numbers) < len(groups[theirs].numbers):
            mine, theirs = theirs, mine
        groups[mine].take(groups[theirs])
        owner[theirs] = mine
    joined = [group for index, group in enumerate(groups) if group_of(index) == index]
    known = {index for ends in first.values() for index, _ in ends}
    joined = [group for group in joined if group.has_meta or known.intersection(group.members)]
    return [[runs[index] for index in group.members] for group in _together(joined)]


def _together(groups: list[_Group]) -> list[_Group]:
    """Put groups without a meta together where that can mislead nobody: there can be thousands."""
    kept = [group for group in groups if group.has_meta]
    bags: list[_Group] = []
    for group in groups:
        if group.has_meta:
            continue
        for bag in bags[-_BAGS:]:
            if bag.fits(group) and bag.is_apart(group):
                bag.take(group)
                break
        else:
            bags.append(group)
    return kept + bags


def _links(
    source: Source, runs: Sequence[Run]
) -> tuple[list[_Link], dict[int, list[tuple[int, int]]]]:
    """Return where pages lead, and of each number the runs that have it, with its first key."""
    links: list[_Link] = []
    first: dict[int, list[tuple[int, int]]] = {}
    for index, run in enumerate(runs):
        links += [_Link(index, meta.root, None) for meta in run.metas]
        for number, overflow in run.pages.items():
            page = _page(source, run, number, overflow)
            if page is None:
                continue
            first.setdefault(number, []).append((index, hash(page.keys[0])))
            for at, element in enumerate(page.elements):
                if not page.is_leaf:
                    links.append(_Link(index, element.child, hash(page.keys[at])))
                elif root := page.root(at, LITTLE):
                    links.append(_Link(index, root, None))
    return links, first


def _page(source: Source, run: Run, number: int, overflow: int) -> Stale | None:
    offset = run.base + number * run.page_size
    raw = source.read(offset, (min(overflow, _MOST_READ) + 1) * run.page_size)
    return parse_stale(LITTLE, number, offset, raw)


def _votes(
    links: Iterable[_Link], first: dict[int, list[tuple[int, int]]]
) -> Counter[tuple[int, int]]:
    """Count how often pages of one run lead to pages of another."""
    votes: Counter[tuple[int, int]] = Counter()
    for index, child, key in links:
        held = first.get(child, ())
        if any(other == index for other, _ in held):
            continue  # it has that page itself
        for other, begins in held:
            if begins == key or (key is None and len(held) == 1):
                votes[min(index, other), max(index, other)] += 1
    return votes
