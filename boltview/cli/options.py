"""The options that every command takes, and what they settle."""

import argparse
import re
from collections.abc import Mapping, Sequence
from typing import NoReturn

from boltview.cli.exitcodes import ExitCode
from boltview.cli.output import say

_NANOS = 1_000_000_000
_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)"
)

KEY_HELP = (
    "path of the key: components joined by '/'. A key that itself contains '/' is found as it is; "
    "%%2F, %%XX and 0x… work too"
)


_HELP_WIDTH = 78


class CommandParser(argparse.ArgumentParser):
    """The parser of one command, with the options that all commands share.

    Attributes:
        own: the group for the arguments and options of the command itself.
    """

    def __init__(
        self, name: str, doc: str, example: str, forms: Mapping[str, str] | None = None
    ) -> None:
        """Describe a command.

        Args:
            name: the command.
            doc: one or two sentences for `--help`.
            example: lines of examples, shown as they are.
            forms: forms of the output besides `--json`, each with its help; one can be chosen.
        """
        super().__init__(
            prog=f"boltview {name}",
            description=doc,
            epilog=f"examples:\n{example}",
            formatter_class=_formatter,
            allow_abbrev=False,
            add_help=False,
        )
        self.own = self.add_argument_group("arguments")
        _add_common(self, forms or {})

    def format_help(self) -> str:
        """Return the help, its description broken into lines."""
        import textwrap

        self.description = textwrap.fill(self.description or "", _HELP_WIDTH)
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        """Say in one escaped line what is wrong, and end with the exit code of wrong usage."""
        say(f"error: {message} ({self.prog} --help tells what it takes)")
        raise SystemExit(int(ExitCode.USAGE))


def parse(parser: CommandParser, argv: Sequence[str]) -> argparse.Namespace:
    """Parse the arguments of a command; options may stand between PATH and KEY."""
    arguments = parser.parse_intermixed_args(argv)
    if arguments.demo and isinstance(arguments.path, str):
        parser.error("argument --demo: stands instead of a path")
    return arguments


def _formatter(*, prog: str) -> argparse.HelpFormatter:
    # The width is given because asking for the terminal's loads shutil, with --help or without.
    return argparse.RawDescriptionHelpFormatter(prog, width=_HELP_WIDTH)


def _add_common(parser: CommandParser, forms: Mapping[str, str]) -> None:
    group = parser.add_argument_group("which database")
    group.add_argument("--demo", action="store_true", help="the bundled database instead of PATH")
    group.add_argument(
        "--revision",
        type=revision,
        default="current",
        metavar="WHICH",
        help="current, previous or a transaction id",
    )
    live = group.add_mutually_exclusive_group()
    live.add_argument(
        "--live", action="store_true", help="read a consistent copy even if no writer is seen"
    )
    live.add_argument(
        "--in-place", action="store_true", help="read the file itself even if a writer holds it"
    )
    group.add_argument(
        "--schema",
        dest="schemas",
        action="append",
        default=[],
        metavar="FILE",
        help="a schema file or descriptor set (*.binpb) of your own, or a folder of them",
    )
    group = parser.add_argument_group("output")
    form = group.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON document")
    for name, help_text in forms.items():
        form.add_argument(f"--{name}", action="store_true", help=help_text)
    group.add_argument("--at", type=instant, metavar="TIME", help="the 'now' for ages, RFC 3339")
    zone = group.add_mutually_exclusive_group()
    zone.add_argument("--utc", action="store_true", help="times in UTC (the default)")
    zone.add_argument("--local", action="store_true", help="times in the local zone")
    group.add_argument("--no-color", action="store_true", help="no colour (as NO_COLOR)")
    group.add_argument("--quiet", action="store_true", help="no notes on stderr, errors only")
    progress = group.add_mutually_exclusive_group()
    progress.add_argument(
        "--progress", action="store_true", default=None, help="show progress on stderr"
    )
    progress.add_argument(
        "--no-progress", dest="progress", action="store_false", help="show no progress"
    )
    group.add_argument("-h", "--help", action="help", help="show this help")


def add_path(parser: CommandParser) -> None:
    """Add PATH alone."""
    parser.usage = "%(prog)s [PATH] [OPTION]…"
    parser.own.add_argument("path", nargs="?", metavar="PATH", help=_PATH_HELP)


def add_path_and_key(parser: CommandParser) -> None:
    """Add PATH and KEY…, told apart by `split_key`."""
    parser.usage = "%(prog)s [PATH [KEY]…] [OPTION]…"
    parser.own.add_argument(
        "path", nargs="*", metavar="PATH [KEY]", help=f"{_PATH_HELP}; {KEY_HELP}"
    )


def split_key(arguments: argparse.Namespace) -> tuple[str | None, list[str]]:
    """Return PATH and KEY…: with `--demo` every argument is a key, otherwise the first is PATH."""
    given: list[str] = arguments.path
    if arguments.demo or not given:
        return None, given
    return given[0], given[1:]


def revision(text: str) -> str | int:
    """Parse `current`, `previous` or a transaction id."""
    if text in {"current", "previous"}:
        return text
    if text.isascii() and text.isdigit():
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not current, previous or a transaction id")


def instant(text: str) -> int:
    """Parse an RFC 3339 time to Unix nanoseconds."""
    from datetime import datetime

    match = _TIME.fullmatch(text)
    try:
        whole = datetime.fromisoformat(re.sub(r"\.\d+", "", text).upper()) if match else None
    except ValueError:
        whole = None
    if match is None or whole is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 2026-11-23T18:13:25Z")
    return int(whole.timestamp()) * _NANOS + int((match[7] or "0").ljust(9, "0"))


_PATH_HELP = (
    "a bolt file, a containerd root, or the root of a mounted node image; "
    "without it the local node's database"
)
