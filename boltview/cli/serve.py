"""`boltview serve`: the browser in a web browser, on loopback, for who has the address."""

import argparse
import sys

from boltview.cli.browse import add_wishes, browse, settle_wishes
from boltview.cli.exitcodes import ExitCode
from boltview.cli.options import CommandParser, add_path, parse
from boltview.cli.output import say
from boltview.cli.session import open_quietly
from boltview.report.escape import escape

_EXAMPLE = """\
  boltview serve --demo
  boltview serve /var/lib/containerd --port 8123
  ssh -L 8123:127.0.0.1:8123 node boltview serve --port 8123   (then open the address it prints)
"""
_PORT = 8000
_MOST = 65_535
_PAGE = "import sys; from boltview.cli.serve import page; sys.exit(page(sys.argv[1:]))"
"""The program behind a page; with -P, what lies in the working directory is no part of it."""


def run(name: str, argv: list[str]) -> int:
    """Serve the browser until Ctrl-C."""
    parser = _parser(name)
    arguments = parse(parser, argv)
    if arguments.json:
        parser.error("argument --json: a page has no JSON; boltview tree --json has")
    settle_wishes(parser, arguments)
    try:
        from boltview.tui.web import listen, serve
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in {"aiohttp", "aiohttp_jinja2", "jinja2",
                                                        "textual_serve", "textual"}:  # fmt: skip
            raise
        say("error: serve needs textual-serve; install it with: pip install 'boltview[web]'")
        return ExitCode.USAGE
    # Whoever cannot read it is told so here, and not on a page.
    title = open_quietly(arguments, arguments.path).path
    try:
        listening = listen(_PORT if arguments.port is None else arguments.port)
    except OSError as error:
        if arguments.port is not None:
            parser.error(f"argument --port: {arguments.port}: {error.strerror}")
        listening = listen(0)
    serve([sys.executable, "-P", "-c", _PAGE, *argv], escape(title), listening, _tell)
    return ExitCode.OK


def page(argv: list[str]) -> int:
    """Run the browser behind a page, with the arguments of `serve`."""
    parser = _parser("serve")
    arguments = parse(parser, argv)
    settle_wishes(parser, arguments)
    return browse(arguments, is_page=True)


def _parser(name: str) -> CommandParser:
    parser = CommandParser(
        name,
        "Show the browser in a web browser on this machine. Nobody else is served: the address "
        "holds a secret and is good on 127.0.0.1 alone. A page writes no file. Ctrl-C ends it.",
        _EXAMPLE,
    )
    add_path(parser)
    add_wishes(parser)
    parser.own.add_argument(
        "--port", type=_port, metavar="N", help=f"{_PORT} by default, or any that is free"
    )
    parser.set_defaults(clipboard="osc52", no_mouse=False)
    return parser


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text[:6]) <= _MOST:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {_MOST}")


def _tell(url: str) -> None:
    print(url, flush=True)
    print("boltview: open this address in a web browser; Ctrl-C ends it", file=sys.stderr)
