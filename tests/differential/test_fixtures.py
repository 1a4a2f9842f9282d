"""Every fixture against the real bbolt: its library, and the words of its command."""

import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from boltview.bbolt import DB
from boltview.bolt.check import check, is_fault
from boltview.bolt.database import Database
from boltview.bolt.source import MemorySource
from boltview.cli.main import main
from fixtures.make.damage import damaged_files
from tests.differential.compare import compare
from tests.plugins.figures import Figure

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
DATABASES = sorted(FIXTURES.rglob("*.db"))
BOUND = 2.0
"""Seconds after which bbolt's check of a tiny file is taken to be endless."""


@pytest.fixture(params=DATABASES, ids=lambda path: str(path.relative_to(FIXTURES)))
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy: bbolt takes a lock even for reading."""
    return Path(shutil.copyfile(request.param, tmp_path / "copy.db"))


def bbolt(command: Path, *arguments: str | Path) -> str:
    result = subprocess.run(
        [command, *arguments], capture_output=True, text=True, check=True, timeout=BOUND
    )
    return result.stdout


@pytest.mark.usefixtures("library")
def test_a_fixture_reads_as_bbolt_reads_it(path: Path) -> None:
    with DB(path, read_only=True, preload_freelist=True) as db, db.view() as tx:
        compare(path, tx)


@pytest.mark.parametrize("name", ["pages", "stats"])
def test_the_table_is_the_commands_own(
    path: Path, command: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([name, str(path), "--bbolt"]) == 0
    assert capsys.readouterr().out == bbolt(command, name, path)


def test_both_checks_are_content(
    path: Path, command: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bbolt(command, "check", path) == "OK\n"
    assert main(["check", str(path)]) == 0
    assert capsys.readouterr().out.startswith("OK: ")


@pytest.mark.slow
def test_whatever_bbolt_finds_wrong_is_found(tmp_path: Path, command: Path, figure: Figure) -> None:
    """And a good part of what it does not find, because it crashes, hangs or does not look."""
    path = tmp_path / "damaged.db"
    verdicts: Counter[str] = Counter()
    for case in damaged_files():
        path.write_bytes(case.data)
        ours = any(is_fault(found) for found in check(Database(MemorySource(case.data))))
        try:
            result = subprocess.run(
                [command, "check", path], capture_output=True, check=False, timeout=BOUND
            )
        except subprocess.TimeoutExpired:
            verdicts["does not end"] += 1
        else:
            crashed = b"panic" in result.stdout + result.stderr or result.returncode not in {0, 1}
            verdict = "OK" if result.returncode == 0 else "crashes" if crashed else "finds errors"
            verdicts[verdict] += 1
            assert ours or result.returncode == 0 or case.code == "previous-damaged", case.name
    said = ", ".join(f"{verdict} {count}" for verdict, count in verdicts.items())
    figure(f"of {verdicts.total()} kinds of damage, bbolt check: {said}")
