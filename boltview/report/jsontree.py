"""A JSON document as a tree to fold: its members as rows, and what a row says."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from boltview.browse.outline import Place, Rows
from boltview.browse.tree import Tree
from boltview.report.escape import escape
from boltview.report.jsontext import beginning, dumps
from boltview.report.span import Span
from boltview.report.width import cells, pieces

_MANY = 30
"""Members of an array or object that opens by itself."""
_MANY_SCALARS = 8
"""The same where all of them are plain values, which a list does not make clearer."""
_SHORT = 60
"""Characters of an array or object that is shorter as it is than opened."""
_ENOUGH = 600
"""Rows that open by themselves."""
_PREVIEW = 400
"""Characters of what is folded that a row can show."""
_INDENT = 2
_SIGNS = 2 + 2 + 2
"""Columns of a row for the glyph, the colon, and the quotes of a text."""
_NARROWEST = 16


class Member(NamedTuple):
    """One member of an object or array, or a line of a text that is open."""

    label: str | int | None
    """Key or index; None for a line of text, and for a document that has no members."""
    value: object
    """As `json.loads` gives it; a line of text is escaped."""
    depth: int = 0
    """Levels of indentation; 0 for the members of the document."""


class JsonTree:
    """A document as a `Source` for the browser's tree.

    Attributes:
        value: the document.
        width: columns of the screen, which decide whether a text fits its row or opens into lines.
    """

    __slots__ = ("value", "width")

    def __init__(self, value: object, width: int) -> None:
        """Browse what `report/jsontext.py: to_json` returned."""
        self.value = value
        self.width = width

    def top(self) -> Rows[Member]:
        """Return the members of the document; a document without any is its own row."""
        alone = Member(None, self.value, -1)
        return self.rows(alone) if self.opens(alone) else [alone._replace(depth=0)]

    def opens(self, entry: Member) -> bool:
        """Whether a member has members, or is a text that does not fit its row."""
        value = entry.value
        if not isinstance(value, str):
            return isinstance(value, dict | list) and bool(value)
        if entry.label is None and entry.depth >= 0:
            return False
        taken = max(entry.depth, 0) * _INDENT + len(str(entry.label or "")) + _SIGNS
        return "\n" in value or taken + cells(value) > self.width

    def rows(self, entry: Member) -> Rows[Member]:
        """Return the members of a member, or the lines of a text."""
        value, depth = entry.value, entry.depth + 1
        if isinstance(value, dict):
            return [Member(str(key), inner, depth) for key, inner in value.items()]
        if isinstance(value, list):
            return _Items(value, depth)
        room = max(self.width - depth * _INDENT - _SIGNS, _NARROWEST)
        return [Member(None, line, depth) for line in _lines(str(value), room)]

    def standby(self, entry: Member) -> Rows[Member]:
        """Return what shows until the members are there, which is never."""
        return [entry]

    def key(self, entry: Member) -> bytes | None:
        """Return a key or index as bytes."""
        return None if entry.label is None else str(entry.label).encode(errors="surrogatepass")

    def text(self, rows: Rows[Member], entry: Member) -> str:  # noqa: ARG002 - of the protocol
        """Return the text that a search looks into: key, and value where it has no members."""
        label = "" if entry.label is None else str(entry.label)
        value = entry.value
        return label if isinstance(value, dict | list) else f"{label} {value}"

    def position(self, rows: Rows[Member], key: bytes) -> int | None:
        """Return the position of a key."""
        return next((i for i in range(len(rows)) if self.key(rows[i]) == key), None)


def open_what_reads_well(tree: Tree[Member]) -> None:
    """Open what is neither so large that it hides the rest nor short enough to be read folded."""
    level = [tree.outline.top]
    while level:
        opened = []
        for node in level:
            for position in range(min(len(node.rows), _ENOUGH)):
                place = Place(node, position)
                value = place.entry.value
                if not isinstance(value, dict | list) or not 0 < len(value) <= _limit(value):
                    continue
                if len(tree.outline) + len(value) > _ENOUGH:
                    return
                if len(beginning(value, _SHORT + 1)) > _SHORT:
                    opened.append(tree.open(place, place.entry))
        level = opened


def _limit(value: "dict[str, object] | list[object]") -> int:
    if isinstance(value, dict) or any(isinstance(item, dict | list) for item in value[:_MANY]):
        return _MANY
    return _MANY_SCALARS


def member_spans(source: JsonTree, place: Place[Member]) -> list[Span]:
    """Return a row: `▾ mounts: [7]`, or a key and its value."""
    entry = place.entry
    label, value = entry.label, entry.value
    spans = [Span(" " * _INDENT * entry.depth, "")] if entry.depth else []
    opens = source.opens(entry)
    spans.append(Span(("▾ " if place.opened else "▸ ") if opens else "  ", "glyph"))
    if isinstance(label, str):
        spans += [Span(_label(label), "json-key"), Span(": ", "dim")]
    elif label is not None:
        spans += [Span(f"{label:,}", "dim"), Span(": ", "dim")]
    if isinstance(value, dict | list):
        return spans + _count(value, is_open=place.opened is not None)
    if not isinstance(value, str):
        return [*spans, Span(dumps(value), "json-word")]
    if label is None and place.node.parent is not None:
        return [*spans, Span(value, "json-text")]
    if place.opened:
        return [*spans, Span(f"{len(value):,} characters", "dim")]
    shown = dumps(value[:_PREVIEW])
    return [*spans, Span(shown if len(value) <= _PREVIEW else shown[:-1] + "…", "json-text")]


def _count(value: "dict[str, object] | list[object]", *, is_open: bool) -> list[Span]:
    """Say how many members there are; of what is folded, how it begins."""
    first, last = "{}" if isinstance(value, dict) else "[]"
    if not value:
        return [Span(first + last, "dim")]
    count = Span(f"{first}{len(value):,}{last}", "dim")
    if is_open:
        return [count]
    start = beginning(value, _PREVIEW)
    return [count, Span(f" {start}", "dim")]


class _Items(Sequence[Member]):
    """The items of an array, made when they are asked for."""

    __slots__ = ("_depth", "_items")

    def __init__(self, items: list[object], depth: int) -> None:
        self._items = items
        self._depth = depth

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, position: int) -> Member:  # type: ignore[override]
        return Member(position, self._items[position], self._depth)


def _lines(text: str, room: int) -> Iterator[str]:
    """Escape a text, and break it at its line ends and where a line would be too long."""
    for line in text.split("\n"):
        yield from pieces(escape(line), room)


def _label(key: str) -> str:
    """Write a key as it is where that is clear, else as JSON does."""
    is_plain = key.isprintable() and key and not set(key) & set(' "\\:,[]{}')
    return key if is_plain else dumps(key)
