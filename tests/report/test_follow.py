"""What an object refers to by its own record: the same as the walk over all records finds."""

from pathlib import Path

import pytest

from boltview.containerd.names import ObjectName
from boltview.report.follow import MOST, bucket_path, links_from
from boltview.report.graph import links_of
from boltview.report.opened import Opened
from tests.bolt.build import Tree
from tests.report.open import CLOCK, META_16, META_24, composed, opened_file
from tests.report.test_graph import graph_of

WEB = ObjectName("container", b"default", b"web-1")
BUSYBOX = ObjectName("image", b"default", b"docker.io/library/busybox:1.35")


def composed_opened(tree: Tree) -> Opened:
    reading = composed(tree)
    return opened_file(META_24)._replace(reading=reading, clock=CLOCK)


@pytest.mark.parametrize("path", [META_16, META_24])
def test_the_same_as_in_the_graph_of_all_references(path: Path) -> None:
    opened = opened_file(path)
    graph = graph_of(opened.reading)
    seen = 0
    for number in graph.numbers():
        name = graph.name(number)
        links = links_of(graph, name)
        assert links is not None
        # A back reference stands in the other object's record.
        own = [link for link, edge in zip(links.refers, graph.forward(number), strict=True)
               if edge.because.how != "back reference"]  # fmt: skip
        # Empty names lead nowhere.
        wanted = {link for link in own if not link.name.endswith("/")}
        found = links_from(opened, name)
        if name.kind == "image":
            assert wanted <= set(found)
        else:
            assert set(found) == wanted
            assert len(found) == len(wanted)
        seen += len(wanted)
        assert bucket_path(opened.reading.root, name)
    assert seen > 50


def test_an_image_leads_to_all_its_blobs_and_to_its_unpacked_snapshot() -> None:
    opened = opened_file(META_24)
    graph = graph_of(opened.reading)
    wanted: set[str] = set()
    waiting = [BUSYBOX]
    while waiting:
        links = links_of(graph, waiting.pop())
        assert links is not None
        for link in links.refers:
            if link.name not in wanted:
                wanted.add(link.name)
                kind, _, key = link.name.split("/", 2)
                if kind == "content":
                    waiting.append(ObjectName("content", b"default", key.encode()))
    found = [link.name for link in links_from(opened, BUSYBOX)]
    assert set(found) == wanted
    assert len(found) == len(wanted)
    assert found[0].startswith("content/default/sha256:")
    assert any(name.startswith("snapshot/default/overlayfs/") for name in wanted)


def test_what_is_not_there_is_named_and_leads_nowhere() -> None:
    web: Tree = {b"image": b"gone:1", b"snapshotKey": b"s", b"snapshotter": b"o"}
    opened = composed_opened({b"v1": {b"ns": {b"containers": {b"web": web}}}})
    found = links_from(opened, ObjectName("container", b"ns", b"web"))
    assert [(link.name, link.path) for link in found] == [
        ("snapshot/ns/o/s", ()),
        ("image/ns/gone:1", ()),
    ]
    assert found[0].field == (b"v1", b"ns", b"containers", b"web", b"snapshotKey")
    assert links_from(opened, ObjectName("container", b"ns", b"none")) == []


def test_a_circle_of_blobs_ends_and_a_great_lease_is_cut() -> None:
    label = b"containerd.io/gc.ref.content.0"
    a, b = (b"sha256:" + digit * 64 for digit in (b"a", b"b"))
    tree: Tree = {
        b"v1": {
            b"ns": {
                b"content": {
                    b"blob": {
                        a: {b"labels": {label: b}},
                        b: {b"labels": {label: a}},
                    }
                },
                b"images": {b"i": {b"target": {b"digest": a}}},
                b"leases": {b"l": {b"content": {b"%05d" % n: b"" for n in range(MOST + 1)}}},
            }
        }
    }
    opened = composed_opened(tree)
    found = links_from(opened, ObjectName("image", b"ns", b"i"))
    assert [link.name for link in found] == [f"content/ns/{each.decode()}" for each in (a, b)]
    assert len(links_from(opened, ObjectName("lease", b"ns", b"l"))) == MOST
