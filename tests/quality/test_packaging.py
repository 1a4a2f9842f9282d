"""The wheel holds program, schemas, demo database; the sdist builds the same wheel."""

import configparser
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest

import boltview
from boltview import shipped

pytestmark = pytest.mark.slow

PREFIX = f"boltview-{boltview.__version__}"


def build(project: Path, target: str, folder: Path) -> Path:
    """Build with the installed hatchling, which needs no network."""
    result = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, f"\n{result.stdout}{result.stderr}"
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(root, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(root, "sdist", tmp_path_factory.mktemp("sdist"))


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def beneath(folder: Path, place: Path, suffixes: Iterable[str]) -> set[str]:
    return {
        str(path.relative_to(place))
        for path in folder.rglob("*")
        if path.suffix in suffixes and path.is_file()
    }


def test_the_wheel_holds_the_package_and_nothing_compiled(wheel: Path, root: Path) -> None:
    package = beneath(root / "boltview", root, {".py", ".typed", ".tcss", ".go", ".mod", ".sum"})
    held = {name for name in names(wheel) if name.startswith("boltview/")}
    assert "boltview/__init__.py" in package
    assert "boltview/py.typed" in package
    assert {name for name in held if not name.startswith("boltview/_shipped/")} == package


def test_the_wheel_holds_the_schemas(wheel: Path, root: Path) -> None:
    schemas = beneath(root / "schemas", root, {".toml", ".proto", ".binpb", ".md"})
    assert {Path(name).suffix for name in schemas} == {".toml", ".proto", ".binpb", ".md"}
    held = {name for name in names(wheel) if name.startswith("boltview/_shipped/schemas/")}
    assert held == {f"boltview/_shipped/{name}" for name in schemas}


def test_the_wheel_holds_the_demo_database(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        demo = archive.read("boltview/_shipped/demo/meta.db")
    assert demo == Path(shipped.demo_database()).read_bytes()


def test_the_wheel_brings_the_manual_page(wheel: Path, root: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        page = archive.read(f"{PREFIX}.data/data/share/man/man1/boltview.1")
    assert page == (root / "docs" / "boltview.1").read_bytes()


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in names(wheel)}
    assert tops == {"boltview", f"{PREFIX}.dist-info", f"{PREFIX}.data"}
    assert [name for name in names(wheel) if "tests" in name or "__pycache__" in name] == []


def test_the_command_starts_the_command_lines_main(wheel: Path) -> None:
    scripts = configparser.ConfigParser()
    with zipfile.ZipFile(wheel) as archive:
        scripts.read_string(archive.read(f"{PREFIX}.dist-info/entry_points.txt").decode())
        metadata = archive.read(f"{PREFIX}.dist-info/METADATA").decode().splitlines()
        licence = archive.read(f"{PREFIX}.dist-info/licenses/LICENSE")
    assert dict(scripts["console_scripts"]) == {"boltview": "boltview.cli.main:main"}
    assert "License-Expression: Apache-2.0" in metadata
    assert b"Apache License" in licence


def test_the_installed_files_find_each_other(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)  # noqa: S202  built here a moment ago
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from boltview import shipped; "
        "print(shipped.schema_folder()); print(shipped.demo_database())"
    )
    result = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True
    )
    schemas, demo = (Path(line) for line in result.stdout.splitlines())
    assert schemas == tmp_path / "boltview" / "_shipped" / "schemas"
    assert demo == tmp_path / "boltview" / "_shipped" / "demo" / "meta.db"
    assert schemas.is_dir()
    assert demo.is_file()


def test_the_sdist_holds_the_tests_and_builds_the_same_wheel(
    sdist: Path, wheel: Path, tmp_path: Path
) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    project = tmp_path / PREFIX
    assert (project / "tests" / "conftest.py").is_file()
    assert (project / "Makefile").is_file()
    rebuilt = build(project, "wheel", tmp_path / "rebuilt")
    assert rebuilt.name == wheel.name
    assert rebuilt.read_bytes() == wheel.read_bytes()
