"""The manual page and the README's keys are those of the program, and the page can be rendered."""

import argparse
import subprocess

import pytest

from boltview.browse.keys import BINDINGS, key_text
from boltview.cli.exitcodes import ExitCode
from boltview.cli.main import COMMANDS
from docs.manual import PAGE, README, exit_codes, manual, parser_of, table, with_table
from tests.plugins.require import Require


def rendered(name: str = "utf8") -> str:
    """Return the page as `man` shows it; fail if the formatter has anything to say."""
    words = ["groff", "-k", "-man", f"-T{name}", "-ww", "-P-cbou", str(PAGE)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout


@pytest.fixture(scope="module")
def made() -> str:
    return manual()


def test_what_is_committed_is_current(made: str) -> None:
    readme = README.read_text(encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == made, "make manual, and commit what it makes"
    assert with_table(readme) == readme, "make manual, and commit what it makes"
    assert table() in readme


def test_the_page_can_be_rendered(require: Require) -> None:
    require("groff")
    assert rendered("ascii").isascii()
    text = rendered()
    flat = " ".join(text.split())
    for name in COMMANDS:
        assert f"boltview {name} " in flat
        for action in parser_of(name)._actions:  # noqa: SLF001 (argparse lists them nowhere else)
            for option in action.option_strings if action.help is not argparse.SUPPRESS else ():
                assert option in flat, (name, option)
    for binding in BINDINGS:
        assert " ".join(binding.help.split()) in flat.replace("\N{HYPHEN} ", "")
    assert "\n       130    Ctrl-C; what had been printed by then stands." in text


def test_every_exit_code_is_told() -> None:
    codes = dict(exit_codes())
    assert list(codes) == [int(code) for code in ExitCode]
    assert codes[ExitCode.USAGE] == "Wrong usage."


def test_every_key_is_in_the_table() -> None:
    rows = table().splitlines()
    for binding in BINDINGS:
        keys = " ".join(f"`{key_text(key)}`" for key in binding.keys)
        assert f"| {keys} | {binding.help} |" in rows
