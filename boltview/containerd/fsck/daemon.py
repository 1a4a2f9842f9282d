"""What the running daemon keeps beside its databases: CRI's directories, mount points."""

from collections.abc import Iterator

from boltview.containerd.databases import MOUNT_POINTS
from boltview.containerd.fsck.finding import Finding, elsewhere, in_metadata
from boltview.containerd.node import Node
from boltview.containerd.pods import CONTAINER_METADATA, SANDBOX_METADATA
from boltview.containerd.references import Graph

_CRI = "k8s.io"


def check_cri(node: Node, graph: Graph) -> Iterator[Finding]:
    """Yield directories of CRI without a record, and containers and pods without a directory."""
    if node.cri is None:
        return
    known = {
        graph.key(number).decode(errors="replace")
        for number in graph.numbers("container", "sandbox")
    }
    there: dict[str, set[str]] = {}
    for kind in ("containers", "sandboxes"):
        there[kind] = set(node.cri.within(kind).names())
        for name in sorted(there[kind] - known):
            place = node.cri.within(kind).shown(name)
            yield elsewhere("cri-directory-orphan", place, f"no record of {kind[:-1]} {name}")
    for container in node.metadata.containers(_CRI):
        wanted = {CONTAINER_METADATA: "containers", SANDBOX_METADATA: "sandboxes"}
        for extension, kind in wanted.items():
            if extension in container.extensions and container.id not in there[kind]:
                what = f"{node.cri.within(kind).shown(container.id)} is not there"
                yield in_metadata("cri-directory-missing", container.record.path, what)


def check_mounts(node: Node) -> Iterator[Finding]:
    """Yield what is odd about the mount manager's records and mount points; of a live node only."""
    mounts = node.mounts
    if node.state is None:
        return
    points: dict[str, str] = {}
    for mount in mounts:
        for active in mount.active:
            point = active.get("mp")
            if not isinstance(point, str) or not point:
                continue
            if point in points:
                what = f"{points[point]} has it, too"
                name = f"{mount.namespace}/{mount.name}"
                yield elsewhere("mount-point-shared", f"mounts.db, {name}: {point}", what)
            points.setdefault(point, f"{mount.namespace}/{mount.name}")
    known = {str(mount.id) for mount in mounts}
    folder = node.state.within(MOUNT_POINTS)
    for name in folder.names():
        if name not in known:
            what = "no record of mounts.db has this number"
            yield elsewhere("mount-directory-orphan", folder.shown(name), what)
