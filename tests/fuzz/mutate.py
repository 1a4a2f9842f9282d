"""Mutated copies of small real files, and which of their records no mutation touched."""

import random
from functools import cache
from pathlib import Path
from typing import NamedTuple

from fixtures.make.rawfile import BUCKET, ELEMENT, HEADER, NOFL, RawFile

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
SEEDS = (
    "shapes/freelist-array.db",
    "shapes/inline-limit.db",
    "shapes/nested-12.db",
    "shapes/page-size-1024.db",
    "shapes/page-size-4096.db",
    "shapes/previous-differs.db",
    "shapes/sequences.db",
    "shapes/keys-and-values.db",
    "shapes/hostile.db",
    "containerd-2.4/root/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/metadata.db",
)
"""Small files with one of everything."""
_SPECIAL = (0, 1, 2, 3, 4, 16, 0x7F, 0x80, 0xFF)

Names = tuple[bytes, ...]


class Seed(NamedTuple):
    """A sound file."""

    data: bytes
    page_size: int
    records: dict[Names, bytes]
    ways: dict[Names, frozenset[int]]
    """Of each record the pages that lead to it, its own included."""
    pages: tuple[int, ...]
    """Pages worth harming: those of the tree, of the freelist and the metas."""
    counts: dict[int, int]
    """Elements of each of them."""


class Mutant(NamedTuple):
    """A harmed copy."""

    seed: Seed
    data: bytearray
    harmed: frozenset[int]
    """Pages with a changed byte."""


@cache
def seeds() -> tuple[Seed, ...]:
    """Read the seeds, with nothing of boltview."""
    return tuple(_seed(FIXTURES / name) for name in SEEDS)


def mutate(number: int) -> Mutant:
    """Return mutant number `number`: the same each time."""
    source = random.Random(number)  # noqa: S311 - reproducible on purpose
    seed = source.choice(seeds())
    data = bytearray(seed.data)
    for _ in range(source.choice((1, 1, 1, 2, 4, 16))):
        _change(data, seed, source)
    if source.randrange(50) == 0:
        del data[source.randrange(len(data)) :]
    padded = data.ljust(len(seed.data), b"\0")
    size = seed.page_size
    harmed = frozenset(
        page
        for page in range(len(seed.data) // size)
        if padded[page * size : (page + 1) * size] != seed.data[page * size : (page + 1) * size]
        or len(data) < (page + 1) * size
    )
    return Mutant(seed, data, harmed)


def _change(data: bytearray, seed: Seed, source: random.Random) -> None:
    page = source.choice(seed.pages) * seed.page_size
    count = seed.counts[page // seed.page_size]
    kind = source.randrange(8)
    if kind == 0:
        other = source.choice(seed.pages) * seed.page_size
        data[page : page + seed.page_size] = seed.data[other : other + seed.page_size]
    elif kind == 1:
        start = page + source.randrange(seed.page_size)
        length = min(source.choice((1, 8, 64, 4096)), len(data) - start)
        data[start : start + length] = bytes(length)
    else:
        # Structures lie at the front of a page; elsewhere are keys and values.
        room = HEADER + ELEMENT * count if kind < 6 else seed.page_size
        place = page + source.randrange(min(room, seed.page_size))
        if kind % 2:
            data[place] ^= 1 << source.randrange(8)
        else:
            data[place] = source.choice((*_SPECIAL, source.randrange(256)))


def _seed(path: Path) -> Seed:
    file = RawFile(path)
    records: dict[Names, bytes] = {}
    ways: dict[Names, frozenset[int]] = {}
    waiting: list[tuple[Names, int, frozenset[int]]] = [((), file.root, frozenset())]
    while waiting:
        names, page, above = waiting.pop()
        way = above | set(range(page, page + file.overflow(page) + 1))
        for element in file.elements(page):
            key = file.key(element)
            if element.child:
                waiting.append((names, element.child, way))
            elif not element.flags & BUCKET:
                records[*names, key] = _value(file, element.value, element.value_size)
                ways[*names, key] = way
            elif root := file.bucket_root(element):
                waiting.append(((*names, key), root, way))
            else:
                for inner in file.inline(element):
                    path_ = (*names, key, file.key(inner))
                    records[path_] = _value(file, inner.value, inner.value_size)
                    ways[path_] = way
    pages = {0, 1, *file.tree()}
    if file.freelist() != NOFL:
        pages.add(file.freelist())
    counts = {page: file.get(file.at(page) + 10, "H") or 4 for page in pages}
    return Seed(bytes(file.data), file.page_size, records, ways, tuple(sorted(pages)), counts)


def _value(file: RawFile, start: int, length: int) -> bytes:
    return bytes(file.data[start : start + length])
