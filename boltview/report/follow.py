"""What one object refers to, from its own record: at once, without reading any other's.

Who refers to an object takes a walk over all records (`boltview/report/graph.py`); both tell the
same references, which a test holds.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from boltview.bolt.bucket import Bucket
from boltview.containerd.gclabels import BEARERS, FLAT, meaning
from boltview.containerd.metadata import Metadata, Reference
from boltview.containerd.names import ObjectName
from boltview.containerd.objects import Container, Image, Ingest, Lease, Snapshot, text_key
from boltview.containerd.references import Because, Edge
from boltview.report.escape import escape
from boltview.report.graph import Link
from boltview.report.objects.column import short_id
from boltview.report.opened import Opened
from boltview.report.references import because_text

Path = tuple[bytes, ...]

MOST = 500
"""References that are listed of one object; its record has all of them."""
_REFERRING = {"reference": "label", "condition": "condition"}
"""What a label that refers from its own object is called as a reason."""


class _Mention(NamedTuple):
    """One reference as it stands in a record."""

    kind: str
    key: bytes
    because: Because
    field: Path
    """Below the object's bucket."""


def links_from(opened: Opened, name: ObjectName) -> list[Link]:
    """Return what an object refers to; of an image also what its blobs refer to in turn.

    At most `MOST`; none of an object that is not there.

    Raises:
        NotMetadata: the database is none of containerd's own.
    """
    metadata = Metadata(opened.reading)
    root = opened.reading.root
    return list(islice(_links(metadata, root, name), MOST))


def _links(metadata: Metadata, root: Bucket, name: ObjectName) -> Iterator[Link]:
    yield from _links_of_one(metadata, root, name)
    if name.kind == "image":
        yield from _links_of_blobs(metadata, root, name)


def _links_of_one(metadata: Metadata, root: Bucket, name: ObjectName) -> Iterator[Link]:
    own = bucket_path(root, name)
    for mention in _mentions(metadata, name) if own else ():
        other = ObjectName(mention.kind, name.namespace, mention.key)
        yield Link(
            escape(other.text),
            because_text(Edge(0, 0, mention.because)),
            bucket_path(root, other),
            (*own, *mention.field),
            keeps=mention.because.keeps,
        )


def _links_of_blobs(metadata: Metadata, root: Bucket, image: ObjectName) -> Iterator[Link]:
    """Yield what the blobs of an image refer to: manifests, configs, layers, their snapshot."""
    first = next(_mentions(metadata, image), None)
    waiting = [first.key] if first and first.kind == "content" else []
    seen = {("content", digest) for digest in waiting}
    while waiting:
        digest = waiting.pop(0)
        blob = ObjectName("content", image.namespace, digest)
        for mention in _mentions(metadata, blob):
            if (mention.kind, mention.key) in seen:
                continue
            seen.add((mention.kind, mention.key))
            other = ObjectName(mention.kind, image.namespace, mention.key)
            by = short_id(escape(digest.decode(errors="replace")))
            yield Link(
                escape(other.text),
                f"{because_text(Edge(0, 0, mention.because))}, of blob {by}",
                bucket_path(root, other),
                (*bucket_path(root, blob), *mention.field),
                keeps=mention.because.keeps,
            )
            if mention.kind == "content":
                waiting.append(mention.key)


def bucket_path(root: Bucket, name: ObjectName) -> Path:
    """Return the path of an object's bucket; empty where it has no record."""
    places = [name.path]
    if name.kind == "sandbox":
        places.append(name.path[1:])  # where 1.7 keeps them
    return next((path for path in places if _is_bucket(root, path)), ())


def _is_bucket(root: Bucket, path: Path) -> bool:
    bucket = root
    for key in path:
        found = bucket.get(key)
        if not isinstance(found, Bucket):
            return False
        bucket = found
    return True


def _mentions(metadata: Metadata, name: ObjectName) -> Iterator[_Mention]:
    """Yield the references in an object's record that lead anywhere."""
    snapshotter, key = b"", name.key
    if name.kind == "snapshot":
        snapshotter, _, key = name.key.partition(b"/")
    kind = "blob" if name.kind == "content" else name.kind
    item = metadata.get(Reference(kind, _text(name.namespace), _text(snapshotter), _text(key)))
    if item is None:
        return
    if name.kind in _FIELDS:
        yield from _FIELDS[name.kind](item)
    for label, value in getattr(item, "labels", {}).items():
        said = meaning(text_key(label), text_key(value))
        if said is None or said.what not in _REFERRING or name.kind not in BEARERS[said.what]:
            continue
        field = f"labels/{label}"
        because = Because(_REFERRING[said.what], field, name.kind, said.kind, _text(said.condition))
        yield _Mention(said.kind, said.key, because, (b"labels", text_key(label)))


def _of_container(item: Container) -> Iterator[_Mention]:
    if item.snapshotter and item.snapshot_key:
        key = f"{item.snapshotter}/{item.snapshot_key}"
        yield _mention("container", "snapshotKey", "snapshot", key, "field")
    if item.image:
        yield _mention("container", "image", "image", item.image, "note")
    if item.sandbox_id:
        yield _mention("container", "sandboxid", "sandbox", item.sandbox_id, "note")


def _of_image(item: Image) -> Iterator[_Mention]:
    if item.target.digest:
        yield _mention("image", "target/digest", "content", item.target.digest, "field")


def _of_snapshot(item: Snapshot) -> Iterator[_Mention]:
    if item.parent:
        parent = f"{item.snapshotter}/{item.parent}"
        yield _mention("snapshot", "parent", "snapshot", parent, "parent")
    for child in item.children:
        key = f"{item.snapshotter}/{child}"
        yield _listed("snapshot", "children", "snapshot", key, "note")


def _of_ingest(item: Ingest) -> Iterator[_Mention]:
    if item.expected:
        yield _mention("ingest", "expected", "content", item.expected, "expected")


def _of_lease(lease: Lease) -> Iterator[_Mention]:
    how = "flat" if FLAT.decode() in lease.labels else "lease"
    for digest in lease.content:
        yield _listed("lease", "content", "content", digest, how)
    for snapshotter, keys in lease.snapshots.items():
        for key in keys:
            name = f"{snapshotter}/{key}"
            yield _listed("lease", f"snapshots/{snapshotter}", "snapshot", name, how)
    for image in lease.images:
        yield _listed("lease", "images", "image", image, how)
    for ref in lease.ingests:
        # A flat lease protects its uploads as any other does.
        yield _listed("lease", "ingests", "ingest", ref, "lease")


_FIELDS: Mapping[str, Callable[[Any], Iterator[_Mention]]] = {
    "container": _of_container,
    "image": _of_image,
    "snapshot": _of_snapshot,
    "ingest": _of_ingest,
    "lease": _of_lease,
}
"""By kind, what yields the references in fields of the schema; see `refers` there."""


def _mention(source: str, field: str, kind: str, key: str, how: str) -> _Mention:
    """Return a reference by the value of a field."""
    because = Because(how, field, source, kind)
    return _Mention(kind, text_key(key), because, tuple(map(text_key, field.split("/"))))


def _listed(source: str, field: str, kind: str, key: str, how: str) -> _Mention:
    """Return a reference by a key in a bucket."""
    found = _mention(source, field, kind, key, how)
    last = found.key.partition(b"/")[2] if kind == "snapshot" else found.key
    return found._replace(field=(*found.field, last))


def _text(key: bytes) -> str:
    return key.decode(errors="surrogateescape")
