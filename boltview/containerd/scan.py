"""From a meta.db to its graph of references, in one pass over the records.

Fields that refer are those of which the schema says so (`refers`); labels are read as
`boltview/containerd/gclabels.py` says. Which of them keep what alive is decided later, because it
depends on the release and on the time.
"""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from boltview.bolt.progress import Progress
from boltview.containerd.metadata import Metadata
from boltview.containerd.recordkinds import RecordKind
from boltview.containerd.references import Graph
from boltview.containerd.walk import Records

_KINDS = {
    "lease": "lease",
    "image": "image",
    "container": "container",
    "blob": "content",
    "ingest": "ingest",
    "snapshot": "snapshot",
    "sandbox": "sandbox",
}
"""Names of objects by the schema's names for their kinds."""
_STEP = 4096
"""Records between two words of progress."""


class _Place(NamedTuple):
    """A bucket of records."""

    kind: RecordKind
    records: Records


def scan(metadata: Metadata, progress: Progress | None = None) -> Graph:
    """Build the graph of a database. Damage is in the database's list, as of every reading.

    What says nothing to the collector is not read, so of damage there nothing is said either.

    Args:
        metadata: the database.
        progress: told how many records were read; how many there are is not known before.
    """
    graph = Graph()
    graph.version = metadata.version
    done = 0
    for kind, (path, records) in _places(metadata):
        while added := kind.add(graph, path, islice(records, _STEP)):
            done += added
            if progress:
                progress(done, 0)
    graph.is_whole = not metadata.reading.revision.damage
    return graph


def scan_parts(metadata: Metadata, at_once: int = _STEP) -> Iterator[Graph]:
    """Yield the graph of a database in parts, each of the references of at most so many records.

    What a record refers to may have its own record in another part.
    """
    for kind, (path, records) in _places(metadata):
        graph = Graph()
        while kind.add(graph, path, islice(records, at_once)):
            yield graph
            graph = Graph()


def _places(metadata: Metadata) -> Iterator[_Place]:
    for kind_of_schema, name in _KINDS.items():
        for field in metadata.fields_of(kind_of_schema):
            kind = RecordKind(name, field, metadata.fields_below(field))
            for records in metadata.raw(field, kind.wanted):
                yield _Place(kind, records)
