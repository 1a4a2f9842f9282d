"""The graph keeps what it is given: names of snapshots in their stores, names in order, chains."""

import pytest

from boltview.containerd.references import Because, Graph

NAMES = [
    b"k8s.io/17/sha256:aa",
    b"k8s.io/0/sha256:aa",
    b"k8s.io/017/sha256:aa",
    b"k8s.io/+17/sha256:aa",
    b"k8s.io/17/sha256:ab",
    b"k8s.io/17/",
    b"k8s.io/17",
    b"k8s.io//sha256:aa",
    b"moby/17/sha256:aa",
    b"k8s.io/99999999999999999999999/sha256:aa",
    b"k8s.io/\xb2/sha256:aa",
    b"sha256:aa",
    b"",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_snapshots_name_in_its_store_is_kept_to_the_byte(name: bytes) -> None:
    graph = Graph()
    graph.number("content", b"k8s.io", b"sha256:aa")
    number = graph.number("snapshot", b"k8s.io", b"overlayfs/sha256:aa")
    graph.backends[number] = name
    assert graph.backends[number] == name
    assert dict(graph.backends) == {number: name}
    assert len(graph.backends) == 1
    assert number - 1 not in graph.backends
    assert graph.backends.get(number + 1) is None


def test_the_key_of_a_snapshot_may_have_slashes() -> None:
    graph = Graph()
    number = graph.number("snapshot", b"n", b"native/a/b/c")
    for name in (b"n/5/a/b/c", b"n/5/b/c", b"n/5/native/a/b/c"):
        graph.backends[number] = name
        assert graph.backends[number] == name


def test_names_come_in_order_kind_by_kind() -> None:
    graph = Graph()
    for kind, namespace, key in (
        ("snapshot", b"b", b"o/1"),
        ("content", b"b", b"z"),
        ("content", b"a", b"\xc3\xa9"),
        ("content", b"b", b"a"),
        ("content", b"a", b"~"),
    ):
        graph.number(kind, namespace, key)
    named = list(graph.named(range(5)))
    names = [graph.name(number).text for number in range(5)]
    assert named == sorted(zip(names, range(5), strict=True))
    assert list(graph.named([])) == []


def test_references_added_after_a_look_are_seen_at_the_next() -> None:
    graph = Graph()
    because = Because("label", "labels/x", "content", "content")
    one, two = (graph.number("content", b"n", key) for key in (b"1", b"2"))
    graph.add(one, two, because)
    assert [edge.target for edge in graph.forward(one)] == [two]
    three = graph.number("content", b"n", b"3")
    graph.add(one, three, because)
    assert [edge.target for edge in graph.forward(one)] == [two, three]
    assert [edge.source for edge in graph.backward(three)] == [one]
    assert graph.forward(three) == []
