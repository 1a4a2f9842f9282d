"""The graph in parts: together they are the whole, and each is freed as soon as nobody has it."""

import gc
from weakref import ref

import pytest

from boltview.containerd.references import Graph
from boltview.containerd.scan import scan, scan_parts
from tests.containerd.nodes import VERSIONS, sample


def edges(graph: Graph) -> set[tuple[object, ...]]:
    names = [(graph.kind(n), graph.namespace(n), graph.key(n)) for n in range(len(graph))]
    return {(names[source], names[target], because) for source, target, because in graph.edges()}


@pytest.mark.parametrize("version", VERSIONS)
def test_parts_are_the_whole_and_are_freed_at_once(version: str) -> None:
    metadata = sample(version).metadata
    found: set[tuple[object, ...]] = set()
    parts = []
    gc.disable()
    try:
        for part in scan_parts(metadata, 7):
            found |= edges(part)
            parts.append(ref(part))
        del part
        assert len(parts) > 3
        assert all(part() is None for part in parts)
    finally:
        gc.enable()
    assert found == edges(scan(metadata))
