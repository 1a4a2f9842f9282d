"""References as links: what web-1 refers to, as the node's own records say."""

import pytest

from boltview.bolt.bucket import Bucket
from boltview.bolt.database import Database
from boltview.containerd.metadata import NotMetadata
from boltview.containerd.names import ObjectName
from boltview.containerd.references import Graph
from boltview.report.graph import graphs, links_of
from boltview.report.opened import Opened
from boltview.schema.reading import Reading
from tests.bolt.build import Tree
from tests.report.open import CLOCK, META_24, at, composed, opened_file


def graph_of(reading: Reading) -> Graph:
    source = reading.revision.source
    opened = Opened(Database(source), reading, "meta.db", CLOCK, source.size)
    (graph,) = graphs(opened, lambda: None, lambda _done, _total: None)
    return graph


def test_every_link_of_a_container_leads_somewhere() -> None:
    reading = opened_file(META_24).reading
    graph = graph_of(reading)
    links = links_of(graph, ObjectName("container", b"default", b"web-1"))
    assert links is not None
    assert links.exists
    assert [(link.name, link.keeps) for link in links.refers] == [
        ("image/default/docker.io/library/busybox:1.35", False),
        ("snapshot/default/overlayfs/web-1", True),
    ]
    assert links.referred == []
    for link in links.refers:
        assert isinstance(at(reading.root, *link.path)[1], Bucket)
        assert at(reading.root, *link.field)
    back = links_of(graph, ObjectName("snapshot", b"default", b"overlayfs/web-1"))
    assert back is not None
    assert "container/default/web-1" in [link.name for link in back.referred]
    assert links_of(graph, ObjectName("lease", b"default", b"none")) is None


def test_what_has_no_record_leads_nowhere() -> None:
    web: Tree = {b"image": b"gone:1", b"labels": {b"app": b"x"}}
    reading = composed({b"v1": {b"ns": {b"containers": {b"web": web}}}})
    links = links_of(graph_of(reading), ObjectName("container", b"ns", b"web"))
    assert links is not None
    assert [(link.name, link.path) for link in links.refers] == [("image/ns/gone:1", ())]


def test_another_kind_of_database_has_no_graph() -> None:
    with pytest.raises(NotMetadata):
        graph_of(composed({b"b": {b"k": b"v"}}))
