"""Nodes for tests: the bundled real ones, and composed meta.db files."""

from pathlib import Path

from boltview.bolt.database import Database
from boltview.bolt.source import MemorySource
from boltview.containerd.metadata import Metadata
from boltview.containerd.node import Node, Opening
from boltview.schema.load import Library
from boltview.schema.reading import Reading
from tests.bolt.build import Image, Tree

ROOT = Path(__file__).resolve().parents[2]
IN_ROOT = "var/lib/containerd/io.containerd.metadata.v1.bolt/meta.db"
VERSIONS = ("1.6", "2.4")
LIBRARY = Library()

# Go's encoding of 2026-11-23T18:13:15.5Z.
TIME = b"\x01" + (62_135_596_800 + 1_795_457_595).to_bytes(8, "big") + b"\x1d\xcd\x65\x00\xff\xff"
TIMES = {b"createdat": TIME, b"updatedat": TIME}


def opened(path: str) -> Opening:
    database = Database.open(path)
    return Opening(database, Reading.of(database, LIBRARY, path))


def sample(version: str) -> Node:
    """Return one of the bundled nodes."""
    path = str(ROOT / f"fixtures/containerd-{version}/root/{IN_ROOT}")
    return Node(Metadata(opened(path).reading), path, opened)


def outputs(version: str) -> Path:
    """Return the folder of what the real ctr said of a bundled node."""
    return ROOT / f"fixtures/containerd-{version}/ctr"


def write(root: Path, tree: Tree) -> Path:
    """Write a node's meta.db with these namespaces below `root`; return the file."""
    image = Image()
    data = image.finish(image.nested({b"v1": {b"version": b"\x08", **tree}}))
    path = root / IN_ROOT
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    return path


def node_of(root: Path, tree: Tree) -> Node:
    """Return a node with a meta.db of these namespaces, and whatever else lies below `root`."""
    path = write(root, tree)
    return Node(Metadata(opened(str(path)).reading), str(path), opened)


def metadata_of(tree: Tree, page_size: int = 4096) -> Metadata:
    """Return a meta.db of these buckets."""
    image = Image(page_size)
    return metadata_in(image.finish(image.nested(tree)))


def metadata_in(data: bytes | bytearray) -> Metadata:
    """Return the meta.db in these bytes."""
    return Metadata(Reading.of(Database(MemorySource(data)), LIBRARY))
