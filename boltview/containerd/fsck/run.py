"""Every rule of `fsck` over one node, in the order of its databases."""

from collections.abc import Iterator

from boltview.bolt.progress import Progress
from boltview.containerd.fsck.backends import check_age, check_backends
from boltview.containerd.fsck.daemon import check_cri, check_mounts
from boltview.containerd.fsck.devices import check_devices
from boltview.containerd.fsck.disk import (
    check_content,
    check_directories,
    check_images,
    check_ingests,
)
from boltview.containerd.fsck.finding import Finding
from boltview.containerd.fsck.layers import check_layers
from boltview.containerd.fsck.links import check_links
from boltview.containerd.fsck.records import check_layout, check_records
from boltview.containerd.mark import Marks
from boltview.containerd.node import Node


def fsck(
    node: Node, marks: Marks, *, deep: bool = False, progress: Progress | None = None
) -> Iterator[Finding]:
    """Yield what does not fit together on a node; of a meta.db alone what can be seen of it.

    Args:
        node: the node.
        marks: of its meta.db.
        deep: read every blob and compare its digest, and every directory of committed snapshots.
        progress: told how far the reading of blobs is, then that of snapshots; may raise to cancel.
    """
    metadata, graph = node.metadata, marks.graph
    yield from check_layout(metadata)
    yield from check_records(metadata)
    yield from check_links(marks)
    yield from check_backends(node, graph)
    yield from check_age(node, graph)
    yield from check_content(node, graph, deep=deep, progress=progress)
    yield from check_images(node, graph)
    yield from check_ingests(node)
    yield from check_directories(node)
    if deep:
        yield from check_layers(node, progress)
    yield from check_devices(node)
    yield from check_cri(node, graph)
    yield from check_mounts(node)
