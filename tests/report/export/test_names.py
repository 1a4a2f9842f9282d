"""Names of nodes and objects: unlike things have unlike names."""

from hypothesis import given
from hypothesis import strategies as st

from boltview.containerd.names import parse_name
from boltview.report.export.names import node_names, object_name

KEYS = st.binary(min_size=1, max_size=4) | st.sampled_from([b"a/b", b"%2F", b"0x61", b"a", b"b/c"])


def test_a_node_is_called_by_as_little_of_its_path_as_tells_it() -> None:
    assert node_names(["/evidence/worker-1/", "/evidence/worker-2"]) == ["worker-1", "worker-2"]
    assert node_names(["/a/rootfs", "/b/rootfs", "/c/other"]) == ["a/rootfs", "b/rootfs", "other"]
    roots = ["/mnt/n1/var/lib/containerd", "/mnt/n2/var/lib/rancher/k3s/agent/containerd"]
    assert node_names(roots) == ["n1", "n2"]
    files = [f"{root}/io.containerd.metadata.v1.bolt/meta.db" for root in roots]
    assert node_names(files) == ["n1", "n2"]
    assert node_names(["/"]) == ["localhost"]
    assert node_names(["/x", "/a/x"]) == ["x", "a/x"]


def test_nodes_that_differ_in_nothing_else_are_counted() -> None:
    root = "/mnt/n1/var/lib/containerd"
    assert node_names(["/mnt/n1", root]) == ["n1#1", "n1#2"]


@given(st.lists(st.text("ab/", min_size=1), min_size=1, max_size=6, unique=True))
def test_names_of_nodes_are_unique(paths: list[str]) -> None:
    names = node_names(paths)
    assert len(set(names)) == len(paths)


@given(KEYS, KEYS, KEYS, KEYS)
def test_names_of_objects_are_unique(space: bytes, key: bytes, space2: bytes, key2: bytes) -> None:
    first, second = (object_name("image", *parts) for parts in ((space, key), (space2, key2)))
    assert (first == second) == ((space, key) == (space2, key2))
    prefixed = [object_name("snapshot", b"n", b"/".join(p)) for p in ((space, key), (space2, key2))]
    if b"/" not in space + space2:
        assert (prefixed[0] == prefixed[1]) == ((space, key) == (space2, key2))


def test_an_ordinary_name_is_what_other_commands_take() -> None:
    name = object_name("snapshot", b"k8s.io", b"overlayfs/sha256:12")
    assert name == "snapshot/k8s.io/overlayfs/sha256:12" == parse_name(name).text
    image = object_name("image", b"default", b"docker.io/library/busybox:1.35")
    assert image == parse_name(image).text
