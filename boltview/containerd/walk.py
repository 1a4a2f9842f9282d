"""Finding the records of one kind in a database: where the schema's patterns say they lie."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.bulk import BulkReader
from boltview.bolt.errors import Damage
from boltview.bolt.records import FoundFields
from boltview.containerd.build import Maker
from boltview.containerd.objects import key_text
from boltview.schema.model import Schema, is_placeholder


class Place(NamedTuple):
    """A bucket that holds records of one kind."""

    bucket: Bucket
    maker: Maker


def places(
    schema: Schema, root: Bucket, maker: Maker, names: dict[str, str] | None = None
) -> Iterator[Place]:
    """Yield the buckets in which `maker` finds its records, in key order; see `holders`."""
    for bucket in holders(schema, root, maker.field.pattern[:-1], names):
        yield Place(bucket, maker)


def holders(
    schema: Schema, root: Bucket, pattern: Sequence[str], names: dict[str, str] | None = None
) -> Iterator[Bucket]:
    """Yield the buckets that a pattern means, in key order.

    Args:
        schema: what the pattern comes from.
        root: the root bucket.
        pattern: literal names and placeholders.
        names: names wanted for some placeholders, such as `{"<namespace>": "k8s.io"}`.
    """
    waiting = [(root, 0)]
    while waiting:
        bucket, depth = waiting.pop()
        if depth == len(pattern):
            yield bucket
            continue
        wanted = (names or {}).get(pattern[depth])
        if wanted is None and is_placeholder(pattern[depth]):
            node = schema.node_at(bucket.path)
            known = node.literals if node else {}
            found = [
                entry
                for entry in bucket.entries()
                if isinstance(entry, Bucket) and entry.key not in known
            ]
        else:
            name = pattern[depth] if wanted is None else wanted
            entry = bucket.get(name.encode(errors="surrogateescape"))
            found = [entry] if isinstance(entry, Bucket) else []
        waiting += [(entry, depth + 1) for entry in reversed(found)]


class Records(NamedTuple):
    """The records of a bucket as they are stored."""

    path: tuple[bytes, ...]
    """Path of the bucket."""
    records: Iterator[FoundFields]
    """Key of each record, and what is under the wanted keys."""


def build_all(place: Place, reader: BulkReader) -> Iterator[Any]:
    """Build every object of a bucket; what is unreadable is in the database's list of damage."""
    build = place.maker.build
    path = place.bucket.path
    for key, content, origin, damage in reader.entries(place.bucket):
        yield build((*path, key), content, origin, damage)


def build_one(place: Place, key: str, reader: BulkReader) -> Any | None:  # noqa: ANN401
    """Build the object with this key; None if there is none, or the way to it is damaged."""
    raw = key.encode(errors="surrogateescape")
    entry = place.bucket.get(raw)
    if isinstance(entry, Bucket):
        whole = reader.read(entry)
        return place.maker.build(entry.path, whole.contents, entry.origin, whole.damage)
    if isinstance(entry, Pair):
        return place.maker.build((*place.bucket.path, raw), entry.value, entry.origin)
    return None


def keys(place: Place, prefix: str = "") -> Iterator[str]:
    """Yield the keys of a bucket's records that begin so."""
    for entry in place.bucket.entries(prefix=prefix.encode(errors="surrogateescape")):
        if not isinstance(entry, Damage):
            yield key_text(entry.key)
