"""`boltview snapshots`: directory, kind, size and chain of each, and how to mount one."""

import argparse

from boltview.cli.exitcodes import ExitCode
from boltview.cli.node import OpenNode
from boltview.cli.objects import object_parser, run_kind
from boltview.cli.output import say
from boltview.containerd.overlay import NotMountable
from boltview.report.objects.column import View, text_line
from boltview.report.objects.snapshots import KIND, SnapshotView

_EXAMPLE = """\
  boltview snapshots /var/lib/containerd
  boltview snapshots --demo web-1
  boltview snapshots /mnt/failed-node web-1 --mount
  boltview snapshots meta.db --filter kind=Active --sort -created
"""


def run(_name: str, argv: list[str]) -> int:
    """List snapshots, or show one."""
    doc = "List snapshots with directory, kind, chain and size, or show one in full."
    parser = object_parser(KIND, doc, _EXAMPLE)
    parser.own.add_argument(
        "--mount", action="store_true", help="the command that mounts it read-only"
    )
    return run_kind(KIND, parser, argv, show=("mount", _mount))


def _mount(_found: OpenNode, views: list[View], _arguments: argparse.Namespace) -> ExitCode:
    code = ExitCode.OK
    for view in views:
        if not isinstance(view, SnapshotView):
            continue
        item = view.item
        name = text_line(f"{item.namespace}/{item.snapshotter}/{item.key}")
        try:
            command = view.mount()
        except NotMountable as problem:
            say(f"{name}: {problem}")
            code = ExitCode.FINDINGS
            continue
        if len(views) > 1:
            print(f"# {name}")
        print(command)
    return code
