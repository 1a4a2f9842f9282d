"""The records of one kind by number, each read and built when it is asked for.

For a screen that shows forty of sixty thousand: the leaf pages are counted, and no record is read
before it is shown.
"""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.bulk import BulkReader, Contents
from boltview.bolt.errors import Damage
from boltview.bolt.index import BucketIndex
from boltview.containerd.metadata import Metadata

Path = tuple[bytes, ...]


class Numbered:
    """The records of one kind over all namespaces, in the order in which they are listed."""

    __slots__ = ("_ends", "_indexes", "_places")

    def __init__(self, metadata: Metadata, kind: str) -> None:
        """Count the records of a kind of the schema, such as `blob`."""
        self._places = list(metadata.places(kind))
        self._indexes = [BucketIndex(place.bucket) for place in self._places]
        self._ends = list(accumulate(map(len, self._indexes)))

    def __len__(self) -> int:
        """Return the number of records; each page that cannot be read counts as one."""
        return self._ends[-1] if self._ends else 0

    def __getitem__(self, number: int) -> Any | Damage:  # noqa: ANN401 - one of the objects
        """Return a record as an object, or the damage in its place."""
        which = bisect_right(self._ends, number)
        place, index = self._places[which], self._indexes[which]
        entry = index[number - (self._ends[which - 1] if which else 0)]
        if isinstance(entry, Damage):
            return entry
        path = (*place.bucket.path, entry.key)
        if isinstance(entry, Bucket):
            # A reader for each: what two records claim is damage of whichever is read second.
            whole = BulkReader(place.bucket.revision).read(entry)
            return place.maker.build(path, whole.contents, entry.origin, whole.damage)
        return place.maker.build(path, entry.value, entry.origin)

    def number(self, path: Path) -> int | None:
        """Return the number of the record at a path; None if there is none."""
        start = 0
        for index, end in zip(self._indexes, self._ends, strict=True):
            if path[:-1] == index.bucket.path:
                found = index.position(path[-1])
                return None if found is None else start + found
            start = end
        return None

    def contents(self) -> Iterator[tuple[int, bytes, Contents]]:
        """Read every record: its number, its key, and what its bucket holds.

        Values where records belong, and what cannot be read, are left out.
        """
        start = 0
        for place, index, end in zip(self._places, self._indexes, self._ends, strict=True):
            number = start
            for key, content, _, _ in BulkReader(place.bucket.revision).entries(place.bucket):
                if self._key(index, number - start) != key:
                    # Something before it could not be read and is left out by the reader.
                    found = index.position(key)
                    number = number if found is None else start + found
                if isinstance(content, dict):
                    yield number, key, content
                number += 1
            start = end

    def group_of(self, number: int) -> int:
        """Return which bucket a record stands in: records of one bucket have the same."""
        return bisect_right(self._ends, number)

    @staticmethod
    def _key(index: BucketIndex, position: int) -> bytes | None:
        entry = index[position] if position < len(index) else None
        return entry.key if isinstance(entry, Pair | Bucket) else None
