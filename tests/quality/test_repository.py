"""The repository keeps its own rules: short files, one version, nothing of one machine."""

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import boltview

MAX_LINES = 450

# In pieces, so that this file does not hold what it looks for.
OF_ONE_MACHINE = re.compile(
    "|".join(
        (
            r"(?<![\w.$}])/" + r"work/(?:main|shared)",
            r"\.\./" + r"shared/",
            r"/" + r"tmp/(?:s|v|plan)\b",
            r"pypi" + r"\.org",
            r"python" + r"hosted\.org",
            r"proxy\.golang" + r"\.org",
        )
    )
)


def tracked_files(root: Path) -> list[Path]:
    if not (root / ".git").exists() or shutil.which("git") is None:
        pytest.skip("not a git checkout")
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True
    ).stdout
    return [root / name.decode() for name in names.split(b"\0") if name]


def modules(root: Path, *folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (root / folder).rglob("*.py"))


def test_no_module_of_the_package_is_long(root: Path) -> None:
    lengths = {
        str(path.relative_to(root)): len(path.read_bytes().splitlines())
        for path in modules(root, "boltview")
    }
    assert lengths
    assert {name: length for name, length in lengths.items() if length > MAX_LINES} == {}


def test_every_module_says_its_idea_first(root: Path) -> None:
    silent = [
        str(path.relative_to(root))
        for path in modules(root, "boltview", "tests", "schemas", "fixtures")
        if not ast.get_docstring(ast.parse(path.read_bytes()))
    ]
    assert silent == []


def test_no_tracked_file_speaks_of_one_machine(root: Path) -> None:
    found = []
    for path in tracked_files(root):
        content = path.read_bytes() if path.is_file() else b""
        if b"\0" in content:
            continue  # a database, not text
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
            if OF_ONE_MACHINE.search(line):
                found.append(f"{path.relative_to(root)}:{number}: {line.strip()[:100]}")
    assert found == []


def test_no_tracked_file_is_ignored(root: Path) -> None:
    if tracked_files(root):
        ignored = subprocess.run(
            ["git", "ls-files", "--cached", "--ignored", "--exclude-standard"],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert ignored == ""


def test_the_newest_entry_of_the_changelog_is_this_version(root: Path) -> None:
    newest = re.search(r"^## \[(.+?)\]", (root / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest is not None
    assert newest[1] == boltview.__version__


def test_every_target_of_the_makefile_says_what_it_does(root: Path) -> None:
    makefile = (root / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony is not None
    documented = re.findall(r"^([a-z]+):.* ## \S.*$", makefile, re.MULTILINE)
    assert documented == phony[1].split()


@pytest.mark.parametrize("command", ["make run", "make test"])
def test_the_readme_gives_the_two_commands(root: Path, command: str) -> None:
    assert command in (root / "README.md").read_text()


def test_ci_runs_the_readmes_test_command_last(root: Path) -> None:
    assert (root / ".ci" / "run").read_text().splitlines()[-1] == "make test"


def test_ci_demands_every_tool_that_a_test_asks_for(root: Path) -> None:
    asked = {
        tool
        for path in modules(root, "tests")
        if path.stem not in {"require", "test_require"}  # whose texts name tools as examples
        for tool in re.findall(r"\brequire\(\"([\w.-]+)\"\)", path.read_text())
    }
    listed = re.search(r"package_of=\((.*)\)", (root / ".ci" / "run").read_text())
    assert listed is not None
    demanded = set(re.findall(r"\[([\w.-]+)\]=", listed[1]))
    everywhere = {"sh", "make", "git"}
    assert asked - everywhere == demanded
