"""The options that every command takes, and what they settle."""

import argparse
import re

_NANOS = 1_000_000_000
_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)"
)

KEY_HELP = (
    "path of the key: components joined by '/'. A key that itself contains '/' is found as it is; "
    "%%2F, %%XX and 0x… work too"
)


def command_parser(name: str, doc: str, example: str) -> argparse.ArgumentParser:
    """Return a parser for one command, with the path and the options that all commands share.

    Args:
        name: the command.
        doc: one or two sentences for `--help`.
        example: lines of examples, shown as they are.
    """
    parser = argparse.ArgumentParser(
        prog=f"boltview {name}",
        description=doc,
        epilog=f"examples:\n{example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_common(parser)
    return parser


def add_common(parser: argparse.ArgumentParser) -> None:
    """Add the options that every command takes."""
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
    group.add_argument("--json", action="store_true", help="one JSON document")
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


def add_path(parser: argparse.ArgumentParser) -> None:
    """Add PATH alone."""
    parser.add_argument("path", nargs="?", metavar="PATH", help=_PATH_HELP)


def add_path_and_key(parser: argparse.ArgumentParser) -> None:
    """Add PATH and KEY…, told apart by `split_key`."""
    parser.add_argument("path", nargs="*", metavar="PATH [KEY]", help=f"{_PATH_HELP}; {KEY_HELP}")


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
