"""`boltview containers`: containers of all namespaces, one in full, or in another tool's words."""

import argparse
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from boltview.cli.exitcodes import ExitCode
from boltview.cli.node import OpenNode
from boltview.cli.objects import object_parser, run_kind
from boltview.cli.options import split_key
from boltview.report.jsontext import dumps
from boltview.report.objects import inspect
from boltview.report.objects.column import View
from boltview.report.objects.containers import KIND
from boltview.report.objects.lines import ContainerLines
from boltview.report.objects.shapes import Json

_EXAMPLE = """\
  boltview containers /var/lib/containerd
  boltview containers --demo web-1
  boltview containers meta.db -n k8s.io --filter 'image=*busybox*' --sort -created
  boltview containers meta.db --jsonl > containers.jsonl
  boltview containers meta.db ID --format dockercompat
"""
_FORMATS: dict[str, Callable[[Any], Json]] = {
    "cri": inspect.cri,
    "dockercompat": inspect.dockercompat,
}


def run(_name: str, argv: list[str]) -> int:
    """List containers, or show one."""
    parser = object_parser(KIND, "List the containers of a node, or show one in full.", _EXAMPLE)
    parser.own.add_argument(
        "--format",
        choices=_FORMATS,
        help="JSON in the shape of docker inspect (dockercompat) or crictl inspect (cri)",
    )
    return run_kind(KIND, parser, argv, lines=_lines, show=("format", _inspect))


def _lines(views: Iterable[View]) -> Iterator[str]:
    return ContainerLines().lines(view.item for view in views)


def _inspect(_found: OpenNode, views: list[View], arguments: argparse.Namespace) -> ExitCode:
    shaped = [_FORMATS[arguments.format](view) for view in views]
    # crictl prints the one container it is asked about bare; docker always prints an array.
    is_bare = arguments.format == "cri" and bool(split_key(arguments)[1])
    print(dumps(shaped[0] if is_bare else shaped, indent=2 if arguments.format == "cri" else 4))
    return ExitCode.OK
