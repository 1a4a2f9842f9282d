"""Committed snapshots against their files: a power loss can take data that a database has."""

from collections.abc import Iterator
from typing import NamedTuple

from boltview.bolt.progress import Progress
from boltview.containerd.diskusage import Survey, survey
from boltview.containerd.fsck.finding import Finding, elsewhere
from boltview.containerd.node import Node
from boltview.containerd.objects import BackendSnapshot
from boltview.containerd.overlay import NATIVE

_MEASURED = {"overlayfs": "/fs", "fuse-overlayfs": "/fs", NATIVE: ""}
"""Snapshotters that note at the commit what a directory holds, and which (`Commit` in
`plugins/snapshots/{overlay,native}`). Those that fetch layers lazily note nothing."""
_SLACK = 4096
"""Bytes for each inode by which file systems may differ."""


class _Layer(NamedTuple):
    snapshot: BackendSnapshot
    found: Survey


def check_layers(node: Node, progress: Progress | None = None) -> Iterator[Finding]:
    """Yield committed snapshots that hold other files than when they were committed.

    Reads every directory of them, but no file.
    """
    for snapshotter in node.snapshotters:
        if snapshotter not in _MEASURED:
            continue
        layers = list(_layers(node, snapshotter, progress))
        if _are_frames(layers):
            place = node.snapshotter_folders[snapshotter].shown("snapshots")
            what = f"not one of {len(layers)} committed snapshots has its files there"
            yield elsewhere("layers-not-here", place, what)
            continue
        for layer in layers:
            yield from _check(snapshotter, layer)


def _layers(node: Node, snapshotter: str, progress: Progress | None) -> Iterator[_Layer]:
    folder = node.snapshotter_folders[snapshotter]
    snapshots = list(node.snapshotters[snapshotter].snapshots())
    for done, found in enumerate(snapshots):
        if progress:
            progress(done, len(snapshots))
        # One that is missing is another rule's; remote snapshotters note 0 and 0.
        if found.kind != "Committed" or not found.inodes or found.size is None:
            continue
        place = folder.place(f"snapshots/{found.id}{_MEASURED[snapshotter]}")
        try:
            if place:
                yield _Layer(found, survey(place))
        except OSError:
            continue


def _are_frames(layers: list[_Layer]) -> bool:
    """Whether no file has data and some are missing, as in a copy of directories alone.

    What a power loss empties keeps its files.
    """
    is_less = any(found.inodes < (noted.inodes or 0) for noted, found in layers)
    return is_less and not any(found.full for _, found in layers)


def _check(snapshotter: str, layer: _Layer) -> Iterator[Finding]:
    noted, found = layer
    place = f"{snapshotter}: {noted.name}"
    size, inodes = noted.size or 0, noted.inodes or 0
    lost = f"; {found.lost} of its files have no data" if found.lost else ""
    if found.inodes != inodes:
        what = f"{found.inodes} files and directories, {inodes} when it was committed{lost}"
        yield elsewhere("layer-differs", place, what)
    elif found.size + _SLACK * inodes < size // 2:
        what = f"{found.size} bytes, {size} when it was committed{lost}"
        yield elsewhere("layer-differs", place, what)
