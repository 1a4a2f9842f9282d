"""containerd itself starts on a recovered meta.db and lists the same objects."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.make.node import SNAPSHOTTER, Node
from tests.cli.runner import call
from tests.plugins.own_containerd import import_images, own_containerd
from tests.plugins.require import Require

META = "io.containerd.metadata.v1.bolt/meta.db"
BACKEND = f"io.containerd.snapshotter.v1.{SNAPSHOTTER}/metadata.db"
IMAGE = "docker.io/library/busybox:1.35"
LISTS = (
    ("namespaces", "ls"),
    ("containers", "ls"),
    ("images", "ls"),
    ("content", "ls", "--quiet"),
    ("leases", "ls"),
    ("snapshots", "--snapshotter", SNAPSHOTTER, "ls"),
    ("containers", "info", "keep-1"),
)

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("library")]


@pytest.fixture
def node(require: Require) -> Iterator[Node]:
    with own_containerd(require) as node:
        import_images(node, "busybox", "app")
        for number in range(6):
            name = f"keep-{number}" if number < 3 else f"gone-{number}"
            node.ctr("containers", "create", "--label", "team=core", IMAGE, name, "sleep", "1")
        node.ctr("leases", "create", "--id", "held")
        for number in range(3, 6):
            node.ctr("containers", "rm", f"gone-{number}")
        yield node


def lists(node: Node) -> list[list[str]]:
    """Return the words that ctr lists, sorted: it prints labels in random order."""
    return [sorted(re.split(r"[\s,]+", node.ctr(*words))) for words in LISTS]


def test_containerd_lists_the_same_of_a_recovered_database(node: Node, tmp_path: Path) -> None:
    before = lists(node)
    for number, (name, extra) in enumerate(((META, ["--carved"]), (BACKEND, []))):
        saved = tmp_path / f"{number}.db"
        result = call("recover", node.root / name, saved, *extra, "--quiet")
        assert result.code == 0, result.err
        # The daemon has the old file open until it ends.
        saved.replace(node.root / name)
    node.restart()
    assert lists(node) == before
    # And it goes on writing into it.
    node.ctr("containers", "create", IMAGE, "new", "true")
    node.ctr("leases", "delete", "--sync", "held")
    assert "new" in node.ctr("containers", "ls", "--quiet").split()
    assert call("check", node.root / META, "--quiet").code == 0
