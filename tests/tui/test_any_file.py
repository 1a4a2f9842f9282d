"""Whatever a file holds: every tab shows something printable of every entry, within bounds."""

import os
from contextlib import suppress
from itertools import islice

import pytest
from textual.widget import Widget

from boltview.bolt.database import Database
from boltview.bolt.errors import BoltError
from boltview.bolt.source import FileSource, MemorySource, Source
from boltview.bolt.walk import walk
from boltview.browse.chords import Action
from boltview.report.complete import MOST, paths
from boltview.report.opened import Opened
from boltview.report.pagertext import TEXTS
from boltview.report.tables.hits import Hits, find
from boltview.report.takeaway import CLIPBOARD, KINDS, NotTaken, Place, file_name, take
from boltview.schema.load import Library
from boltview.schema.reading import Reading
from boltview.tui.documents import TABS, Subject
from boltview.tui.graphs import Graphs
from tests.fuzz.mutate import mutate
from tests.report.open import CLOCK, META_16, SHAPES

KEYS = ("next-sibling", "in", "down", "last", "page-up", "enter", "first", "open-all", "up")
MUTANTS = int(os.environ.get("BOLTVIEW_MUTANTS", "10"))
"""More of them find more; each is the same every time."""
_GRAPHS = Graphs(Widget(), lambda: None)
_GRAPHS.problem = "none"


def look(source: Source, entries: int) -> int:
    """Open every tab of the first entries, press keys, take along what can be."""
    try:
        database = Database(source)
        reading = Reading.of(database, Library())
    except BoltError:
        return 0
    shown = Opened(database, reading, "meta.db", CLOCK, source.size)
    seen = 0
    for visit in islice(walk(reading.revision, reading.root), entries):
        subject = Subject(shown, visit.bucket, visit.entry)
        for tab in TABS:
            if not tab.grows:
                press(subject, tab.name)
        place = Place(shown, visit.bucket, visit.entry)
        assert file_name(place, ".bin").isascii()
        for kind in KINDS:
            with suppress(NotTaken):
                assert len(take(place, kind).data) <= CLIPBOARD
        for text in TEXTS.values():
            for piece in islice(text(place), 3):
                assert piece.replace("\n", "").isprintable()
        seen += 1
    complete(shown, "", 3)
    hits = Hits("v")
    for _ in find(shown, hits, lambda _done, _total: None):
        pass
    for number in range(min(len(hits), entries)):
        assert all(span.text.isprintable() for span in hits.cells(number))
        assert hits.said(number).isprintable()
    return seen


def complete(shown: Opened, typed: str, levels: int) -> None:
    """Ask what a path can become, and what the first buckets offered can."""
    offers = paths(shown, typed)
    assert len(offers) <= MOST
    for offer in offers:
        assert offer.line.isprintable()
        assert offer.label.isprintable()
    for offer in [each for each in offers if each.more][: 2 if levels else 0]:
        complete(shown, offer.line + offer.more, levels - 1)


def press(subject: Subject, name: str) -> None:
    document = next(tab.make(subject, _GRAPHS) for tab in TABS if tab.name == name)
    for action in ("nothing", *KEYS):
        document.act(Action(action))
        for kind in KINDS:
            with suppress(NotTaken):
                taken = document.take(kind)
                assert taken is None or len(taken.data) <= CLIPBOARD
        total = document.layout(60, 10)
        top = document.top or 0
        assert document.cursor is None or 0 <= document.cursor < max(total, 1)
        for number in range(top, min(top + 10, total)):
            assert all(span.text.isprintable() for span in document.line(number))
        if document.aside is not None:
            count = document.aside.layout(60, 5)
            first = document.aside.top or 0
            for number in range(first, min(first + 5, count)):
                assert all(span.text.isprintable() for span in document.aside.line(number))


@pytest.mark.parametrize("name", ["hostile", "nested-12", "long-keys"])
def test_shapes(name: str) -> None:
    assert look(FileSource(str(SHAPES / f"{name}.db")), 25)


def test_a_node() -> None:
    assert look(FileSource(str(META_16)), 40)


def test_mutants() -> None:
    assert sum(look(MemorySource(mutate(number).data), 12) for number in range(MUTANTS))
