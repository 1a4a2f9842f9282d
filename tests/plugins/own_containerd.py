"""A containerd of a test's own, where one can run; else the test is skipped, or fails in CI."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fixtures.make.node import Node
from fixtures.make.oci_images import write_archives
from tests.plugins.require import Require


@contextmanager
def own_containerd(require: Require) -> Iterator[Node]:
    """Run a containerd with nothing in it."""
    for program in (require("containerd"), require("runc"), require("busybox")):
        assert program
    if os.geteuid() != 0:
        pytest.skip("a containerd of one's own wants root")
    with Node() as node:
        yield node


def import_images(node: Node, *names: str, namespace: str = "default") -> None:
    """Import images by the names of their archives (`fixtures/make/oci_images.py`)."""
    with tempfile.TemporaryDirectory() as folder:
        archives = write_archives(Path(folder))
        for name in names:
            node.ctr("images", "import", str(archives[name]), namespace=namespace)
