"""Pictures of references: whatever a name is, it stays text, and both languages can be read."""

import re
import subprocess
from xml.etree import ElementTree as ET

import pytest

from boltview.containerd.references import Because, Graph
from boltview.report.picture import MAX_OBJECTS, dot_lines, mermaid_lines, neighbourhood
from tests.plugins.require import Require

HOSTILE = [
    'a"]; n0 -> n0; x [label="',
    "back\\slash\\",
    "\\N \\G \\l",
    "<b>bold</b>",
    "&#27;[2J&#x1b;]0;x&#7;&lt;script&gt;",
    "&amp;quot;",
    "\x1b[2J\x1b]0;title\x07",
    "\u202ereversed\u2066",
    "line\nbreak\r",
    '"] --> click n0 "javascript:alert(1)"',
    "end\n%% comment",
    "subgraph x",
    "#quot;#35;",
    "`code` |pipe| {brace} [bracket]",
    "日本語 é ́",
    "\udc80\udcff",
    "x" * 100_000,
    "%d %s \\0",
]


def graph_of(names: list[str]) -> Graph:
    graph = Graph()
    middle = graph.number("lease", b"n", b"middle")
    graph.there[middle] = 1
    for place, name in enumerate(names):
        key = name.encode(errors="surrogateescape")
        number = graph.number("image", b"n", key)
        graph.there[number] = place % 2
        graph.add(middle, number, Because("condition", f"labels/{name}", "lease", "image", name))
    return graph


def lines(names: list[str]) -> tuple[str, str]:
    graph = graph_of(names)
    found = neighbourhood(graph, 0, 1)
    return "\n".join(dot_lines(graph, found)), "\n".join(mermaid_lines(graph, found))


@pytest.mark.parametrize("name", HOSTILE)
def test_graphviz_draws_one_box_for_a_name_whatever_it_is(require: Require, name: str) -> None:
    require("dot")
    text, _ = lines([name])
    assert text.isascii() or all(sign.isprintable() or sign == "\n" for sign in text)
    done = subprocess.run(
        ["dot", "-Tsvg"], input=text.encode(errors="replace"), capture_output=True, check=True
    )
    drawn = done.stdout.decode()
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", drawn)
    groups = ET.fromstring(drawn).iter("{http://www.w3.org/2000/svg}g")  # noqa: S314 - ours
    kinds = [group.get("class") for group in groups]
    assert (kinds.count("node"), kinds.count("edge")) == (2, 1)
    assert "script>" not in drawn.replace("&lt;script&gt;", "").replace("&amp;lt;script", "")


@pytest.mark.parametrize("name", HOSTILE)
def test_mermaid_gets_one_line_for_each_object_and_reference(name: str) -> None:
    _, text = lines([name])
    head, *rest = text.split("\n")
    assert head == "flowchart LR"
    assert len(rest) == 3
    for line in rest:
        assert re.fullmatch(
            r'  n\d+\["[^"\[\]<>|]*<br>[^"<>|]*"\]|  n0 --?\.?->\|"[^"|<>]*"\| n1', line
        )


def test_a_crowd_is_cut() -> None:
    found = neighbourhood(graph_of([f"image-{number}" for number in range(1000)]), 0, 1)
    assert len(found.numbers) == MAX_OBJECTS
    assert found.is_cut
