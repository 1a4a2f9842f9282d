"""The command that mounts a snapshot to look at it: read-only, and without containerd.

Layout of the directories from containerd `plugins/snapshots/{overlay,native}`. No upper and work
directory is named, so that not even a mistake writes into the evidence.
"""

import shlex
from typing import NamedTuple

from boltview.containerd.objects import BackendSnapshot

OVERLAYS = frozenset({"overlayfs", "fuse-overlayfs", "stargz", "soci", "nydus"})
"""Snapshotters that keep `snapshots/ID/fs` and stack these."""
NATIVE = "native"
_MAX_OPTIONS = 4095
"""Bytes that mount(2) takes as options: one page with the zero at its end."""


class NotMountable(Exception):
    """No command can be given; the message says why."""


class Chain(NamedTuple):
    """A snapshot and what it builds on."""

    snapshotter: str
    folder: str
    """Path of the snapshotter's root as it can be reached from here."""
    snapshots: tuple[BackendSnapshot, ...]
    """The snapshot first, its base last."""


def mount_command(chain: Chain, target: str = "TARGET") -> str:
    """Return a shell command that mounts a snapshot read-only at `target`.

    Raises:
        NotMountable: the chain is broken, or the snapshotter keeps no directories.
    """
    numbers = _numbers(chain)
    base = f"{chain.folder}/snapshots"
    if chain.snapshotter == NATIVE:
        # Each native snapshot is a full copy; a view looks at its parent's.
        return _bind(f"{base}/{numbers[0]}", target)
    if chain.snapshotter not in OVERLAYS:
        raise NotMountable(
            f"snapshots of {chain.snapshotter} are not plain directories: "
            "only its own tools can mount them"
        )
    layers = [f"{number}/fs" for number in numbers]
    if len(layers) == 1:
        return _bind(f"{base}/{layers[0]}", target)
    escaped = base.replace("\\", "\\\\").replace(":", "\\:").replace(",", "\\,")
    options = "ro,lowerdir=" + ":".join(f"{escaped}/{layer}" for layer in layers)
    if len(options.encode(errors="surrogateescape")) <= _MAX_OPTIONS:
        return f"mount -t overlay -o {shlex.quote(options)} overlay {shlex.quote(target)}"
    options = "ro,lowerdir=" + ":".join(layers)
    if len(options) > _MAX_OPTIONS:
        raise NotMountable(f"{len(layers)} layers do not fit into the options of one mount")
    return (
        f"(cd {shlex.quote(base)} && "
        f"mount -t overlay -o {shlex.quote(options)} overlay {shlex.quote(target)})"
    )


def _numbers(chain: Chain) -> list[int]:
    """Return the directories to stack, the uppermost first; a view has none of its own."""
    if not chain.snapshots:
        raise NotMountable("the snapshotter's database does not have this snapshot")
    if chain.snapshots[-1].parent:
        raise NotMountable(f"its parent {chain.snapshots[-1].parent} is not there")
    shown = list(chain.snapshots)
    if shown[0].kind == "View" and len(shown) > 1:
        del shown[0]
    numbers = []
    for snapshot in shown:
        if snapshot.id is None:
            raise NotMountable(f"the directory of {snapshot.name} is not known")
        numbers.append(snapshot.id)
    return numbers


def _bind(source: str, target: str) -> str:
    return f"mount -o bind,ro {shlex.quote(source)} {shlex.quote(target)}"
