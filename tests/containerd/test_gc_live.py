"""A real containerd collects its garbage, and keeps exactly what we said it would."""

import hashlib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from boltview.bolt.database import Database
from boltview.containerd.mark import Marks, Rules
from boltview.containerd.metadata import Metadata
from boltview.containerd.references import Graph
from boltview.containerd.releases import DAEMONS, guess
from boltview.containerd.scan import scan
from boltview.schema.load import Library
from boltview.schema.reading import Reading
from fixtures.make.api import Api, field, mapping, number
from fixtures.make.node import SNAPSHOTTER, Node
from fixtures.make.oci_images import write_archives
from tests.plugins.own_containerd import own_containerd
from tests.plugins.require import Require

GC = "containerd.io/gc."
META = "io.containerd.metadata.v1.bolt/meta.db"
IMAGE = "docker.io/library/busybox:1.35"
NEW = DAEMONS[DAEMONS.index("2.0") :]


@pytest.fixture(scope="module")
def node(require: Require) -> Iterator[Node]:
    with own_containerd(require) as running:
        yield running


def ingest(node: Node, name: str, labels: dict[str, str], namespace: str = "default") -> str:
    """Write a blob of the name's bytes and label it; return its digest."""
    command = ["ctr", "--address", str(node.address), "--namespace", namespace]
    data = name.encode()
    subprocess.run([*command, "content", "ingest", name], input=data, check=True)
    digest = f"sha256:{sha256(data)}"
    if labels:
        pairs = [f"{key}={value}" for key, value in labels.items()]
        node.ctr("content", "label", digest, *pairs, namespace=namespace)
    return digest


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def hold(node: Node, lease: str, kind: str, key: str, namespace: str = "default") -> None:
    """Let a lease hold something, which `ctr` has no command for (`Leases.AddResource`)."""
    resource = field(1, key) + field(2, kind)
    with Api(node.address) as api:
        api.call("leases.v1.Leases/AddResource", field(1, lease) + field(2, resource), namespace)


def build_scene(node: Node, folder: Path) -> None:
    """Make leases with and without expiry, roots, labels, chains and loose ends."""
    archives = write_archives(folder)
    node.ctr("images", "import", str(archives["busybox"]))
    node.ctr("images", "import", str(archives["app"]))
    node.ctr("images", "import", str(archives["busybox"]), namespace="other")
    node.ctr("images", "rm", IMAGE, namespace="other")
    node.ctr("containers", "create", IMAGE, "c1", "sleep", "1")
    # Removals start a collection by themselves; from here on nothing is removed until the test
    # does it.
    node.ctr("leases", "create", "--id", "first")
    node.ctr("leases", "delete", "--sync", "first")
    ingest(node, "loose", {})
    ingest(node, "loose", {}, "other")
    leaf = ingest(node, "leaf", {})
    chained = ingest(node, "chained", {f"{GC}ref.content.0": leaf})
    ingest(node, "root", {f"{GC}root": "x", f"{GC}ref.content/first": chained})
    misnamed = ingest(node, "misnamed", {})
    ingest(node, "rooted", {f"{GC}rooted": "x"})
    ingest(node, "expiring", {f"{GC}expire": "2099-01-01T00:00:00Z"})
    ingest(node, "root-2", {f"{GC}root": "x", f"{GC}ref.contents": misnamed})
    for lease, how in (("whole", ["--expires", "0"]), ("short", ["--expires", "1s"]),
                       ("flat", ["--expires", "1h", f"{GC}flat=1"]),
                       ("odd", ["--expires", "0", f"{GC}expire=tomorrow"])):  # fmt: skip
        node.ctr("leases", "create", "--id", lease, *how)
        below = ingest(node, f"below-{lease}", {})
        held = ingest(node, f"held-{lease}", {f"{GC}ref.content.x": below})
        hold(node, lease, "content", held)
        for key in (f"base-{lease}", f"top-{lease}"):
            parent = [f"base-{lease}"] if key.startswith("top") else []
            snapshots = ("snapshots", "--snapshotter", SNAPSHOTTER)
            node.ctr(*snapshots, "prepare", f"{key}-active", *parent)
            node.ctr(*snapshots, "commit", key, f"{key}-active")
            # `ctr` makes every snapshot a root; an empty value takes the label away.
            node.ctr(*snapshots, "label", key, f"{GC}root=")
        label = f"{GC}ref.content.y={ingest(node, f'snapped-{lease}', {})}"
        node.ctr(*snapshots, "label", f"top-{lease}", label)
        hold(node, lease, f"snapshots/{SNAPSHOTTER}", f"top-{lease}")
    for key in ("lost", "used"):
        node.ctr(*snapshots, "prepare", key)
        node.ctr(*snapshots, "label", key, f"{GC}root=")
    node.ctr(*snapshots, "label", "used", f"{GC}cond.value-usedat=2020-01-01T00:00:00Z")
    build_images(node)
    node.open_ingest("upload", b"x" * (1 << 20))
    hold(node, "whole", "ingests", "upload")


def build_images(node: Node) -> None:
    """Make images that expire, and what is tied to them: rules of 2.x, which 1.6 passes over."""
    over, later = f"{GC}expire=2020-01-01T00:00:00Z", f"{GC}expire=2099-01-01T00:00:00Z"
    for name, *labels in (
        ("over", over),
        ("later", later, f"{GC}cond.snapshot.{SNAPSHOTTER}=usedat>1h|used"),
        ("held", over),
        ("tied", over, f"{GC}bref.container=c1"),
        ("named", over),
    ):
        # A target of its own, so that it can be seen to go; the type has no children.
        target = ingest(node, f"target-{name}", {f"{GC}root": "x"})
        tag(node, name, target, dict(label.split("=", 1) for label in labels))
        node.ctr("content", "label", target, f"{GC}root=")
    ingest(node, "tied", {f"{GC}bref.image": "later"})
    ingest(node, "refers", {f"{GC}root": "x", f"{GC}ref.image/first": "named"})
    if line_of(node) in NEW:
        hold(node, "whole", "images", "held")


def tag(node: Node, name: str, digest: str, labels: dict[str, str]) -> None:
    """Make an image of any blob (`Images.Create`), which `ctr` does of whole images alone."""
    target = field(1, "application/octet-stream") + field(2, digest) + number(3, 8)
    image = field(1, name) + mapping(2, labels) + field(3, target)
    with Api(node.address) as api:
        api.call("images.v1.Images/Create", field(1, image))


def line_of(node: Node) -> str:
    """Return the line of releases that the daemon belongs to."""
    major, minor = (int(part) for part in node.version().split(".")[:2])
    known = [tuple(map(int, line.split("."))) for line in DAEMONS]
    return DAEMONS[max(sum(line <= (major, minor) for line in known) - 1, 0)]


def graph(path: Path) -> Graph:
    reading = Reading.of(Database.open(str(path)), Library(), str(path), "current")
    return scan(Metadata(reading))


def names(whole: Graph) -> set[str]:
    return {whole.name(number).text for number in whole.numbers()}


@pytest.mark.slow
def test_a_collection_keeps_what_we_said(node: Node, tmp_path: Path) -> None:
    build_scene(node, tmp_path)
    node.ctr("leases", "create", "--id", "trigger")
    time.sleep(2.5)  # until the short lease has expired
    before = graph(copy(node, tmp_path / "before.db"))
    now = time.time_ns()
    node.ctr("leases", "delete", "--sync", "trigger")
    after = graph(copy(node, tmp_path / "after.db"))
    # Debian's own is a 1.6; another on PATH is compared by its own rules.
    daemon = line_of(node)
    guessed = guess(before.version, knows_sandboxes=before.knows_sandboxes)
    assert guessed in ({DAEMONS[-1]} if daemon in NEW else {"1.6", "1.7"})
    trigger = frozenset(n for n in before.numbers("lease") if before.key(n) == b"trigger")
    marks = Marks(before, Rules(daemon, now, trigger))
    live = {before.name(number).text for number in marks.live()}
    goes = {before.name(number).text for number in marks.collectable()}
    assert live == names(after)
    assert {"lease/default/short", f"snapshot/default/{SNAPSHOTTER}/lost"} <= goes
    assert {f"snapshot/default/{SNAPSHOTTER}/{key}" for key in ("base-short", "top-short")} <= goes
    assert {f"content/default/sha256:{sha256(b'below-flat')}",
            f"content/default/sha256:{sha256(b'misnamed')}"} <= goes  # fmt: skip
    assert f"content/default/sha256:{sha256(b'leaf')}" in live
    assert "ingest/default/upload" in live
    if daemon in NEW:
        assert "image/default/over" in goes
        assert {f"image/default/{name}" for name in ("later", "held", "named")} <= live


def copy(node: Node, to: Path) -> Path:
    """Copy the database; nobody writes meanwhile."""
    to.write_bytes((node.root / META).read_bytes())
    return to
