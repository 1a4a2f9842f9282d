"""The first thing that a browser shows, as text in named styles: its header and its rows.

A terminal paints these spans in colours; `first_screen` joins them where there is no terminal. The
same functions make both, so that they cannot differ.
"""

import os
from typing import NamedTuple

from boltview.bolt.bucket import Bucket, Pair
from boltview.browse.buckets import BeingRead, Buckets, Entry, holder_of, quick_count
from boltview.browse.narrow import whole_of
from boltview.browse.outline import Node, Place
from boltview.browse.state import Browser
from boltview.report.escape import escape
from boltview.report.opened import Opened
from boltview.report.rows import Row, row
from boltview.report.span import Span
from boltview.report.summary import verdict
from boltview.report.texts import key_line
from boltview.report.units import Clock, size_text
from boltview.report.width import cells, fitted
from boltview.schema.reading import Reading

GLYPHS = {
    ("bucket", False): "▸",
    ("bucket", True): "▾",
    ("inline", False): "▹",
    ("inline", True): "▿",
    ("damage", False): "✗",
}
MARKS = {"unknown": "?", "undecodable": "!", "damage": "✗", "": " "}
_WIDEST_COLUMN = 30
"""Keys up to this width line their values up; a longer one pushes its own value to the right."""
_SAMPLE = 100
"""Entries of a bucket that decide where its values begin."""
_KEPT = 4_000
"""Rows and buckets whose text is remembered."""


class Rows:
    """The text of rows, remembered while they show."""

    def __init__(self, reading: Reading, clock: Clock) -> None:
        """Describe rows of `reading`, with ages from `clock`."""
        self.reading = reading
        self._clock = clock
        self._rows: dict[tuple[Node[Entry], int], Row] = {}
        self._columns: dict[Node[Entry], int] = {}

    def spans(self, place: Place[Entry], left: int = 0) -> list[Span]:
        """Return the text of one row.

        Args:
            place: the row.
            left: levels of indentation that lie outside the screen on the left.
        """
        depth = place.depth - left
        guide = ("… " if left and depth > 0 else "") + "│ " * (depth - bool(left))
        spans = [Span(guide, "guide")] if guide else []
        entry = place.entry
        if isinstance(entry, BeingRead):
            return [*spans, Span("  reading …", "dim")]
        shown = self._row(place, entry)
        if isinstance(entry, Bucket):
            return spans + self._bucket(place, entry, shown)
        if isinstance(entry, Pair):
            pad = " " * max(0, self._column(place.node) - cells(shown.key)) + "  "
            style = "undecodable" if shown.mark == "undecodable" else "value"
            value = Span(shown.value, style) if entry.size else Span("empty", "dim")
            mark = Span(f"{MARKS[shown.mark]} ", shown.mark)
            return [*spans, mark, Span(shown.key, "key"), Span(pad, ""), value]
        return [*spans, Span("✗ ", "damage"), Span(f"damaged: {shown.value}", "damage")]

    def _bucket(self, place: Place[Entry], bucket: Bucket, shown: Row) -> list[Span]:
        opened = place.opened
        spans = [
            Span(GLYPHS[shown.kind, opened is not None] + " ", "glyph"),
            Span(shown.key, "bucket"),
        ]
        if shown.mark:
            spans.append(Span(f" {MARKS[shown.mark]}", shown.mark))
        count = quick_count(bucket)
        if opened is not None:
            count = None if opened.is_waiting else len(whole_of(opened.rows))
        if isinstance(count, int):
            spans.append(Span(f"  {count:,}" if count else "  empty", "dim"))
        elif count is not None:
            spans.append(Span("  ✗ damaged", "damage"))
        if shown.value:
            spans.append(Span(f"  {shown.value}", "dim"))
        return spans

    def _row(self, place: Place[Entry], entry: Entry) -> Row:
        known = self._rows.get(place)
        if known is None:
            if isinstance(entry, BeingRead):
                raise TypeError(entry)
            known = row(self.reading, holder_of(place.node.rows), entry, self._clock)
            if len(self._rows) >= _KEPT:
                self._rows.clear()
            self._rows[place] = known
        return known

    def _column(self, node: Node[Entry]) -> int:
        known = self._columns.get(node)
        if known is None:
            bucket = holder_of(node.rows)
            entries = (node.rows[i] for i in range(min(len(node.rows), _SAMPLE)))
            widths = [
                cells(key_line(self.reading.key(bucket, entry)))
                for entry in entries
                if isinstance(entry, Pair)
            ]
            known = max((width for width in widths if width <= _WIDEST_COLUMN), default=0)
            if len(self._columns) >= _KEPT:
                self._columns.clear()
            self._columns[node] = known
        return known


class Heading(NamedTuple):
    """A line of the header: what may be cut on the left, what must not on the right."""

    left: list[Span]
    right: list[Span]


def title(opened: Opened) -> Heading:
    """Return the first line of the header: what file this is."""
    folder, name = os.path.split(opened.path)
    note = [Span("  ⧉ ", "note"), Span(opened.note, "note")] if opened.note else []
    left = [Span(escape(name), "strong"), *note, Span(f"  {escape(folder)}", "dim")]
    return Heading(left, [Span(f"{size_text(opened.size)} · read-only", "dim")])


def facts(opened: Opened) -> Heading:
    """Return the second line of the header: state as known by now, schema, page size, txid."""
    state = verdict(opened.database)
    is_sound = not len(opened.database.damage)
    parts = [Span(f"{'✓' if is_sound else '✗'} {state}", "good" if is_sound else "damage")]
    if opened.caution:
        # First, as nothing else on the screen tells this from the current revision.
        parts = [Span(f"! {opened.caution}", "note"), *(() if is_sound else parts)]
    reading = opened.reading
    known = reading.schema.title if reading.schema else "unknown kind of database"
    version = reading.version()
    if version is not None and not version.error:
        known += f", version {version.data}"
    parts += [
        Span(escape(known), "value"),
        Span(f"pages of {size_text(reading.revision.page_size)}", "value"),
    ]
    spans: list[Span] = []
    for part in parts:
        spans += [Span(" · ", "dim"), part] if spans else [part]
    return Heading(spans, [Span(f"txid {reading.revision.txid}", "dim")])


def first_screen(opened: Opened, height: int, width: int) -> list[str]:
    """Return what the browser shows first: its header and as many rows as there is room for.

    Args:
        opened: the database.
        height: lines of the screen.
        width: columns of the screen; longer lines are cut, with an ellipsis.
    """
    headings = title(opened), facts(opened)
    head = [[*left, Span(" · ", "dim"), *right] for left, right in headings]
    head.append([])
    browser = Browser(Buckets(opened.reading, quick_leaves=None), max(height - len(head) - 1, 1))
    rows = Rows(opened.reading, opened.clock)
    lines = head + [rows.spans(place) for place in browser.window()]
    if not len(browser.outline):
        lines.append([Span("no buckets", "dim")])
    left = len(browser.outline) - browser.viewport.height
    if left > 0:
        lines.append([Span(f"… and {left:,} more", "dim")])
    return [fitted("".join(span.text for span in line), width).rstrip() for line in lines]
