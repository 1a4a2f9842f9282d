"""The tabs of the detail pane: what each shows of an entry."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.walk import Visit, walk
from boltview.containerd.names import object_at
from boltview.report.anatomy import anatomy
from boltview.report.detail import Line, describe
from boltview.report.escape import escape
from boltview.report.graph import Link, links_of
from boltview.report.jsontext import nested_json, value_json
from boltview.report.keypath import path_text
from boltview.report.opened import Opened
from boltview.report.rows import LARGE_VALUE
from boltview.report.schemanote import schema_note
from boltview.report.span import Span
from boltview.report.units import exact_size
from boltview.tui.document import Document, Path, Text, label_spans
from boltview.tui.folded import Folded
from boltview.tui.graphs import Graphs
from boltview.tui.hextab import Hex
from boltview.tui.listing import Item, Listing

_ENTRIES = 2_000
"""Entries of a bucket that its JSON shows."""


class Subject(NamedTuple):
    """What the detail pane is about."""

    opened: Opened
    bucket: Bucket
    """The bucket that holds the entry; the root bucket for itself."""
    entry: Pair | Bucket | Damage
    about: tuple[Line, ...] = ()
    """What else is known of what the entry stands for, an object; instead of what it is itself."""


class Tab(NamedTuple):
    """One way to show an entry."""

    name: str
    make: Callable[[Subject, Graphs], Document]
    grows: bool = False
    """Whether more comes to be known while one looks."""


def decoded(subject: Subject, _graphs: Graphs | None = None) -> Document:
    """Return what is known of an entry, and its value."""
    opened, bucket, entry, about = subject
    if about:
        return Text([about[0], Line("", "", "note"), *about[1:]])
    shown = describe(opened.reading, bucket, entry, opened.clock)
    lines = [shown.lines[0], Line("", "", "note"), *shown.lines[1:]]
    if not shown.has_document:
        return Text(lines)
    return Folded(shown.document, Text([*lines, Line("", "", "note")]))


def as_json(subject: Subject, _graphs: Graphs | None = None) -> Document:
    """Return an entry as JSON, within bounds that are said."""
    opened, bucket, entry, _ = subject
    reading = opened.reading
    if isinstance(entry, Damage):
        return Text([Line("", "damage has no JSON", "note")])
    if isinstance(entry, Pair):
        if entry.size > LARGE_VALUE:
            note = f"{exact_size(entry.size)}: too large for a glance; X exports its JSON"
            return Text([Line("", note, "note")])
        return Folded(value_json(reading.value(bucket, entry)), Text(()))
    visits = _Bounded(walk(reading.revision, entry))
    document = nested_json(reading, visits)
    return Folded(document, Text([Line("", visits.note, "error")] if visits.note else ()))


def as_hex(subject: Subject, _graphs: Graphs | None = None) -> Document:
    """Return the bytes that make an entry, the cursor on its value."""
    reading = subject.opened.reading
    parts = anatomy(reading, subject.bucket, subject.entry)
    wanted = ("value", "bucket header", "meta")
    first = next((i for i, part in enumerate(parts) if part.name in wanted and not part.depth), 0)
    if isinstance(subject.entry, Pair):
        # In an inline bucket, the bucket's own header stands before it.
        first = max(i for i, part in enumerate(parts) if part.name == "value" and not part.depth)
    return Hex(reading.revision.source, parts, first)


def schema(subject: Subject, _graphs: Graphs | None = None) -> Document:
    """Return all that the schema says."""
    return Text(schema_note(subject.opened.reading, subject.bucket, subject.entry))


def page(subject: Subject, _graphs: Graphs | None = None) -> Document:
    """Return the page that an entry lies on, its elements leading to the entries."""
    from boltview.report.pagetab import page_lines

    lines = page_lines(subject.opened.reading, subject.bucket, subject.entry)
    items = [Item(label_spans(line), goto) for line, goto in lines]
    current = (i for i, (line, _) in enumerate(lines) if line.label.startswith("▸"))
    return Listing(items, next(current, 0))


def references(subject: Subject, graphs: Graphs) -> Document:
    """Return what an object refers to and what refers to it; they are read in the background."""
    entry = subject.entry
    path = subject.bucket.path
    name = object_at(path if isinstance(entry, Damage) else (*path, entry.key))
    graph = graphs.of(subject.opened)
    if graphs.problem:
        return Text([Line("", escape(graphs.problem), "note")])
    if name is None:
        return Text(
            [Line("", "this is no object, nor a part of one: nothing refers to it", "note")]
        )
    if graph is None:
        return Text(
            [
                Line(
                    "",
                    f"reading who refers to whom: {graphs.done:,} records …  Esc gives up",
                    "note",
                )
            ]
        )
    links = links_of(graph, name)
    if links is None:
        return Text([Line("", f"{escape(name.text)} refers to nothing, and nothing to it", "note")])
    lost = "" if links.exists else "  (there is no such record)"
    items = [Item([Span(f"{links.name}{lost}", "strong")], name.path if links.exists else None)]
    for title, arrow, found in (
        ("refers to", "→", links.refers),
        ("is referred to by", "←", links.referred),
    ):
        count = f"{len(found):,}" if found else "nothing"
        items += [Item([]), Item([Span(title, "tab"), Span(f"  {count}", "dim")])]
        for link in found:
            items += _link(arrow, link, name.path)
    return Listing(items, 1)


def _link(arrow: str, link: Link, own: Path) -> Iterator[Item]:
    """Yield the object at the other end, and the field that makes the reference."""
    is_lost = not link.path
    style = "damage" if is_lost else "bucket" if link.keeps else "value"
    lost = [Span("  ✗ no such record", "damage")] if is_lost else []
    yield Item([Span(f"{arrow} ", "glyph"), Span(link.name, style), *lost], link.path or None)
    # The field stands in one of the two objects, both of which are named.
    holder = next(
        (path for path in (own, link.path) if path and link.field[: len(path)] == path), ()
    )
    where = Span(f"  {path_text(link.field[len(holder) :])}", "dim")
    yield Item([Span("    ", ""), Span(link.because, "doc"), where], link.field)


TABS = (
    Tab("Decoded", decoded),
    Tab("JSON", as_json),
    Tab("Hex", as_hex),
    Tab("Schema", schema),
    Tab("Page", page),
    Tab("References", references, grows=True),
)
"""The ways to show an entry, in the order of the tabs."""


class _Bounded:
    """The first visits of a walk, and a note if there were more."""

    def __init__(self, visits: Iterable[Visit]) -> None:
        self._visits = visits
        self.note = ""

    def __iter__(self) -> Iterator[Visit]:
        size = 0
        for number, visit in enumerate(self._visits):
            size += visit.entry.size if isinstance(visit.entry, Pair) else 0
            if number == _ENTRIES or size > LARGE_VALUE:
                self.note = f"shown: the first {number:,} entries; X exports all"
                return
            yield visit
