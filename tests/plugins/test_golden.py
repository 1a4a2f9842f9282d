"""Golden files differ loudly, and a run that rewrites them never counts as passed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = """
def test_sample(golden):
    golden("deep/sample.txt")("one\\ntwo\\n")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one golden test, with no golden file yet."""
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["tests.plugins.golden"]\n')
    (tmp_path / "test_sample.py").write_text(SAMPLE)
    return tmp_path


def run(
    project: Path, root: Path, *arguments: str, ci: bool = False
) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "CI"}
    environment["PYTHONPATH"] = str(root)
    if ci:
        environment["CI"] = "true"
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=False
    )


def golden_file(project: Path) -> Path:
    return project / "tests" / "golden" / "deep" / "sample.txt"


def write_golden(project: Path, content: bytes) -> None:
    golden_file(project).parent.mkdir(parents=True)
    golden_file(project).write_bytes(content)


def test_equal_text_passes(project: Path, root: Path) -> None:
    write_golden(project, b"one\ntwo\n")
    assert run(project, root).returncode == pytest.ExitCode.OK


@pytest.mark.parametrize("content", [b"one\nthree\n", b"one\r\ntwo\r\n", b"one\ntwo"])
def test_a_difference_fails_and_changes_nothing(project: Path, root: Path, content: bytes) -> None:
    write_golden(project, content)
    result = run(project, root)
    assert result.returncode == pytest.ExitCode.TESTS_FAILED
    assert "differs from tests/golden/deep/sample.txt" in result.stdout
    assert golden_file(project).read_bytes() == content


def test_a_missing_file_fails_and_is_not_made(project: Path, root: Path) -> None:
    result = run(project, root)
    assert result.returncode == pytest.ExitCode.TESTS_FAILED
    assert "tests/golden/deep/sample.txt is missing" in result.stdout
    assert not golden_file(project).exists()


def test_updating_writes_the_file_lists_it_and_fails(project: Path, root: Path) -> None:
    result = run(project, root, "--update-golden")
    assert golden_file(project).read_bytes() == b"one\ntwo\n"
    assert result.returncode == pytest.ExitCode.TESTS_FAILED
    assert "1 rewritten" in result.stdout
    assert "tests/golden/deep/sample.txt" in result.stdout


def test_updating_what_is_equal_fails_as_well(project: Path, root: Path) -> None:
    write_golden(project, b"one\ntwo\n")
    result = run(project, root, "--update-golden")
    assert result.returncode == pytest.ExitCode.TESTS_FAILED
    assert "0 rewritten" in result.stdout


def test_ci_refuses_to_update(project: Path, root: Path) -> None:
    result = run(project, root, "--update-golden", ci=True)
    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert "never rewritten in CI" in result.stderr
    assert not golden_file(project).exists()
