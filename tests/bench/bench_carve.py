"""`carve`, `recover` and the search of a stream in large files: CPU time, MB/s and memory.

A quarter of the containers (`containers.py`, each of real size) was deleted again, one commit after
the other, by the real bbolt. Beside them `strings`, which people use today, and bbolt's own
compaction, which does what `recover` does and trusts every byte. Sizes in megabytes:
BOLTVIEW_BENCH_SIZES=300,1000; by default 60.
"""

import random
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from boltview.bbolt import DB, Batch, build
from tests.bench.bench_diff import PEAK, measure
from tests.bench.containers import ids, write
from tests.bench.generate import SIZES

_BYTES_EACH = 24_500
"""Of the file, for each container."""
_CONTAINERS = (b"v1", b"k8s.io", b"containers")


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: f"{size} MB")
def wreck(
    request: pytest.FixtureRequest,
    require: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Path]:
    require("go")
    build.library()
    path = tmp_path_factory.mktemp("carve") / "meta.db"
    count = request.param * 1_000_000 // _BYTES_EACH
    write(path, count)
    deleted = random.Random(1).sample(list(ids(count)), count // 4)  # noqa: S311 - reproducible
    with DB(path, no_sync=True, no_freelist_sync=True, freelist_type="hashmap") as db:
        for key in deleted:
            db.apply(Batch().use(*_CONTAINERS).delete_bucket(key))
    size = path.stat().st_size / 1e6
    print(f"\n{size:,.0f} MB, {count:,} containers, {len(deleted):,} of them deleted")
    yield path
    path.unlink()


def _tell(name: str, path: Path, command: list[str]) -> None:
    spent, peak, last = measure(command)
    size = path.stat().st_size / 1e6
    print(f"  {name:<22} {spent:6.2f} s CPU {size / spent:6,.0f} MB/s {peak:4} MiB  {last}")


def _boltview(*words: str) -> list[str]:
    return [sys.executable, "-c", PEAK, *words, "--quiet"]


def test_carve(wreck: Path, tmp_path: Path) -> None:
    _tell("carve", wreck, _boltview("carve", str(wreck)))
    _tell("carve, as JSON lines", wreck, _boltview("carve", str(wreck), "--jsonl"))
    stream = tmp_path / "disk.img"
    with stream.open("wb") as image, wreck.open("rb") as database:
        image.write(b"\7" * 1000)
        shutil.copyfileobj(database, image)
    _tell("carve of a disk image", stream, _boltview("carve", str(stream)))
    stream.unlink()
    if shutil.which("strings"):
        _tell("strings -n 8", wreck, ["sh", "-c", f"strings -n 8 '{wreck}' | tail -n 1"])


def test_recover(wreck: Path, tmp_path: Path) -> None:
    saved = tmp_path / "saved.db"
    script = (
        f"import os; from boltview.cli.main import main\n"
        f"import sys; code = main(['recover', '{wreck}', '{saved}', '--quiet'])\n"
        f"os.unlink('{saved}'); sys.exit(code)"
    )
    _tell("recover", wreck, [sys.executable, "-c", script])
    compacting = (
        "from boltview.bbolt import DB; import os\n"
        f"with DB('{wreck}', read_only=True) as one, DB('{saved}', no_sync=True) as other:\n"
        "    one.compact(other, tx_max_size=1 << 20)\n"
        f"os.unlink('{saved}'); print('bbolt')"
    )
    _tell("bbolt's compaction", wreck, [sys.executable, "-c", compacting])
