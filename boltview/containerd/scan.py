"""From a meta.db to its graph of references, in one pass over the records.

Fields that refer are those of which the schema says so (`refers`); labels are read as
`boltview/containerd/gclabels.py` says. Which of them keep what alive is decided later, because it
depends on the release and on the time.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from boltview.bolt.bulk import Contents
from boltview.bolt.progress import Progress
from boltview.containerd.gclabels import EXPIRE, FLAT, PREFIX, Meaning, meaning
from boltview.containerd.gotext import parse_time
from boltview.containerd.metadata import Metadata
from boltview.containerd.objects import key_text
from boltview.containerd.references import Because, Graph
from boltview.containerd.walk import Raw
from boltview.schema.gotime import decode_time
from boltview.schema.model import Field, is_placeholder
from boltview.schema.values import GoTime, Undecodable
from boltview.schema.varint import decode_varint

_KINDS = {
    "lease": "lease",
    "image": "image",
    "container": "container",
    "blob": "content",
    "ingest": "ingest",
    "snapshot": "snapshot",
    "sandbox": "sandbox",
}
"""Names of objects by the schema's names for their kinds."""
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
_PROGRESS_STEP = 4096


class _Referring(NamedTuple):
    """A field that refers, made ready for many records."""

    path: tuple[bytes, ...]
    """Below the object's bucket, up to the first placeholder."""
    depth: int
    """Placeholders behind it."""
    how: str
    target: str
    snapshotter: str
    """Where a snapshot's snapshotter comes from: a sibling field, `.` for the object's own, or
    empty for the bucket above the key."""
    because: Because
    """The reason, where nothing of it depends on the record."""


def scan(metadata: Metadata, progress: Progress | None = None) -> Graph:
    """Build the graph of a database. Damage is in the database's list, as of every reading.

    Args:
        metadata: the database.
        progress: told how many records were read; how many there are is not known before.
    """
    graph = Graph()
    graph.version = metadata.version
    for done, (kind, raw, referring) in enumerate(_records(metadata), start=1):
        _add(graph, kind, raw, referring)
        if progress and done % _PROGRESS_STEP == 0:
            progress(done, 0)
    graph.is_whole = not metadata.reading.revision.damage
    return graph


def scan_parts(metadata: Metadata, at_once: int = _PROGRESS_STEP) -> Iterator[Graph]:
    """Yield the graph of a database in parts, each of the references of so many records.

    What a record refers to may have its own record in another part.
    """
    graph = Graph()
    for done, (kind, raw, referring) in enumerate(_records(metadata), start=1):
        _add(graph, kind, raw, referring)
        if done % at_once == 0:
            yield graph
            graph = Graph()
    yield graph


def _records(metadata: Metadata) -> Iterator[tuple[str, Raw, list[_Referring]]]:
    """Yield every record with its kind and its fields that refer."""
    for kind_of_schema, kind in _KINDS.items():
        for field in metadata.fields_of(kind_of_schema):
            referring = [_referring(kind, field, below) for below in metadata.fields_below(field)]
            for raw in metadata.raw(field):
                yield kind, raw, referring


def _referring(kind: str, field: Field, below: Field) -> _Referring:
    path = below.pattern[len(field.pattern) :]
    fixed = [part for part in path if not is_placeholder(part)]
    target, *where = below.refers.split("/")
    snapshotter = ""
    if target == "snapshot":
        # `<snapshotter>` stands in the path above: of the object itself, or within its bucket.
        own = "<snapshotter>" in field.pattern
        snapshotter = where[1].strip("{}") if where[1].startswith("{") else "." if own else ""
    how = _HOW.get((kind, fixed[0]), "note")
    return _Referring(
        tuple(part.encode() for part in fixed),
        len(path) - len(fixed),
        how,
        target,
        snapshotter,
        Because(how, "/".join(fixed), kind, target),
    )


def _add(graph: Graph, kind: str, raw: Raw, referring: list[_Referring]) -> None:
    path, contents = raw
    outside = path[0] != b"v1"
    namespace = path[0] if outside else path[1]
    key = path[-2] + b"/" + path[-1] if kind == "snapshot" else path[-1]
    number = graph.number(kind, namespace, key)
    graph.there[number] = 1
    if outside:
        graph.outside.add(number)
    labels = contents.get(b"labels")
    labels = labels if isinstance(labels, dict) else {}
    is_flat = kind == "lease" and isinstance(labels.get(FLAT), bytes)
    for field in referring:
        if not field.depth:
            found = _value(field, contents, path)
            if found is not None:
                graph.add(number, graph.number(field.target, namespace, found), field.because)
            continue
        how = "flat" if is_flat and field.target != _NEVER_FLAT else field.how
        for where, target in _keys(field, contents, path):
            because = Because(how, "/".join(map(key_text, where)), kind, field.target)
            graph.add(number, graph.number(field.target, namespace, target), because)
    _READ.get(kind, _nothing)(graph, number, contents)
    if labels:
        _add_labels(graph, number, namespace, labels)


def _value(field: _Referring, contents: Contents, path: tuple[bytes, ...]) -> bytes | None:
    """Return what a value refers to; None for nothing.

    An image with a target, and a container with a snapshotter, refer even to an empty name: nothing
    has it, but back references with an empty value hang on it.
    """
    place: Contents | bytes | None = contents
    for part in field.path[:-1]:
        place = place.get(part) if isinstance(place, dict) else None
    if not isinstance(place, dict):
        return None
    found = place.get(field.path[-1])
    value = found if isinstance(found, bytes) else b""
    snapshotter = _snapshotter(field, contents, path)
    if field.how == "field" and snapshotter != b"/":
        return snapshotter + value
    return snapshotter + value if value and snapshotter != b"/" else None


def _keys(
    field: _Referring, contents: Contents, path: tuple[bytes, ...]
) -> Iterator[tuple[tuple[bytes, ...], bytes]]:
    """Yield what the keys of a bucket refer to, each with the bucket that it stands in."""
    place: Contents | bytes | None = contents
    for part in field.path:
        place = place.get(part) if isinstance(place, dict) else None
    if not isinstance(place, dict):
        return
    if field.depth == 1:
        prefix = _snapshotter(field, contents, path)
        for key in place:
            yield field.path, prefix + key
        return
    for above, keys in place.items():
        for key in keys if isinstance(keys, dict) else ():
            yield (*field.path, above), above + b"/" + key


def _snapshotter(field: _Referring, contents: Contents, path: tuple[bytes, ...]) -> bytes:
    """Return what stands before the key of the object referred to; empty but for snapshots."""
    if field.target != "snapshot":
        return b""
    if field.snapshotter == ".":
        return path[-2] + b"/"
    found = contents.get(field.snapshotter.encode())
    return (found if isinstance(found, bytes) else b"") + b"/"


def _add_labels(graph: Graph, number: int, namespace: bytes, labels: Contents) -> None:
    kind = graph.kind(number)
    for label, found in labels.items():
        if not label.startswith(PREFIX):
            continue
        # A bucket instead of a value is an empty value to the collector's cursor (`sendLabelRefs`),
        # and nothing where it asks for one label.
        value = found if isinstance(found, bytes) else b""
        if label == EXPIRE and kind in _EXPIRING and value is found:
            graph.expiry_labels.add(number)
            time = parse_time(key_text(value))
            if time is not None:
                graph.expires[number] = time
        said = meaning(label, value)
        if said is not None and kind in _BEARERS[said.what]:
            _add_meaning(graph, number, namespace, label if value is found else label + b"/", said)


_EXPIRING = frozenset({"lease", "image"})
_BEARERS = {
    "reference": frozenset({"content", "snapshot", "image", "container", "sandbox"}),
    "back reference": frozenset({"content", "snapshot", "image"}),
    "condition": frozenset({"content", "image"}),
    "used at": frozenset({"snapshot"}),
    "root": frozenset({"content", "snapshot"}),
}
"""Kinds of objects on which each label means something (`gc.go: scanRoots, references`)."""


def _add_meaning(graph: Graph, number: int, namespace: bytes, label: bytes, said: Meaning) -> None:
    kind, field = graph.kind(number), "labels/" + key_text(label)
    match said.what:
        case "reference":
            target = graph.number(said.kind, namespace, said.key)
            graph.add(number, target, Because("label", field, kind, said.kind))
        case "back reference":
            holder = graph.number(said.kind, namespace, said.key)
            graph.add(holder, number, Because("back reference", field, said.kind, kind))
        case "condition":
            target = graph.number(said.kind, namespace, said.key)
            condition = key_text(said.condition)
            graph.add(number, target, Because("condition", field, kind, said.kind, condition))
        case "used at":
            time = parse_time(key_text(said.key))
            if time is not None:
                graph.used_at.setdefault(number, []).append(time)
        case _:
            # Keys come in order, so the exact label, which every release knows, is the first.
            graph.roots.setdefault(number, label)


def _read_content(graph: Graph, number: int, contents: Contents) -> None:
    size = contents.get(b"size")
    if isinstance(size, bytes):
        try:
            graph.sizes[number] = decode_varint(size)
        except Undecodable:
            return


def _read_ingest(graph: Graph, number: int, contents: Contents) -> None:
    time = contents.get(b"expireat")
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


def _read_snapshot(graph: Graph, number: int, contents: Contents) -> None:
    name = contents.get(b"name")
    if isinstance(name, bytes):
        graph.backends[number] = name


def _read_container(graph: Graph, _number: int, contents: Contents) -> None:
    graph.knows_sandboxes = graph.knows_sandboxes or b"sandboxid" in contents


def _nothing(_graph: Graph, _number: int, _contents: Contents) -> None:
    """Take nothing more from a record."""


_READ: dict[str, Callable[[Graph, int, Contents], None]] = {
    "content": _read_content,
    "ingest": _read_ingest,
    "snapshot": _read_snapshot,
    "container": _read_container,
}
"""What is taken from a record besides its references."""
