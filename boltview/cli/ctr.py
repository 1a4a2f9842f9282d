"""`boltview ctr`: the words, flags and output of `ctr`, answered from files."""

import argparse
import os
from collections.abc import Sequence
from typing import NamedTuple

from boltview.cli.ctrwords import COMMANDS, Command, command_of, group_of, spellings, why_not
from boltview.cli.exitcodes import ExitCode
from boltview.cli.options import CommandParser, parse
from boltview.cli.output import say

_EXAMPLE = """\
  boltview ctr --demo images ls
  boltview ctr /mnt/failed-node -n k8s.io containers ls labels.app==web
  boltview ctr /mnt/failed-node -n k8s.io snapshots --snapshotter overlayfs tree
  boltview ctr meta.db --at 2026-11-23T18:13:25Z content ls
  boltview ctr /var/lib/containerd -n default content get sha256:… > blob

what files can answer:
"""
_WITH_VALUE = {
    "at",
    "daemon",
    "n",
    "namespace",
    "platform",
    "revision",
    "schema",
    "a",
    "address",
    "timeout",
    "connect-timeout",
}
"""Options before GROUP that take a value: boltview's and ctr's own."""
_WITHOUT_VALUE = {
    "demo",
    "live",
    "in-place",
    "utc",
    "local",
    "no-color",
    "progress",
    "no-progress",
    "json",
    "debug",
    "h",
    "help",
}
"""Those without, which are understood behind COMMAND as well."""


class Request(NamedTuple):
    """A command line, sorted out."""

    options: list[str]
    """What is boltview's, or ctr's own before GROUP."""
    path: str | None
    group: str
    command: str
    flags: list[tuple[str, str | None]]
    """Of the command, as they are written, with their values."""
    arguments: list[str]


class WrongUsage(Exception):
    """The command line cannot be understood; the message says why."""


def run(name: str, argv: list[str]) -> int:
    """Answer as `ctr` would."""
    parser = _parser(name)
    try:
        request = split(argv)
    except WrongUsage as error:
        parser.error(str(error))
    path = [request.path] if request.path is not None else []
    arguments = parse(parser, [*request.options, *path])
    if arguments.json:
        parser.error("--json: this prints what ctr prints; 'boltview containers --json' has JSON")
    if not request.group:
        parser.error(f"name a group of ctr's: {', '.join(COMMANDS)}")
    command = COMMANDS.get(request.group, {}).get(request.command)
    if command is None:
        if not request.command and request.group in COMMANDS:
            known = ", ".join(COMMANDS[request.group])
            parser.error(f"name a command of 'ctr {request.group}': {known}")
        say(f"error: {why_not(request.group, request.command)}")
        return ExitCode.USAGE
    try:
        flags = _flags(command, request)
    except WrongUsage as error:
        parser.error(str(error))
    from boltview.cli.ctrcommands import answer

    return answer(command, arguments, request.path, flags, request.arguments)


def split(argv: Sequence[str]) -> Request:
    """Sort out a command line.

    The first word that is not an option is PATH, unless it names a group and no file; with
    `--demo` there is no PATH. Flags of ctr may have one dash or two, and stand anywhere behind
    GROUP.

    Raises:
        WrongUsage: a flag is not known, or lacks its value.
    """
    options: list[str] = []
    words: list[str] = []
    flags: list[tuple[str, str | None]] = []
    path: str | None = None
    has_path = "--demo" in argv
    group = ""
    waiting = list(reversed(argv))
    while waiting:
        word = waiting.pop()
        if word == "--":
            words += reversed(waiting)
            break
        if len(word) > 1 and word.startswith("-"):
            _take_flag(word, waiting, options, flags if group else None)
        elif not group and not has_path and (not group_of(word) or os.path.lexists(word)):
            path, has_path = word, True
        elif not group:
            group = group_of(word)
            if not group:
                raise WrongUsage(_unknown_group(word))
        else:
            words.append(word)
    command = ""
    if words and "" not in COMMANDS.get(group, {}):
        command = command_of(words.pop(0))
    return Request(options, path, group, command, flags, words)


def _take_flag(
    word: str,
    waiting: list[str],
    options: list[str],
    flags: list[tuple[str, str | None]] | None,
) -> None:
    """Sort a flag, with its value, under boltview's options or the command's flags."""
    name, equals, value = word.lstrip("-").partition("=")
    of_commands = spellings() if flags is not None else {}
    is_ours = name in _WITH_VALUE or name in _WITHOUT_VALUE
    if name in of_commands and flags is not None:
        takes_value = of_commands[name]
    elif is_ours or flags is None:
        takes_value = name in _WITH_VALUE
    else:
        raise WrongUsage(f"unknown flag {word!r}")
    if takes_value and not equals:
        if not waiting:
            raise WrongUsage(f"{word!r} needs a value")
        value = waiting.pop()
    if name in of_commands and flags is not None:
        flags.append((name, value if takes_value or equals else None))
        return
    dashed = f"-{name}" if len(name) == 1 else f"--{name}"
    options.append(f"{dashed}={value}" if takes_value and len(name) > 1 else dashed)
    if takes_value and len(name) == 1:
        options.append(value)


def _flags(command: Command, request: Request) -> dict[str, list[str]]:
    """Return the values of the command's flags by their long names.

    Raises:
        WrongUsage: the command has no such flag, or takes other arguments.
    """
    found: dict[str, list[str]] = {}
    for spelling, value in request.flags:
        full = command.switches.get(spelling) or command.values.get(spelling)
        if full is None:
            raise WrongUsage(f"'ctr {_name(request)}' has no flag {spelling!r}")
        if full in command.switches and value in {"false", "0", "f", "F", "FALSE", "False"}:
            found.pop(full, None)
        else:
            found.setdefault(full, []).append(value or "")
    least, most = command.arguments
    if len(request.arguments) < least or (most is not None and len(request.arguments) > most):
        wanted = f"{least}" if least == most else f"{least} to {most}"
        count = len(request.arguments)
        raise WrongUsage(f"'ctr {_name(request)}' takes {wanted} arguments, not {count}")
    return found


def _name(request: Request) -> str:
    return f"{request.group} {request.command}".strip()


def _unknown_group(word: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, COMMANDS, 1)
    hint = f", did you mean {near[0]!r}?" if near else f"; it has {', '.join(COMMANDS)}"
    return f"ctr has no group {word!r}{hint}"


def _parser(name: str) -> CommandParser:
    known = "".join(
        f"  {group:<11} {', '.join(filter(None, commands))}".rstrip() + "\n"
        for group, commands in COMMANDS.items()
    )
    parser = CommandParser(
        name,
        "Print what ctr would print, byte for byte, with no daemon. Groups, commands, aliases, "
        "flags and filters are ctr's own.",
        _EXAMPLE + known,
    )
    parser.usage = "%(prog)s [PATH] [OPTION]… GROUP COMMAND [FLAG]… [ARGUMENT]…"
    parser.own.add_argument("path", nargs="?", metavar="PATH", help="as for every command")
    parser.own.add_argument(
        "-n",
        "--namespace",
        default=os.environ.get("CONTAINERD_NAMESPACE") or "default",
        metavar="NS",
        help="the namespace, 'default' if neither this nor CONTAINERD_NAMESPACE is given",
    )
    parser.own.add_argument(
        "--daemon",
        choices=("1.6", "2.4"),
        help="whose ctr to be; guessed from the database by default",
    )
    parser.own.add_argument(
        "--platform",
        type=_platform,
        metavar="OS/ARCH",
        help="where ctr would have run; this machine's platform by default",
    )
    for flag in (("-a", "--address"), ("--timeout",), ("--connect-timeout",)):
        parser.own.add_argument(*flag, dest="_", metavar="…", help=argparse.SUPPRESS)
    parser.own.add_argument("--debug", action="store_true", help=argparse.SUPPRESS)
    return parser


def _platform(text: str) -> str:
    from boltview.containerd.platforms import parse_platform

    try:
        parse_platform(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text
