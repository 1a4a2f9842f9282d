"""What the tabs of the detail pane show: lines made when they come into sight."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple, Protocol

from rich.cells import cell_len, chop_cells

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.source import Source
from boltview.report.detail import MAX_LINES, Line, detail
from boltview.report.hexdump import hex_line
from boltview.report.jsontext import dumps, nested_json, value_json
from boltview.report.opened import Opened
from boltview.report.rows import LARGE_VALUE
from boltview.report.screen import Span
from boltview.report.units import exact_size
from boltview.report.walk import Visit, walk

_LABEL = 11
"""Columns of the labels on the left of the decoded tab."""
_ENTRIES = 2_000
"""Entries of a bucket that its JSON shows."""
_DAMAGE_BYTES = 256
"""Bytes that the hex tab shows at the place of a damage."""
_NARROW = 78
"""Columns that a hex line of 16 bytes takes; where there are fewer, lines hold 8."""


class Subject(NamedTuple):
    """What the detail pane is about."""

    opened: Opened
    bucket: Bucket
    """The bucket that holds the entry; the root bucket for itself."""
    entry: Pair | Bucket | Damage
    about: tuple[Line, ...] = ()
    """What else is known of what the entry stands for, an object; instead of what it is itself."""


class Document(Protocol):
    """Lines for a pane."""

    def layout(self, width: int) -> int:
        """Fit the lines into `width` columns; return how many there are then."""

    def line(self, number: int) -> list[Span]:
        """Return line `number` of the latest layout."""


class Text:
    """Labelled lines, wrapped where they are too long: prose at words, values anywhere."""

    def __init__(self, lines: Sequence[Line]) -> None:
        """Show `lines`."""
        self._lines = lines
        self._width = 0
        self._ends: list[int] = []

    def layout(self, width: int) -> int:
        """Count the lines after wrapping."""
        if width != self._width:
            self._width = width
            self._ends = list(accumulate(self._height(line) for line in self._lines))
        return self._ends[-1] if self._ends else 0

    def line(self, number: int) -> list[Span]:
        """Return one line; the label stands on the first of a wrapped one."""
        at = bisect_right(self._ends, number)
        line = self._lines[at]
        part = number - (self._ends[at - 1] if at else 0)
        room = self._room(line)
        if line.style == "doc":
            text = _wrap_words(line.text, room)[part]
        elif line.text.isascii():
            text = line.text[part * room : (part + 1) * room]
        else:
            text = (chop_cells(line.text, room) or [""])[part]
        if line.style == "json":
            return list(_json_spans(text)) if room >= len(line.text) else [Span(text, "value")]
        if line.style == "title":
            return [Span(text, "strong")]
        label = line.label if part == 0 else ""
        return [Span(f"{label:<{_LABEL}}", "dim"), Span(text, _STYLES[line.style])]

    def _room(self, line: Line) -> int:
        indent = 0 if line.style in {"json", "title"} else _LABEL
        return max(self._width - indent, 1)

    def _height(self, line: Line) -> int:
        room = self._room(line)
        if line.style == "doc":
            return len(_wrap_words(line.text, room))
        if line.text.isascii():
            return max(1, -(-len(line.text) // room))
        return max(1, len(chop_cells(line.text, room)))


class Hex:
    """Bytes of the file, read sixteen at a time when their line shows."""

    def __init__(self, source: Source, offset: int, length: int) -> None:
        """Show `length` bytes from file offset `offset`."""
        self._source = source
        self._offset = offset
        self._length = length
        self._per_line = 16

    def layout(self, width: int) -> int:
        """Choose how many bytes fit a line."""
        self._per_line = 16 if width >= _NARROW else 8
        return -(-self._length // self._per_line)

    def line(self, number: int) -> list[Span]:
        """Return one line of hex."""
        start = number * self._per_line
        count = min(self._per_line, self._length - start)
        offset = self._offset + start
        text = hex_line(offset, self._source.read(offset, count), self._per_line)
        place, dump = text[:8], text[8:]
        middle = dump.index("|")
        return [Span(place, "dim"), Span(dump[:middle], "value"), Span(dump[middle:], "key")]


def decoded(subject: Subject) -> Document:
    """Return what is known of an entry."""
    lines: Sequence[Line] = subject.about or detail(
        subject.opened.reading, subject.bucket, subject.entry, subject.opened.clock
    )
    return Text([lines[0], Line("", "", "note"), *lines[1:]])


def as_json(subject: Subject) -> Document:
    """Return an entry as JSON, within bounds that are said."""
    opened, bucket, entry, _ = subject
    reading = opened.reading
    if isinstance(entry, Damage):
        return Text([Line("", "damage has no JSON", "note")])
    if isinstance(entry, Pair):
        if entry.size > LARGE_VALUE:
            note = (
                f"{exact_size(entry.size)}: too large for a glance; boltview get --json prints it"
            )
            return Text([Line("", note, "note")])
        return _document(value_json(reading.value(bucket, entry)), "")
    visits = _Bounded(walk(reading.revision, entry))
    document = nested_json(reading, visits)
    return _document(document, visits.note)


def as_hex(subject: Subject) -> Document:
    """Return the bytes of an entry: a value's, a bucket's header, what lies at a damage."""
    source = subject.opened.reading.revision.source
    entry = subject.entry
    if isinstance(entry, Damage):
        return Hex(source, entry.offset, max(0, min(_DAMAGE_BYTES, source.size - entry.offset)))
    return Hex(source, entry.origin.offset, entry.origin.length)


TABS = (("Decoded", decoded), ("JSON", as_json), ("Hex", as_hex))
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
                self.note = f"shown: the first {number:,} entries; boltview get --json prints all"
                return
            yield visit


def _document(value: object, note: str) -> Document:
    lines = dumps(value, indent=2).split("\n")
    if len(lines) > MAX_LINES:
        note = note or f"shown: the first {MAX_LINES:,} of {len(lines):,} lines"
    shown = [Line("", line, "json") for line in lines[:MAX_LINES]]
    return Text([Line("", note, "error"), *shown] if note else shown)


_STYLES = {"field": "value", "doc": "doc", "note": "dim", "error": "undecodable"}
_JSON = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*"(?=:))|(?P<text>"(?:[^"\\]|\\.)*"?)|(?P<word>[\w.+-]+)'
)


def _json_spans(text: str) -> Iterator[Span]:
    """Split a line of JSON into its keys, strings and words."""
    end = 0
    for match in _JSON.finditer(text):
        if match.start() > end:
            yield Span(text[end : match.start()], "dim")
        yield Span(match.group(), f"json-{match.lastgroup}")
        end = match.end()
    if end < len(text):
        yield Span(text[end:], "dim")


def _wrap_words(text: str, width: int) -> list[str]:
    """Break prose between words; a word longer than a line is broken anywhere."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines += chop_cells(word, width) or [""]
    return lines
