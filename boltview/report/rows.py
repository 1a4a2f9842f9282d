"""One entry of a bucket as a row: what a tree, a listing or a browser shows of it."""

from typing import NamedTuple

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.report.escape import escape
from boltview.report.texts import key_line, value_line
from boltview.report.units import Clock, exact_size
from boltview.schema.reading import Reading

LARGE_VALUE = 1 << 20
"""Bytes above which a row does not read a value, only its size."""
_PEEK = 64


class Row(NamedTuple):
    """What a row says; every text is one escaped line."""

    kind: str
    """`bucket`, `inline` (a bucket within its parent's page), `value` or `damage`."""
    key: str
    """The decoded key; empty for damage."""
    value: str
    """The decoded value; the sequence of a bucket that has one; the sentence of a damage."""
    type: str
    """Name of the decoder, empty for buckets and damage."""
    mark: str
    """`unknown` to the schema, `undecodable`, `damage`, or empty."""


def row(reading: Reading, bucket: Bucket, entry: Pair | Bucket | Damage, clock: Clock) -> Row:
    """Describe an entry of `bucket`.

    Args:
        reading: the revision and its schema.
        bucket: the bucket that holds the entry.
        entry: the entry, or the damage in its place.
        clock: the present, for ages.
    """
    if isinstance(entry, Damage):
        return Row("damage", "", escape(entry.what), "", "damage")
    field = reading.field(bucket, entry)
    unknown = "unknown" if reading.schema and field is None else ""
    key = key_line(reading.key(bucket, entry))
    if isinstance(entry, Bucket):
        kind = "inline" if entry.is_inline else "bucket"
        return Row(kind, key, f"sequence {entry.sequence}" if entry.sequence else "", "", unknown)
    if entry.size > LARGE_VALUE:
        return Row("value", key, f"{exact_size(entry.size)}, not read", field_type(field), unknown)
    value = reading.value(bucket, entry)
    mark = "undecodable" if value.error else unknown
    return Row("value", key, value_line(value, field, clock), value.decoder, mark)


def field_type(field: object) -> str:
    """Return the type a schema gives, `bytes` where it gives none."""
    return getattr(field, "type", "bytes")
