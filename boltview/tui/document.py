"""What a pane shows: lines that are made when they come into sight, and actions upon them."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple, Self

from rich.cells import cell_len, get_character_cell_size

from boltview.browse.chords import Action
from boltview.report.detail import Line
from boltview.report.span import Span
from boltview.report.takeaway import Taken

Path = tuple[bytes, ...]

_LABEL = 11
"""Columns of the labels on the left."""
_EMOJI = "\ufe0f"
_WIDEST = 26
"""Keys of entries up to this width are lined up."""


class Reply(NamedTuple):
    """What came of an action."""

    message: str = ""
    """What to say to the user; empty for nothing."""
    goto: Path | None = None
    """An entry to be shown in the tree."""


DONE = Reply()


class Document:
    """Lines for a pane. Most only scroll; some have a cursor and know where they scroll to.

    Attributes:
        aside: what stands below it in a part of the pane of its own; None for nothing.
        points: whether the cursor shows although the pane has not the keyboard.
    """

    aside: "Document | None" = None
    points = False

    def layout(self, width: int, height: int) -> int:
        """Fit the lines into `width` columns and `height` lines; return how many there are then."""
        raise NotImplementedError

    def line(self, number: int) -> list[Span]:
        """Return line `number` of the latest layout."""
        raise NotImplementedError

    @property
    def cursor(self) -> int | None:
        """The line that the cursor stands on; None without a cursor."""
        return None

    @property
    def top(self) -> int | None:
        """The first line that shows; None where only the pane decides that."""
        return None

    def resume(self, before: Self) -> None:
        """Go on where a document of another state of the same entry was; called before layout."""

    def act(self, action: Action) -> Reply | None:
        """Do what an action says; None if it means nothing here."""
        del action
        return None

    def reveal(self, steps: Sequence[str | int]) -> bool:
        """Point at a place within a decoded value, if it is in here; return whether it is.

        Args:
            steps: keys and indices from the whole value to the place.
        """
        del steps
        return False

    def take(self, what: str) -> Taken | None:
        """Return something of what the cursor stands on; None for the same of the whole entry.

        Args:
            what: one of `report/takeaway.py: KINDS`.

        Raises:
            NotTaken: there is no such thing, or too much of it.
        """
        del what
        return None

    def scroll(self, top: int) -> None:
        """Take notice of the first line that shows."""

    def click(self, line: int, column: int) -> Reply | None:
        """Take a click of the mouse on a line; None if it means nothing here."""
        del line, column
        return None


class Text(Document):
    """Labelled lines, wrapped where they are too long: prose at words, values anywhere."""

    def __init__(self, lines: Sequence[Line]) -> None:
        """Show `lines`."""
        self._lines = lines
        self._width = 0
        widths = [cell_len(line.label) for line in lines if line.style == "entry"]
        # A label that is too long for the column has a line of its own.
        self._column = max((width for width in widths if width <= _WIDEST), default=0) + 2
        self._wrapped: list[list[str]] = []
        self._ends: list[int] = []

    def layout(self, width: int, height: int) -> int:
        """Count the lines after wrapping."""
        del height
        if width != self._width:
            self._width = width
            self._wrapped = [self._wrap(line) for line in self._lines]
            self._ends = list(accumulate(map(len, self._wrapped)))
        return self._ends[-1] if self._ends else 0

    def line(self, number: int) -> list[Span]:
        """Return one line; the label stands on the first of a wrapped one."""
        at = bisect_right(self._ends, number)
        line = self._lines[at]
        part = number - (self._ends[at - 1] if at else 0)
        text = self._wrapped[at][part]
        if line.style in _UNLABELLED:
            return [Span(text, _STYLES[line.style])]
        label = "" if part else line.label
        pad = " " * max(0, self._indent(line) - cell_len(label))
        return [Span(label + pad, _LABELS.get(line.style, "dim")), Span(text, _STYLES[line.style])]

    def _indent(self, line: Line) -> int:
        if line.style in _UNLABELLED:
            return 0
        return self._column if line.style == "entry" else _LABEL

    def _wrap(self, line: Line) -> list[str]:
        indent = self._indent(line)
        room = max(self._width - indent, 2)
        lines = _wrap_words(line.text, room) if line.style == "doc" else _chop(line.text, room)
        is_alone = indent and cell_len(line.label) >= indent
        return ["", *lines] if is_alone else lines


_UNLABELLED = frozenset({"title", "head", "json"})
_LABELS = {"entry": "key"}
_STYLES = {
    "title": "strong",
    "entry": "value",
    "field": "value",
    "doc": "doc",
    "note": "dim",
    "error": "undecodable",
    "good": "good",
    "json": "value",
    "head": "tab",
}


def _chop(text: str, width: int) -> list[str]:
    """Break text anywhere.

    Rich's own way tells characters that combine apart, at 3 µs each; a value can be a mebibyte.
    """
    if text.isascii():
        return [text[at : at + width] for at in range(0, max(len(text), 1), width)]
    found, start, used = [], 0, 0
    for index, character in enumerate(text):
        # What makes an emoji of the character before it makes that wide.
        more = 1 if character == _EMOJI else get_character_cell_size(character)
        if used + more > width:
            found.append(text[start:index])
            start, used = index, 0
        used += more
    return [*found, text[start:]]


def _wrap_words(text: str, width: int) -> list[str]:
    """Break prose between words; a word longer than a line is broken anywhere."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines += _chop(word, width)
    return lines


def label_spans(line: Line) -> list[Span]:
    """Return a line as it is, not wrapped."""
    if line.style in _UNLABELLED:
        return [Span(line.text, _STYLES[line.style])]
    label = Span(f"{line.label:<{_LABEL}} ", _LABELS.get(line.style, "dim"))
    return [label, Span(line.text, _STYLES[line.style])]
