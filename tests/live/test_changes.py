"""`diff` and `timeline` beside a real containerd: what `ctr` did is told, and nothing else."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.make.node import Node
from tests.cli.runner import call
from tests.plugins.own_containerd import import_images, own_containerd
from tests.plugins.require import Require

IMAGE = "docker.io/library/busybox:1.35"

pytestmark = pytest.mark.slow


@pytest.fixture
def node(require: Require) -> Iterator[Node]:
    """A containerd with one image and three containers."""
    with own_containerd(require) as node:
        import_images(node, "busybox")
        for name in ("one", "two", "three"):
            node.ctr("containers", "create", "--label", "team=core", IMAGE, name, "true")
        yield node


def told(*arguments: str | Path, code: int) -> list[dict[str, str]]:
    result = call(*arguments, "--jsonl", "--quiet")
    assert (result.code, result.err) == (code, "")
    return [json.loads(line) for line in result.out.splitlines()]


def test_what_ctr_did_between_a_copy_and_the_live_file(node: Node, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    said = {name: json.loads(node.ctr("containers", "info", name)) for name in ("one", "two")}
    assert call("snapshot", node.root, copy, "--quiet").code == 0
    first = copy if copy.is_file() else next(copy.glob("**/meta.db"))
    assert told("diff", first, node.root, code=0) == []
    node.ctr("containers", "label", "one", "team=infra")
    node.ctr("leases", "create", "--id", "mine")
    node.ctr("images", "tag", IMAGE, "example.com/mine:1")
    node.ctr("containers", "delete", "two")
    changes = told("diff", first, node.root, code=1)
    objects = {(one["object"], one["change"]) for one in changes if one["kind"] == "bucket"}
    assert {
        ("lease/default/mine", "added"),
        ("image/default/example.com/mine:1", "added"),
        ("container/default/two", "removed"),
    } <= objects
    (label,) = [one for one in changes if one["path"].endswith("containers/one/labels/team")]
    assert (label["change"], label["before"], label["value"]) == ("changed", "core", "infra")
    # Nothing else was touched; with a container goes its snapshot, and its parent's link to it.
    others = [one["path"] for one in changes if not one["path"].endswith("/children/two")]
    assert {path.split("/")[4 if "/snapshots/" in path else 3] for path in others} == {
        "mine",
        "example.com%2Fmine:1",
        "two",
        "one",
    }
    assert not [one for one in changes if "three" in one["path"]]
    backward = told("diff", node.root, first, code=1)
    swap = {"added": "removed", "removed": "added", "changed": "changed"}
    assert [(swap[one["change"]], one["path"]) for one in backward] == [
        (one["change"], one["path"]) for one in changes
    ]
    events = told("timeline", node.root, code=0)
    mine = {
        (one["event"], one["time"], one["state"])
        for one in events
        if one["object"] == "container/default/two"
    }
    # It is gone, but its pages have not been written over yet, or it would not be found at all.
    assert all(state != "live" for _, _, state in mine)
    assert {time for event, time, _ in mine if event == "created"} <= {said["two"]["CreatedAt"]}
    created = {
        one["time"]
        for one in events
        if (one["object"], one["event"]) == ("container/default/one", "created")
    }
    assert created == {said["one"]["CreatedAt"]}
