"""Printing a neighbourhood of references as a picture; SVG is drawn by Graphviz's own `dot`."""

import argparse
import shutil
import subprocess
import sys

from boltview.cli.exitcodes import ExitCode
from boltview.cli.output import say
from boltview.containerd.references import Graph
from boltview.report.picture import MAX_OBJECTS, dot_lines, mermaid_lines, neighbourhood

FORMS = {
    "dot": "the neighbourhood as a picture, for Graphviz",
    "mermaid": "the same for Mermaid",
    "svg": "the same drawn; needs Graphviz's dot on PATH",
}
_PATIENCE = 60.0
"""Seconds that `dot` may take."""


def print_picture(graph: Graph, number: int, arguments: argparse.Namespace) -> ExitCode:
    """Print the form that was asked for."""
    found = neighbourhood(graph, number, arguments.depth)
    if found.is_cut:
        say(f"only the first {MAX_OBJECTS} objects are in the picture; --depth 1 shows fewer")
    if arguments.mermaid:
        print("\n".join(mermaid_lines(graph, found)))
        return ExitCode.OK
    text = "\n".join(dot_lines(graph, found))
    if arguments.dot:
        print(text)
        return ExitCode.OK
    program = shutil.which("dot")
    if program is None:
        say(
            "error: --svg needs dot on PATH (Debian, Fedora: package graphviz); "
            "--dot and --mermaid need nothing"
        )
        return ExitCode.USAGE
    try:
        done = subprocess.run(  # noqa: S603 - the program found on PATH, without a shell
            [program, "-Tsvg"],
            input=text.encode(errors="replace"),
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        say(f"error: dot takes more than {_PATIENCE:.0f} seconds; --depth 1 shows fewer objects")
        return ExitCode.UNREADABLE
    if done.returncode:
        say(f"error: dot: {done.stderr.decode(errors='replace').strip()}")
        return ExitCode.UNREADABLE
    sys.stdout.write(done.stdout.decode())
    return ExitCode.OK
