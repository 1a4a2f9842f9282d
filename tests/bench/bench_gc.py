"""The graph and the marks of 60,000 containers and 170,000 blobs and snapshots: CPU time, memory.

The measure is containerd 2.4's own collector (`tests/containerd/go`) on a copy of the same file, in
the same run; what it leaves must be what we say is live. Of its memory the most are pages of the
file, which it maps. Smaller databases show how both grow.
"""

import hashlib
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from boltview.bbolt import DB, Batch
from boltview.bolt.database import Database
from boltview.containerd.mark import Marks, Rules
from boltview.containerd.metadata import Metadata
from boltview.containerd.scan import scan
from boltview.schema.load import Library
from boltview.schema.reading import Reading
from tests.bench.bench_objects import measured
from tests.bench.containers import ids, write
from tests.containerd.collector import Collected, Collector
from tests.containerd.scenes import binary_time
from tests.plugins.require import Require

SIZES = (15_000, 30_000, 60_000)
ROUNDS = 2
MEGABYTES = 145
LOST = 600
"""Containers to one image that has lost its name."""
LAYERS = 10
"""Of an image; each layer is a blob and a snapshot."""
CONTAINERS_OF_AN_IMAGE = 12
_PER_COMMIT = 500
"""Images in one commit."""
_TIME = binary_time()
_GC = b"containerd.io/gc.ref."
_SPACE = (b"v1", b"k8s.io")
_BLOBS, _IMAGES = (*_SPACE, b"content", b"blob"), (*_SPACE, b"images")
_SNAPSHOTS = (*_SPACE, b"snapshots", b"overlayfs")


def digest(*parts: object) -> bytes:
    return b"sha256:" + hashlib.sha256(repr(parts).encode()).hexdigest().encode()


def _record(
    batch: Batch, place: tuple[bytes, ...], key: bytes, labels: dict[bytes, bytes]
) -> Batch:
    batch.use(*place).create_bucket(key).use(*place, key)
    batch.put(b"createdat", _TIME).put(b"updatedat", _TIME)
    if labels:
        batch.create_bucket(b"labels").use(*place, key, b"labels")
        for label, value in labels.items():
            batch.put(label, value)
    return batch.use(*place, key)


def _image(batch: Batch, number: int, *, is_lost: bool = False) -> None:
    """Write an image with its manifest, config, layers and their snapshots; or all but its name."""
    config, manifest = digest("config", number), digest("manifest", number)
    layers = [digest("layer", number, layer) for layer in range(LAYERS)]
    chain = [digest("chain", number, layer) for layer in range(LAYERS)]
    labels = {_GC + b"content.l.%d" % index: layer for index, layer in enumerate(layers)}
    labels[_GC + b"content.config"] = config
    _record(batch, _BLOBS, manifest, labels).put(b"size", b"\x80\x10")
    _record(batch, _BLOBS, config, {_GC + b"snapshot.overlayfs": chain[-1]}).put(b"size", b"\x64")
    for index, layer in enumerate(layers):
        source = {b"containerd.io/uncompressed": digest("diff", number, index)}
        _record(batch, _BLOBS, layer, source).put(b"size", b"\x80\x80\x04")
        _record(batch, _SNAPSHOTS, chain[index], {b"containerd.io/snapshot.ref": chain[index]})
        batch.put(b"name", b"k8s.io/%d/%s" % (number * LAYERS + index, chain[index]))
        if index:
            batch.put(b"parent", chain[index - 1])
    if is_lost:
        return
    name = b"registry.example.com/team/app-%d:v1" % number
    _record(batch, _IMAGES, name, {}).create_bucket(b"target").use(*_IMAGES, name, b"target")
    batch.put(b"digest", manifest).put(b"size", b"\x80\x10").put(b"mediatype", b"m")


def build(path: Path, count: int, lost: int = 0) -> int:
    """Write a node of so many containers; return the number of its blobs and snapshots.

    Beside them stands what `lost` images have left behind.
    """
    write(path, count)
    images = count // CONTAINERS_OF_AN_IMAGE
    keys = list(ids(count))
    with DB(path, no_sync=True, no_freelist_sync=True, freelist_type="hashmap") as db:
        batch = Batch().use(*_SPACE).create_bucket(b"images").create_bucket(b"content")
        batch.create_bucket(b"snapshots").use(*_SPACE, b"content").create_bucket(b"blob")
        batch.use(*_SPACE, b"snapshots").create_bucket(b"overlayfs")
        for number in range(images):
            _image(batch, number)
            for key in keys[number::images]:
                _record(batch, _SNAPSHOTS, key, {}).put(b"name", b"k8s.io/1/" + key)
                batch.put(b"parent", digest("chain", number, LAYERS - 1))
            if number % _PER_COMMIT == 0 or number == images - 1:
                with db.update() as tx:
                    tx.apply(batch)
                batch = Batch()
        for number in range(images, images + lost):
            _image(batch, number, is_lost=True)
        with db.update() as tx:
            tx.apply(batch)
    return (images + lost) * (2 + 2 * LAYERS) + count


@pytest.fixture(scope="module")
def scenes(require: Require, tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    require("go")
    folder = tmp_path_factory.mktemp("gc")
    found = {}
    for count in SIZES:
        found[count] = folder / f"{count}.db"
        build(found[count], count, lost=count // LOST)
    return found


def _phases(path: Path) -> Iterator[float]:
    """Yield the seconds of CPU that graph and marks take."""
    start = time.process_time()
    reading = Reading.of(Database.open(str(path)), Library(), str(path), "current")
    graph = scan(Metadata(reading))
    yield time.process_time() - start
    start = time.process_time()
    Marks(graph, Rules("2.4", time.time_ns()))
    yield time.process_time() - start


def _say(path: Path, ours: tuple[float, float], theirs: Collected) -> None:
    """Print what both took."""
    (seconds, megabytes), peak = ours, theirs.peak_bytes / 1e6
    graph, mark = _phases(path)
    print(
        f"boltview gc --json: {seconds:.2f} s of CPU (graph {graph:.2f}, marks {mark:.2f}), "
        f"{megabytes:.0f} MB at most\n"
        f"containerd 2.4's collector: {theirs.seconds:.2f} s, {theirs.open_seconds:.2f} s before "
        f"to open the file; {peak:.0f} MB, {theirs.go_bytes / 1e6:.0f} MB of them not the file's\n"
        f"{seconds / (theirs.seconds + theirs.open_seconds):.1f} times its time, "
        f"{peak / megabytes:.0f} times less memory"
    )


def test_a_dry_run(scenes: dict[int, Path], collector: Collector, tmp_path: Path) -> None:
    peaks, seconds = {}, {}
    for count, path in scenes.items():
        output = tmp_path / "gc.json"
        command = [sys.executable, "-m", "boltview", "gc", str(path), "--json", "--quiet"]
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(measured(command, output))
            theirs += collector(path)
        said = json.loads(output.read_text())
        live, goes = set(said["live"]), len(said["collectable"])
        is_equal = all(live == one.left for one in theirs)
        print(
            f"\n{count:,} containers, {len(live) + goes - count:,} other objects, "
            f"{path.stat().st_size / 1e9:.2f} GB, of which {goes:,} objects go; "
            f"live set equal: {'yes' if is_equal else 'no'}"
        )
        seconds[count], peaks[count] = min(ours)[0], max(peak for _, peak in ours)
        fastest = min(theirs, key=lambda one: one.seconds)
        _say(path, (seconds[count], peaks[count]), fastest)
        assert is_equal
        assert goes == count // LOST * (2 + 2 * LAYERS)
    largest, smallest = SIZES[-1], SIZES[0]
    growth = seconds[largest] / seconds[smallest]
    print(f"{largest // smallest} times as many containers take {growth:.1f} times as long")
    # Linear: time for each container grows by less than a third.
    assert growth < largest / smallest * 4 / 3
    assert peaks[largest] < MEGABYTES
