"""Carved records for people and for programs: an object as its list command has it, and whence."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from itertools import islice
from typing import Any

from boltview.bolt.bulk import Contents
from boltview.containerd.node import Node
from boltview.containerd.objects import Payload, key_text
from boltview.forensics.attribute import NONE, UNATTRIBUTED
from boltview.forensics.carve import Carved
from boltview.report.detail import Line
from boltview.report.escape import escape, escape_bytes
from boltview.report.jsontext import key_json, to_json, value_json
from boltview.report.keypath import path_text
from boltview.report.objects.column import NOTHING, short_id, text_line
from boltview.report.objects.kind import Kind
from boltview.report.objects.shapes import (
    Json,
    object_json,
    oddities_json,
    payload_json,
    text_json,
    texts_json,
    time_json,
)
from boltview.report.texts import clip, value_line
from boltview.report.units import Clock, relative_time
from boltview.schema.decode import Decoding
from boltview.schema.model import Schema
from boltview.schema.values import GoTime

TITLES = ("TYPE", "NAMESPACE", "KEY", "VERDICT", "VERSION", "COMPLETE", "PATH IS", "TOLD BY",
          "CREATED", "PAGE")  # fmt: skip
_LISTS = {
    "blob": ("content", "BLOBS"),
    "container": ("containers", "KIND"),
    "image": ("images", "KIND"),
    "ingest": ("content", "INGESTS"),
    "lease": ("leases", "KIND"),
    "namespace": ("namespaces", "KIND"),
    "sandbox": ("sandboxes", "SANDBOXES"),
    "snapshot": ("snapshots", "KIND"),
}
"""What knows a kind of object: a module of `boltview/report/objects`, and its name there."""
_MOST_ENTRIES = 1000
_MOST_TEXT = 1000
"""Entries, and characters of each, that are shown of a record in full."""
_NAMESPACE = "<namespace>"
_SURE = {"high": "sure", "medium": "likely", "low": "a guess", NONE: "not told"}


class Shapes:
    """Makes JSON and table rows of carved records.

    Attributes:
        clock: the present, for ages, and the zone of times.

    Args:
        schema: the schema of the database; None for an unknown kind.
        decoding: decodes values.
        clock: as above.
        node: the node that the database is of, for what list commands join; None for none.
    """

    def __init__(
        self, schema: Schema | None, decoding: Decoding, clock: Clock, node: Node | None = None
    ) -> None:
        """Keep what shapes are made with."""
        self._schema = schema
        self._decoding = decoding
        self.clock = clock
        self._node = node
        self._kinds: dict[str, Kind | None] = {}

    def json(self, record: Carved) -> Json:
        """Return a record as JSON: its own fields as its list command has them, then whence."""
        shown: Json = {"type": record.type, "namespace": text_json(self.namespace(record))}
        shown |= self._fields(record)
        origin = record.origin
        shown["origin"] = {
            "page": origin.page,
            "offset": origin.offset,
            "length": origin.length,
        }
        shown["attribution"] = record.attribution
        shown["complete"] = record.is_complete
        shown |= {"confidence": record.confidence, "verdict": record.state}
        shown |= {"path": path_text(record.path) if all(record.path) else None}
        shown |= {"version": record.version, "versions": record.versions}
        if record.lost:
            shown["lost"] = [text_json(what) for what in record.lost]
        if record.others:
            shown["other_paths"] = [path_text(path) for path in record.others]
        return shown

    def row(self, record: Carved, *, is_wide: bool) -> list[str]:
        """Return a record as cells, escaped, in the order of `TITLES`."""
        created = getattr(record.item, "created_at", None)
        age = relative_time(created, self.clock) if isinstance(created, GoTime) else NOTHING
        key = self.key(record)
        how = record.attribution if record.confidence != NONE else NOTHING
        return [
            record.type,
            text_line(self.namespace(record)) or NOTHING,
            (key if is_wide else clip(short_id(key), 48)) or NOTHING,
            record.state,
            f"{record.version} of {record.versions}" if record.versions > 1 else NOTHING,
            "yes" if record.is_complete else "no",
            _SURE[record.confidence],
            escape(how),
            age,
            str(record.origin.page),
        ]

    def full(self, record: Carved) -> list[Line]:
        """Return all that its list command would show of it; else its keys and values, decoded."""
        kind = self._kind(record.type)
        if kind and self._node and record.item is not None:
            return kind.full(kind.wrap(self._node, record.item, self.clock))
        title = Line("", f"{record.type} {self.key(record)}", "title")
        above = record.path[:-1] if record.type == UNATTRIBUTED else record.path
        return [title, *islice(self._entries(above, record.contents), _MOST_ENTRIES)]

    def namespace(self, record: Carved) -> str:
        """Return the namespace of a record; empty if it has none, or it cannot be told."""
        item = record.item
        if record.type == "namespace":
            return str(item.name)
        if hasattr(item, "namespace"):
            return str(item.namespace)
        field = self._schema.field_at(record.path, is_bucket=False) if self._schema else None
        if field and _NAMESPACE in field.pattern:
            return key_text(record.path[field.pattern.index(_NAMESPACE)])
        return ""

    def key(self, record: Carved) -> str:
        """Return what a record is called, escaped; of a pair as much of its path as is known."""
        if record.type != UNATTRIBUTED:
            return escape_bytes(record.path[-1]) if record.path[-1] else ""
        if record.path:
            return path_text(record.path)
        return escape_bytes(next(iter(record.contents)))

    def _fields(self, record: Carved) -> Json:
        if record.type == UNATTRIBUTED:
            ((key, raw),) = record.contents.items()
            field = None
            if self._schema and record.path:
                field = self._schema.field_at(record.path, is_bucket=False)
            value = self._decoding.value(raw if isinstance(raw, bytes) else b"", field)
            return {"key": to_json(key), "value": value_json(value)}
        item = record.item
        if item is None:
            return {"key": to_json(record.path[-1]), **self._decoded(record.path, record.contents)}
        kind = self._kind(record.type)
        if kind and self._node:
            shown = kind.json(kind.wrap(self._node, item, self.clock))
        elif kind:
            shown = object_json(item)
        else:
            shown = _plain(item)
        return shown

    def _entries(
        self, path: tuple[bytes, ...], contents: Contents, depth: int = 0
    ) -> Iterator[Line]:
        """Yield a line for each key, those of buckets within below it."""
        for key, content in contents.items():
            below = (*path, key)
            label = "  " * depth + escape_bytes(key)
            if isinstance(content, dict):
                yield Line(f"{label}/", "", "entry")
                yield from self._entries(below, content, depth + 1)
            else:
                field = self._schema.field_at(below, is_bucket=False) if self._schema else None
                value = self._decoding.value(content or b"", field)
                text = clip(value_line(value, field, self.clock), _MOST_TEXT)
                yield Line(label, text, "error" if value.error else "entry")

    def _kind(self, name: str) -> Kind | None:
        if name not in self._kinds:
            module, known_as = _LISTS.get(name, ("", ""))
            found = import_module(f"boltview.report.objects.{module}") if module else None
            self._kinds[name] = getattr(found, known_as) if found else None
        return self._kinds[name]

    def _decoded(self, path: tuple[bytes, ...], contents: Contents) -> Json:
        """Return the contents of an object that only the schema knows."""
        shown: Json = {}
        for key, content in contents.items():
            below = (*path, key)
            if isinstance(content, dict):
                shown[key_json(key)] = self._decoded(below, content)
            elif isinstance(content, bytes) and self._schema:
                field = self._schema.field_at(below, is_bucket=False)
                shown[key_json(key)] = value_json(self._decoding.value(content, field))
        return shown


def _plain(item: Any) -> Json:  # noqa: ANN401 - any object that no list command shows
    """Return an object by the names of its fields."""
    fields = item._asdict()
    record = fields.pop("record")
    return {name: _value(value) for name, value in fields.items()} | oddities_json(record)


def _value(value: object) -> object:
    match value:
        case str():
            return text_json(value)
        case GoTime():
            return time_json(value)
        case Payload():
            return payload_json(value)
        case Mapping() if all(isinstance(text, str) for text in value.values()):
            return texts_json(value)
        case tuple():
            return [to_json(dict(one) if isinstance(one, Mapping) else one) for one in value]
        case _:
            return to_json(value)
