"""Exporting databases of 0.3 and 1 GB in every format: MB of the file a second of CPU, and memory.

The containers are those of `bench_gc.py`, each with its snapshot, beside images of ten layers. What
memory may grow by with the file is the names of a node's containers, which pods are joined by.
"""

import shutil
import sys
from pathlib import Path

import pytest

from tests.bench.bench_gc import build
from tests.bench.bench_objects import measured
from tests.plugins.require import Require

SIZES = (12_000, 40_000)
"""Containers: of files of 0.3 and 1 GB."""
A_CONTAINER = 0.8
"""kB of memory: the text that says which pod it is of takes 0.2, and sorting and the allocator have
their share. `--redact` and formats keep a bounded number of names besides."""
FORMATS = ("jsonl", "csv", "sqlite", "parquet")
RUNS = [(name, ()) for name in FORMATS] + [("jsonl", ("--redact",))]


@pytest.fixture(scope="module")
def databases(require: Require, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    require("go")
    folder = tmp_path_factory.mktemp("export")
    for count in SIZES:
        build(folder / f"{count}.db", count)
    return [folder / f"{count}.db" for count in SIZES]


@pytest.mark.parametrize(("name", "options"), RUNS, ids="".join)
def test_exporting(databases: list[Path], tmp_path: Path, name: str, options: list[str]) -> None:
    peaks = []
    for path in databases:
        out = tmp_path / "out"
        arguments = ["export", str(path), "--format", name, "-o", str(out), *options]
        command = [sys.executable, "-m", "boltview", *arguments]
        seconds, memory = measured(command, tmp_path / "said")
        size = path.stat().st_size / 1e6
        written = sum(file.stat().st_size for file in out.iterdir()) / 1e6
        shutil.rmtree(out)
        print(
            f"\n{name}{' redacted' if options else ''}: {size:,.0f} MB in {seconds:.1f} s of CPU "
            f"({size / seconds:.0f} MB/s), {written:,.0f} MB written, {memory:.0f} MB of memory"
        )
        peaks.append(memory)
    assert peaks[1] - peaks[0] < (SIZES[1] - SIZES[0]) * A_CONTAINER / 1000
