"""Kinds of objects told by the keys of a bucket alone, as the schema says which keys each has."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from boltview.bolt.bulk import Contents
from boltview.containerd.build import Maker, makers
from boltview.containerd.objects import Fault
from boltview.containerd.record import Plan, decode, plan
from boltview.schema.decode import Decoding
from boltview.schema.model import Field, Node, Schema, is_placeholder

Path = tuple[bytes, ...]
NOT_TOLD = b""
"""Stands for a component of a path that cannot be told; no key of bolt is empty."""


class Kind(NamedTuple):
    """A kind of object at one place of the layout."""

    name: str
    """As the schema calls it, such as `container`."""
    field: Field
    node: Node
    prepared: Plan
    maker: Maker | None
    """What makes an object of it; None for kinds of which the schema alone is known."""
    keys: Mapping[bytes, bool]
    """Its keys, and whether each is a bucket."""

    @property
    def required(self) -> frozenset[str]:
        """Keys that every object of the kind has."""
        return self.prepared.required

    def has(self, keys: Mapping[bytes, bool]) -> bool:
        """Whether all of these keys are its own."""
        own = self.keys
        return all(own.get(key) is is_bucket for key, is_bucket in keys.items())

    def is_complete(self, keys: Iterable[bytes]) -> bool:
        """Whether everything that is always written is among the keys."""
        return self.required <= {key.decode(errors="replace") for key in keys}

    def path(self, names: Mapping[str, bytes], key: bytes) -> Path:
        """Return the path of an object; `NOT_TOLD` for placeholders without a name."""
        parts = [
            names.get(part, NOT_TOLD) if is_placeholder(part) else part.encode()
            for part in self.field.pattern[:-1]
        ]
        return (*parts, key)

    def decodes(self, contents: Contents) -> list[Fault]:
        """Return the faults of contents taken for an object of this kind, but for what is missing.

        Payloads are not looked into.
        """
        faults = decode(self.prepared, contents).faults
        return [fault for fault in faults if fault.reason != "missing"]


class Grammar:
    """The kinds of objects that a schema describes.

    Attributes:
        schema: the schema; None for a database of an unknown kind.
        kinds: its kinds.
    """

    __slots__ = ("_by_node", "kinds", "schema")

    def __init__(self, schema: Schema | None, decoding: Decoding) -> None:
        """Prepare the kinds."""
        self.schema = schema
        self.kinds: list[Kind] = []
        if schema is None:
            return
        made = {
            maker.field.pattern: maker
            for found in makers(schema, decoding).values()
            for maker in found
        }
        for field in schema.fields():
            node = schema.node_at([part.encode() for part in field.pattern])
            if not field.object or not field.is_bucket or node is None:
                continue
            maker = made.get(field.pattern)
            prepared = maker.prepared if maker else plan(node, decoding, field.since)
            keys = {key: step.inner is not None for key, step in prepared.steps.items()}
            self.kinds.append(Kind(field.object, field, node, prepared, maker, keys))
        self._by_node = {id(kind.node): kind for kind in self.kinds}

    def roots(self) -> frozenset[bytes]:
        """Return the names of the buckets in the root bucket."""
        fields = self.schema.fields() if self.schema else ()
        return frozenset(
            field.pattern[0].encode()
            for field in fields
            if len(field.pattern) == 1 and field.is_bucket and not is_placeholder(field.pattern[0])
        )

    def at(self, path: Sequence[bytes]) -> Kind | None:
        """Return the kind of the object whose bucket has this path; None if it is none."""
        node = self.schema.node_at(path) if self.schema else None
        return self._by_node.get(id(node)) if node else None

    def holds(self, path: Sequence[bytes]) -> Kind | None:
        """Return the kind of the objects in the bucket at this path; None if it holds none."""
        node = self.schema.node_at(path) if self.schema else None
        below = node.placeholder if node else None
        return self._by_node.get(id(below)) if below else None

    def above(self, path: Path) -> int:
        """Return how many components of a path lead to the innermost object; 0 if none."""
        for depth in range(len(path), 0, -1):
            kind = self.at(path[:depth])
            if kind and kind.name != "namespace":
                return depth
        return 0

    def fitting(self, keys: Mapping[bytes, bool], *, is_whole: bool) -> list[Kind]:
        """Return the kinds whose bucket can have these keys.

        Args:
            keys: keys, and whether each is a bucket.
            is_whole: whether they are all of the bucket's keys, so that none may be missing.
        """
        return [
            kind
            for kind in self.kinds
            if kind.required
            and kind.has(keys)
            and (not is_whole or kind.is_complete(keys))
            and (is_whole or _is_telling(kind, keys))
        ]

    def is_known(self, path: Sequence[bytes], *, is_bucket: bool) -> bool:
        """Whether the schema has something to say of a path."""
        return bool(self.schema and self.schema.field_at(path, is_bucket=is_bucket))


def _is_telling(kind: Kind, keys: Mapping[bytes, bool]) -> bool:
    """Whether a part of a bucket says enough: a key that not every kind has."""
    common = {b"createdat", b"updatedat", b"labels"}
    return any(key not in common for key in keys) and bool(kind.required)
