"""meta.db as objects: iterators by kind and namespace, single objects by key."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.bulk import BulkReader, Contents
from boltview.bolt.errors import BoltError, Damage
from boltview.bolt.records import RecordReader
from boltview.containerd.build import Maker, makers
from boltview.containerd.gclabels import PREFIX
from boltview.containerd.objects import (
    Blob,
    Container,
    Fault,
    Image,
    Ingest,
    Lease,
    Namespace,
    Record,
    Sandbox,
    Snapshot,
    key_text,
)
from boltview.containerd.record import misplaced_value
from boltview.containerd.walk import Place, Records, build_all, build_one, keys, places
from boltview.schema.decode import Decoding
from boltview.schema.model import Field, Node
from boltview.schema.reading import Reading

SCHEMA = "containerd.metadata"
_PREFIXES = {b"labels": PREFIX}
_LEGACY_INGESTS = (b"content", b"ingest")
"""Where containerd 1.0 keeps uploads, each a plain value: its reference in the content store."""


class NotMetadata(BoltError):
    """The database is not containerd's own."""


class Reference(NamedTuple):
    """The name of an object: what finds it again."""

    kind: str
    """As the schema calls it: `container`, `image`, `blob`, …"""
    namespace: str
    snapshotter: str
    """Empty for all but snapshots."""
    key: str


class Metadata:
    """The objects of one revision of a meta.db.

    Each iterator reads the file as it goes. An object that is damaged, incomplete or in a strange
    place is built from what is there, see `boltview/containerd/objects.py: Record`; an entry of
    which not even the key can be read is in the database's list of damage alone.
    """

    __slots__ = ("_makers", "_schema", "decoding", "reading")

    def __init__(self, reading: Reading) -> None:
        """Prepare; nothing is read yet.

        Raises:
            NotMetadata: the database is of another kind.
        """
        schema = reading.schema
        if schema is None or schema.id != SCHEMA:
            kind = schema.title if schema else "of none of the known kinds"
            raise NotMetadata(f"not a containerd metadata database (meta.db): it is {kind}")
        self.reading = reading
        self._schema = schema
        self.decoding = Decoding(reading.library.descriptor_sets)
        self._makers = makers(schema, self.decoding)

    @property
    def version(self) -> int | None:
        """The layout's version: 1 to 4; None where the file does not say."""
        value = self.reading.version()
        return value.data if value and isinstance(value.data, int) else None

    def namespaces(self) -> Iterator[Namespace]:
        """Yield the namespaces; a value that stands where one belongs is one too, with a fault."""
        (maker,) = self._makers["namespace"]
        top = self._bucket(self.reading.root, maker.field.pattern[0].encode())
        if top is None:
            return
        known = {maker.field.pattern[0].encode(), *self._literals(top)}
        seen = []
        for entry in top.entries():
            if isinstance(entry, Damage) or entry.key in known:
                continue
            seen.append(entry.key)
            yield self._namespace(maker, entry)
        for entry in self.reading.root.entries():
            # 1.7 keeps sandboxes of a namespace outside v1, where it may have nothing else.
            if isinstance(entry, Bucket) and entry.key not in known and entry.key not in seen:
                buckets = tuple(
                    key_text(inner.key) for inner in entry.entries() if isinstance(inner, Bucket)
                )
                record = Record(entry.path, entry.origin)
                yield Namespace(key_text(entry.key), {}, buckets, record)

    def containers(self, namespace: str | None = None) -> Iterator[Container]:
        """Yield the containers of one namespace, or of all."""
        return self._objects("container", namespace)

    def images(self, namespace: str | None = None) -> Iterator[Image]:
        """Yield the images of one namespace, or of all."""
        return self._objects("image", namespace)

    def blobs(self, namespace: str | None = None) -> Iterator[Blob]:
        """Yield the records of content of one namespace, or of all."""
        return self._objects("blob", namespace)

    def ingests(self, namespace: str | None = None) -> Iterator[Ingest]:
        """Yield the open uploads of one namespace, or of all; those of 1.0 as well."""
        yield from self._objects("ingest", namespace)
        for name in [namespace] if namespace is not None else self.namespace_names():
            yield from self._legacy_ingests(name)

    def snapshots(
        self, namespace: str | None = None, snapshotter: str | None = None
    ) -> Iterator[Snapshot]:
        """Yield the snapshots of one namespace, or of all; of one snapshotter, or of all."""
        return self._objects("snapshot", namespace, snapshotter)

    def leases(self, namespace: str | None = None) -> Iterator[Lease]:
        """Yield the leases of one namespace, or of all."""
        return self._objects("lease", namespace)

    def sandboxes(self, namespace: str | None = None) -> Iterator[Sandbox]:
        """Yield the sandboxes of one namespace, or of all; those of 1.7, outside v1, as well."""
        return self._objects("sandbox", namespace)

    def snapshotters(self, namespace: str) -> list[str]:
        """Return the snapshotters that a namespace has snapshots in, or had."""
        found = self._places("snapshot", namespace)
        return [key_text(place.bucket.key) for place in found]

    def count(self, kind: str, namespace: str) -> int:
        """Return how many objects of a kind a namespace has."""
        return sum(1 for _ in self.references(kind, "", namespace))

    def fields_of(self, kind: str) -> list[Field]:
        """Return what the schema says of the buckets of a kind of object, one for each place."""
        return [maker.field for maker in self._makers[kind]]

    def fields_below(self, field: Field) -> list[Field]:
        """Return what the schema says of the fields that refer to objects, below an object's."""
        depth = len(field.pattern)
        return [
            below
            for below in self._schema.fields()
            if below.refers and below.pattern[:depth] == field.pattern
        ]

    def places(self, kind: str) -> Iterator[Place]:
        """Yield the buckets that hold records of a kind."""
        return self._places(kind, None)

    def raw(self, field: Field, wanted: Sequence[bytes]) -> Iterator[Records]:
        """Yield the records of a kind as bytes, bucket by bucket, for work over all of them.

        Nothing but the wanted keys is read of them; damage elsewhere is not seen.

        Args:
            field: one of `fields_of`.
            wanted: keys of a record, each once; of labels only those to the garbage collector are.
        """
        reader = RecordReader(self.reading.revision, wanted, _PREFIXES)
        for maker in self._makers[field.object]:
            if maker.field is field:
                for bucket, _ in places(self._schema, self.reading.root, maker):
                    yield Records(bucket.path, reader.records(bucket))

    def namespace_names(self) -> list[str]:
        """Return the names of the namespaces."""
        return [namespace.name for namespace in self.namespaces()]

    def references(
        self, kind: str, prefix: str = "", namespace: str | None = None
    ) -> Iterator[Reference]:
        """Yield the names of the objects of a kind whose key begins with `prefix`."""
        for place in self._places(kind, namespace):
            for key in keys(place, prefix):
                yield self._reference(kind, place, key)
        if kind == "ingest":
            for name in [namespace] if namespace is not None else self.namespace_names():
                for ingest in self._legacy_ingests(name):
                    if ingest.ref.startswith(prefix):
                        yield Reference(kind, ingest.namespace, "", ingest.ref)

    def get(self, reference: Reference) -> Any | None:  # noqa: ANN401 - one of the objects
        """Return an object by name; None if there is none."""
        for place in self._places(reference.kind, reference.namespace, reference.snapshotter):
            found = build_one(place, reference.key, self._reader())
            if found is not None:
                return found
        if reference.kind == "ingest":
            for ingest in self._legacy_ingests(reference.namespace):
                if ingest.ref == reference.key:
                    return ingest
        return None

    def container(self, namespace: str, key: str) -> Container | None:
        """Return a container; None if there is none."""
        found: Container | None = self.get(Reference("container", namespace, "", key))
        return found

    def image(self, namespace: str, name: str) -> Image | None:
        """Return an image; None if there is none."""
        found: Image | None = self.get(Reference("image", namespace, "", name))
        return found

    def blob(self, namespace: str, digest: str) -> Blob | None:
        """Return a namespace's record of a blob; None if there is none."""
        found: Blob | None = self.get(Reference("blob", namespace, "", digest))
        return found

    def ingest(self, namespace: str, ref: str) -> Ingest | None:
        """Return an open upload; None if there is none."""
        found: Ingest | None = self.get(Reference("ingest", namespace, "", ref))
        return found

    def snapshot(self, namespace: str, snapshotter: str, key: str) -> Snapshot | None:
        """Return a snapshot; None if there is none."""
        found: Snapshot | None = self.get(Reference("snapshot", namespace, snapshotter, key))
        return found

    def sandbox(self, namespace: str, key: str) -> Sandbox | None:
        """Return a sandbox; None if there is none."""
        found: Sandbox | None = self.get(Reference("sandbox", namespace, "", key))
        return found

    def _objects(
        self, kind: str, namespace: str | None, snapshotter: str | None = None
    ) -> Iterator[Any]:
        reader = self._reader()
        for place in self._places(kind, namespace, snapshotter):
            yield from build_all(place, reader)

    def _places(
        self, kind: str, namespace: str | None, snapshotter: str | None = None
    ) -> Iterator[Place]:
        names = {"<namespace>": namespace, "<snapshotter>": snapshotter or None}
        wanted = {name: value for name, value in names.items() if value is not None}
        for maker in self._makers[kind]:
            yield from places(self._schema, self.reading.root, maker, wanted)

    def _reader(self) -> BulkReader:
        return BulkReader(self.reading.revision)

    @staticmethod
    def _reference(kind: str, place: Place, key: str) -> Reference:
        path = tuple(map(key_text, place.bucket.path))
        namespace = path[0] if path[0] != place.maker.field.pattern[0] else path[1]
        return Reference(kind, namespace, path[-1] if kind == "snapshot" else "", key)

    def _namespace(self, maker: Maker, entry: Pair | Bucket) -> Namespace:
        place = (maker.field.pattern[0].encode(), entry.key)
        if isinstance(entry, Pair):
            found: Namespace = maker.build(place, entry.value, entry.origin)
            return found
        node = self._schema.node_at(place)
        contents: Contents = {}
        faults: list[Fault] = []
        damage = []
        for inner in entry.entries():
            if isinstance(inner, Damage):
                damage.append(inner)
            elif isinstance(inner, Pair):
                contents[inner.key] = inner.value
            else:
                # What is in it is asked of the iterators; of labels there are few.
                is_small = inner.key == b"labels"
                contents[inner.key] = self._reader().read(inner).contents if is_small else {}
                child = node.literals.get(inner.key) if node else None
                faults += _strange_entries(inner, child, key_text(inner.key))
        found = maker.build(place, contents, entry.origin, damage)
        record = found.record
        return found._replace(record=record._replace(faults=(*record.faults, *faults)))

    def _legacy_ingests(self, namespace: str) -> Iterator[Ingest]:
        pattern = self._makers["namespace"][0].field.pattern
        bucket: Bucket | None = self.reading.root
        name = namespace.encode(errors="surrogateescape")
        for key in (pattern[0].encode(), name, *_LEGACY_INGESTS):
            bucket = self._bucket(bucket, key) if bucket else None
        if bucket is None:
            return
        for entry in bucket.entries():
            if isinstance(entry, Pair):
                record = Record((*bucket.path, entry.key), entry.origin)
                ref = key_text(entry.value)
                yield Ingest(namespace, key_text(entry.key), ref, None, None, record)

    @staticmethod
    def _bucket(bucket: Bucket, key: bytes) -> Bucket | None:
        found = bucket.get(key)
        return found if isinstance(found, Bucket) else None

    def _literals(self, bucket: Bucket) -> set[bytes]:
        node = self._schema.node_at(bucket.path)
        return set(node.literals) if node else set()


def _strange_entries(bucket: Bucket, node: Node | None, field: str) -> list[Fault]:
    """List values where buckets belong, in the buckets between a namespace and its objects."""
    found: list[Fault] = []
    if node is None or not (node.literals or node.placeholder):
        return found
    below = node.placeholder.field if node.placeholder else None
    if below and (below.object or not below.is_bucket):
        return found
    for entry in bucket.entries():
        child = node.child(entry.key) if not isinstance(entry, Damage) else None
        if isinstance(entry, Pair) and child and child.field and child.field.is_bucket:
            found.append(misplaced_value(f"{field}/{key_text(entry.key)}", entry.value))
        elif isinstance(entry, Bucket) and child:
            found += _strange_entries(entry, child, f"{field}/{key_text(entry.key)}")
    return found
