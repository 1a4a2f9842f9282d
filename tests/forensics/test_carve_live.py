"""What a real containerd deleted: of what still lies in the file all comes back, nothing else."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from boltview.bbolt import DB, BucketDump
from boltview.forensics.carve import DELETED, Carved, carve
from fixtures.make.node import Node
from tests.plugins.figures import Figure
from tests.plugins.own_containerd import import_images, own_containerd
from tests.plugins.require import Require
from tests.report.open import opened_file

META = "io.containerd.metadata.v1.bolt/meta.db"
IMAGE = "docker.io/library/busybox:1.35"
PAGE = 4096
CREATED, DELETED_AGAIN = 60, 45

Containers = dict[tuple[str, str], dict[bytes, bytes]]
"""Values by key, of each container by namespace and ID."""

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("library")]


@pytest.fixture
def node(require: Require) -> Iterator[Node]:
    with own_containerd(require) as node:
        for namespace in ("default", "other"):
            import_images(node, "busybox", namespace=namespace)
        yield node


def containers(path: Path) -> Containers:
    """Return what the real bbolt reads of each container: its values by key."""
    found: Containers = {}
    with DB(path, read_only=True) as db, db.view() as tx:
        top = tx.dump().elements[b"v1"]
        assert isinstance(top, BucketDump)
        for namespace, below in top.elements.items():
            held = below.elements.get(b"containers") if isinstance(below, BucketDump) else None
            for key, record in held.elements.items() if isinstance(held, BucketDump) else ():
                assert isinstance(record, BucketDump)
                found[namespace.decode(), key.decode()] = {
                    name: value
                    for name, value in record.elements.items()
                    if isinstance(value, bytes)
                }
    return found


def block_of(data: bytes, value: bytes) -> bytes:
    """Return the block of pages on which a value lies: back to the page that has its own number."""
    page = data.index(value) // PAGE
    while int.from_bytes(data[page * PAGE : page * PAGE + 8], "little") != page:
        page -= 1
    overflow = int.from_bytes(data[page * PAGE + 12 : page * PAGE + 16], "little")
    return data[page * PAGE : (page + overflow + 1) * PAGE]


def test_all_that_is_left_of_deleted_containers_comes_back(
    node: Node, tmp_path: Path, figure: Figure
) -> None:
    source = random.Random(5)  # noqa: S311 - reproducible on purpose
    names = []
    for number in range(CREATED):
        key = f"{source.randbytes(32).hex()}" if number % 3 else f"web-{number}"
        namespace = "other" if number % 4 == 0 else "default"
        env = [f"--env=V{each}={source.randbytes(60).hex()}" for each in range(number % 7)]
        node.ctr("containers", "create", *env, IMAGE, key, "sleep", "1", namespace=namespace)
        names.append((namespace, key))
    before = tmp_path / "before.db"
    node.restart()
    before.write_bytes((node.root / META).read_bytes())
    deleted = set(source.sample(names, DELETED_AGAIN))
    for namespace, key in sorted(deleted):
        node.ctr("containers", "rm", "--keep-snapshot", key, namespace=namespace)
    node.restart()
    after = tmp_path / "after.db"
    after.write_bytes((node.root / META).read_bytes())
    truth, live = containers(before), containers(after)
    assert set(truth) - set(live) == deleted
    first, data = before.read_bytes(), after.read_bytes()
    # A record with a long spec lies on two leaves: that of the spec, and that of its times.
    whole = {
        name
        for name in deleted
        if all(block_of(first, truth[name][key]) in data for key in (b"spec", b"createdat"))
    }
    found: dict[tuple[str, str], Carved] = {}
    for record in carve(opened_file(after).reading):
        if record.type == "container" and record.item is not None:
            name = (record.item.namespace, record.item.id)
            assert name in truth, "a record was invented"
            assert name not in live, "what is there is called deleted"
            assert record.state == DELETED
            for field, value in record.contents.items():
                if isinstance(value, bytes):
                    assert truth[name][field] == value
            found[name] = record
    figure(
        f"carve, containerd {node.version()}: of {len(deleted)} deleted containers {len(whole)} "
        f"are whole in the file, {len(whole & set(found))} of them found, typed and named"
    )
    # Each removal writes over pages that those before it freed.
    assert len(whole) > DELETED_AGAIN // 5
    assert whole <= {name for name, record in found.items() if record.is_complete}
