"""What is printed is what the node's own `ctr`, or the real bbolt, says of the same file."""

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.cli.runner import META_16, META_24, SHAPES, call

CTR = {META_16: META_16.parents[5] / "ctr", META_24: META_24.parents[5] / "ctr"}
BOTH = pytest.mark.parametrize("database", [META_16, META_24], ids=["1.6", "2.4"])


def listed(database: Path, name: str) -> list[list[str]]:
    """Return the rows of a table that `ctr` printed, split at the columns of its head."""
    head, *lines = (CTR[database] / f"{name}.txt").read_text().splitlines()
    if "\t" in head:
        return [line.split("\t") for line in lines]
    starts = [match.start() for match in re.finditer(r"(?:^|(?<= ))\S+(?: \S+)*", head)]
    ends = [*starts[1:], None]
    return [[line[a:b].strip() for a, b in zip(starts, ends, strict=True)] for line in lines]


def names(database: Path, *key: str) -> list[str]:
    result = call("ls", database, *key, "--jsonl")
    assert result.code in {0, 1}
    return [json.loads(line)["key"] for line in result.out.splitlines()]


def namespaces(database: Path) -> list[str]:
    return [row[0] for row in listed(database, "namespaces.ls")]


@BOTH
def test_namespaces(database: Path) -> None:
    assert [name for name in names(database, "v1") if name != "version"] == namespaces(database)


@BOTH
@pytest.mark.parametrize(
    ("table", "bucket"),
    [
        ("containers.ls", "containers"),
        ("images.ls", "images"),
        ("content.ls", "content/blob"),
        ("leases.ls", "leases"),
    ],
)
def test_objects_of_every_namespace(database: Path, table: str, bucket: str) -> None:
    met = 0
    for namespace in namespaces(database):
        theirs = [row[0] for row in listed(database, f"{namespace}.{table}")]
        assert sorted(names(database, "v1", namespace, bucket)) == sorted(theirs)
        met += len(theirs)
    assert met


def entries(items: list[dict[str, Any]], above: tuple[bytes, ...]) -> Iterator[dict[str, Any]]:
    """Yield what `tree --jsonl` must print for what bbolt read: by the words of cli.md."""
    for item in items:
        key = bytes.fromhex(item["key"])
        line: dict[str, Any] = {"path": (*above, key), "key": key}
        if "bucket" in item:
            yield line | {"sequence": item["bucket"]["sequence"]}
            yield from entries(item["bucket"]["items"], (*above, key))
        elif "value" in item:
            yield line | {"value": bytes.fromhex(item["value"])}
        else:
            yield line | {"size": item["value_length"], "sha256": item["value_sha256"]}


def as_bytes(shown: dict[str, str] | str) -> bytes:
    return bytes.fromhex(shown["hex"]) if isinstance(shown, dict) else shown.encode()


def unprinted(path: str) -> tuple[bytes, ...]:
    """Undo a canonical path by its documentation: `%XX`, components joined by `/`."""
    return tuple(
        re.sub(rb"%([0-9A-F]{2})", lambda found: bytes.fromhex(found[1].decode()), part.encode())
        for part in path.split("/")
    )


@pytest.mark.parametrize("revision", ["current", "previous"])
@pytest.mark.parametrize("shape", sorted(path.stem for path in SHAPES.glob("*.db")))
def test_a_tree_is_what_bbolt_reads(shape: str, revision: str) -> None:
    truth = json.loads((SHAPES / f"{shape}.json").read_text())[revision]
    if truth is None:
        pytest.skip("bbolt reads no previous revision there")
    result = call("tree", SHAPES / f"{shape}.db", "--jsonl", "--revision", revision)
    assert (result.code, result.err) == (0, "")
    printed = [json.loads(line) for line in result.out.splitlines()]
    for line, item in zip(printed, entries(truth["items"], ()), strict=True):
        assert unprinted(line["path"]) == item["path"]
        assert as_bytes(line["key"]) == item["key"]
        if "value" in item:
            assert as_bytes(line["value"]) == item["value"]
            assert line["size"] == len(item["value"])
        elif "sequence" in item:
            assert (line["kind"], line["sequence"]) == ("bucket", item["sequence"])
        else:
            assert line["size"] == item["size"]
            assert sha256(as_bytes(line["value"])).hexdigest() == item["sha256"]


@pytest.mark.parametrize("name", ["web-1", "web-2", "priv-1", "native-1"])
def test_a_container_is_what_ctr_prints(name: str) -> None:
    theirs = json.loads((CTR[META_24] / f"default.containers.info.{name}.txt").read_text())
    ours = json.loads(call("get", META_24, "v1/default/containers", name).out)
    assert ours["image"] == theirs["Image"]
    assert ours["snapshotKey"] == theirs["SnapshotKey"]
    assert ours["snapshotter"] == theirs["Snapshotter"]
    assert ours["createdat"] == theirs["CreatedAt"]
    assert ours["updatedat"] == theirs["UpdatedAt"]
    assert ours["labels"] == theirs["Labels"]
    assert ours["runtime"]["name"] == theirs["Runtime"]["Name"]
    assert ours["spec"]["value"] == theirs["Spec"]


def test_a_lease_is_what_ctr_prints() -> None:
    for name, created, labels in listed(META_24, "default.leases.ls"):
        ours = json.loads(call("get", META_24, f"v1/default/leases/{name}").out)
        # ctr cuts the fraction of the second.
        assert re.sub(r"\.\d+", "", ours["createdat"]) == created
        assert ",".join(f"{key}={value}" for key, value in ours["labels"].items()) == labels


def test_image_targets_are_what_ctr_prints() -> None:
    for row in listed(META_24, "default.images.ls"):
        ours = json.loads(call("get", META_24, "v1/default/images", row[0], "target").out)
        assert (ours["mediatype"], ours["digest"]) == (row[1], row[2])
