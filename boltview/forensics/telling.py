"""What a record of containerd tells of its own name: namespace and key, and how surely.

A record's key stands in the bucket above it, not in the record. But clients write it into what
they store: the OCI spec's cgroup path ends with the container's ID, CRI's metadata begin with it,
and the names that snapshots and uploads have in their stores are NAMESPACE/NUMBER/KEY.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from boltview.bolt.bulk import Contents
from boltview.forensics.grammar import NOT_TOLD

_CGROUP = re.compile(rb'"cgroupsPath":"([^"\\]{1,512})"')
_CRI_ID = re.compile(rb'"Metadata":\{"ID":"([^"\\]{1,128})"')
_BACKEND = re.compile(rb"([^/]{1,76})/(\d{1,20})/(.+)", re.DOTALL)
_HEX_ID = re.compile(rb"[0-9a-f]{64}")
_KUBERNETES = b"k8s.io"
_OWNERS = {b"docker": b"moby", b"cri-containerd": _KUBERNETES, b"kubepods": _KUBERNETES}
"""Namespace by the first word of a cgroup path."""
_SYSTEMD_PARTS = 3
_PLAIN_PARTS = 2


class Told(NamedTuple):
    """What a record says of itself."""

    namespace: bytes = NOT_TOLD
    key: bytes = NOT_TOLD
    is_sure: bool = False
    """Whether the key is surely its own: no client chooses another one there."""
    by: str = ""
    """The field that says so."""
    has_aliases: bool = False
    """Whether records of other names say the same."""


_NOTHING = Told()


def told(kind: str, contents: Contents) -> Told:
    """Return what the contents of an object's bucket tell of its name.

    Args:
        kind: the kind, as the schema calls it.
        contents: all or some of its keys.
    """
    teller = _TELLERS.get(kind)
    return teller(contents) if teller else _NOTHING


def _text(contents: Contents, *path: bytes) -> bytes:
    place: Contents | bytes | None = contents
    for part in path:
        place = place.get(part) if isinstance(place, dict) else None
    return place if isinstance(place, bytes) else b""


def _container(contents: Contents) -> Told:
    for name in (b"container", b"sandbox"):
        field = b"io.cri-containerd.%s.metadata" % name
        match = _CRI_ID.search(_text(contents, b"extensions", field))
        if match:
            return Told(_KUBERNETES, match[1], is_sure=True, by=f"extensions/{field.decode()}")
    bundle = _text(contents, b"labels", b"com.docker/engine.bundle.path")
    if bundle:
        key = bundle.rstrip(b"/").rpartition(b"/")[2]
        return Told(b"moby", key, is_sure=True, by="labels (bundle path)")
    namespace = _text(contents, b"labels", b"nerdctl/namespace")
    if not namespace and _text(contents, b"labels", b"io.cri-containerd.kind"):
        namespace = _KUBERNETES
    match = _CGROUP.search(_text(contents, b"spec"))
    if match:
        found = _of_cgroup(match[1])
        return found._replace(namespace=namespace or found.namespace)
    snapshot = _text(contents, b"snapshotKey")
    # A client may give the snapshot another name; the usual ones use the container's ID.
    return Told(namespace, snapshot, by="snapshotKey") if snapshot or namespace else _NOTHING


def _of_cgroup(path: bytes) -> Told:
    """Read a cgroup path: `/NAMESPACE/ID`, `/…/ID`, or `SLICE:PREFIX:ID` for systemd."""
    by = "spec (cgroupsPath)"
    parts = path.split(b":")
    if len(parts) == _SYSTEMD_PARTS:
        return Told(_OWNERS.get(parts[1], NOT_TOLD), parts[2], is_sure=True, by=by)
    parts = path.strip(b"/").split(b"/")
    key = parts[-1]
    first = _OWNERS.get(parts[0], parts[0] if len(parts) == _PLAIN_PARTS else NOT_TOLD)
    is_sure = len(parts) == _PLAIN_PARTS or bool(_HEX_ID.fullmatch(key))
    return Told(first, key, is_sure=is_sure, by=by)


def _sandbox(contents: Contents) -> Told:
    match = _CRI_ID.search(_text(contents, b"extensions", b"metadata"))
    if match:
        return Told(_KUBERNETES, match[1], is_sure=True, by="extensions/metadata")
    match = _CGROUP.search(_text(contents, b"spec"))
    return _of_cgroup(match[1]) if match else _NOTHING


def _image(contents: Contents) -> Told:
    is_cri = bool(_text(contents, b"labels", b"io.cri-containerd.image"))
    name = _text(contents, b"annotations", b"io.containerd.image.name")
    # The annotation keeps the first name when the image is tagged again; CRI keeps each image by
    # its name, its digest and its ID.
    namespace = _KUBERNETES if is_cri else NOT_TOLD
    by = "annotations/io.containerd.image.name" if name else "labels"
    return Told(namespace, name, by=by, has_aliases=True)


def _backend(field: bytes) -> Callable[[Contents], Told]:
    def tell(contents: Contents) -> Told:
        match = _BACKEND.fullmatch(_text(contents, field))
        return Told(match[1], match[3], is_sure=True, by=field.decode()) if match else _NOTHING

    return tell


_TELLERS: dict[str, Callable[[Contents], Told]] = {
    "container": _container,
    "image": _image,
    "ingest": _backend(b"ref"),
    "sandbox": _sandbox,
    "snapshot": _backend(b"name"),
}
