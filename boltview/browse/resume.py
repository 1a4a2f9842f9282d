"""Which buckets are open, as paths, and back: how a browser is left, and found again."""

from collections import deque
from collections.abc import Iterable
from typing import TypeVar

from boltview.browse.outline import Node, Outline

E = TypeVar("E")

Path = tuple[bytes, ...]


def opened_paths(outline: Outline[E], limit: int) -> tuple[Path, ...]:
    """Return the paths of the open buckets, those nearer to the top first, at most `limit`."""
    found: list[Path] = []
    waiting: deque[tuple[Path, Node[E]]] = deque([((), outline.top)])
    while waiting and len(found) < limit:
        above, node = waiting.popleft()
        for inner in node.nodes:
            path = (*above, inner.key)
            found.append(path)
            waiting.append((path, inner))
    return tuple(found[:limit])


def as_nodes(paths: Iterable[Path]) -> Node[E]:
    """Return open buckets at these paths, without rows: a past that can be opened again."""
    top: Node[E] = Node(())
    known: dict[Path, Node[E]] = {(): top}
    for path in paths:
        for depth in range(len(path)):
            above, whole = path[:depth], path[: depth + 1]
            if whole not in known:
                known[whole] = Node((), known[above], 0, path[depth])
                known[above].nodes.append(known[whole])
    return top
