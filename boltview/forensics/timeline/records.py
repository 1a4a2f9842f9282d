"""The times that the records of a database hold: where its schema says so, and within texts.

Besides the fields of type time these are labels and annotations whose value is a time, and times
within JSON: Kubernetes notes in the annotations of a pod when it saw it first.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from boltview.bolt.bucket import Bucket
from boltview.bolt.bulk import BulkReader, Contents
from boltview.containerd.gotext import parse_time
from boltview.containerd.objects import key_text
from boltview.containerd.walk import holders
from boltview.forensics.timeline.event import EXPIRES, Event, Wanted
from boltview.schema.decode import Decoding
from boltview.schema.gotime import decode_time
from boltview.schema.model import Field, ObjectPlace, Schema, is_placeholder
from boltview.schema.reading import Reading
from boltview.schema.values import AnyValue, Undecodable, WireField

KINDS = {"blob": "content"}
"""What objects are called on the command line, where the schema calls them otherwise."""
NAMESPACE = "<namespace>"
"""Placeholder of the namespace, the first of an object's names where there is one."""
_EVENTS: dict[tuple[str | int, ...], str] = {
    ("createdat",): "created",
    ("updatedat",): "updated",
    ("expireat",): EXPIRES,
    ("mat",): "mounted",
    ("labels", "containerd.io/gc.expire"): EXPIRES,
}
_USED_AT = "containerd.io/gc.cond.value-usedat"
_SHORTEST, _LONGEST = 19, 40
"""Bytes of a time as text."""
_IN_DOCUMENT = (
    re.compile(rb"T(?<=[0-9]{4}-[0-9]{2}-[0-9]{2}T)[0-9]{1,2}:"),
    re.compile(rb'At" ?: ?[0-9]{18,19}\b'),
)
"""What makes it worth while to decode a document: most hold no time. A pattern that begins with a
letter is looked for ten times as fast as one that begins with a digit."""
_FIRST_NANOS, _LAST_NANOS = 10**18, 4 * 10**18
"""Numbers taken for Unix nanoseconds, in fields whose name ends in `At`: 2001 to 2096."""
_TEXT = "string"
_DOCUMENTS = frozenset({"any", "json", "indexed-json"})
_TYPES = frozenset({"time", _TEXT}) | _DOCUMENTS

Step = str | int
Found = tuple[tuple[Step, ...], int]
"""The way from an object to a time, and the time in Unix nanoseconds."""


class Plan(NamedTuple):
    """Which values of a kind of object can hold a time."""

    field: Field
    """What the schema says of the object."""
    below: tuple[tuple[Field, tuple[bytes | None, ...]], ...]
    """The values, with the keys that lead there from the object; None for any key."""
    is_large: bool
    """Whether other objects lie within it, so that it is not read whole."""

    @property
    def kind(self) -> str:
        """What the object is called."""
        return KINDS.get(self.field.object, self.field.object)


def plans(schema: Schema) -> list[Plan]:
    """Return what of each kind of object can hold a time."""
    fields = list(schema.fields())
    objects = [field for field in fields if field.object]
    found = []
    for field in objects:
        depth = len(field.pattern)
        inner = [
            other.pattern
            for other in objects
            if other is not field and other.pattern[:depth] == field.pattern
        ]
        below = tuple(
            (value, tuple(_key(part) for part in value.pattern[depth:]))
            for value in fields
            if value.type in _TYPES
            and value.pattern[:depth] == field.pattern
            and not any(value.pattern[: len(path)] == path for path in inner)
        )
        if below:
            found.append(Plan(field, below, bool(inner)))
    return found


def _key(part: str) -> bytes | None:
    return None if is_placeholder(part) else part.encode()


def record_events(reading: Reading, source: str, wanted: Wanted) -> Iterator[Event]:
    """Yield the times of a database's records, in no order; damage is in its list.

    Args:
        reading: the database; one of no known kind has none.
        source: its path.
        wanted: kinds and namespace that are wanted; times are not looked at.
    """
    schema = reading.schema
    if schema is None:
        return
    decoding = Decoding(reading.library.descriptor_sets)
    for plan in plans(schema):
        if not wanted.kind(plan.kind):
            continue
        has_namespace = NAMESPACE in plan.field.pattern
        if wanted.namespace is not None and not has_namespace:
            continue
        for path, contents in _records(reading, schema, plan, wanted.namespace):
            yield from object_events(plan, path, contents, source, decoding)


def object_events(
    plan: Plan,
    path: tuple[bytes, ...],
    contents: Contents | bytes,
    source: str,
    decoding: Decoding,
) -> Iterator[Event]:
    """Yield the times of one record.

    Args:
        plan: what can hold one.
        path: path of the object.
        contents: what is in it.
        source: path of the database.
        decoding: decodes documents.
    """
    names = tuple(map(key_text, ObjectPlace(plan.field, path).names))
    namespace = names[0] if NAMESPACE in plan.field.pattern else ""
    for field, way in plan.below:
        for keys, raw in _values(contents, way):
            steps = tuple(map(key_text, keys))
            for inner, at in _times(field, raw, decoding):
                whole = (*steps, *inner)
                what = _EVENTS.get(whole, "") or _event(whole)
                yield Event(at, what, plan.kind, names, namespace, source, path, whole)


def _event(steps: tuple[Step, ...]) -> str:
    last = steps[-1] if steps else ""
    if steps[:1] == ("labels",) and isinstance(last, str) and last.startswith(_USED_AT):
        return "used"
    return _EVENTS.get((last,), "")


def _records(
    reading: Reading, schema: Schema, plan: Plan, namespace: str | None
) -> Iterator[tuple[tuple[bytes, ...], Contents | bytes]]:
    """Yield path and contents of each object of a kind; of a large one only what is needed."""
    pattern = plan.field.pattern
    names = {} if namespace is None else {NAMESPACE: namespace}
    wanted = names.get(pattern[-1])
    reader = BulkReader(reading.revision)
    for holder in holders(schema, reading.root, pattern[:-1], names):
        if plan.is_large:
            yield from _large(schema, plan, holder, wanted, reader)
            continue
        for key, contents, _, _ in reader.entries(holder):
            if wanted is None or key_text(key) == wanted:
                yield (*holder.path, key), contents


def _large(
    schema: Schema, plan: Plan, holder: Bucket, wanted: str | None, reader: BulkReader
) -> Iterator[tuple[tuple[bytes, ...], Contents]]:
    node = schema.node_at(holder.path)
    known = node.literals if node else {}
    first = {way[0] for _, way in plan.below if way and way[0] is not None}
    for entry in holder.entries():
        if not isinstance(entry, Bucket) or entry.key in known:
            continue
        if wanted is not None and key_text(entry.key) != wanted:
            continue
        contents: Contents = {}
        for name in sorted(first):
            inner = entry.get(name)
            if isinstance(inner, Bucket):
                contents[name] = reader.read(inner).contents
        yield entry.path, contents


def _values(
    contents: Contents | bytes, way: tuple[bytes | None, ...]
) -> list[tuple[tuple[bytes, ...], bytes]]:
    """Return the values that a way leads to within a record, each with its keys."""
    here: list[tuple[tuple[bytes, ...], Contents | bytes | None]] = [((), contents)]
    for key in way:
        below: list[tuple[tuple[bytes, ...], Contents | bytes | None]] = []
        for keys, found in here:
            if not isinstance(found, dict):
                continue
            if key is None:
                below += [((*keys, any_key), inner) for any_key, inner in found.items()]
            elif key in found:
                below.append(((*keys, key), found[key]))
        if not below:
            return []
        here = below
    return [(keys, found) for keys, found in here if isinstance(found, bytes)]


def _times(field: Field, raw: bytes, decoding: Decoding) -> Iterator[Found]:
    """Yield the times in a value, each with the way to it within the value."""
    if field.type == "time":
        try:
            yield (), decode_time(raw).unix_nanos
        except Undecodable:
            return
    elif field.type == _TEXT:
        at = text_time(raw.decode(errors="replace")) if _SHORTEST < len(raw) < _LONGEST else None
        if at is not None:
            yield (), at
    elif any(pattern.search(raw) for pattern in _IN_DOCUMENT):
        value = decoding.value(raw, field)
        data = value.data.value if isinstance(value.data, AnyValue) else value.data
        if not value.error:
            yield from document_times(data)


def document_times(document: object) -> Iterator[Found]:
    """Yield the times in a decoded document, in its order; without recursion."""
    waiting: list[tuple[tuple[Step, ...], object]] = [((), document)]
    while waiting:
        steps, value = waiting.pop()
        if isinstance(value, WireField):
            value = value.value
        if isinstance(value, dict):
            waiting += [((*steps, str(key)), value[key]) for key in reversed(value)]
        elif isinstance(value, list):
            inner = [((*steps, index), item) for index, item in enumerate(value)]
            waiting += reversed(inner)
        elif isinstance(value, str):
            at = text_time(value)
            if at is not None:
                yield steps, at
        elif isinstance(value, int) and _is_nanos(steps, value):
            yield steps, value


def _is_nanos(steps: tuple[Step, ...], value: int) -> bool:
    """Whether a number is a time, by the name of its field and its size."""
    is_named = bool(steps) and str(steps[-1]).endswith("At")
    return is_named and _FIRST_NANOS <= value < _LAST_NANOS


def text_time(text: str) -> int | None:
    """Return the time that a text is, in Unix nanoseconds; None if it is none."""
    return parse_time(text) if _SHORTEST < len(text) < _LONGEST else None
