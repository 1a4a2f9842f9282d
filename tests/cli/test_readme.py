"""The README's examples print what it shows, and every command has one."""

import re
import shlex
from pathlib import Path
from typing import NamedTuple

import pytest

from boltview.cli.main import COMMANDS
from tests.cli.runner import AT, ROOT, call

README = (ROOT / "README.md").read_text(encoding="utf-8")
WAITING = {"watch", "serve"}
"""Commands that wait: for a writer, beside which tests/live runs them, or for a web browser."""
DIFFER = {"diff"}
"""Commands that end with 1 when they have something to show, as diff does."""
WRITTEN_BY_BBOLT = {"recover"}
"""Commands that need the real bbolt, and so a Go to build it with."""
GAP = "…"
"""Stands for anything: the rest of a line, or any lines."""


class Example(NamedTuple):
    """One `$ boltview …` line and the output shown below it."""

    arguments: list[str]
    shown: list[str]


def examples() -> list[Example]:
    found: list[Example] = []
    for block in re.findall(r"^```(?:console|sh)\n(.*?)^```", README, re.MULTILINE | re.DOTALL):
        current: Example | None = None
        for line in block.splitlines():
            if line.startswith("$ "):
                words = shlex.split(line[2:], comments=True)
                current = Example(words[1:], []) if words[0] == "boltview" else None
                found += [current] if current else []
            elif current:
                current.shown.append(line)
    return found


def pattern(shown: list[str]) -> str:
    """Return the regular expression of an output with gaps."""
    lines = [
        r"(?:.*\n)*?" if line.strip() == GAP
        else re.escape(line[:-1]) + ".*\n" if line.endswith(GAP)
        else re.escape(line) + "\n"
        for line in shown
    ]  # fmt: skip
    return "".join(lines)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like the checkout and takes what the examples write, one for all."""
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "fixtures").symlink_to(ROOT / "fixtures")
    return folder


@pytest.fixture(autouse=True)
def _as_the_reader_runs_it(monkeypatch: pytest.MonkeyPatch, checkout: Path) -> None:
    monkeypatch.chdir(checkout)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(checkout / "no-config"))  # Go may write there


@pytest.mark.parametrize(
    "example",
    [example for example in examples() if example.arguments[0] not in WAITING],
    ids=lambda example: " ".join(example.arguments),
)
def test_an_example_prints_what_is_shown(example: Example, request: pytest.FixtureRequest) -> None:
    if example.arguments[0] in WRITTEN_BY_BBOLT:
        request.getfixturevalue("library")
    at = [] if "--at" in example.arguments else ["--at", AT]
    result = call(*example.arguments, *at)
    assert result.err == ""
    assert result.code == 0 or (result.code == 1 and example.arguments[0] in DIFFER)
    if example.shown:
        assert re.fullmatch(pattern(example.shown), result.out), result.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented_with_an_example(name: str) -> None:
    assert re.search(rf"`boltview {name}\b", README)
    assert any(example.arguments[:1] == [name] for example in examples())


def test_a_wrong_example_would_fail() -> None:
    whole = "one\ntwo\nthree\nfour\n"
    assert re.fullmatch(pattern(["one", GAP, "four"]), whole)
    assert re.fullmatch(pattern(["o…", "two", GAP]), whole)
    assert not re.fullmatch(pattern(["one", "two"]), whole)
    assert not re.fullmatch(pattern(["one", GAP, "five"]), whole)
    assert not re.fullmatch(pattern(["o.e", GAP]), whole)
