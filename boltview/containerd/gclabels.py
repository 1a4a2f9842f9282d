"""What a label says to the garbage collector: references, back references, conditions, roots.

Rules from containerd `core/metadata/gc.go: startGCContext`; which releases know them stands in
`boltview/containerd/releases.py`.
"""

from functools import lru_cache
from typing import NamedTuple

PREFIX = b"containerd.io/gc."
EXPIRE = b"containerd.io/gc.expire"
FLAT = b"containerd.io/gc.flat"
_ROOT = b"containerd.io/gc.root"
_CONDITION = b"containerd.io/gc.cond.snapshot"
_USED_AT = b"containerd.io/gc.cond.value-usedat"
_SEPARATORS = frozenset({b"", b".", b"/"})
"""Behind a label's name: nothing, or what begins a part that means nothing."""
BEARERS = {
    "reference": frozenset({"content", "snapshot", "image", "container", "sandbox"}),
    "back reference": frozenset({"content", "snapshot", "image"}),
    "condition": frozenset({"content", "image"}),
    "used at": frozenset({"snapshot"}),
    "root": frozenset({"content", "snapshot"}),
}
"""Kinds of objects on which each label means something (`gc.go: scanRoots, references`)."""
_REMEMBERED = 4096
"""Labels; the same ones come again and again."""

_NAMED = {
    b"containerd.io/gc.ref.content": ("reference", "content"),
    b"containerd.io/gc.ref.image": ("reference", "image"),
    b"containerd.io/gc.ref.mount": ("reference", "mount"),
    b"containerd.io/gc.ref.stream": ("reference", "stream"),
    b"containerd.io/gc.bref.container": ("back reference", "container"),
    b"containerd.io/gc.bref.content": ("back reference", "content"),
    b"containerd.io/gc.bref.image": ("back reference", "image"),
}
_SNAPSHOT = {
    b"containerd.io/gc.ref.snapshot.": "reference",
    b"containerd.io/gc.bref.snapshot.": "back reference",
}


class Meaning(NamedTuple):
    """What one label says."""

    what: str
    """`reference`, `back reference`, `condition`, `used at` or `root`."""
    kind: str = ""
    """Kind of the object that the value names."""
    key: bytes = b""
    """Its key; of snapshots `SNAPSHOTTER/KEY`."""
    condition: bytes = b""
    """Conditions joined by commas, any of which will do."""


def meaning(label: bytes, value: bytes) -> Meaning | None:
    """Return what a label says to the collector; None if nothing.

    Of `gc.expire` and `gc.flat`, which only count on some kinds of objects, nothing is said here.
    """
    what, kind, snapshotter = _parsed(label)
    if not what:
        return None
    if what == "condition":
        conditions, bar, key = value.partition(b"|")
        return Meaning(what, kind, snapshotter + b"/" + key, conditions) if bar else None
    return Meaning(what, kind, snapshotter + b"/" + value if kind == "snapshot" else value)


@lru_cache(_REMEMBERED)
def _parsed(label: bytes) -> tuple[str, str, bytes]:
    """Return what a label says, of which kind of object, and of which snapshotter."""
    for base, (what, kind) in _NAMED.items():
        if label.startswith(base) and label[len(base) :][:1] in _SEPARATORS:
            return what, kind, b""
    for base, what in _SNAPSHOT.items():
        if label.startswith(base):
            return what, "snapshot", label[len(base) :].partition(b"/")[0]
    if label.startswith(_CONDITION):
        snapshotter = label[len(_CONDITION) :].lstrip(b"./").partition(b"/")[0]
        return "condition", "snapshot", snapshotter
    if label.startswith(_USED_AT):
        return "used at", "", b""
    return ("root" if label.startswith(_ROOT) else ""), "", b""


def is_exact_root(label: bytes) -> bool:
    """Whether this is the label as releases before 2.2 demand it, with nothing behind its name."""
    return label == _ROOT
