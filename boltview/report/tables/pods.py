"""Pods with their containers below them, and the containers that belong to no pod."""

from array import array
from collections.abc import Sequence

from boltview.bolt.errors import Damage
from boltview.bolt.progress import Progress
from boltview.browse.forest import Forest
from boltview.browse.ordered import NO_ROW
from boltview.containerd.metadata import Reference
from boltview.containerd.node import Node
from boltview.containerd.numbered import Numbered
from boltview.containerd.objects import text_key
from boltview.containerd.pods import Pod, pods_and_others
from boltview.report.objects.column import Column, View
from boltview.report.objects.containers import COLUMNS, KIND
from boltview.report.objects.kind import Kind
from boltview.report.objects.sandboxes import POD_COLUMNS, PODS, PodView
from boltview.report.tables.grid import Heading, Path
from boltview.report.tables.viewtable import Pair, ViewTable, paired
from boltview.report.units import Clock

_EVERY = 256
"""Containers between two reports of progress."""


_PAIRS = (
    Pair(
        Heading("POD / CONTAINER", least=20),
        Column("name", lambda view: f"{view.item.pod_namespace}/{view.item.name}"),
        Column("name", lambda view: view.name or view.item.id, form="id"),
    ),
    paired(Heading("ID", least=12, rank=3), POD_COLUMNS, "id", COLUMNS, "id"),
    paired(Heading("NAMESPACE", least=10), POD_COLUMNS, "namespace", COLUMNS, "namespace"),
    paired(Heading("IMAGE", keeps_end=True, least=20), POD_COLUMNS, "", COLUMNS, "image"),
    paired(Heading("STATE", least=10), POD_COLUMNS, "state", COLUMNS, "state"),
    paired(Heading("AGE", least=4), POD_COLUMNS, "created", COLUMNS, "created"),
    paired(Heading("IP", least=9, rank=8), POD_COLUMNS, "ips", COLUMNS, ""),
    paired(Heading("COMMAND", rank=9), POD_COLUMNS, "", COLUMNS, "command"),
)
_POD_COLUMNS = [pair.first for pair in _PAIRS]
_CONTAINER_COLUMNS = [pair.second for pair in _PAIRS]


class Pods(ViewTable):
    """Pods, their containers, and other containers; a container is read when it shows."""

    headings = tuple(pair.heading for pair in _PAIRS)
    tree = 0
    empty = "no container and no pod in any namespace"

    def __init__(self, node: Node, clock: Clock, progress: Progress) -> None:
        """Find out what belongs to what.

        Args:
            node: the node.
            clock: the present.
            progress: told how many containers were read; may raise to cancel.
        """
        super().__init__(clock)
        self._node = node
        self._containers = Numbered(node.metadata, "container")
        self._pods: list[PodView] = []
        # For each row the number of its container, or of its pod counted down from -1.
        self._items = array("i")
        self._forest = Forest(self._gather(progress))

    def __len__(self) -> int:
        """Return the number of pods and containers."""
        return len(self._items)

    def wear(self, clock: Clock) -> None:
        """Show times in the zone of another clock."""
        super().wear(clock)
        self._pods = [PodView(self._node, view.item, clock) for view in self._pods]

    def kind(self, view: View) -> Kind:
        """Return whether this is a pod or a container."""
        return PODS if isinstance(view, PodView) else KIND

    def columns(self, view: View) -> Sequence[Column | None]:
        """Return the columns of a pod or a container."""
        return _POD_COLUMNS if isinstance(view, PodView) else _CONTAINER_COLUMNS

    def load(self, row: int) -> View | Damage:
        """Return a pod, or read a container."""
        item = self._items[row]
        if item < 0:
            return self._pods[-1 - item]
        found = self._containers[item]
        return found if isinstance(found, Damage) else KIND.wrap(self._node, found, self.clock)

    def parent(self, row: int) -> int:
        """Return the pod of a container."""
        return self._forest.parents[row]

    def guide(self, row: int) -> str:
        """Return how a container hangs on its pod."""
        return self._forest.guide(row)

    def place(self, row: int) -> Path | None:
        """Return the path of a record; of a pod that of its sandbox, or of its pause container."""
        item = self._items[row]
        if item >= 0:
            return super().place(row)
        pod = self._pods[-1 - item].item
        for kind in ("sandbox", "container"):
            found = self._node.metadata.get(Reference(kind, pod.namespace, "", pod.id))
            if found is not None:
                path: Path = found.record.path
                return path
        return None

    def path(self, row: int) -> Path:
        """Return what finds a row again: a container's path, a pod's namespace and ID."""
        item = self._items[row]
        if item >= 0:
            return super().path(row)
        pod = self._pods[-1 - item].item
        return (text_key(pod.namespace), text_key(pod.id))

    def row_at(self, path: Path) -> int:
        """Return the row of a container or pod."""
        item = self._containers.number(path)
        if item is None:
            keys = [(text_key(view.item.namespace), text_key(view.item.id)) for view in self._pods]
            if path not in keys:
                return NO_ROW
            item = -1 - keys.index(path)
        return self._items.index(item) if item in self._items else NO_ROW

    def _gather(self, progress: Progress) -> Sequence[int]:
        """Fill the items; return for each the one that it belongs to."""
        parents, others = array("i"), array("i")
        seen, total = 0, len(self._containers)
        for found in pods_and_others(self._node):
            seen += 1
            if seen % _EVERY == 0:
                progress(min(seen, total), total)
            if not isinstance(found, Pod):
                others.extend(self._numbers([found.record.path]))
                continue
            above = (b"v1", text_key(found.namespace), b"containers")
            paths = [(*above, text_key(container.id)) for container in found.containers]
            numbers = self._numbers(paths)
            parents.append(NO_ROW)
            parents.extend([len(self._items)] * len(numbers))
            self._items.append(-1 - len(self._pods))
            self._items.extend(numbers)
            self._pods.append(PodView(self._node, found, self.clock))
        self._items += others
        parents.extend([NO_ROW] * len(others))
        return parents

    def _numbers(self, paths: Sequence[Path]) -> list[int]:
        found = map(self._containers.number, paths)
        return [number for number in found if number is not None]
