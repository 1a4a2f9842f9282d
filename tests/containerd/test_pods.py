"""Pods as CRI and the kubelet described them, with and without the files beside the database."""

import hashlib
import json
from pathlib import Path

import pytest

from boltview.containerd.pods import Pod, pods
from boltview.schema.values import GoTime
from tests.bolt.build import Tree
from tests.containerd.nodes import TIME, TIMES, VERSIONS, node_of, sample

CRI = "var/lib/containerd/io.containerd.grpc.v1.cri/containers"


def any_of(type_url: str, document: object) -> bytes:
    """Return a JSON payload as containerd's typeurl writes it."""
    body = json.dumps(document).encode()
    length = (
        bytes([len(body) & 0x7F | 0x80, len(body) >> 7]) if len(body) > 127 else bytes([len(body)])
    )
    return b"\x0a" + bytes([len(type_url)]) + type_url.encode() + b"\x12" + length + body


def container(labels: dict[bytes, bytes] | None = None, **more: bytes | Tree) -> Tree:
    fields: dict[bytes, bytes | Tree] = {
        b"createdat": TIME,
        b"updatedat": TIME,
        b"image": b"i",
        b"snapshotter": b"",
        b"snapshotKey": b"",
        b"spec": any_of("S", {}),
        b"runtime": {b"name": b"r"},
        b"labels": labels or {},
    }
    fields |= {name.encode(): value for name, value in more.items()}
    return fields


@pytest.mark.parametrize("version", VERSIONS)
def test_pods_of_the_real_nodes(version: str) -> None:
    found = {pod.name: pod for pod in pods(sample(version))}
    assert set(found) == {"web1", "web2"}
    pod = found["web1"]
    assert (pod.namespace, pod.pod_namespace, pod.uid) == ("k8s.io", "prod", "uid-web-1")
    assert pod.attempt == 1
    assert pod.labels == {"app": "web", "pod-template-hash": "abc"}
    assert pod.annotations == {"kubernetes.io/config.source": "api"}
    assert (pod.network, pod.network_namespace, pod.ips) == ("host", "", ())
    assert (pod.runtime_handler, pod.log_directory) == ("", "/var/log/pods/p")
    assert pod.notes == ()
    record = ("sandbox record",) if version == "2.4" else ()
    assert pod.known_from == ("pause container", *record, "containers")
    (inner,) = pod.containers
    assert (inner.name, inner.attempt) == ("main", 2)
    assert inner.image == "docker.io/library/busybox:1.35"
    assert inner.image_ref.startswith("sha256:8edb91b9")
    assert inner.log_path == "/var/log/pods/p/main.log"
    assert inner.status.state == "unknown"


def one_pod(root: Path, containers: Tree, sandboxes: Tree | None = None) -> Pod:
    tree: Tree = {b"k8s.io": {b"containers": containers, b"sandboxes": sandboxes or {}}}
    (pod,) = pods(node_of(root, tree))
    return pod


def test_names_with_zero_characters_stay_apart(tmp_path: Path) -> None:
    names = [b"a", b"a\0", b"a\0\0", b"a\0\1", b"\0a", b"\0"]
    pause = {b"io.cri-containerd.kind": b"sandbox"}
    containers: dict[bytes, bytes | Tree] = {name: container(pause) for name in names}
    containers |= {b"in " + name: container(sandboxid=name) for name in names}
    tree: Tree = {b"k8s.io": {b"containers": containers}}
    found = list(pods(node_of(tmp_path, tree)))
    assert [pod.id for pod in found] == sorted(name.decode() for name in names)
    assert all([inner.id for inner in pod.containers] == [f"in {pod.id}"] for pod in found)


def test_state_comes_from_the_files_that_cri_keeps(tmp_path: Path) -> None:
    """Rules and shape: containerd internal/cri/store/container/status.go."""
    statuses: dict[str, dict[str, object]] = {
        "done": {"CreatedAt": 1, "StartedAt": 2, "FinishedAt": 3_000_000_004, "ExitCode": 137,
                 "Reason": "OOMKilled"},
        "runs": {"CreatedAt": 1, "StartedAt": 2, "FinishedAt": 0, "Pid": 42},
        "made": {"CreatedAt": 1, "StartedAt": 0, "FinishedAt": 0},
        "none": {},
    }  # fmt: skip
    for name, status in statuses.items():
        folder = tmp_path / CRI / name
        folder.mkdir(parents=True)
        (folder / "status").write_text(json.dumps({"Version": "v1", **status}))
    torn = tmp_path / CRI / "torn"
    torn.mkdir()
    (torn / "status").write_text('{"Version":"v1","CreatedAt":')
    names = [*statuses, "torn", "lost"]
    labels = {b"io.kubernetes.pod.name": b"p"}
    containers: dict[bytes, bytes | Tree] = {
        name.encode(): container(labels, sandboxid=b"pause") for name in names
    }
    containers[b"pause"] = container({b"io.cri-containerd.kind": b"sandbox"})
    pod = one_pod(tmp_path, containers)
    states = {found.id: found.status for found in pod.containers}
    assert {name: status.state for name, status in states.items()} == {
        "done": "exited",
        "runs": "running",
        "made": "created",
        "none": "unknown",
        "torn": "unknown",
        "lost": "unknown",
    }
    assert (states["done"].exit_code, states["done"].reason) == (137, "OOMKilled")
    assert states["done"].finished_ns == 3_000_000_004
    assert states["runs"].pid == 42
    assert "not JSON" in states["torn"].problem


def test_the_kubelets_labels_name_a_pod_without_cri_metadata(tmp_path: Path) -> None:
    labels = {
        b"io.kubernetes.pod.name": b"web",
        b"io.kubernetes.pod.namespace": b"prod",
        b"io.kubernetes.pod.uid": b"u-1",
        b"io.kubernetes.container.name": b"main",
    }
    pod = one_pod(tmp_path, {b"c": container(labels, sandboxid=b"gone")})
    assert (pod.id, pod.name, pod.pod_namespace, pod.uid) == ("gone", "web", "prod", "u-1")
    assert pod.known_from == ("containers",)
    assert pod.notes == ("its sandbox is not there: only containers tell of it",)
    assert pod.containers[0].name == "main"


def test_addresses_network_and_runtime(tmp_path: Path) -> None:
    metadata = {
        "Version": "v1",
        "Metadata": {
            "ID": "s",
            "Config": {"metadata": {"name": "p", "namespace": "n", "uid": "u"}, "linux": {}},
            "NetNSPath": "/var/run/netns/cni-1",
            "IP": "10.0.0.7",
            "AdditionalIPs": ["fd00::7", 9],
            "RuntimeHandler": "kata",
        },
    }
    sandbox: Tree = {
        **TIMES,
        b"runtime": {b"name": b"io.containerd.kata.v2"},
        b"sandboxer": b"shim",
        b"extensions": {b"metadata": any_of("github.com/x/sandbox/Metadata", metadata)},
    }
    pod = one_pod(tmp_path, {}, {b"s": sandbox})
    assert pod.ips == ("10.0.0.7", "fd00::7")
    assert (pod.network, pod.network_namespace) == ("pod", "/var/run/netns/cni-1")
    assert pod.runtime_handler == "kata"
    assert pod.known_from == ("sandbox record",)


def test_an_interrupted_start_is_noted(tmp_path: Path) -> None:
    """containerd#10848: a sandbox record without CRI's metadata."""
    sandbox: Tree = {**TIMES, b"runtime": {b"name": b"r"}, b"sandboxer": b"podsandbox"}
    pod = one_pod(tmp_path, {}, {b"s": sandbox})
    assert pod.notes == ("CRI's metadata of the sandbox is not there",)


@pytest.mark.parametrize("metadata", [[], 7, {"Metadata": 3}, {"Metadata": {"Config": []}}, None])
def test_metadata_of_any_shape_breaks_nothing(tmp_path: Path, metadata: object) -> None:
    extension: Tree = {b"io.cri-containerd.sandbox.metadata": any_of("T/x", metadata)}
    pod = one_pod(tmp_path, {b"c": container(extensions=extension)})
    assert (pod.id, pod.name) == ("c", "")


def test_docker_names_come_from_dockers_files(tmp_path: Path) -> None:
    key = hashlib.sha256(b"x").hexdigest()
    folder = tmp_path / "var/lib/docker/containers" / key
    folder.mkdir(parents=True)
    (folder / "config.v2.json").write_text('{"Name":"/brave_curie","Config":{"Image":"bb:1"}}')
    tree: Tree = {b"moby": {b"containers": {key.encode(): container()}}}
    node = node_of(tmp_path, tree)
    found = node.docker_container(key)
    assert found is not None
    assert (found.name, found.image) == ("brave_curie", "bb:1")
    assert node.docker_container("other") is None
    assert node.docker_container("../../../etc") is None


def test_docker_names_follow_its_data_root(tmp_path: Path) -> None:
    folder = tmp_path / "mnt/big/containers/c"
    folder.mkdir(parents=True)
    (folder / "config.v2.json").write_text('{"Name":"/n"}')
    config = tmp_path / "etc/docker/daemon.json"
    config.parent.mkdir(parents=True)
    config.write_text('{"data-root": "/mnt/big"}')
    found = node_of(tmp_path, {b"moby": {b"containers": {}}}).docker_container("c")
    assert found is not None
    assert found.name == "n"


def test_times_are_those_of_the_record(tmp_path: Path) -> None:
    pod = one_pod(tmp_path, {b"c": container({b"io.cri-containerd.kind": b"sandbox"})})
    assert pod.created_at == GoTime(1_795_457_595, 500_000_000, None)
