"""From the options of a command to a whole node: meta.db and what lies around it."""

import argparse
from typing import NamedTuple

from boltview.cli.exitcodes import ExitCode
from boltview.cli.output import list_damage, say
from boltview.cli.session import open_quietly
from boltview.containerd.node import NOT_THERE, Node
from boltview.report.aside import node_of
from boltview.report.opened import Opened

_TOLD = ("content store", "snapshotter")
"""Parts whose absence leaves gaps in what is shown; others are there on few nodes."""


class OpenNode(NamedTuple):
    """A node, and its meta.db as every command has it."""

    opened: Opened
    node: Node


def open_node(arguments: argparse.Namespace, path: str | None) -> OpenNode:
    """Open a node's meta.db; its other databases are opened when they are asked for.

    Raises:
        NotMetadata, and what `open_database` raises.
    """
    opened = open_quietly(arguments, path)
    return OpenNode(opened, node_of(opened))


def finish_node(found: OpenNode, code: ExitCode = ExitCode.OK) -> ExitCode:
    """List the damage met in any of the databases and return the code that says so, or `code`."""
    faults = list(found.opened.database.damage)
    for database in found.node.databases():
        faults += database.damage
    if not faults:
        return code
    list_damage(faults)
    return ExitCode.INCOMPLETE


def judge_parts(found: OpenNode, code: ExitCode, *, is_quiet: bool) -> ExitCode:
    """Name the parts of the node that were asked for and are missing, or cannot be used."""
    for part in found.node.parts():
        if part.problem == NOT_THERE:
            if part.name.startswith(_TOLD) and not is_quiet:
                say(f"{part.name}: not there, so what it would tell is not known")
        elif part.problem:
            say(f"{part.name}: {part.problem}")
            code = ExitCode.INCOMPLETE
    return code
