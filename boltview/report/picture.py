"""The neighbourhood of an object as a picture: text for Graphviz's `dot`, or for Mermaid."""

from collections.abc import Iterator
from typing import NamedTuple

from boltview.containerd.references import Edge, Graph
from boltview.report.escape import escape
from boltview.report.references import object_text

MAX_OBJECTS = 300
"""Objects in one picture; with more nobody sees anything."""
_SHORT = 40
"""Characters of a name that are shown."""
_LONG = 4096
"""Characters of a name in a tooltip: a label of a whole page is more than Graphviz takes."""
_COLOURS = {
    "container": "#cfe8ff",
    "content": "#eeeeee",
    "image": "#d8f5d0",
    "ingest": "#ffe9c7",
    "lease": "#f9d7e3",
    "sandbox": "#d5d0f5",
    "snapshot": "#fff7b8",
}
_NO_RECORD = "#ffffff"


class Neighbourhood(NamedTuple):
    """Objects and the references among them."""

    numbers: list[int]
    """The object itself first."""
    edges: list[Edge]
    is_cut: bool
    """Whether some were left out, because they are too many."""


def neighbourhood(graph: Graph, number: int, depth: int) -> Neighbourhood:
    """Return what lies within so many references of an object, forward and backward."""
    numbers = {number: None}
    edges: dict[tuple[int, int, str, str], Edge] = {}
    ring, is_cut = [number], False
    for _ in range(depth):
        following = []
        for one in ring:
            for edge in (*graph.forward(one), *graph.backward(one)):
                other = edge.target if edge.source == one else edge.source
                if other not in numbers and len(numbers) >= MAX_OBJECTS:
                    is_cut = True
                    continue
                if other not in numbers:
                    numbers[other] = None
                    following.append(other)
                key = edge.source, edge.target, edge.because.how, edge.because.field
                edges.setdefault(key, edge)
        ring = following
    return Neighbourhood(list(numbers), list(edges.values()), is_cut)


def dot_lines(graph: Graph, found: Neighbourhood) -> Iterator[str]:
    """Yield the picture in Graphviz's language."""
    yield "digraph references {"
    yield '  node [shape=box, style="filled,rounded", fontname="sans-serif", fontsize=10];'
    yield '  edge [fontname="sans-serif", fontsize=9];'
    for number in found.numbers:
        there = graph.there[number]
        colour = _COLOURS.get(graph.kind(number), _NO_RECORD) if there else _NO_RECORD
        style = "" if there else ', style="dashed,rounded"'
        pen = ", penwidth=3" if number == found.numbers[0] else ""
        label = _dot(f"{graph.kind(number)}\n{_short(graph, number)}")
        tip = _dot(object_text(graph, number)[:_LONG])
        yield f'  n{number} [label={label}, tooltip={tip}, fillcolor="{colour}"{style}{pen}];'
    for edge in found.edges:
        style = "" if edge.because.keeps else ", style=dotted"
        label = _dot(_reason(edge))
        yield f"  n{edge.source} -> n{edge.target} [label={label}{style}];"
    yield "}"


def mermaid_lines(graph: Graph, found: Neighbourhood) -> Iterator[str]:
    """Yield the picture in Mermaid's language."""
    yield "flowchart LR"
    for number in found.numbers:
        label = f"{graph.kind(number)}<br>{_mermaid(_short(graph, number))}"
        yield f'  n{number}["{label}"]'
    for edge in found.edges:
        arrow = "-->" if edge.because.keeps else "-.->"
        yield f'  n{edge.source} {arrow}|"{_mermaid(_reason(edge))}"| n{edge.target}'


def _short(graph: Graph, number: int) -> str:
    """Return an object's namespace and key, the middle of a long key left out."""
    return _shortened(object_text(graph, number).partition("/")[2])


def _shortened(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 13]}…{text[-12:]}"


def _reason(edge: Edge) -> str:
    because = edge.because
    field = escape(because.field.removeprefix("labels/").removeprefix("containerd.io/"))
    said = _shortened(field)
    return f"{because.how}: {said}" if because.how in {"back reference", "condition"} else said


def _dot(text: str) -> str:
    r"""Quote a text: a quote, a backslash and an ampersand mean something; `\n` is a line.

    Graphviz reads entities of HTML in any text: `&#27;` would be an escape character in the SVG.
    """
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    quoted = quoted.replace("&", "&amp;")
    return f'"{quoted}"'


def _mermaid(text: str) -> str:
    """Write what could be markup as the entities that Mermaid knows."""
    return "".join(
        character if character.isalnum() or character in " .:/-_…@" else f"#{ord(character)};"
        for character in text
    )
