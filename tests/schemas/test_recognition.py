"""The rules of all schema files tell the kinds of database apart, and claim no foreign one.

The rules are evaluated here over plain dictionaries, as schemas/README.md words them: a bucket is a
dictionary, a key has None. The trees are the ones that upstream's code writes.
"""

import tomllib
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

Tree = dict[str, Any]

RULES = [
    (rule["score"], rule, schema["schema"]["id"])
    for file in sorted((Path(__file__).parents[2] / "schemas").glob("*.toml"))
    if "schema" in (schema := tomllib.loads(file.read_text()))
    for rule in schema["recognise"]
]

TIMES: Tree = {"createdat": None, "updatedat": None}
NAMESPACE: Tree = {
    "labels": {"owner": None},
    "images": {"busybox:1": {**TIMES, "target": {"digest": None, "mediatype": None, "size": None}}},
    "containers": {"web": {**TIMES, "spec": None, "runtime": {"name": None}, "snapshotKey": None}},
    "snapshots": {"overlayfs": {"layer": {**TIMES, "name": None}}},
    "content": {"blob": {"sha256:ab": {**TIMES, "size": None}}, "ingests": {"up": {"ref": None}}},
    "leases": {"l1": {"createdat": None, "content": {"sha256:ab": None}}},
    "sandboxes": {"pod": {**TIMES, "runtime": {"name": None}}},
}
SNAPSHOT: Tree = {"id": None, "kind": None, **TIMES}
MOUNT: Tree = {"id": None, **TIMES, "lease": None, "active": {"\0": {"type": None, "mp": None}}}

KINDS: dict[str, tuple[str, Tree]] = {
    "meta.db": ("containerd.metadata", {"v1": {"version": None, "default": NAMESPACE}}),
    "meta.db just made": ("containerd.metadata", {"v1": {"version": None}}),
    "meta.db of 1.7": (
        "containerd.metadata",
        {
            "v1": {"version": None, "k8s.io": {"images": {}}},
            "k8s.io": {"sandboxes": {"pod": {**TIMES, "runtime": {"name": None}}}},
        },
    ),
    "meta.db of 1.7 with sandboxes alone": (
        "containerd.metadata",
        {"v1": {"version": None}, "k8s.io": {"sandboxes": {"pod": {**TIMES}}}},
    ),
    "meta.db whose namespaces have the names of other databases' buckets": (
        "containerd.metadata",
        {"v1": {"version": None, "snapshots": {"labels": {}}, "parents": {"labels": {}}}},
    ),
    "containerdmeta.db without a version": (
        "containerd.metadata",
        {"v1": {"buildkit": {"content": {"blob": {}}, "leases": {}}}},
    ),
    "metadata.db of a snapshotter": (
        "containerd.snapshotter",
        {"v1": {"snapshots": {"k8s.io/1/layer": SNAPSHOT}, "parents": {"\1\0\2": None}}},
    ),
    "metadata.db of a snapshotter after the last removal": (
        "containerd.snapshotter",
        {"v1": {"snapshots": {}, "parents": {}}},
    ),
    "metadata.db of a snapshotter whose snapshots have misleading names": (
        "containerd.snapshotter",
        {"v1": {"snapshots": {"images": SNAPSHOT, "mounts": SNAPSHOT}, "parents": {}}},
    ),
    "mounts.db": (
        "containerd.mounts",
        {"v1": {"k8s.io": {"mounts": {"web": MOUNT}, "leases": {"l1": {"web": None}}}}},
    ),
    "mounts.db without leases": ("containerd.mounts", {"v1": {"default": {"mounts": {}}}}),
    "volumes/metadata.db": ("docker.volumes", {"volumes": {"data": None}}),
    "local-kv.db": ("docker.network", {"libnetwork": {"docker/network/v1.0/network/ab/": None}}),
    "cache.db": (
        "buildkit.cache",
        {"_result": {}, "_links": {}, "_byresult": {}, "_backlinks": {}},
    ),
}
FOREIGN: dict[str, Tree] = {
    "nothing at all": {},
    "an empty v1": {"v1": {}},
    "nydus.db": {"v1": {"version": None, "daemons": {"d": None}, "instances": {"1": None}}},
    "nydus.db of version 1.0": {"v1": {"daemons": {}, "instances": {}}},
    "a pool of devmapper": {"devices": {"pool-snap-1": None}, "device_ids": {"1": None}},
    "metadata_v2.db of BuildKit": {"_main": {"id": {"cache.createdAt": None}}, "_index": {}},
    "history.db of BuildKit": {"_records": {"ref": None}, "_version": {"version": None}},
    "etcd": {"key": {"\0": None}, "meta": {"term": None}, "lease": {}, "members": {}},
    "artifacts.db of SOCI": {"soci_artifacts": {"sha256:ab": {"size": None}}},
    "somebody's v1": {"v1": {"users": {"ann": {"mail": None}}, "version": None}},
    "a plain key v1": {"v1": None},
    "a plain key volumes": {"volumes": None},
}
OPTIONAL = list(NAMESPACE)


@pytest.mark.parametrize(("kind", "tree"), KINDS.values(), ids=KINDS)
def test_a_database_is_recognised(kind: str, tree: Tree) -> None:
    assert recognised(tree) == kind


@pytest.mark.parametrize("tree", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_database_is_not(tree: Tree) -> None:
    assert recognised(tree) is None


@pytest.mark.parametrize("kept", OPTIONAL)
def test_any_one_bucket_of_a_namespace_is_enough(kept: str) -> None:
    namespace = {kept: deepcopy(NAMESPACE[kept])}
    assert recognised({"v1": {"version": None, "default": namespace}}) == "containerd.metadata"
    assert recognised({"v1": {"default": namespace}}) == "containerd.metadata"


@pytest.mark.parametrize("removed", OPTIONAL)
def test_no_bucket_of_a_namespace_is_needed(removed: str) -> None:
    namespace = deepcopy(NAMESPACE)
    del namespace[removed]
    assert recognised({"v1": {"version": None, "default": namespace}}) == "containerd.metadata"
    assert recognised({"v1": {"default": namespace}}) == "containerd.metadata"


def test_no_two_kinds_claim_a_database_with_the_same_score() -> None:
    for name, (_, tree) in KINDS.items():
        claims = sorted(claimed(tree), reverse=True)
        best = {kind for score, kind in claims if score == claims[0][0]}
        assert len(best) == 1, name


def recognised(tree: Tree) -> str | None:
    return max(claimed(tree), default=(0, None))[1]


def claimed(tree: Tree) -> list[tuple[int, str]]:
    return [(score, kind) for score, rule, kind in RULES if holds(rule, tree)]


def holds(rule: dict[str, Any], tree: Tree) -> bool:
    for pattern in rule["has"]:
        found = list(matches(tree, pattern.removesuffix("/").split("/")))
        if not any((entry is None) != pattern.endswith("/") for entry in found):
            return False
    for bucket, names in rule.get("only", {}).items():
        for entry in matches(tree, bucket.split("/")):
            if not entry or not entry.keys() <= set(names):
                return False
    return True


def matches(tree: Tree, components: list[str]) -> Iterator[Tree | None]:
    first, *rest = components
    for name, entry in tree.items():
        if name in first.split("|") or (first == "*" and entry is not None):
            if not rest:
                yield entry
            elif entry is not None:
                yield from matches(entry, rest)
