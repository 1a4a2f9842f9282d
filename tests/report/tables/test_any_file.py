"""Whatever a file holds: rows of tables are printable, lead somewhere, and are found again."""

import os
import random
from contextlib import suppress

import pytest

from boltview.bolt.errors import BoltError
from boltview.bolt.source import FileSource, MemorySource, Source
from boltview.bolt.walk import entry_at
from boltview.browse.ordered import NO_ROW
from boltview.containerd.names import object_at
from boltview.report.follow import links_from
from boltview.report.graph import graph_of
from boltview.report.opened import Opened
from boltview.report.tables.grid import Grid
from boltview.report.tables.referrers import used_by, view_name
from boltview.report.tables.views import VIEWS
from tests.fuzz.mutate import mutate
from tests.report.open import META_16, SHAPES, opened_source

MUTANTS = int(os.environ.get("BOLTVIEW_MUTANTS", "6"))
"""More of them find more; each is the same every time."""
PAGE = 4096
ROWS = 60
"""Rows of each table that are looked at."""


def nothing(_done: int, _total: int) -> None:
    pass


def look_at(grid: Grid, opened: Opened) -> None:
    assert grid.empty.isprintable()
    assert grid.summary.isprintable()
    for row in range(min(len(grid), ROWS)):
        cells = grid.cells(row)
        assert len(cells) in {1, len(grid.headings)}
        lines = grid.about(row)
        for text in (grid.mark(row), grid.guide(row), grid.text(row)):
            assert text.isprintable()
        assert all(cell.text.isprintable() for cell in cells)
        assert all(line.text.isprintable() and line.label.isprintable() for line in lines)
        for column in range(len(grid.headings)):
            grid.key(column, row)
        assert grid.parent(row) < row
        found = grid.row_at(grid.path(row))
        assert found == NO_ROW or grid.path(found) == grid.path(row)
        place = grid.place(row)
        if place is not None:
            entry_at(opened.reading.root, place)


def look(source: Source) -> int:
    """Make every table of a file; follow what its rows refer to, and what refers to them."""
    try:
        opened = opened_source(source)
    except BoltError:
        return 0
    rows = 0
    for view in VIEWS:
        if view.refusal(opened):
            assert view.refusal(opened).isprintable()
            continue
        with suppress(BoltError):
            for grid in view.make(opened, nothing):
                last = grid
            look_at(last, opened)
            rows += len(last)
            follow(last, opened)
    return rows


def follow(grid: Grid, opened: Opened) -> None:
    for row in range(min(len(grid), 5)):
        place = grid.place(row)
        name = object_at(place) if place else None
        if place is None or name is None or opened.reading.schema is None:
            continue
        for link in links_from(opened, name):
            assert f"{link.name} {link.because}".isprintable()
    if not any(map(grid.place, range(min(len(grid), 2)))) or VIEWS[0].refusal(opened):
        return
    graph = graph_of(opened, nothing)
    places = (grid.place(row) for row in range(min(len(grid), 2)))
    for place in filter(None, places):
        view = used_by(view_name(place), lambda _: graph, lambda *_: None)
        for users in view.make(opened, nothing) if view else ():
            look_at(users, opened)


@pytest.mark.parametrize("name", ["hostile", "nested-12", "long-keys", "empty"])
def test_shapes(name: str) -> None:
    assert look(FileSource(str(SHAPES / f"{name}.db")))


def test_a_node() -> None:
    assert look(FileSource(str(META_16))) > 100


def test_mutants() -> None:
    assert sum(look(MemorySource(mutate(number).data)) for number in range(MUTANTS))


def harmed(number: int) -> bytes:
    """A meta.db with other bytes here and there, and with pages that were overwritten."""
    source = random.Random(number)  # noqa: S311 - reproducible on purpose
    data = bytearray(META_16.read_bytes())
    pages = len(data) // PAGE
    for _ in range(source.randrange(1, 60)):
        page = source.randrange(2, pages)
        # Mostly in headers and elements, where it does most.
        span = PAGE if source.random() < 0.3 else 200
        data[page * PAGE + source.randrange(span)] = source.choice((0, 1, 2, 0x7F, 0xFF))
    for _ in range(source.randrange(3)):
        to, start = source.randrange(2, pages), source.randrange(2, pages)
        data[to * PAGE : (to + 1) * PAGE] = data[start * PAGE : (start + 1) * PAGE]
    return bytes(data)


def test_harmed_nodes() -> None:
    assert sum(look(MemorySource(harmed(number))) for number in range(MUTANTS))
