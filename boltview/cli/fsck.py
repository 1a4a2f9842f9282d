"""`boltview fsck`: what does not fit together across meta.db, the snapshotters and the disk."""

from collections import Counter
from typing import TYPE_CHECKING

from boltview.bolt.finding import ERROR, NOTE, WARNING
from boltview.cli.exitcodes import ExitCode
from boltview.cli.graph import add_daemon, open_graph
from boltview.cli.node import finish_node, judge_parts
from boltview.cli.options import CommandParser, add_path, parse
from boltview.cli.output import Painter
from boltview.cli.progress import progress_line
from boltview.containerd.fsck.run import fsck
from boltview.report.fsck import (
    codes_json,
    codes_lines,
    fsck_json,
    fsck_line,
    meaning_lines,
    verdict,
)
from boltview.report.jsontext import dumps

if TYPE_CHECKING:
    from boltview.containerd.fsck.finding import Finding

_EXAMPLE = """\
  boltview fsck /var/lib/containerd
  boltview fsck /mnt/failed-node --deep --json
  boltview fsck meta.db --notes      also what is normal but worth knowing
  boltview fsck --codes              what every code means
"""
_STYLES = {ERROR: "damage", WARNING: "unknown", NOTE: "dim"}


def run(name: str, argv: list[str]) -> int:
    """Print what does not fit together."""
    parser = CommandParser(
        name,
        "References that dangle or that only one side knows, across meta.db, the snapshotters' "
        "databases and the disk. Nothing is changed; commands for a living containerd are "
        "suggested. boltview check looks at the file format below.",
        _EXAMPLE,
    )
    add_path(parser)
    parser.own.add_argument(
        "--deep",
        action="store_true",
        help="read every blob and compare its digest; count the files of committed snapshots",
    )
    parser.own.add_argument(
        "--notes", action="store_true", help="list what is normal but worth knowing, too"
    )
    parser.own.add_argument(
        "--codes", action="store_true", help="tell what every code means, and nothing else"
    )
    add_daemon(parser)
    arguments = parse(parser, argv)
    if arguments.codes:
        print(dumps(codes_json(), indent=2) if arguments.json else "\n".join(codes_lines()))
        return ExitCode.OK
    whole = open_graph(arguments, arguments.path)
    painter = Painter(arguments)
    counts: Counter[str] = Counter()
    shown: list[Finding] = []
    with progress_line(arguments, "reading files") as progress:
        marks = whole.marks()
        for finding in fsck(whole.found.node, marks, deep=arguments.deep, progress=progress):
            counts[finding.severity] += 1
            if arguments.notes or finding.severity != NOTE:
                shown.append(finding)
                if not arguments.json:
                    severity, rest = fsck_line(finding)
                    print(f"{painter.paint(severity, _STYLES[finding.severity])}  {rest}")
    found = whole.found
    found.node.look_into()
    is_ok = not counts.keys() - {NOTE}
    # What is merely not there is a finding where a record wants it.
    code = judge_parts(found, ExitCode.OK if is_ok else ExitCode.FINDINGS, is_quiet=True)
    code = finish_node(found, code)
    is_whole = code != ExitCode.INCOMPLETE
    if arguments.json:
        document = {
            "ok": is_ok and is_whole,
            "complete": is_whole,
            "notes": counts[NOTE],
            "findings": list(map(fsck_json, shown)),
        }
        print(dumps(document, indent=2))
    else:
        if shown:
            print("\nwhat it means:", *meaning_lines(shown), "", sep="\n")
        print(verdict(counts, is_whole=is_whole, is_alone=found.node.containerd is None))
    return code
