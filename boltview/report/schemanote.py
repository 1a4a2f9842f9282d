"""What the schema says of one entry, all of it: the schema tab."""

from collections.abc import Iterator

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.report.detail import Line
from boltview.report.escape import escape
from boltview.report.schematree import releases
from boltview.schema.model import Field, Node, Schema
from boltview.schema.reading import Reading

_BLANK = Line("", "", "note")


def schema_note(reading: Reading, bucket: Bucket, entry: Pair | Bucket | Damage) -> list[Line]:
    """Explain an entry of `bucket`: what it is, how it is written, what else belongs there."""
    schema = reading.schema
    if schema is None:
        return [Line("schema", "none of the known kinds of database", "note")]
    if isinstance(entry, Damage):
        return [Line("schema", "damage is in no schema", "note")]
    if not entry.key:
        return [*_whole(schema), _BLANK, *_beside(reading, reading.root, None)]
    field = reading.field(bucket, entry)
    if field is None:
        lines = [
            Line("", "not in the schema", "title"),
            Line("schema", schema.title, "field"),
            Line("what", "this key is not known: a newer release, or another program", "error"),
        ]
        return [*lines, *_on_the_way(reading, bucket), _BLANK, *_beside(reading, bucket, None)]
    lines = [Line("", escape(field.path), "title"), *_field(reading, field, entry)]
    if isinstance(entry, Bucket):
        inner = _beside(reading, entry, None)
        return [*lines, *_on_the_way(reading, bucket), *([_BLANK] if inner else []), *inner]
    return [*lines, *_on_the_way(reading, bucket), _BLANK, *_beside(reading, bucket, entry.key)]


def _whole(schema: Schema) -> list[Line]:
    return [
        Line("", escape(schema.title), "title"),
        Line("schema", escape(schema.id), "field"),
        Line("what", escape(schema.doc), "doc"),
        Line("written by", escape(schema.source), "note"),
    ]


def _field(reading: Reading, field: Field, entry: Pair | Bucket) -> Iterator[Line]:
    yield Line("what", escape(field.doc), "doc")
    known = reading.explain(field, entry.key)
    if known:
        yield Line("this key", escape(known), "doc")
    yield Line("type", escape(_type(field)), "field")
    if field.key != "string":
        yield Line("key", escape(f"not text: {field.key}"), "field")
    yield Line("there", "always" if field.presence == "always" else "not always", "field")
    if field.since or field.until:
        yield Line("releases", escape(releases(field)), "field")
    if field.written_by:
        yield Line("written by", escape(field.written_by), "note")
    for number, meaning in field.values.items():
        yield Line("value" if number == min(field.values) else "", f"{number}: {meaning}", "field")
    for label, text in (
        ("object", f"each of these is a {field.object}" if field.object else ""),
        ("refers to", field.refers),
        ("sequence", field.sequence),
        ("secret", "it may be confidential" if field.secret else ""),
    ):
        if text:
            yield Line(label, escape(text), "field")


def _type(field: Field) -> str:
    return f"{field.type}, in {field.unit}" if field.unit else field.type


def _on_the_way(reading: Reading, bucket: Bucket) -> Iterator[Line]:
    """Say what each bucket above is."""
    schema = reading.schema
    node: Node | None = schema.root if schema else None
    head = [_BLANK, Line("", "the buckets above it", "head")]
    for depth, key in enumerate(bucket.path):
        node = node.child(key) if node else None
        if node is None or node.field is None:
            break
        yield from head
        head = []
        yield Line("", f"{'  ' * depth}{escape(node.field.pattern[-1])}/", "field")
        yield Line("", escape(node.field.doc), "doc")


def _beside(reading: Reading, bucket: Bucket, key: bytes | None) -> list[Line]:
    """List what the schema has in a bucket, and whether this one has it."""
    schema = reading.schema
    node = schema.node_at(bucket.path) if schema else None
    if node is None:
        return []
    lines = []
    for name, child in node.literals.items():
        field = child.field
        if field is None:
            continue
        is_there = isinstance(bucket.get(name), Bucket if field.is_bucket else Pair)
        sign = "▸" if name == key else "✓" if is_there else "·"
        shown = name.decode(errors="replace")
        lines.append(_known(sign, shown, field, "" if is_there else "not here"))
    other = node.placeholder.field if node.placeholder else None
    if other is not None:
        is_this = key is not None and key not in node.literals
        lines.append(
            _known("▸" if is_this else " ", other.pattern[-1], other, "any number of these")
        )
    return [Line("", "what this bucket can hold", "head"), *lines] if lines else []


def _known(sign: str, name: str, field: Field, note: str) -> Line:
    said = ("bucket" if field.is_bucket else field.type, releases(field), note)
    label = f"{sign} {escape(name)}{'/' if field.is_bucket else ''}"
    return Line(label, escape(", ".join(filter(None, said))), "entry")
