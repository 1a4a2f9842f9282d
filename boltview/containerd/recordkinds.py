"""What the records of one kind add to the graph of references, and which of their keys say it."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from boltview.bolt.bulk import Contents
from boltview.bolt.records import FoundFields
from boltview.containerd.gclabels import FLAT
from boltview.containerd.labelrefs import add_labels
from boltview.containerd.objects import key_text
from boltview.containerd.references import Because, Graph
from boltview.schema.gotime import decode_time
from boltview.schema.model import Field, is_placeholder
from boltview.schema.values import GoTime, Undecodable
from boltview.schema.varint import decode_varint

_HOW = {
    ("container", "snapshotKey"): "field",
    ("image", "target"): "field",
    ("snapshot", "parent"): "parent",
    ("ingest", "expected"): "expected",
    ("lease", "content"): "lease",
    ("lease", "ingests"): "lease",
    ("lease", "snapshots"): "lease",
    ("lease", "images"): "lease",
}
"""References in fields that the collector follows, by kind and first component (`gc.go:
references`, `scanRoots`). The others are notes."""
_NEVER_FLAT = "ingest"
"""A flat lease protects its uploads as any other does."""
_LABELS = b"labels"
_OWN = -1
"""Instead of the slot of a snapshotter: it is that of the object itself."""

Content = bytes | Contents | None
"""What stands under a key of a record."""


class _Value(NamedTuple):
    """A value that refers."""

    slot: int
    """Of its key, or of the bucket that it is in."""
    inner: bytes
    """Its key in that bucket; empty if it is in none."""
    target: str
    snapshotter: int | None
    """Slot of what stands before the key of a snapshot, or `_OWN`; None for other targets."""
    because: Because


class _Listing(NamedTuple):
    """A bucket whose keys refer."""

    slot: int
    field: bytes
    by_snapshotter: bool
    """Whether there is a bucket for each snapshotter between."""
    how: str
    target: str


class RecordKind:
    """Records of one kind at one place of the schema.

    Attributes:
        wanted: keys of a record that say anything.
    """

    def __init__(self, name: str, field: Field, referring: Sequence[Field]) -> None:
        """Make ready for many records.

        Args:
            name: of the kind.
            field: the record's bucket.
            referring: the fields below it that refer.
        """
        self._name = name
        self._values: list[_Value] = []
        self._listings: list[_Listing] = []
        key, self._take = _TAKEN.get(name, (_LABELS, _nothing))
        depth = len(field.pattern)
        below = {one.pattern[depth].encode() for one in referring} | set(map(_beside, referring))
        # In the order in which they are stored, so that several are taken at once.
        self.wanted = sorted((below | {_LABELS, key}) - {b""})
        self._labels, self._taken = map(self.wanted.index, (_LABELS, key))
        for one in referring:
            self._prepare(one.pattern[depth:], one)

    def _prepare(self, path: Sequence[str], below: Field) -> None:
        fixed = [part for part in path if not is_placeholder(part)]
        target = below.refers.partition("/")[0]
        how = _HOW.get((self._name, fixed[0]), "note")
        first, *inner = (part.encode() for part in fixed)
        slot, keys = self.wanted.index(first), len(path) - len(fixed)
        if keys:
            self._listings.append(_Listing(slot, first, keys > 1, how, target))
            return
        snapshotter = None
        if target == "snapshot":
            beside = _beside(below)
            snapshotter = self.wanted.index(beside) if beside else _OWN
        because = Because(how, "/".join(fixed), self._name, target)
        self._values.append(_Value(slot, b"".join(inner), target, snapshotter, because))

    def add(self, graph: Graph, path: tuple[bytes, ...], records: Iterator[FoundFields]) -> int:
        """Add records to a graph; return how many there were.

        Args:
            graph: what to add to.
            path: of the bucket that holds them.
            records: each with what is under the wanted keys.
        """
        name, is_outside = self._name, path[0] != b"v1"
        namespace = path[0] if is_outside else path[1]
        own = path[-1] + b"/" if name == "snapshot" else b""
        numbers, there = graph.place(name, namespace), graph.there
        values = [
            (one, graph.place(one.target, namespace), graph.reason(one.because))
            for one in self._values
        ]
        at_labels = self._labels
        listings, take, taken, refer = self._listings, self._take, self._taken, graph.refer
        count = 0
        for key, fields in records:
            count += 1
            number = numbers[own + key]
            there[number] = 1
            for one, targets, reason in values:
                target = _target(one, fields, own)
                if target is not None:
                    refer(number, targets[target], reason)
            if listings:
                self._add_listings(graph, number, namespace, own, fields)
            take(graph, number, fields[taken])
            labels = fields[at_labels]
            if labels and isinstance(labels, dict):
                add_labels(graph, number, name, namespace, labels)
            if is_outside:
                graph.outside.add(number)
        return count

    def _add_listings(
        self, graph: Graph, number: int, namespace: bytes, own: bytes, fields: Sequence[Content]
    ) -> None:
        found = fields[self._labels]
        labels = found if isinstance(found, dict) else {}
        is_flat = self._name == "lease" and isinstance(labels.get(FLAT), bytes)
        for one in self._listings:
            listed = fields[one.slot]
            if not isinstance(listed, dict):
                continue
            how = "flat" if is_flat and one.target != _NEVER_FLAT else one.how
            targets = graph.place(one.target, namespace)
            for where, key in _keys(one, listed, own):
                because = Because(how, "/".join(map(key_text, where)), self._name, one.target)
                graph.add(number, targets[key], because)


def _beside(below: Field) -> bytes:
    """Return the key of the snapshotter that stands beside a field; empty if it does not.

    `<snapshotter>` stands in the path of the object, `{…}` beside the field.
    """
    target, *where = below.refers.split("/")
    is_beside = target == "snapshot" and where[1].startswith("{")
    return where[1].strip("{}").encode() if is_beside else b""


def _target(one: _Value, fields: Sequence[Content], own: bytes) -> bytes | None:
    """Return the key of what a value refers to; None for nothing.

    An image with a target, and a container with a snapshotter, refer even to an empty name: nothing
    has it, but back references with an empty value hang on it.
    """
    value = fields[one.slot]
    if one.inner:
        if not isinstance(value, dict):
            return None
        value = value.get(one.inner)
    if type(value) is not bytes:
        value = b""
    if not value and one.because.how != "field":
        return None
    if one.snapshotter is None:
        return value
    if one.snapshotter == _OWN:
        return own + value
    snapshotter = fields[one.snapshotter]
    return snapshotter + b"/" + value if snapshotter and type(snapshotter) is bytes else None


def _keys(one: _Listing, listed: Contents, own: bytes) -> Iterator[tuple[tuple[bytes, ...], bytes]]:
    """Yield what the keys of a bucket refer to, each with the bucket that it stands in."""
    if not one.by_snapshotter:
        prefix = own if one.target == "snapshot" else b""
        for key in listed:
            yield (one.field,), prefix + key
        return
    for snapshotter, keys in listed.items():
        for key in keys if isinstance(keys, dict) else ():
            yield (one.field, snapshotter), snapshotter + b"/" + key


def _take_size(graph: Graph, number: int, size: Content) -> None:
    if isinstance(size, bytes):
        try:
            graph.sizes[number] = decode_varint(size)
        except Undecodable:
            return


def _take_expiry(graph: Graph, number: int, time: Content) -> None:
    if isinstance(time, bytes):
        try:
            graph.expires[number] = _decode_lenient(time).unix_nanos
        except Undecodable:
            graph.stoppers.append(number)


def _decode_lenient(raw: bytes) -> GoTime:
    """Decode a time as Go does, which looks at version and length alone."""
    try:
        return decode_time(raw)
    except Undecodable:
        return decode_time(raw[:9] + bytes(4) + raw[13:])


def _take_backend(graph: Graph, number: int, name: Content) -> None:
    if isinstance(name, bytes):
        graph.backends[number] = name


def _take_sandbox(graph: Graph, _number: int, sandbox: Content) -> None:
    graph.knows_sandboxes = graph.knows_sandboxes or sandbox is not None


def _nothing(_graph: Graph, _number: int, _content: Content) -> None:
    """Take nothing more from a record."""


_TAKEN: dict[str, tuple[bytes, Callable[[Graph, int, Content], None]]] = {
    "content": (b"size", _take_size),
    "ingest": (b"expireat", _take_expiry),
    "snapshot": (b"name", _take_backend),
    "container": (b"sandboxid", _take_sandbox),
}
"""What is taken from a record besides its references, and its key."""
