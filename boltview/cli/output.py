"""Printing: data on stdout, everything else on stderr, colour only where it is wanted."""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator

from boltview.bolt.errors import Damage
from boltview.cli.exitcodes import ExitCode
from boltview.report.escape import escape
from boltview.report.opened import Opened

_AT_ONCE = 1 << 17
"""Characters gathered before they are printed."""
_LISTED = 20
"""Faults listed on stderr; the others are counted."""
_STYLES = {
    "bucket": "1;34",
    "key": "36",
    "dim": "2",
    "unknown": "33",
    "undecodable": "31",
    "damage": "1;31",
    "match": "1;31",
}


class Painter:
    """Colours text for a terminal, or leaves it as it is."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        """Colour is for a terminal that was not asked to do without."""
        self._on = (
            sys.stdout.isatty()
            and not arguments.no_color
            and not os.environ.get("NO_COLOR")
            and os.environ.get("TERM") != "dumb"
        )

    def paint(self, text: str, style: str) -> str:
        """Return `text` in a style; an unknown style leaves it as it is."""
        code = _STYLES.get(style)
        return f"\x1b[{code}m{text}\x1b[0m" if self._on and code and text else text


def say(message: str) -> None:
    """Print one line to stderr under the program's name; the message is escaped here."""
    print(f"boltview: {escape(message)}", file=sys.stderr)


def finish(opened: Opened, code: ExitCode = ExitCode.OK) -> ExitCode:
    """List the damage that was met and return the exit code that says so, or `code`."""
    faults = list(opened.database.damage)
    if not faults:
        return code
    list_damage(faults)
    return ExitCode.INCOMPLETE


def list_damage(faults: Iterable[Damage]) -> None:
    """Print faults to stderr, the first of them in full."""
    listed = list(faults)
    for fault in listed[:_LISTED]:
        say(f"damage: {fault.what} [{fault.code}]")
    if len(listed) > _LISTED:
        say(f"damage: and {len(listed) - _LISTED} more")


def print_lines(texts: Iterable[str]) -> None:
    """Print lines, many at a time: a call of the system for each would be felt."""
    waiting, size = [], 0
    for text in texts:
        waiting.append(text)
        size += len(text)
        if size > _AT_ONCE:
            print("\n".join(waiting))
            waiting, size = [], 0
    if waiting:
        print("\n".join(waiting))


def print_array(objects: Iterator[str]) -> None:
    """Print JSON texts as one array, each as it comes."""
    print("[", end="")
    separator = "\n "
    for text in objects:
        print(separator, text, sep="", end="")
        separator = ",\n "
    print("\n]")
