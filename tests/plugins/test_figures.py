"""Figures stand at the end of a run, also when several processes share the tests."""

from pathlib import Path

import pytest

from tests.plugins.test_golden import run

SAMPLE = """
def test_one(figure):
    figure("12 of 12")

def test_two(figure):
    figure("not proven")
    assert False
"""


@pytest.mark.parametrize("workers", ["0", "2"])
def test_figures_of_what_passed_are_listed(tmp_path: Path, root: Path, workers: str) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["tests.plugins.figures"]\n')
    (tmp_path / "test_sample.py").write_text(SAMPLE)
    done = run(tmp_path, root, "--numprocesses", workers)
    head, _, figures = done.stdout.partition(" figures ===")
    assert head
    assert "12 of 12" in figures
    assert "not proven" not in figures
