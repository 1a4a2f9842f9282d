"""Who takes how much room: each file and directory counted once, exclusive or shared.

A blob is one file however many namespaces have a record of it, and a snapshot one directory however
many records name it. What an owner alone leads to is its own; what several owners of the same kind
lead to is shared among them.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from boltview.containerd.freed import Freed, backend_size, freed
from boltview.containerd.mark import Marks
from boltview.containerd.node import Node
from boltview.containerd.objects import key_text
from boltview.containerd.references import Graph

OWNERS = ("image", "container", "lease")
"""Kinds of objects that room is counted for."""
_FLAT_HOWS = frozenset({"parent", "field"})
"""What is followed from what a flat lease holds."""

Item = tuple[str, bytes]
"""One thing on disk: the snapshotter, or empty for a blob; and its name there, or its digest."""


class Room(NamedTuple):
    """What one owner takes."""

    name: str
    exclusive: int
    """Bytes that no other owner of this kind leads to; names of one image are one owner."""
    shared: int
    unknown: int
    """Things of which no size is known from here."""

    @property
    def total(self) -> int:
        """All bytes that it leads to."""
        return self.exclusive + self.shared


class Usage(NamedTuple):
    """What a node takes."""

    content: int
    """Bytes of all blobs with a record."""
    snapshots: int
    """Bytes of all snapshots with a record."""
    unknown: int
    rooms: dict[str, list[Room]]
    """By kind of owner: `image`, `container`, `lease`, `namespace`, `snapshotter`."""
    freed: Freed
    """What the next collection would give back."""


def usage(marks: Marks, node: Node) -> Usage:
    """Return who takes how much room on a node."""
    graph = marks.graph
    items = [_item(graph, number) for number in range(len(graph))]
    sizes = _sizes(graph, node, items)
    rooms = {}
    for kind in OWNERS:
        held = {
            graph.name(number).text: _reached(graph, number, items)
            for number in graph.numbers(kind)
        }
        rooms[kind] = _rooms(held, sizes, _targets(graph) if kind == "image" else {})
    spaces: dict[str, set[Item]] = {}
    snapshotters: dict[str, set[Item]] = {}
    for number in graph.numbers("content", "snapshot"):
        item = items[number]
        if item is not None:
            spaces.setdefault(key_text(graph.namespace(number)), set()).add(item)
            if item[0]:
                snapshotters.setdefault(item[0], set()).add(item)
    rooms |= {"namespace": _rooms(spaces, sizes), "snapshotter": _rooms(snapshotters, sizes)}
    return Usage(
        sum(size or 0 for item, size in sizes.items() if not item[0]),
        sum(size or 0 for item, size in sizes.items() if item[0]),
        sum(size is None for size in sizes.values()),
        rooms,
        freed(marks, node),
    )


def _item(graph: Graph, number: int) -> Item | None:
    """Return what an object is on disk; None for what is nothing there, or has no record."""
    kind = graph.kind(number)
    if not graph.there[number] or kind not in {"content", "snapshot"}:
        return None
    if kind == "content":
        return "", graph.key(number)
    name = graph.backends.get(number)
    return (key_text(graph.key(number).partition(b"/")[0]), name) if name else None


def _sizes(graph: Graph, node: Node, items: list[Item | None]) -> dict[Item, int | None]:
    sizes: dict[Item, int | None] = {}
    for number, item in enumerate(items):
        if item is not None and item not in sizes:
            size = graph.sizes[number] if not item[0] else -1
            sizes[item] = size if size >= 0 else None
    for snapshotter, database in node.snapshotters.items():
        for found in database.snapshots():
            item = snapshotter, found.name.encode(errors="surrogateescape")
            if item in sizes:
                sizes[item] = backend_size(node, snapshotter, found)
    return sizes


def _reached(graph: Graph, owner: int, items: list[Item | None]) -> set[Item]:
    """Return everything on disk that an owner leads to."""
    reasons = graph.reasons()
    seen = {(owner, False)}
    waiting = [(owner, False)]
    found: set[Item] = set()
    while waiting:
        number, is_flat = waiting.pop()
        item = items[number]
        if item is not None:
            found.add(item)
        for _, target, reason in graph.links(number):
            because = reasons[reason]
            if not because.keeps or because.how in {"back reference", "condition"}:
                # These tie others to it; they are not what it needs.
                continue
            if is_flat and because.how not in _FLAT_HOWS:
                continue
            step = target, is_flat or because.how == "flat"
            if step not in seen:
                seen.add(step)
                waiting.append(step)
    return found


def _targets(graph: Graph) -> dict[str, str]:
    """Return what each image stands for: names of one target are one owner."""
    return {
        graph.name(edge.source).text: graph.name(edge.target).text
        for edge in graph.edges()
        if edge.because.source == "image" and edge.because.how == "field"
    }


def _rooms(
    held: dict[str, set[Item]], sizes: dict[Item, int | None], groups: dict[str, str] | None = None
) -> list[Room]:
    """Return the owners, the largest first; those of one group count as one."""
    named = groups or {}
    together: dict[str, set[Item]] = {}
    for name, items in held.items():
        together.setdefault(named.get(name, name), set()).update(items)
    counts = Counter(item for items in together.values() for item in items)
    rooms = [
        Room(
            name,
            _sum(sizes[item] for item in items if counts[item] == 1),
            _sum(sizes[item] for item in items if counts[item] > 1),
            sum(sizes[item] is None for item in items),
        )
        for name, items in held.items()
    ]
    return sorted(rooms, key=lambda room: (-room.total, room.name))


def _sum(sizes: Iterable[int | None]) -> int:
    return sum(size for size in sizes if size is not None)
