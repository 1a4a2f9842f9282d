"""Deleted records come back, typed and named; what is there is never called deleted."""

from pathlib import Path

import pytest

from boltview.bolt.database import Database
from boltview.containerd.metadata import Metadata
from boltview.forensics.carve import DELETED, UNKNOWN, Carved, carve
from boltview.schema.load import Library
from boltview.schema.reading import Reading
from tests.forensics.deleting import Truth, Wanted, write_containers
from tests.plugins.figures import Figure

PAIRS = Path(__file__).resolve().parents[2] / "fixtures/gc-pairs"
KINDS = ("lease", "image", "container", "blob", "ingest", "snapshot", "sandbox")


def read(path: Path) -> Reading:
    return Reading.of(Database.open(str(path)), Library(), str(path))


def paths(reading: Reading) -> dict[str, set[tuple[bytes, ...]]]:
    """Return the paths of a database's objects by kind."""
    metadata = Metadata(reading)
    return {
        kind: {
            (*place, key)
            for field in metadata.fields_of(kind)
            for place, records in metadata.raw(field, ())
            for key, _ in records
        }
        for kind in KINDS
    }


@pytest.mark.parametrize("pair", ["1", "2", "3"])
def test_what_a_real_collection_removed_is_found(pair: str) -> None:
    before, after = (paths(read(PAIRS / f"{pair}.{when}.db")) for when in ("before", "after"))
    data = (PAIRS / f"{pair}.after.db").read_bytes()
    found = [record for record in carve(read(PAIRS / f"{pair}.after.db")) if record.item]
    for kind in KINDS:
        removed = {path for path in before[kind] - after[kind] if path[-1] in data}
        carved = {record.path for record in found if record.type == kind}
        assert removed <= carved
        assert not carved & after[kind]
    assert {record.state for record in found} == {DELETED}
    assert all(record.is_complete for record in found)


def judge(path: Path, truth: Truth, *, told: bool) -> tuple[int, int]:
    """Compare what is carved with what was deleted; return how many could be found and all."""
    data = path.read_bytes()
    records = [record for record in carve(read(path)) if record.type == "container"]
    live = set(truth.specs) - truth.deleted
    whole = {
        name for name in truth.deleted if truth.specs[name] in data and name[1].encode() in data
    }
    found: dict[tuple[str, str], Carved] = {}
    unnamed = 0
    for record in records:
        name = (record.item.namespace, record.item.id)
        if not all(name):
            # Nothing that is left says whose it is; it is said to be unknown, and not guessed.
            assert record.state == UNKNOWN
            assert record.confidence in {"none", "low"}
            unnamed += 1
            continue
        assert name in truth.specs, "a record was invented"
        assert (record.state == DELETED) == (name in truth.deleted)
        assert name not in live
        spec = record.contents.get(b"spec")
        if spec is not None:
            assert spec == truth.specs[name], "a record of another container"
            found[name] = record
    assert len(whole - set(found)) <= unnamed * (not told)
    return len(whole), len(truth.deleted)


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("freelist", [True, False])
@pytest.mark.usefixtures("library")
def test_deleted_containers_whose_bytes_are_there_come_back(
    tmp_path: Path, *, told: bool, freelist: bool, figure: Figure
) -> None:
    whole = removed = 0
    for seed in range(3):
        path = tmp_path / f"{seed}.db"
        truth = write_containers(path, Wanted(60, 50, seed, told=told, freelist=freelist))
        counts = judge(path, truth, told=told)
        whole, removed = whole + counts[0], removed + counts[1]
    assert whole > removed // 4
    found = "all found" if told else "found but for those that nothing names"
    figure(f"carve: of {removed} deleted containers {whole} are whole, {found}")
