"""Makes the manual page and the README's table of keys from the program itself: `make manual`.

Commands and their options come from the parsers, keys from the browser's table, exit codes from
their enumeration; so neither can say anything that the program does not do.
"""

import argparse
import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

from boltview import __version__
from boltview.browse.contexts import CONTEXTS, lines
from boltview.browse.keys import BINDINGS, GROUPS, key_text
from boltview.cli import exitcodes
from boltview.cli.main import COMMANDS
from boltview.cli.options import CommandParser

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "boltview.1"
README = ROOT / "README.md"
BEGIN, END = "<!-- keys: made by docs/manual.py -->\n", "<!-- end of keys -->\n"

_ARROWS = {"↑": "Up", "↓": "Down", "←": "Left", "→": "Right"}
"""Keys that a manual page names, because not every terminal can draw them."""
_GLYPHS = {"→": r"\(->", "←": r"\(<-", "↑": r"\(ua", "↓": r"\(da", "…": "..."}

_ABOUT = """\
boltview shows what is in a bolt or bbolt database, above all in containerd's meta.db: every bucket,
key and value, decoded and explained. It only reads: no write, no lock, no touched timestamp. A
database that a running containerd holds is copied consistently first.

Without COMMAND the browser opens, on a terminal; elsewhere its first screen is printed.

PATH is a bolt file, a containerd root, or the root of a mounted image of a node. Without it the
local node's database is read.

The components of a KEY path are joined by '/'. A key that itself contains '/' is found as it is;
%2F, %XX and 0x... work too.
"""
_ENVIRONMENT = (
    ("NO_COLOR", "no colour, if it is set to anything"),
    ("TEXTUAL_THEME", "the theme of the browser, instead of the one that is remembered"),
    ("PAGER", "what v in the browser opens; less by default"),
    ("XDG_STATE_HOME", "where the browser remembers places and the theme, in a folder boltview"),
    ("XDG_CONFIG_HOME", "where schemas of your own are looked for, in boltview/schemas"),
)


def parser_of(name: str) -> argparse.ArgumentParser:
    """Return the parser of a command, as the command itself makes it."""
    found: list[argparse.ArgumentParser] = []

    def keep(parser: argparse.ArgumentParser) -> None:
        found.append(parser)

    with patch.object(CommandParser, "print_help", keep), suppress(SystemExit):
        import_module(f"boltview.cli.{COMMANDS[name].module}").run(name, ["--help"])
    return found[0]


def exit_codes() -> Iterator[tuple[int, str]]:
    """Yield every exit code with what is written below it."""
    source = Path(exitcodes.__file__).read_text(encoding="utf-8")
    (body,) = (node.body for node in ast.parse(source).body if isinstance(node, ast.ClassDef))
    said = [ast.literal_eval(b.value) for a, b in pairwise(body)
            if isinstance(a, ast.Assign) and isinstance(b, ast.Expr)]  # fmt: skip
    yield from zip(map(int, exitcodes.ExitCode), said, strict=True)


# --- the manual page -----------------------------------------------------------------------------


def manual() -> str:
    """Return the manual page."""
    return "".join(f"{line}\n" for line in _page())


def _page() -> Iterator[str]:
    yield '.\\" Made by docs/manual.py from the program itself; do not edit.'
    yield f'.TH BOLTVIEW 1 "" "boltview {__version__}"'
    yield from _section("NAME")
    yield "boltview \\- read\\-only inspector of bolt databases, above all containerd's meta.db"
    yield from _section("SYNOPSIS")
    yield ".B boltview\n[\\fICOMMAND\\fR] [\\fIPATH\\fR] [\\fIOPTION\\fR]..."
    yield from _section("DESCRIPTION")
    for number, paragraph in enumerate(_ABOUT.strip().split("\n\n")):
        yield from ([".PP"] if number else [])
        yield _roff(paragraph)
    yield from _section("COMMANDS")
    common = set(_options(CommandParser("x", "", "")))
    for name, (_, summary) in COMMANDS.items():
        yield from _command(name, summary, common)
    yield from _section("OPTIONS OF EVERY COMMAND")
    yield from _definitions(_described(CommandParser("boltview", "", ""), set()))
    yield from _keys()
    yield from _section("EXIT STATUS")
    yield from _definitions((str(code), said) for code, said in exit_codes())
    yield from _section("ENVIRONMENT")
    yield from _definitions(_ENVIRONMENT)


def _keys() -> Iterator[str]:
    yield from _section("KEYS OF THE BROWSER")
    yield _roff("No key changes the file. The key ? tells what keys do where one is.")
    for group in GROUPS:
        yield from _subsection(group)
        of_group = (binding for binding in BINDINGS if binding.group == group)
        yield from _definitions((_named(map(key_text, b.keys)), b.help) for b in of_group)
    yield from _section("WHAT KEYS DO WHERE")
    for context in dict.fromkeys(CONTEXTS.values()):
        yield from _subsection(context.title)
        here = ((_named(keys.split("  ")), what) for keys, what in lines(context))
        yield from _definitions(here)


def _named(keys: Iterable[str]) -> str:
    return ", ".join(re.sub("[↑↓←→]", lambda arrow: _ARROWS[arrow[0]], key) for key in keys)


def _command(name: str, summary: str, common: set[str]) -> Iterator[str]:
    parser = parser_of(name)
    yield from _subsection(f"{name}: {summary}")
    yield f"\\fB{_roff(_usage(parser))}\\fR"
    yield ".PP"
    yield _roff(" ".join((parser.description or "").split()))
    yield from _definitions(_described(parser, common))
    title, _, examples = (parser.epilog or "").partition("\n")
    yield ".PP"
    yield _roff(title.capitalize())
    yield ".PP\n.nf"
    yield from (_roff(line) for line in examples.rstrip().splitlines())
    yield ".fi"


def _usage(parser: argparse.ArgumentParser) -> str:
    return " ".join(parser.format_usage().removeprefix("usage:").split())


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:  # noqa: SLF001 (argparse lists them nowhere else)
        yield from action.option_strings


def _described(parser: argparse.ArgumentParser, without: set[str]) -> Iterator[tuple[str, str]]:
    """Yield arguments and options, and their help; none whose every spelling is in `without`."""
    for action in parser._actions:  # noqa: SLF001 (argparse lists them nowhere else)
        if action.help is argparse.SUPPRESS or without.issuperset(action.option_strings or [""]):
            continue
        said = (action.help or "") % {**vars(action), "prog": parser.prog}
        yield _spelt(action), said


def _spelt(action: argparse.Action) -> str:
    choices = "{" + ",".join(map(str, action.choices)) + "}" if action.choices else ""
    value = "" if action.nargs == 0 else choices or action.dest.upper().replace("_", "-")
    if isinstance(action.metavar, str) and action.nargs != 0:
        value = action.metavar
    return f"{', '.join(action.option_strings)} {value}".strip()


def _section(title: str) -> Sequence[str]:
    return [f".SH {title}"]


def _subsection(title: str) -> Sequence[str]:
    return [f'.SS "{_roff(title)}"']


def _definitions(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for term, said in pairs:
        yield f".TP\n\\fB{_roff(term)}\\fR"
        yield _roff(said)


def _roff(text: str) -> str:
    """Return text that troff prints as it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    text = re.sub(r"(?m)^([.'])", r"\\&\1", text)
    return "".join(_glyph(character) for character in text)


def _glyph(character: str) -> str:
    if character.isascii():
        return character
    return _GLYPHS.get(character) or f"\\[u{ord(character):04X}]"


# --- the README ----------------------------------------------------------------------------------


def table() -> str:
    """Return all keys as a table for the README."""
    rows = []
    for group in GROUPS:
        rows.append(f"| **{group}** | |\n")
        for binding in BINDINGS:
            if binding.group == group:
                keys = " ".join(f"`{key_text(key)}`" for key in binding.keys)
                rows.append(f"| {keys} | {binding.help} |\n")
    return f"| keys | |\n|---|---|\n{''.join(rows)}"


def with_table(readme: str) -> str:
    """Return the README with its table of keys made anew."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(manual(), encoding="utf-8")
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
