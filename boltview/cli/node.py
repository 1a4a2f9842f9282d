"""From the options of a command to a whole node: meta.db and what lies around it."""

import argparse
from typing import NamedTuple

from boltview.cli.exitcodes import ExitCode
from boltview.cli.output import list_damage
from boltview.cli.session import LOCAL_NODE, open_database, open_quietly
from boltview.containerd.metadata import Metadata
from boltview.containerd.node import Node, Opening
from boltview.report.opened import Opened


class OpenNode(NamedTuple):
    """A node, and its meta.db as every command has it."""

    opened: Opened
    node: Node


def open_node(arguments: argparse.Namespace, path: str | None) -> OpenNode:
    """Open a node's meta.db; its other databases are opened when they are asked for.

    Of those, whose transactions are numbered apart, the current revision is read.

    Raises:
        NotMetadata, and what `open_database` raises.
    """
    opened = open_quietly(arguments, path)
    beside = argparse.Namespace(**{**vars(arguments), "demo": False, "revision": "current"})

    def opener(place: str) -> Opening:
        other = open_database(beside, place)
        return Opening(other.database, other.reading)

    given = "" if arguments.demo else LOCAL_NODE if path is None else path
    return OpenNode(opened, Node(Metadata(opened.reading), opened.path, opener, given))


def finish_node(found: OpenNode, code: ExitCode = ExitCode.OK) -> ExitCode:
    """List the damage met in any of the databases and return the code that says so, or `code`."""
    faults = list(found.opened.database.damage)
    for database in found.node.databases():
        faults += database.damage
    if not faults:
        return code
    list_damage(faults)
    return ExitCode.INCOMPLETE
