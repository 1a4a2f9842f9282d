"""Where the bolt databases of a node lie: the metadata, each snapshotter's, the mount manager's."""

import os
from typing import NamedTuple

from boltview.containerd.files import Folder
from boltview.containerd.locate import CONTAINERD_ROOTS, METADATA, configured, locate

SNAPSHOTTER_DATABASE = "metadata.db"
"""Below a snapshotter's folder."""
MOUNTS = "io.containerd.mount-manager.v1.bolt/mounts.db"
"""Below the state directory (`plugins/mount/manager.go`), since containerd 2.2."""
MOUNT_POINTS = "io.containerd.mount-manager.v1.bolt/t"
"""Beside it: a directory for each activation, by its number."""
_SNAPSHOTTER = "io.containerd.snapshotter.v1."
_STATES = {
    "var/lib/rancher/k3s/agent/containerd": "run/k3s/containerd",
    "var/lib/rancher/rke2/agent/containerd": "run/k3s/containerd",
    "var/lib/k0s/containerd": "run/k0s/containerd",
    "var/snap/microk8s/common/var/lib/containerd": "var/snap/microk8s/common/run/containerd",
    "var/lib/docker/containerd/daemon": "var/run/docker/containerd/daemon",
    "system/var/lib/containerd": "system/run/containerd",
}
"""State directory by containerd root, where it is not the usual one."""
_USUAL_STATE = "run/containerd"


class NodeDatabase(NamedTuple):
    """A database of a node."""

    path: str
    """Where it lies."""
    name: str
    """Its place below the directory that was asked for; `outside/…` for one that lies elsewhere."""


def node_databases(path: str) -> list[NodeDatabase]:
    """Find the databases of the node at `path`: a containerd root, or the root of a file system.

    Raises:
        NotLocated: there is none.
    """
    located = locate(path)
    found: dict[str, NodeDatabase] = {}
    for metadata in (located.path, *located.others):
        root, containerd = node_folders(metadata, path)
        places = [metadata]
        if root is not None and containerd is not None:
            snapshotters = snapshotter_folders(root, containerd).values()
            places += [p for folder in snapshotters if (p := folder.place(SNAPSHOTTER_DATABASE))]
            mounts = state_folder(root, containerd).place(MOUNTS)
            places += [mounts] if mounts else []
        for place in places:
            name = os.path.relpath(place, path)
            if name.startswith("../"):
                name = "outside" + os.path.abspath(place)
            found.setdefault(place, NodeDatabase(place, name))
    return [entry for entry in found.values() if os.path.isfile(entry.path)]


def node_folders(path: str, given: str) -> tuple[Folder | None, Folder | None]:
    """Return a node's root and, within it, containerd's; None for a file that lies elsewhere.

    Args:
        path: the meta.db.
        given: what the user named: a folder is the node's root, unless it is containerd's.
    """
    if not path.endswith("/" + METADATA):
        return None, None
    real = os.path.abspath(path)
    containerd = real.removesuffix("/" + METADATA)
    whole = os.path.abspath(given) if given and os.path.isdir(given) else ""
    if whole and whole != containerd and f"{containerd}/".startswith(whole.rstrip("/") + "/"):
        return Folder(whole, ""), Folder(whole, os.path.relpath(containerd, whole))
    for usual in CONTAINERD_ROOTS:
        if containerd.endswith("/" + usual):
            root = containerd.removesuffix(usual)
            return Folder(root, ""), Folder(root, usual)
    # Nothing is known of what lies around it, so nothing above it is read.
    return Folder(containerd, ""), Folder(containerd, "")


def snapshotter_folders(root: Folder, containerd: Folder) -> dict[str, Folder]:
    """Return the folder of each snapshotter, by the snapshotter's name."""
    found = {}
    for folder in containerd.names():
        if folder.startswith(_SNAPSHOTTER):
            moved = configured(root.root, "plugins", folder, "root_path")
            name = folder.removeprefix(_SNAPSHOTTER)
            found[name] = root.within(moved.lstrip("/")) if moved else containerd.within(folder)
    return found


def state_folder(root: Folder, containerd: Folder) -> Folder:
    """Return the state directory of containerd, which an image of a disk has not."""
    named = configured(root.root, "state")
    return root.within(named.lstrip("/") if named else _STATES.get(containerd.path, _USUAL_STATE))
