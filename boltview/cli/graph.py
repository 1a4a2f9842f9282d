"""From the options of a command to the graph of a node's references, and to objects in it."""

import argparse
from difflib import get_close_matches
from itertools import islice
from typing import NamedTuple

from boltview.cli.node import OpenNode, open_node
from boltview.cli.options import CommandParser
from boltview.cli.progress import progress_line
from boltview.containerd.mark import Marks, Rules
from boltview.containerd.names import KINDS, NotAnObject, ObjectName, object_at, parse_name
from boltview.containerd.objects import text_key
from boltview.containerd.references import Graph
from boltview.containerd.releases import DAEMONS, guess
from boltview.containerd.scan import scan
from boltview.report.keypath import parse_component
from boltview.report.objects.find import Ambiguous, NoSuchObject

OBJECT_HELP = (
    "TYPE/NAMESPACE/KEY, such as content/k8s.io/sha256:…, image/default/NAME or "
    "snapshot/NAMESPACE/SNAPSHOTTER/KEY; or a path as fsck prints it, or a KEY alone; the "
    "beginning of a KEY will do if only one begins so"
)
_LISTED = 6
"""Objects named where a text means several."""
_LOOKED_AT = 20_000
"""Objects compared with a name that does not exist."""


class OpenGraph(NamedTuple):
    """A node and the graph of its meta.db."""

    found: OpenNode
    graph: Graph
    daemon: str
    """The line of releases that is meant."""
    guess: str
    """How it was chosen, in brackets; empty if the user named it."""

    def marks(self, removed: frozenset[int] = frozenset()) -> Marks:
        """Mark what a collection at the clock's time would keep."""
        return Marks(self.graph, Rules(self.daemon, self.found.opened.clock.now, removed))


def add_daemon(parser: CommandParser) -> None:
    """Add `--daemon`."""
    parser.own.add_argument(
        "--daemon",
        choices=DAEMONS,
        help="the release whose rules hold (2.1 goes by 2.0, 1.3 to 1.5 by 1.6); "
        "default: guessed from the database",
    )


def open_graph(arguments: argparse.Namespace, path: str | None) -> OpenGraph:
    """Open a node and build its graph.

    Raises:
        NotMetadata, and what `open_database` raises.
    """
    found = open_node(arguments, path)
    with progress_line(arguments, "reading records") as progress:
        graph = scan(found.node.metadata, progress)
    named: str | None = getattr(arguments, "daemon", None)
    guessed = guess(graph.version, knows_sandboxes=graph.knows_sandboxes)
    version = "no version" if graph.version is None else f"version {graph.version}"
    note = "" if named else f" (guessed: the database has {version}; --daemon names another)"
    return OpenGraph(found, graph, named or guessed, note)


def split_object(arguments: argparse.Namespace, parser: CommandParser) -> tuple[str | None, str]:
    """Return PATH and OBJECT; with `--demo`, or for the local node, there is only OBJECT."""
    given: list[str] = arguments.path
    if not given:
        parser.error("OBJECT is missing")
    if arguments.demo or (len(given) == 1 and is_object(given[0])):
        return None, "/".join(given)
    if len(given) == 1:
        parser.error(f"OBJECT is missing: {OBJECT_HELP}")
    return given[0], "/".join(given[1:])


def is_object(text: str) -> bool:
    """Whether a text has the form of an object's name."""
    try:
        parse_name(text)
    except NotAnObject:
        return False
    return True


def find_object(graph: Graph, text: str) -> int:
    """Return the object that a text names: by its name, by its path in meta.db, or by its key.

    Raises:
        NotAnObject: it is none of these.
        NoSuchObject: there is none.
        Ambiguous: more than one begins so.
    """
    name = object_at(tuple(map(parse_component, text.split("/"))))
    if name is None:
        try:
            name = parse_name(text)
        except NotAnObject:
            return _by_key(graph, text)
    found = graph.find(name)
    if found is not None:
        return found
    # A key may have been copied from a printed one.
    begins = [
        number
        for number in graph.numbers(name.kind)
        if graph.namespace(number) == name.namespace and graph.key(number).startswith(name.key)
    ]
    if len(begins) == 1:
        return begins[0]
    if begins:
        raise Ambiguous(_which(graph, text, begins))
    raise NoSuchObject(f"there is no {text}{_near(graph, name)}")


def _by_key(graph: Graph, text: str) -> int:
    """Return the one object with this key, or whose key begins so.

    A container's snapshot, sandbox and lease may have its key; then the container is meant.
    """
    wanted = text_key(text)
    whole: dict[str, list[int]] = {}
    begins: dict[str, list[int]] = {}
    for number in graph.numbers() if wanted else ():
        kind, key = graph.kind(number), graph.key(number)
        if kind == "snapshot":
            key = key.partition(b"/")[2]
        if key.startswith(wanted):
            (whole if key == wanted else begins).setdefault(kind, []).append(number)
    candidates = whole or begins
    found = candidates.get("container") or [one for many in candidates.values() for one in many]
    if len(found) > 1:
        raise Ambiguous(_which(graph, text, found))
    if not found:
        parse_name(text)
    return found[0]


def _which(graph: Graph, text: str, found: list[int]) -> str:
    names = ", ".join(graph.name(number).text for number in found[:_LISTED])
    more = ", …" if len(found) > _LISTED else ""
    return f"{len(found)} objects begin with {text}: {names}{more}"


def _near(graph: Graph, name: ObjectName) -> str:
    names = [graph.name(number).text for number in islice(graph.numbers(name.kind), _LOOKED_AT)]
    near = get_close_matches(name.text, names, 3)
    if near:
        return "; there is " + ", ".join(near)
    spaces = sorted(
        {graph.namespace(number).decode(errors="replace") for number in graph.numbers()}
    )
    return f"; namespaces here: {', '.join(spaces)}" if spaces else f"; types: {', '.join(KINDS)}"
