"""How long commands take to start, what they load, and what a look-up costs as buckets grow."""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from boltview.bolt.bucket import Pair
from boltview.bolt.database import Database
from boltview.report.keypath import resolve
from tests.bolt.build import Image
from tests.bolt.reading import CountingSource

ROOT = Path(__file__).resolve().parents[2]
META = ROOT / "fixtures/containerd-2.4/root/var/lib/containerd"
META_DB = str(META / "io.containerd.metadata.v1.bolt/meta.db")
WEB = "v1/default/containers/web-1"
RUNS = 15

COMMANDS = {
    "--version": ["--version"],
    "get, a number": ["get", META_DB, "v1/version"],
    "get, a time": ["get", META_DB, f"{WEB}/createdat"],
    "get, a time as JSON": ["get", META_DB, f"{WEB}/createdat", "--json"],
    "get, an Any": ["get", META_DB, f"{WEB}/spec"],
    "get, a container": ["get", META_DB, WEB],
    "ls, the root": ["ls", META_DB],
    "info": ["info", META_DB],
    "info, a copy": ["info", META_DB, "--live", "--quiet"],
    "tree, all of it": ["tree", META_DB],
}


class Cost(NamedTuple):
    """The best of several runs, in milliseconds: what the machine can do when left alone."""

    wall: float
    median: float
    cpu: float


def environment() -> dict[str, str]:
    # Byte code is kept between runs, as for an installed program.
    dropped = {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONPROFILEIMPORTTIME"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return kept | {"PYTHONPATH": str(ROOT)}


def measure(command: list[str]) -> Cost:
    walls, cpus = [], []
    for _ in range(RUNS + 1):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, env=environment(), check=True)
        walls.append(time.perf_counter() - start)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    # The first run may have compiled byte code.
    walls, cpus = sorted(walls[1:]), sorted(cpus[1:])
    return Cost(walls[0] * 1000, walls[len(walls) // 2] * 1000, cpus[0] * 1000)


def program(arguments: list[str]) -> list[str]:
    # As the installed script starts it.
    code = "import sys; from boltview.cli.main import main; sys.exit(main())"
    return [sys.executable, "-c", code, *arguments]


def modules(arguments: list[str]) -> int:
    code = (
        "import sys; from boltview.cli.main import main; main(sys.argv[1:]);"
        "print(len(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True, text=True, env=environment(), check=True,
    )  # fmt: skip
    return int(done.stderr.split()[-1])


def row(name: str, cost: Cost, loaded: str) -> str:
    return f"  {name:<34} {cost.wall:8.1f} {cost.median:8.1f} {cost.cpu:8.1f} {loaded:>9}"


def test_start_up() -> None:
    print(f"\n\nwhole process, best of {RUNS}        wall ms   median   cpu ms   modules")
    print(row("python -c pass", measure([sys.executable, "-c", "pass"]), ""))
    for name, arguments in COMMANDS.items():
        print(row(f"boltview {name}", measure(program(arguments)), str(modules(arguments))))


def test_beside_the_real_command() -> None:
    """The same questions to `bbolt`, which is compiled and decodes nothing."""
    from boltview.bbolt.build import command
    from boltview.bbolt.errors import BboltUnavailable

    try:
        bbolt = str(command())
    except BboltUnavailable as reason:
        pytest.skip(str(reason))
    pairs = {
        "one value": (["get", META_DB, "v1", "version"], ["get", META_DB, "v1/version", "--raw"]),
        "keys of a bucket": (
            ["keys", META_DB, "v1", "default", "images"],
            ["ls", META_DB, "v1/default/images"],
        ),
        "metas": (["info", META_DB], ["info", META_DB]),
    }
    print(f"\n\nbeside bbolt, best of {RUNS}         wall ms   median   cpu ms")
    for name, (theirs, ours) in pairs.items():
        print(row(f"bbolt, {name}", measure([bbolt, *theirs]), ""))
        print(row(f"boltview, {name}", measure(program(ours)), ""))


@pytest.mark.parametrize("count", [100, 10_000, 200_000])
def test_a_look_up_reads_the_pages_on_its_path(count: int) -> None:
    image = Image()
    items = [(b"key-%08d" % number, b"value" * 10) for number in range(count)]
    root = image.leaf(image.bucket(b"bucket", image.tree(items, per_page=40)))
    source = CountingSource(image.finish(root))
    tree = Database(source).revision().root
    source.reads.clear()
    start = time.perf_counter()
    found = resolve(tree, [f"bucket/key-{count // 2:08d}"])
    spent = (time.perf_counter() - start) * 1000
    assert isinstance(found.entry, Pair)
    assert found.entry.value == b"value" * 10
    pages = len(source.pages_read(4096))
    print(
        f"\n  {count:>9,} keys, {source.size / 1e6:6.1f} MB: {pages} pages, "
        f"{source.bytes_read:,} bytes read, {spent:.2f} ms"
    )
    depth = 1
    while 40**depth < count:
        depth += 1
    # The root bucket's leaf, the levels of the bucket, and a neighbour at most.
    assert pages <= depth + 2


def test_reading_everything() -> None:
    whole = subprocess.run(
        program(["tree", META_DB, "--jsonl"]), capture_output=True, env=environment(), check=True
    ).stdout.splitlines()
    cost = measure(program(["tree", META_DB, "--jsonl"]))
    values = sum(json.loads(line)["kind"] == "value" for line in whole)
    print(
        f"\n  tree --jsonl: {len(whole):,} entries, {values:,} values decoded in {cost.wall:.0f} ms"
    )
