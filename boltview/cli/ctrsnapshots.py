"""Answers to `ctr snapshots`: the records of one namespace and snapshotter, and their directories.

Records come from meta.db, kinds and sizes from the snapshotter's database. As the daemon does
(containerd `core/metadata/snapshot.go: Walk`), lists leave out records that the latter does not
have; only where there is no such database at all, everything is listed.
"""

from collections.abc import Callable, Iterable, Iterator

from boltview.cli.exitcodes import ExitCode
from boltview.containerd.databases import snapshotter_folders
from boltview.containerd.diskusage import DiskUsage, disk_usage
from boltview.containerd.files import Folder
from boltview.containerd.node import Node
from boltview.containerd.objects import BackendSnapshot, Record, Snapshot
from boltview.containerd.overlay import OVERLAYS
from boltview.report.ctr import info, snapshots
from boltview.report.ctr.gojson import marshal
from boltview.report.ctr.refused import Refused
from boltview.report.ctr.snapshots import Usage

_CUMULATIVE = {"blockfile", "devmapper"}
"""Snapshotters whose sizes include the parents'."""
_LAYERED = OVERLAYS | {"erofs"}
"""Snapshotters that keep what an active snapshot changed in its folder `fs`."""
_UNKNOWN = "Unknown"


class Snapshots:
    """The snapshots of one namespace and snapshotter.

    Args:
        node: the node.
        namespace: of containerd.
        name: the snapshotter.
        warn: told what is not known.
        is_new: whether to answer as `ctr` 2.4.
    """

    def __init__(
        self, node: Node, namespace: str, name: str, warn: Callable[[str], None], *, is_new: bool
    ) -> None:
        """Read nothing yet."""
        self.name = name
        self._node = node
        self._namespace = namespace
        self._warn = warn
        self._is_new = is_new
        self._database = node.snapshotters.get(name)
        self._folder = _folder(node, name)

    def list(self) -> Iterator[str]:
        """`snapshots ls`."""
        return snapshots.snapshots(
            (item, backend.kind if backend else _UNKNOWN) for item, backend in self._walk()
        )

    def tree(self) -> Iterator[str]:
        """`snapshots tree`."""
        return snapshots.tree(item for item, _ in self._walk())

    def info(self, key: str) -> Iterator[str]:
        """`snapshots info KEY`."""
        item, backend = self._one(key)
        yield marshal(info.snapshot_json(item, backend))
        tell_faults(item.record, self._warn)

    def usage(self, keys: Iterable[str], *, in_bytes: bool) -> Iterator[str]:
        """`snapshots usage`, of all snapshots or of these."""
        found = [self._one(key) for key in keys] or self._walk()
        return snapshots.usage((self._usage(*pair) for pair in found), in_bytes=in_bytes)

    def usage_down(self, key: str) -> Iterator[str]:
        """`images usage`: a snapshot, and its parents down to the base."""
        found = []
        seen = set()
        wanted: str | None = key
        while wanted and wanted not in seen:
            seen.add(wanted)
            item, backend = self._one(wanted)
            found.append(self._usage(item, backend))
            wanted = item.parent
        return snapshots.usage(found, in_bytes=False)

    def mounts(self, target: str, key: str) -> Iterable[str]:
        """`snapshots mounts TARGET KEY`."""
        item, _ = self._one(key)
        chain = self._node.chain(item)
        if self._folder and self._node.containerd and self._node.containerd.path:
            # As the node names it. If it is not known where the node had its root, the path stays
            # the one that it has here.
            chain = chain._replace(folder=self._folder.shown())
        try:
            mount = snapshots.mount_of(chain, is_new=self._is_new)
        except snapshots.NoMounts as error:
            raise Refused(str(error)) from error
        return [snapshots.mount_line(mount, target, is_new=self._is_new)]

    def exists(self, key: str) -> bool:
        """Whether a snapshot is there, for its snapshotter as well."""
        item = self._node.metadata.snapshot(self._namespace, self.name, key)
        if item is None:
            return False
        return self._database is None or self._node.backend(item) is not None

    def _walk(self) -> Iterator[tuple[Snapshot, BackendSnapshot | None]]:
        for item in self._node.metadata.snapshots(self._namespace, self.name):
            backend = self._node.backend(item)
            if self._database is None:
                self._warn(
                    f"the database of the snapshotter {self.name} is not there: "
                    "kinds and sizes are not known"
                )
            if backend is not None or self._database is None:
                yield item, backend

    def _one(self, key: str) -> tuple[Snapshot, BackendSnapshot | None]:
        item = self._node.metadata.snapshot(self._namespace, self.name, key)
        if item is None:
            raise Refused(f"snapshot {key} does not exist: not found")
        backend = self._node.backend(item)
        if backend is None and self._database is not None:
            raise Refused(f"snapshot {key}: the snapshotter {self.name} does not have it")
        return item, backend

    def _usage(self, item: Snapshot, backend: BackendSnapshot | None) -> Usage:
        if backend is None:
            return Usage(item.key, None, None)
        if backend.kind == "Active":
            found = self._measure(item, backend)
            return Usage(item.key, *(found or (None, None)))
        size, inodes = backend.size or 0, backend.inodes or 0
        if self.name in _CUMULATIVE and backend.parent and self._database:
            parent = self._database.get(backend.parent)
            size -= parent.size or 0 if parent else 0
        return Usage(item.key, size, inodes)

    def _measure(self, item: Snapshot, backend: BackendSnapshot) -> DiskUsage | None:
        """Measure the directory of an active snapshot, whose size no database knows."""
        below = {"native": ""} | dict.fromkeys(_LAYERED, "/fs")
        if self._folder and self.name in below and backend.id is not None:
            place = self._folder.place(f"snapshots/{backend.id}{below[self.name]}")
            try:
                if place:
                    return disk_usage(place)
            except OSError:
                pass
        self._warn(f"snapshot {item.key}: its directory is not there, so its size is not known")
        return None


def tell_faults(record: Record, warn: Callable[[str], None]) -> None:
    """Say what is wrong with a record that was just shown in full.

    Raises:
        Refused: more is wrong than that a field is missing.
    """
    for fault in record.faults:
        warn(f"{fault.field or 'the record'}: {fault.reason}: {fault.detail}")
    if any(fault.reason != "missing" for fault in record.faults):
        raise Refused("the record is damaged", ExitCode.INCOMPLETE)


def _folder(node: Node, name: str) -> Folder | None:
    if node.root is None or node.containerd is None:
        return None
    return snapshotter_folders(node.root, node.containerd).get(name)
