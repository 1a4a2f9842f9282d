"""A schema as lines and as JSON, alone or beside what a database really holds."""

from typing import NamedTuple

from boltview.bolt.bucket import Bucket
from boltview.bolt.errors import Damage
from boltview.bolt.walk import walk
from boltview.report.keypath import path_text
from boltview.report.rows import row
from boltview.report.units import Clock
from boltview.schema.model import Field, Schema
from boltview.schema.reading import Reading


class Sighting(NamedTuple):
    """How often a database holds a field, and one example."""

    times: int
    path: str
    """Path of the first one."""
    value: str
    """Its value as one escaped line; empty for a bucket."""


class Tally(NamedTuple):
    """What a walk over a database met."""

    fields: dict[str, Sighting]
    """By the field's pattern."""
    unknown: dict[str, Sighting]
    """Entries that the schema does not know, by their path."""


class SchemaLine(NamedTuple):
    """One field of a schema, ready to print."""

    depth: int
    name: str
    """Last component; a bucket's ends in `/`."""
    type: str
    releases: str
    """`since 2.0`, `until 1.0`, or empty."""
    doc: str
    sighting: Sighting | None
    """None when no database was asked, or it holds none."""


def tally(reading: Reading, clock: Clock) -> Tally:
    """Count every entry of a database by the field that describes it. Whole-file work."""
    fields: dict[str, Sighting] = {}
    unknown: dict[str, Sighting] = {}
    for _, bucket, entry in walk(reading.revision, reading.root):
        if isinstance(entry, Damage):
            continue
        field = reading.field(bucket, entry)
        path = path_text((*bucket.path, entry.key))
        target, name = (fields, field.path) if field else (unknown, path)
        seen = target.get(name)
        if seen:
            target[name] = seen._replace(times=seen.times + 1)
        else:
            value = "" if isinstance(entry, Bucket) else row(reading, bucket, entry, clock).value
            target[name] = Sighting(1, path, value)
    return Tally(fields, unknown)


def schema_lines(schema: Schema, found: Tally | None) -> list[SchemaLine]:
    """Return the fields of a schema as an indented tree."""
    return [
        SchemaLine(
            len(field.pattern) - 1,
            field.pattern[-1] + ("/" if field.is_bucket else ""),
            "" if field.is_bucket else field.type,
            releases(field),
            field.doc,
            found.fields.get(field.path) if found else None,
        )
        for field in schema.fields()
    ]


def releases(field: Field) -> str:
    """Say which releases write a field; empty when all do."""
    parts = (("since", field.since), ("until", field.until))
    return ", ".join(f"{word} {release}" for word, release in parts if release)


def schema_json(schema: Schema, found: Tally | None) -> dict[str, object]:
    """Return a schema as one JSON document, counts and examples included if there are any."""
    document: dict[str, object] = {
        "id": schema.id,
        "title": schema.title,
        "source": schema.source,
        "doc": schema.doc,
        "fields": [_field_json(field, found) for field in schema.fields()],
    }
    if found:
        document["unknown"] = {
            path: {"count": seen.times, "example": seen.value}
            for path, seen in found.unknown.items()
        }
    return document


def _field_json(field: Field, found: Tally | None) -> dict[str, object]:
    shown: dict[str, object] = {"path": field.path, "type": field.type, "doc": field.doc}
    optional = {
        "key": "" if field.key == "string" else field.key,
        "presence": field.presence,
        "since": field.since,
        "until": field.until,
        "written_by": field.written_by,
        "unit": field.unit,
        "values": {str(number): name for number, name in field.values.items()},
        "object": field.object,
        "refers": field.refers,
        "secret": field.secret,
        "sequence": field.sequence,
    }
    shown |= {name: value for name, value in optional.items() if value}
    if found:
        seen = found.fields.get(field.path)
        shown["count"] = seen.times if seen else 0
        if seen:
            shown["example"] = {"path": seen.path, "value": seen.value}
    return shown
