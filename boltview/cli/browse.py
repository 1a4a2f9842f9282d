"""`boltview PATH`: the browser, or what it would show first where there is no terminal."""

import argparse
import gc
import os
import shutil
import sys
from functools import partial

from boltview.cli.exitcodes import ExitCode
from boltview.cli.options import CommandParser, add_path, parse
from boltview.cli.output import finish, say
from boltview.cli.session import local, open_database, open_quietly

_EXAMPLE = """\
  boltview --demo
  boltview /var/lib/containerd
  boltview browse meta.db --revision previous
  boltview /var/lib/containerd --follow
"""


def run(name: str, argv: list[str]) -> int:
    """Open the browser on a database."""
    parser = CommandParser(name, "Browse a database as a tree, in the terminal.", _EXAMPLE)
    add_path(parser)
    add_wishes(parser)
    parser.own.add_argument(
        "--no-mouse", action="store_true", help="leave the mouse to the terminal, to select text"
    )
    parser.own.add_argument(
        "--clipboard",
        choices=("auto", "osc52", "tmux", "off"),
        default="auto",
        help="how y copies: by tmux within tmux and else by OSC 52 (auto), by one alone, never",
    )
    arguments = parse(parser, argv)
    if arguments.json:
        say("error: the browser prints no JSON; boltview tree --json does")
        return ExitCode.USAGE
    settle_wishes(parser, arguments)
    if sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb":
        return browse(arguments)
    return _print_first_screen(arguments)


def add_wishes(parser: CommandParser) -> None:
    """Add what can be wished of the browser wherever it shows."""
    parser.own.add_argument(
        "--follow", action="store_true", help="show each new commit as it lands, and mark it"
    )
    parser.own.add_argument(
        "--no-state",
        action="store_true",
        help="neither remember nor look up the last place in the file, and the theme",
    )


def settle_wishes(parser: CommandParser, arguments: argparse.Namespace) -> None:
    """Refuse wishes that contradict one another, with the exit code of wrong usage."""
    if arguments.follow:
        if arguments.in_place or arguments.revision != "current":
            parser.error("argument --follow: shows copies of the newest revision, nothing else")
        # What `r` shows must not be overwritten under the reader either.
        arguments.live = True


def browse(arguments: argparse.Namespace, *, is_page: bool = False) -> int:
    """Run the browser on the terminal, or behind a page of a web browser."""
    # All that is made until the first picture stays; to look for garbage among it takes a tenth of
    # the time. The application begins with that when it is painted.
    gc.disable()
    try:
        from boltview.cli.remember import remembered
        from boltview.tui.app import run as run_browser
        from boltview.tui.settings import Settings
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in {"textual", "rich"}:
            raise
        say("error: the browser needs Textual; install it with: pip install textual")
        return ExitCode.USAGE
    title = "demo" if arguments.demo else arguments.path or "/"
    feed = None
    if arguments.follow:
        from boltview.cli.following import refreshes

        feed = partial(refreshes, arguments, arguments.path)
    keeper = None if arguments.no_state else remembered()
    is_told = arguments.local or arguments.utc
    is_local = arguments.local if is_told else None
    settings = Settings(keeper, local, is_local, arguments.clipboard, is_page)
    code, opened = run_browser(
        lambda progress: open_database(arguments, arguments.path, progress),
        feed,
        title=title,
        settings=settings,
        mouse=not arguments.no_mouse,
    )
    # Whoever looked at a damaged database is told so by the exit code, as by every command.
    return code or (finish(opened) if opened else ExitCode.OK)


def _print_first_screen(arguments: argparse.Namespace) -> int:
    """Print what the browser would show first."""
    from boltview.report.screen import first_screen

    opened = open_quietly(arguments, arguments.path)
    size = shutil.get_terminal_size((100, 40))
    for line in first_screen(opened, size.lines, size.columns):
        print(line)
    return finish(opened)
