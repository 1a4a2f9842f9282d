"""containerd 2.4's own collector decides what stays of random graphs and of real databases."""

import time
from pathlib import Path

from boltview.bolt.database import Database
from boltview.containerd.mark import Marks, Rules
from boltview.containerd.metadata import Metadata
from boltview.containerd.scan import scan
from boltview.schema.load import Library
from boltview.schema.reading import Reading
from tests.bolt.build import Image
from tests.containerd.collector import Collector
from tests.containerd.scenes import FUTURE, NOW, PAST, SECOND, Tree, binary_time
from tests.containerd.test_gc_random import random_scene

GRAPHS = range(300, 380)
"""Seeds. These are rich: of the first hundred, none has a flat lease's image decide."""
HOUR = 3600
REAL = ["containerd-*/root/**/meta.db", "gc-pairs/*.before.db"]


def marks(path: Path) -> Marks:
    reading = Reading.of(Database.open(str(path)), Library(), str(path), "current")
    return Marks(scan(Metadata(reading)), Rules("2.4", time.time_ns()))


def disagreements(collector: Collector, paths: list[Path]) -> dict[str, set[str]]:
    """Return what only we, or only the collector, let live, of each database where any is."""
    found = {}
    gone = 0
    for path, collected in zip(paths, collector(*paths), strict=True):
        assert not collected.error, path
        ours = marks(path)
        name = ours.graph.name
        gone += sum(1 for _ in ours.collectable())
        live = {name(number).text for number in ours.live()}
        if live != collected.left:
            found[path.name] = live ^ collected.left
    assert gone > len(paths)
    return found


def today(tree: Tree, now: int) -> Tree:
    """Return a scene's records with its past an hour ago, and its future in an hour."""
    times: dict[bytes, bytes] = {
        PAST.encode(): stamp(now - HOUR),
        FUTURE.encode(): stamp(now + HOUR),
        binary_time(NOW // SECOND - 1): binary_time(now - HOUR),
        binary_time(NOW // SECOND): binary_time(now + HOUR),
    }
    return {
        key: times.get(value, value) if isinstance(value, bytes) else today(value, now)
        for key, value in tree.items()
    }


def stamp(unix: int) -> bytes:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(unix)).encode()


def test_the_collector_leaves_of_random_graphs_what_we_say(
    collector: Collector, tmp_path: Path
) -> None:
    now = int(time.time())
    paths = []
    for seed in GRAPHS:
        paths.append(tmp_path / f"graph-{seed}.db")
        image = Image()
        paths[-1].write_bytes(image.finish(image.nested(today(random_scene(seed).tree, now))))
    assert disagreements(collector, paths) == {}


def test_the_collector_leaves_of_real_databases_what_we_say(
    collector: Collector, fixtures: Path
) -> None:
    paths = [path for pattern in REAL for path in sorted(fixtures.glob(pattern))]
    assert len(paths) == 5
    assert disagreements(collector, paths) == {}
