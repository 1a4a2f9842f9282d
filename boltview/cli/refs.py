"""`boltview refs` and `boltview why`: who refers to an object, and what keeps it alive."""

from boltview.cli.exitcodes import ExitCode
from boltview.cli.graph import (
    OBJECT_HELP,
    add_daemon,
    find_object,
    open_graph,
    split_object,
)
from boltview.cli.node import finish_node
from boltview.cli.options import CommandParser, parse
from boltview.cli.output import say
from boltview.cli.picture import FORMS, print_picture
from boltview.containerd.names import NotAnObject
from boltview.report.objects.find import Ambiguous, NoSuchObject
from boltview.report.references import refs_json, refs_lines, why_json, why_lines

_EXAMPLES = {
    "refs": """\
  boltview refs meta.db image/default/docker.io/library/busybox:1.35
  boltview refs /var/lib/containerd content/k8s.io/sha256:0e5c --json
  boltview refs --demo container/default/web-1 --svg --depth 3 > web-1.svg
""",
    "why": """\
  boltview why /var/lib/containerd snapshot/k8s.io/overlayfs/sha256:9c3a
  boltview why meta.db content/default/sha256:0e5c --at 2026-12-01T00:00:00Z
""",
}
_DOCS = {
    "refs": "All that an object refers to and all that refers to it, with the reason of each.",
    "why": "The shortest way from a root of garbage collection to an object: what keeps it. "
    "Exit code 1 if nothing does.",
}


def run(name: str, argv: list[str]) -> int:
    """Print the references of an object, or the way to it."""
    forms = FORMS if name == "refs" else {}
    parser = CommandParser(name, _DOCS[name], _EXAMPLES[name], forms)
    parser.usage = "%(prog)s [PATH] OBJECT [OPTION]…"
    parser.own.add_argument(
        "path", nargs="*", metavar="PATH OBJECT", help=f"a database or node; {OBJECT_HELP}"
    )
    if name == "why":
        add_daemon(parser)
    else:
        parser.own.add_argument(
            "--depth",
            type=int,
            choices=range(1, 10),
            default=1,
            metavar="N",
            help="references away from the object, in a picture (default 1)",
        )
    arguments = parse(parser, argv)
    path, text = split_object(arguments, parser)
    whole = open_graph(arguments, path)
    try:
        number = find_object(whole.graph, text)
    except (NotAnObject, Ambiguous) as error:
        parser.error(str(error))
    except NoSuchObject as error:
        say(f"error: {error}")
        return finish_node(whole.found, ExitCode.FINDINGS)
    if name == "refs" and (arguments.dot or arguments.mermaid or arguments.svg):
        return finish_node(whole.found, print_picture(whole.graph, number, arguments))
    code = ExitCode.OK
    if name == "refs":
        shown: dict[str, object] | list[str] = (
            refs_json(whole.graph, number) if arguments.json else refs_lines(whole.graph, number)
        )
    else:
        marks, clock = whole.marks(), whole.found.opened.clock
        shown = (
            why_json(marks, number, clock) if arguments.json else why_lines(marks, number, clock)
        )
        code = ExitCode.OK if marks.is_live(number) else ExitCode.FINDINGS
    if isinstance(shown, dict):
        from boltview.report.jsontext import dumps

        print(dumps(shown, indent=2))
    else:
        print("\n".join(shown))
    return finish_node(whole.found, code)
