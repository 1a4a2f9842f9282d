"""`boltview gc`: what the next garbage collection would remove, what it frees, why not the rest."""

import sys

from boltview.cli.exitcodes import ExitCode
from boltview.cli.graph import add_daemon, find_object, open_graph
from boltview.cli.node import finish_node
from boltview.cli.options import CommandParser, add_path, parse
from boltview.cli.output import say
from boltview.containerd.names import NotAnObject
from boltview.report.objects.find import Ambiguous, NoSuchObject

_EXAMPLE = """\
  boltview gc /var/lib/containerd
  boltview gc meta.db --at 2026-12-01T00:00:00Z       what will have expired by then
  boltview gc meta.db --after lease/default/build-1   if this lease were removed
  boltview gc meta.db --daemon 1.6 --json
"""


def run(name: str, argv: list[str]) -> int:
    """Print what a collection would do."""
    parser = CommandParser(
        name,
        "What containerd's next garbage collection would remove, by its own rules; nothing is "
        "removed. boltview why tells what keeps one of the others.",
        _EXAMPLE,
    )
    add_path(parser)
    parser.own.add_argument(
        "--after",
        nargs="+",
        action="extend",
        default=[],
        metavar="OBJECT",
        help="as if these had been removed before: TYPE/NAMESPACE/KEY",
    )
    add_daemon(parser)
    arguments = parse(parser, argv)
    whole = open_graph(arguments, arguments.path)
    try:
        removed = frozenset(find_object(whole.graph, text) for text in arguments.after)
    except (NotAnObject, Ambiguous) as error:
        parser.error(f"--after: {error}")
    except NoSuchObject as error:
        say(f"error: --after: {error}")
        return ExitCode.FINDINGS
    from boltview.containerd.freed import SnapshotSizes, freed
    from boltview.report.gc import gc_json, gc_lines

    marks = whole.marks(removed)
    clock = whole.found.opened.clock
    gives = freed(marks, whole.found.node)
    sizes = SnapshotSizes(whole.graph, whole.found.node)
    if arguments.json:
        for piece in gc_json(marks, gives, sizes, clock, guessed=bool(whole.guess)):
            sys.stdout.write(piece)
    else:
        for line in gc_lines(marks, gives, sizes, clock, whole.guess):
            print(line)
    failed = marks.stopper is not None
    return finish_node(whole.found, ExitCode.FINDINGS if failed else ExitCode.OK)
