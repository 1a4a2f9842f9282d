"""ruff has nothing to say, about rules or about layout."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("arguments", [["check", "--quiet"], ["format", "--check", "--quiet"]])
def test_ruff_is_content(root: Path, arguments: list[str]) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "ruff", *arguments, "."],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, f"\n{result.stdout}{result.stderr}"


def test_every_exception_to_the_rules_has_a_reason(root: Path) -> None:
    lines = (root / "pyproject.toml").read_text().splitlines()
    ruff = lines[lines.index("[tool.ruff.lint]") : lines.index("[tool.ruff.lint.pydocstyle]")]
    exceptions = [line for line in ruff if line.startswith('    "')]
    assert exceptions
    assert [line for line in exceptions if "  # " not in line and " # " not in line] == []
