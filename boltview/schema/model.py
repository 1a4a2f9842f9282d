"""A schema: a tree of patterns that says of any bucket path what it is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

BUCKET = "bucket"
"""Type of a field that is a bucket."""


class Field(NamedTuple):
    """What a schema says of one bucket or key."""

    pattern: tuple[str, ...]
    """Path components: literals, and `<placeholders>` for any name."""
    type: str = BUCKET
    """Decoder of the value, or `bucket`."""
    doc: str = ""
    """One or two sentences for a trainee."""
    key: str = "string"
    """Decoder of the key itself."""
    presence: str = "optional"
    """`always` or `optional`."""
    since: str = ""
    """First release that writes it; empty when it has been there since the first."""
    until: str = ""
    """Last release that writes it; empty when it is still written."""
    written_by: str = ""
    """Upstream file and function."""
    unit: str = ""
    """Unit of a number."""
    values: Mapping[int, str] = {}
    """Meaning of known numbers."""
    object: str = ""
    """Kind of object that starts here."""
    refers: str = ""
    """Template of the object that the value refers to."""
    secret: bool = False
    """Whether the value may be confidential."""
    glossary: str = ""
    """Glossary that explains well-known keys: one of the schema's own, or `file.table`."""
    sequence: str = ""
    """What the bucket's sequence number means."""

    @property
    def is_bucket(self) -> bool:
        """Whether this is a bucket."""
        return self.type == BUCKET

    @property
    def path(self) -> str:
        """The pattern as one string."""
        return "/".join(self.pattern)


class Node:
    """One component of the pattern tree.

    Attributes:
        field: what the schema says here; None where it only leads further.
        literals: children by exact name.
        placeholder: the child for any other name.
    """

    __slots__ = ("field", "literals", "placeholder")

    def __init__(self) -> None:
        """Start without a field and children."""
        self.field: Field | None = None
        self.literals: dict[bytes, Node] = {}
        self.placeholder: Node | None = None

    def child(self, key: bytes) -> "Node | None":
        """Return the node for `key`; a literal wins over a placeholder."""
        return self.literals.get(key) or self.placeholder

    def children(self) -> "Iterator[Node]":
        """Yield the literal children in the schema's order, then the placeholder."""
        yield from self.literals.values()
        if self.placeholder:
            yield self.placeholder

    def grow(self, component: str) -> "Node":
        """Return the child for a pattern component, made if it is new."""
        if is_placeholder(component):
            if self.placeholder is None:
                self.placeholder = Node()
            return self.placeholder
        return self.literals.setdefault(component.encode(), Node())


class Schema(NamedTuple):
    """What is known of one kind of database."""

    id: str
    """Stable name, such as `containerd.metadata`."""
    title: str
    source: str
    """Upstream file that defines the layout."""
    doc: str
    version_path: tuple[bytes, ...]
    """Where the layout's version stands; empty if nowhere."""
    root: Node
    glossaries: Mapping[str, Mapping[str, str]] = {}
    """Glossaries of its own: name to glob to sentence."""

    def node_at(self, path: Sequence[bytes]) -> Node | None:
        """Return the pattern node for a bucket path, None where the schema ends."""
        node: Node | None = self.root
        for key in path:
            if node is None:
                return None
            node = node.child(key)
        return node

    def field_at(self, path: Sequence[bytes], *, is_bucket: bool) -> Field | None:
        """Return what the schema says of a path.

        A key where the schema has a bucket, or a bucket where it has a key, is unknown to it.

        Args:
            path: bucket names, and at the end the key itself.
            is_bucket: whether the file holds a bucket there.
        """
        node = self.node_at(path)
        if node is None or node.field is None or node.field.is_bucket != is_bucket:
            return None
        return node.field

    def object_at(self, path: Sequence[bytes]) -> "ObjectPlace | None":
        """Return the innermost object that a path leads to or into; None if it is in none."""
        node: Node | None = self.root
        found = None
        for depth, key in enumerate(path, start=1):
            node = node.child(key) if node else None
            if node is None:
                break
            if node.field and node.field.object:
                found = ObjectPlace(node.field, tuple(path[:depth]))
        return found

    def fields(self) -> Iterator[Field]:
        """Yield every field, parents first, in the order of the schema file."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            if node.field:
                yield node.field
            waiting.extend(reversed(list(node.children())))


class ObjectPlace(NamedTuple):
    """An object of a database, by the bucket in which it begins."""

    field: Field
    """What the schema says of the bucket."""
    path: tuple[bytes, ...]

    @property
    def names(self) -> tuple[bytes, ...]:
        """What the placeholders of the path stand for: namespace, perhaps snapshotter, key."""
        parts = zip(self.field.pattern, self.path, strict=True)
        return tuple(key for part, key in parts if is_placeholder(part))


def is_placeholder(component: str) -> bool:
    """Whether a pattern component stands for any name."""
    return component.startswith("<") and component.endswith(">")
