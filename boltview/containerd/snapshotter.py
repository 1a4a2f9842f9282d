"""A snapshotter's own database: from the name that meta.db gives to directory, kind and size."""

from collections.abc import Iterator

from boltview.bolt.bulk import BulkReader
from boltview.containerd.build import makers
from boltview.containerd.objects import BackendSnapshot
from boltview.containerd.walk import Place, build_all, build_one, places
from boltview.schema.decode import Decoding
from boltview.schema.reading import Reading

SCHEMA = "containerd.snapshotter"
MAX_CHAIN = 1024
"""Snapshots in one chain; the kernel stacks 500 overlay layers at most."""


class SnapshotterDatabase:
    """One revision of a snapshotter's metadata.db.

    Attributes:
        reading: the database.
    """

    __slots__ = ("_place", "reading")

    def __init__(self, reading: Reading) -> None:
        """Find the bucket of the snapshots; a database of another kind has none."""
        self.reading = reading
        self._place: Place | None = None
        schema = reading.schema
        if schema and schema.id == SCHEMA:
            (maker,) = makers(schema, Decoding(reading.library.descriptor_sets))["backend-snapshot"]
            self._place = next(places(schema, reading.root, maker), None)

    @property
    def last_id(self) -> int:
        """The last number given to a snapshot."""
        return self._place.bucket.sequence if self._place else 0

    def snapshots(self) -> Iterator[BackendSnapshot]:
        """Yield every snapshot, in the order of the names."""
        if self._place:
            yield from build_all(self._place, BulkReader(self.reading.revision))

    def get(self, name: str) -> BackendSnapshot | None:
        """Return the snapshot of this name; None if there is none."""
        if self._place is None:
            return None
        reader = BulkReader(self.reading.revision)
        found: BackendSnapshot | None = build_one(self._place, name, reader)
        return found

    def chain(self, name: str) -> list[BackendSnapshot]:
        """Return a snapshot and those it builds on, down to the base or where the chain breaks.

        A chain that leads back to itself, or is longer than any can be, ends there.
        """
        found: list[BackendSnapshot] = []
        seen: set[str] = set()
        wanted: str | None = name
        while wanted and wanted not in seen and len(found) < MAX_CHAIN:
            seen.add(wanted)
            snapshot = self.get(wanted)
            if snapshot is None:
                break
            found.append(snapshot)
            wanted = snapshot.parent
        return found
