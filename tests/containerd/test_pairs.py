"""The real collector decides: databases before and after collections that containerd 2.4 ran."""

from pathlib import Path

import pytest

from boltview.bolt.database import Database
from boltview.containerd.gotext import parse_time
from boltview.containerd.mark import Marks, Rules
from boltview.containerd.metadata import Metadata
from boltview.containerd.references import Graph
from boltview.containerd.scan import scan
from boltview.schema.load import Library
from boltview.schema.reading import Reading

PAIRS = Path(__file__).resolve().parents[2] / "fixtures/gc-pairs"
TIMES = dict(line.split() for line in (PAIRS / "times.txt").read_text().splitlines())


def graph(path: Path) -> Graph:
    reading = Reading.of(Database.open(str(path)), Library(), str(path), "current")
    return scan(Metadata(reading))


def names(whole: Graph, *kinds: str) -> set[str]:
    return {whole.name(number).text for number in whole.numbers(*kinds)}


@pytest.mark.parametrize("pair", sorted(TIMES))
def test_the_live_set_is_what_containerd_kept(pair: str) -> None:
    before, after = (graph(PAIRS / f"{pair}.{when}.db") for when in ("before", "after"))
    now = parse_time(TIMES[pair])
    assert now is not None
    # The request that started the collection deleted this lease itself.
    triggers = frozenset(n for n in before.numbers("lease") if before.key(n) == b"trigger")
    assert len(triggers) == 1
    marks = Marks(before, Rules("2.4", now, triggers))
    live = {before.name(number).text for number in marks.live()}
    goes = {before.name(number).text for number in marks.collectable()}
    assert live == names(after)
    assert live | goes | {before.name(n).text for n in triggers} == names(before)
    assert len(goes) > 20


@pytest.mark.parametrize("pair", sorted(TIMES))
def test_an_older_collector_would_have_kept_something_else(pair: str) -> None:
    before = graph(PAIRS / f"{pair}.before.db")
    now = parse_time(TIMES[pair])
    assert now is not None
    live = [
        {before.name(n).text for n in Marks(before, Rules(daemon, now)).live()}
        for daemon in ("2.0", "2.4")
    ]
    assert live[0] != live[1]


@pytest.mark.parametrize("pair", sorted(TIMES))
def test_nothing_more_goes_after_a_collection(pair: str) -> None:
    after = graph(PAIRS / f"{pair}.after.db")
    now = parse_time(TIMES[pair])
    assert now is not None
    assert list(Marks(after, Rules("2.4", now)).collectable()) == []
