"""A program for a database, made of bytes: what Hypothesis draws, and can make smaller.

Four bytes are one operation: what, in which bucket, on which key, how large. Operations that bbolt
would refuse are turned into ones that it takes.
"""

from collections.abc import Iterator
from typing import NamedTuple

from boltview.bbolt import Batch

Names = tuple[bytes, ...]

MOST_BUCKETS = 24


class Settings(NamedTuple):
    """How a database is written."""

    page_size: int
    hashmap: bool
    no_freelist_sync: bool


class Model:
    """The names that there are: enough to know what bbolt would take."""

    def __init__(self) -> None:
        """Begin with the root bucket."""
        self.buckets: dict[Names, None] = {(): None}
        self.keys: dict[Names, dict[bytes, None]] = {(): {}}

    def add(self, path: Names) -> None:
        self.buckets[path] = None
        self.keys[path] = {}

    def remove(self, path: Names) -> None:
        for other in [one for one in self.buckets if one[: len(path)] == path]:
            del self.buckets[other]
            del self.keys[other]


def commits(program: bytes, page_size: int) -> Iterator[Batch]:
    """Yield the batches of a program, each for a transaction of its own."""
    model, batch = Model(), Batch()
    for start in range(0, len(program) - 3, 4):
        what, where, which, size = program[start : start + 4]
        if what % 16 == 15:
            yield batch
            batch = Batch()
        else:
            _operation(model, batch, (what % 16, where, which, size), page_size)
    yield batch


def _operation(
    model: Model, batch: Batch, operation: tuple[int, int, int, int], page_size: int
) -> None:
    what, where, which, size = operation
    paths = list(model.buckets)
    path = paths[where % len(paths)]
    key = _key(which, size)
    batch.use(*path)
    if what == 14 and path:
        model.remove(path)
        batch.use(*path[:-1]).delete_bucket(path[-1])
    elif not path or what in {12, 13}:
        # The root bucket holds only buckets.
        inner = (*path, b"b" + key)
        if inner not in model.buckets and len(paths) < MOST_BUCKETS:
            model.add(inner)
            batch.create_bucket(inner[-1])
    elif what == 11:
        batch.set_sequence(which * 2 ** (size % 57))
    elif what == 10:
        for old in list(model.keys[path])[:: 1 + size % 4]:
            del model.keys[path][old]
            batch.delete(old)
    elif what == 9:
        for number in range(size):
            _put(model, batch, path, b"%s%03d" % (key[:40], number), bytes(which))
    else:
        _put(model, batch, path, key, _value(which, size, page_size))


def _put(model: Model, batch: Batch, path: Names, key: bytes, value: bytes) -> None:
    model.keys[path][key] = None
    batch.put(key, value)


def _key(which: int, size: int) -> bytes:
    """Return one of some 500 keys, none of which begins like a bucket's name."""
    return b"k" * (700 if which % 32 == 31 else 1 + size % 2) + b"%d" % which


def _value(which: int, size: int, page_size: int) -> bytes:
    """Return a value from nothing up to many pages; most are small."""
    length = size % 64 if size < 200 else size * 4 if size < 250 else page_size * (size - 249) * 2
    return bytes([which]) * length
