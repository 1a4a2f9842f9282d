"""The names of objects as people type them: `TYPE/NAMESPACE/KEY`."""

from collections.abc import Sequence
from typing import NamedTuple

from boltview.containerd.objects import key_text, text_key

KINDS = ("container", "content", "image", "ingest", "lease", "sandbox", "snapshot")
"""Kinds of objects that refer to one another; the order is that of their names."""
_ALIASES = {"blob": "content"} | {f"{kind}s": kind for kind in KINDS} | {"sandboxes": "sandbox"}
_PARTS = 3


class NotAnObject(Exception):
    """A text does not name an object."""


class ObjectName(NamedTuple):
    """The name of an object that need not exist."""

    kind: str
    """One of `KINDS`."""
    namespace: bytes
    key: bytes
    """Of snapshots `SNAPSHOTTER/KEY`."""

    @property
    def text(self) -> str:
        """`TYPE/NAMESPACE/KEY`, the key as it is; bytes that are not UTF-8 as `%XX`."""
        return f"{self.kind}/{printed(self.namespace)}/{printed(self.key)}"

    @property
    def path(self) -> tuple[bytes, ...]:
        """Path of its bucket in meta.db, from 2.0 on where kinds of releases differ."""
        place = _PLACES[self.kind]
        if self.kind == "snapshot":
            snapshotter, _, key = self.key.partition(b"/")
            return (b"v1", self.namespace, *place, snapshotter, key)
        return (b"v1", self.namespace, *place, self.key)


_PLACES = {
    "container": (b"containers",),
    "content": (b"content", b"blob"),
    "image": (b"images",),
    "ingest": (b"content", b"ingests"),
    "lease": (b"leases",),
    "sandbox": (b"sandboxes",),
    "snapshot": (b"snapshots",),
}


_KINDS_BY_PLACE = {place: kind for kind, place in _PLACES.items()}


def object_at(path: Sequence[bytes]) -> ObjectName | None:
    """Return the object whose bucket in meta.db a path is, or leads into; None outside of any."""
    is_outside = path[:1] != (b"v1",)
    below = tuple(path if is_outside else path[1:])
    for length in (1, 2):
        kind = _KINDS_BY_PLACE.get(below[1 : 1 + length])
        if kind is None or (is_outside and kind != "sandbox"):
            # Outside v1 there are only the sandboxes of 1.7.
            continue
        parts = 2 if kind == "snapshot" else 1
        keys = below[1 + length : 1 + length + parts]
        return ObjectName(kind, below[0], b"/".join(keys)) if len(keys) == parts else None
    return None


def parse_name(text: str) -> ObjectName:
    """Return the name that a text means.

    Raises:
        NotAnObject: it is none.
    """
    parts = text.split("/", _PARTS - 1)
    kind = _ALIASES.get(parts[0], parts[0])
    if len(parts) < _PARTS or kind not in KINDS or not all(parts):
        raise NotAnObject(
            f"{text!r} names no object: TYPE/NAMESPACE/KEY, where TYPE is "
            f"{', '.join(KINDS[:-1])} or {KINDS[-1]}, and a snapshot's KEY is SNAPSHOTTER/KEY"
        )
    name = ObjectName(kind, text_key(parts[1]), text_key(parts[2]))
    if kind == "snapshot" and b"/" not in name.key:
        raise NotAnObject(f"{text!r} names no snapshot: snapshot/NAMESPACE/SNAPSHOTTER/KEY")
    return name


def printed(key: bytes) -> str:
    """Return a key, or the name of a namespace, as it stands in an object's name."""
    try:
        return key.decode()
    except UnicodeDecodeError:
        marked = key_text(key)
    return "".join(
        f"%{ord(sign) - 0xDC00:02X}" if "\udc80" <= sign <= "\udcff" else sign for sign in marked
    )
