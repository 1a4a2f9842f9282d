"""`boltview usage` and `boltview owner`: who takes how much room, and whose a directory is."""

import argparse

from boltview.cli.exitcodes import ExitCode
from boltview.cli.graph import OpenGraph, add_daemon, find_object, is_object, open_graph
from boltview.cli.node import finish_node, judge_parts
from boltview.cli.options import CommandParser, add_path, parse
from boltview.cli.output import say
from boltview.containerd.names import NotAnObject
from boltview.containerd.owner import NotADirectory, Owned, is_on_disk, owned_by, owners
from boltview.containerd.usage import usage
from boltview.report.objects.find import Ambiguous, NoSuchObject
from boltview.report.owner import owned_json, owned_lines
from boltview.report.usage import usage_json, usage_lines

_KINDS = ("image", "container", "lease", "namespace", "snapshotter")
_EXAMPLES = {
    "usage": """\
  boltview usage /var/lib/containerd
  boltview usage /mnt/failed-node --by image --json
""",
    "owner": """\
  boltview owner 232                                of the local node
  boltview owner /mnt/node /var/lib/containerd/…/snapshots/232/fs/etc/passwd
  boltview owner /mnt/node container/k8s.io/3f2a    its directories
""",
}
_DOCS = {
    "usage": "Bytes by image, container, lease, namespace and snapshotter; every blob and every "
    "snapshot counts once. EXCLUSIVE is what no other of the same kind needs.",
    "owner": "Whose a snapshot's directory is: key, chain, images, containers, pods. Takes its "
    "number, any path within it, the path of a blob, of a running task or of CRI's files; of an "
    "OBJECT tells the directories.",
}


def run(name: str, argv: list[str]) -> int:
    """Print who takes how much room, or whose something is."""
    parser = CommandParser(name, _DOCS[name], _EXAMPLES[name])
    if name == "owner":
        return _run_owner(parser, argv)
    add_path(parser)
    parser.own.add_argument("--by", choices=_KINDS, help="only this table")
    add_daemon(parser)
    arguments = parse(parser, argv)
    whole = open_graph(arguments, arguments.path)
    found = usage(whole.marks(), whole.found.node)
    if arguments.json:
        _print_json(usage_json(found))
    else:
        for line in usage_lines(found, [arguments.by] if arguments.by else _KINDS):
            print(line)
    return _finish(whole, ExitCode.OK)


def _run_owner(parser: CommandParser, argv: list[str]) -> int:
    parser.usage = "%(prog)s [PATH] WHAT [OPTION]…"
    parser.own.add_argument(
        "path",
        nargs="*",
        metavar="PATH WHAT",
        help="a node, the local one if left out; a number, a path, or an OBJECT",
    )
    arguments = parse(parser, argv)
    given: list[str] = arguments.path
    is_local = len(given) == 1 and (is_on_disk(given[0]) or is_object(given[0]))
    if len(given) != (1 if arguments.demo or is_local else 2):
        parser.error("two are wanted: the node, and a number, a path or an OBJECT")
    path = None if arguments.demo or is_local else given[0]
    whole = open_graph(arguments, path)
    try:
        found = _find(whole, given[-1])
    except (NotADirectory, Ambiguous) as error:
        parser.error(str(error))
    except NoSuchObject as error:
        say(f"error: {error}")
        return finish_node(whole.found, ExitCode.FINDINGS)
    return _print_owners(whole, found, given[-1], arguments)


def _find(whole: OpenGraph, text: str) -> list[Owned]:
    node, graph = whole.found.node, whole.graph
    if is_object(text):
        return owned_by(node, graph, find_object(graph, text))
    try:
        return owners(node, graph, text)
    except NotADirectory as error:
        try:
            return owned_by(node, graph, find_object(graph, text))
        except NotAnObject:
            raise error from None


def _print_owners(
    whole: OpenGraph, found: list[Owned], text: str, arguments: argparse.Namespace
) -> int:
    graph = whole.graph
    if arguments.json:
        _print_json([owned_json(graph, owned) for owned in found])
    else:
        for owned in found:
            for line in owned_lines(graph, owned):
                print(line)
    if not found:
        snapshotters = ", ".join(whole.found.node.snapshotters) or "none"
        say(f"nothing of {text} is known; databases of snapshotters here: {snapshotters}")
    is_known = any(owned.backend or owned.records for owned in found)
    return _finish(whole, ExitCode.OK if is_known else ExitCode.FINDINGS)


def _finish(whole: OpenGraph, code: ExitCode) -> ExitCode:
    """Name the parts that are there and cannot be read, and the damage of the others."""
    return finish_node(whole.found, judge_parts(whole.found, code, is_quiet=True))


def _print_json(document: object) -> None:
    from boltview.report.jsontext import dumps

    print(dumps(document, indent=2))
