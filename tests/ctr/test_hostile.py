"""Names, labels and values that attack a terminal, and records that are broken: shown, escaped."""

import re
import shutil
from pathlib import Path

import pytest

from boltview.bbolt import DB, build
from tests.cli.runner import IN_ROOT, NODE_24, call
from tests.plugins.require import Require

EVIL = "evil\x1b[2J\x9b\u202e\t\n\x00\\n"
HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e]")
COMMANDS = [
    "namespaces ls",
    "namespaces ls -q",
    "containers ls",
    "containers ls -q",
    "images ls",
    "images ls -q",
    "images check",
    "leases ls",
    "snapshots ls",
    "snapshots tree",
    "snapshots usage",
    "sandboxes ls",
    "content ls",
    "content active",
    "plugins ls",
]


@pytest.fixture(scope="module")
def node(require: Require, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The 2.4 node with an evil twin of everything in `default`, and some records broken."""
    require("go")
    build.library()
    root = tmp_path_factory.mktemp("hostile") / "node"
    shutil.copytree(NODE_24, root)
    evil = EVIL.encode() + b"\xff"
    with DB(root / IN_ROOT, no_sync=True) as db, db.update() as tx:
        top = tx.bucket(b"v1")
        default = top.bucket(b"default")
        default.create_bucket_if_not_exists(b"labels").put(evil, evil)
        top.create_bucket(evil)
        for kind, sample in (
            ((b"containers",), b"web-1"),
            ((b"images",), b"ghcr.io/acme/multi:latest"),
            ((b"leases",), b"lease-a"),
            ((b"snapshots", b"overlayfs"), b"web-1"),
        ):
            bucket = default.bucket(*kind)
            _copy(bucket.bucket(sample), bucket.create_bucket(evil), evil)
        broken = default.bucket(b"containers").create_bucket(b"broken")
        broken.put(b"createdat", b"no time")
        broken.put(b"spec", b"\xff\xff")
        default.bucket(b"containers").create_bucket(b"bare")
    return root


def _copy(source: object, target: object, evil: bytes) -> None:
    from boltview.bbolt import Bucket

    assert isinstance(source, Bucket)
    assert isinstance(target, Bucket)
    for key, value in list(source.entries()):
        if isinstance(value, Bucket):
            _copy(value, target.create_bucket(key), evil)
        else:
            target.put(key, evil if key in {b"image", b"name"} else value)
    if b"labels" not in {key for key, _ in source.entries()} and b"createdat" in dict(
        source.entries()
    ):
        target.create_bucket(b"labels").put(evil, evil)


@pytest.mark.parametrize("line", COMMANDS)
def test_nothing_reaches_the_terminal_as_it_is(node: Path, line: str) -> None:
    result = call("ctr", node, *line.split())
    text = result.raw.decode()
    if line.startswith("content"):
        text = text.replace("\t", " ")
    assert HARMFUL.search(text) is None
    assert HARMFUL.search(result.err.replace("\n", "")) is None
    assert result.out
    if line.split(maxsplit=1)[0] in {"namespaces", "containers", "images", "leases"}:
        assert "evil\\x1b[2J" in text


def test_a_record_that_is_broken_is_listed_all_the_same(node: Path) -> None:
    ids = call("ctr", node, "containers", "ls", "-q").out.split("\n")
    assert {"broken", "bare", "web-1"} <= set(ids)
    bare = call("ctr", node, "containers", "info", "bare")
    assert bare.code == 0
    assert '"Spec": null' in bare.out
    assert "spec: missing" in bare.err
    assert '"CreatedAt": "0001-01-01T00:00:00Z"' in bare.out
    broken = call("ctr", node, "containers", "info", "broken")
    assert broken.code == 4
    assert '"value": "//8="' in broken.out
    assert "spec: undecodable" in broken.err
    assert "createdat: undecodable" in broken.err
    assert call("ctr", node, "containers", "info", "--spec", "broken").code == 4


def test_every_document_of_an_evil_object_is_safe(node: Path) -> None:
    result = call("ctr", node, "containers", "info", EVIL + "\udcff")
    assert result.code == 4  # its image and runtime are no UTF-8
    assert HARMFUL.search(result.out.replace("\n", "")) is None
    assert "\\u001b[2J\\u009b\\u202e\\t\\n\\u0000\\\\n\ufffd" in result.out
