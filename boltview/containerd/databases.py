"""Every bolt database of a node: the metadata, each snapshotter's, and the mount manager's."""

import os
from typing import NamedTuple

from boltview.containerd.locate import CONTAINERD_ROOTS, METADATA, file_within, locate

_SNAPSHOTTER = "io.containerd.snapshotter.v1."
"""Folders of snapshotters begin so (`plugins/types.go: SnapshotPlugin`)."""
_SNAPSHOTS = "metadata.db"
_MOUNTS = "io.containerd.mount-manager.v1.bolt/mounts.db"
"""Below the state directory (`plugins/mount/manager.go`), since containerd 2.2."""
_STATES = {
    "var/lib/containerd": "run/containerd",
    "var/lib/rancher/k3s/agent/containerd": "run/k3s/containerd",
    "var/lib/rancher/rke2/agent/containerd": "run/k3s/containerd",
    "var/lib/k0s/containerd": "run/k0s/containerd",
    "var/snap/microk8s/common/var/lib/containerd": "var/snap/microk8s/common/run/containerd",
    "var/lib/docker/containerd/daemon": "run/docker/containerd/daemon",
}
"""State directory that belongs to a root, both relative to the root of the file system."""


class NodeDatabase(NamedTuple):
    """A database of a node."""

    path: str
    """Where it lies."""
    name: str
    """Its place below the directory that was asked for, or `state/…` for one outside it."""


def node_databases(path: str) -> list[NodeDatabase]:
    """Find the databases of the node at `path`: a containerd root, or the root of a file system.

    Raises:
        NotLocated: there is none.
    """
    found = locate(path)
    databases: dict[str, NodeDatabase] = {}
    for metadata in (found.path, *found.others):
        relative = os.path.relpath(metadata, path)
        root = relative[: -len(METADATA)].rstrip("/") if relative.endswith(METADATA) else None
        names = [relative]
        if root is not None:
            names += [*_snapshotters(path, root), _join(root, _MOUNTS)]
            names += [_join(_STATES[root], _MOUNTS)] if root in _STATES else []
        for name in names:
            file = file_within(path, name)
            if file:
                databases.setdefault(file, NodeDatabase(file, name))
        outside = _mounts_outside(path) if root == "" else None
        if outside:
            databases.setdefault(outside, NodeDatabase(outside, f"state/{_MOUNTS}"))
    return list(databases.values())


def _snapshotters(path: str, root: str) -> list[str]:
    """Return the place of each snapshotter's database, should it have one."""
    try:
        names = sorted(os.listdir(os.path.join(path, root)))
    except OSError:
        return []
    return [_join(root, f"{name}/{_SNAPSHOTS}") for name in names if name.startswith(_SNAPSHOTTER)]


def _mounts_outside(path: str) -> str | None:
    """Return the mount manager's database of a containerd root that lies where roots lie."""
    absolute = os.path.realpath(path)
    for root in CONTAINERD_ROOTS:
        if root in _STATES and absolute.endswith(f"/{root}"):
            return file_within(absolute[: -len(root)], _join(_STATES[root], _MOUNTS))
    return None


def _join(root: str, name: str) -> str:
    return f"{root}/{name}" if root else name
