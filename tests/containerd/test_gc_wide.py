"""One collection of containerd 2.4.2 over 60 namespaces in which every rule decides something."""

import lzma
from collections import Counter
from pathlib import Path

import pytest

from boltview.bolt.database import Database
from boltview.bolt.source import MemorySource
from boltview.containerd.gotext import parse_time
from boltview.containerd.mark import Marks, Rules
from boltview.containerd.metadata import Metadata
from boltview.containerd.references import Graph
from boltview.containerd.releases import DAEMONS
from boltview.containerd.scan import scan
from boltview.schema.load import Library
from boltview.schema.reading import Reading

PAIR = Path(__file__).resolve().parents[2] / "fixtures/gc-wide"


def graph(name: str) -> Graph:
    data = lzma.decompress((PAIR / f"{name}.db.xz").read_bytes())
    reading = Reading.of(Database(MemorySource(data)), Library(), "meta.db", "current")
    return scan(Metadata(reading))


@pytest.fixture(scope="module")
def before() -> Graph:
    return graph("before")


@pytest.fixture(scope="module")
def kept() -> set[str]:
    after = graph("after")
    return {after.name(number).text for number in after.numbers()}


def marks(before: Graph, daemon: str = "2.4") -> Marks:
    when, version = (PAIR / "time.txt").read_text().split()
    assert version.startswith("2.4")
    now = parse_time(when)
    assert now is not None
    triggers = {number for number in before.numbers("lease") if before.key(number) == b"trigger"}
    assert len(triggers) == 1
    return Marks(before, Rules(daemon, now, frozenset(triggers)))


def live(found: Marks) -> set[str]:
    return {found.graph.name(number).text for number in found.live()}


def test_the_live_set_is_what_containerd_kept(before: Graph, kept: set[str]) -> None:
    found = marks(before)
    assert live(found) == kept
    goes = Counter(before.kind(number) for number in found.collectable())
    assert min(goes[kind] for kind in ("lease", "content", "snapshot", "image", "ingest")) >= 5
    assert "ingest/uploads/ours" in kept
    assert "ingest/uploads/over" not in kept


def test_every_kind_of_reference_is_the_only_way_to_something(before: Graph) -> None:
    found = marks(before)
    hows = Counter[str]()
    for number in found.live():
        path = found.path(number) or []
        hows.update({edge.because.how for edge in path})
        hows["sandbox"] += any(edge.because.source == "sandbox" for edge in path)
    expected = {
        "field",
        "parent",
        "lease",
        "flat",
        "label",
        "back reference",
        "condition",
        "sandbox",
    }
    assert expected <= {how for how, count in hows.items() if count}


@pytest.mark.parametrize("daemon", DAEMONS[:-2])
def test_an_older_line_would_have_kept_something_else(
    before: Graph, kept: set[str], daemon: str
) -> None:
    assert live(marks(before, daemon)) != kept
