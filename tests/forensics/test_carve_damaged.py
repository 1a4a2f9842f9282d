"""Carving and history over all kinds of damage: nothing that is there is called deleted."""

import contextlib
import json
from pathlib import Path

import pytest

from boltview.bolt.check import check
from boltview.bolt.database import Database
from boltview.bolt.errors import NotABoltFile
from boltview.bolt.finding import ERROR, Finding
from boltview.bolt.source import MemorySource
from boltview.forensics.carve import DELETED, carve
from boltview.schema.load import Library
from boltview.schema.reading import Reading
from tests.bolt.damages import ELEMENTS, PAGES, REFERENCES, Case
from tests.bolt.damages_inline import INLINE
from tests.bolt.sample import sample
from tests.cli.runner import SHAPES, call
from tests.fuzz.mutate import mutate

CASES = [*PAGES, *ELEMENTS, *REFERENCES, *INLINE]
MUTANTS = 150


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_damage_hides_is_not_called_deleted(case: Case, tmp_path: Path) -> None:
    file = sample()
    live = dict(file.content)
    case.harm(file)
    path = tmp_path / "harmed.db"
    path.write_bytes(file.data)
    for command in ("carve", "history"):
        result = call(command, path, "--jsonl", "--quiet")
        assert result.code in {0, 4}, result.err
    result = call("carve", path, "--json")
    assert result.code == 4
    database = Database(MemorySource(file.data))
    for record in carve(Reading.of(database, Library())):
        assert record.state != DELETED or record.path not in live
    json.loads(result.out)


@pytest.mark.parametrize("shape", sorted(path.name for path in SHAPES.glob("*.db")))
def test_hostile_and_odd_files_end_quietly(shape: str) -> None:
    for command in ("carve", "history"):
        result = call(command, SHAPES / shape)
        assert result.code == 0
        assert result.out.replace("\n", "").isprintable()


def test_harmed_files_end_and_say_that_they_are_harmed(tmp_path: Path) -> None:
    path = tmp_path / "harmed.db"
    for number in range(MUTANTS):
        faults: list[Finding] = []
        mutant = mutate(number)
        path.write_bytes(mutant.data)
        result = call("carve", path, "--jsonl", "--quiet")
        assert result.code in {0, 3, 4}, result.err
        if result.code == 0:
            with contextlib.suppress(NotABoltFile):  # without metas it is carved as a stream
                faults = list(check(Database(MemorySource(mutant.data))))
            assert not [one for one in faults if one.severity == ERROR and one.path is not None]
