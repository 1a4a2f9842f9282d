"""Imports go down the floors, never up; starting the program loads no heavy library."""

import ast
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest


def test_the_import_contracts_are_kept(root: Path) -> None:
    lint_imports = Path(sysconfig.get_path("scripts")) / "lint-imports"
    result = subprocess.run(
        [lint_imports, "--no-cache"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, f"\n{result.stdout}{result.stderr}"


def absolute_imports(path: Path) -> Iterator[str]:
    """Yield every module that a file imports by its full name, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module


@pytest.mark.parametrize("place", ["bolt", "shipped.py"])
def test_the_lowest_floor_stands_on_the_standard_library_alone(root: Path, place: str) -> None:
    start = root / "boltview" / place
    files = sorted(start.rglob("*.py")) if start.is_dir() else [start]
    strangers = {
        f"{path.relative_to(root)}: {module}"
        for path in files
        for module in absolute_imports(path)
        if module.partition(".")[0] not in {*sys.stdlib_module_names, "boltview"}
        and not (path.parent.name == "scan" and module.partition(".")[0] == "numpy")
    }
    assert files
    assert strangers == set()


@pytest.mark.parametrize(
    "heavy",
    [
        "numpy",
        "textual",
        "rich",
        "google.protobuf",
        "asyncio",
        "dataclasses",
        "importlib.metadata",
        "logging",
    ],
)
def test_starting_the_command_line_does_not_load(root: Path, heavy: str) -> None:
    program = f"import sys, boltview.cli.main; sys.exit({heavy!r} in sys.modules)"
    result = subprocess.run(
        # Isolated, without `site`: nothing that happens to be installed loads itself.
        [
            sys.executable,
            "-I",
            "-S",
            "-c",
            f"import sys; sys.path.insert(0, {str(root)!r}); {program}",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stderr == ""
    assert result.returncode == 0, f"boltview.cli.main imports {heavy}"
