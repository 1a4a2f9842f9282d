"""mounts.db: what the mount manager of containerd 2.2 and later has mounted for its clients."""

from collections.abc import Iterator

from boltview.bolt.bulk import BulkReader
from boltview.containerd.build import makers
from boltview.containerd.objects import Mount
from boltview.containerd.walk import build_all, places
from boltview.schema.decode import Decoding
from boltview.schema.reading import Reading

SCHEMA = "containerd.mounts"


def mounts(reading: Reading, namespace: str | None = None) -> Iterator[Mount]:
    """Yield the activations of one namespace, or of all; a database without any has none."""
    schema = reading.schema
    if schema is None or schema.id != SCHEMA:
        return
    wanted = {} if namespace is None else {"<namespace>": namespace}
    reader = BulkReader(reading.revision)
    for maker in makers(schema, Decoding(reading.library.descriptor_sets))["mount"]:
        for place in places(schema, reading.root, maker, wanted):
            yield from build_all(place, reader)
