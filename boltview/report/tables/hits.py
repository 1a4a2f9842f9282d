"""What a search through a whole database has found, as a table that grows."""

from collections.abc import Iterator, Sequence
from time import sleep

from boltview.bolt.progress import Progress
from boltview.browse.ordered import NO_ROW
from boltview.forensics.search.hit import Hit
from boltview.forensics.search.live import search
from boltview.forensics.search.pattern import literal
from boltview.report.detail import Line
from boltview.report.escape import escape
from boltview.report.hits import HitLine, hit_line
from boltview.report.opened import Opened
from boltview.report.span import Span
from boltview.report.tables.grid import Flat, Heading, Path

MOST = 20_000
"""Hits that are kept; the search ends there."""
_PATH, _WHERE, _BEFORE, _MATCH = range(4)
_STYLES = ("bucket", "dim", "value", "hit", "value")


class Hits(Flat):
    """Hits in the order of the tree: where each is, and its text amid what is around it.

    Attributes:
        wanted: what is looked for.
        is_whole: whether the search is over.
        is_capped: whether there are more hits than are kept.
    """

    headings = (
        Heading("PATH", keeps_end=True, least=24),
        Heading("IN", least=8, rank=2),
        Heading("", is_right=True, keeps_end=True, least=8, rank=1),
        Heading("FOUND", least=8),
        Heading("", least=8, rank=3),
    )

    def __init__(self, text: str) -> None:
        """Begin without any."""
        self.wanted = text
        self.is_whole = self.is_capped = False
        self.empty = f"{escape(text)} is in no key and no value"
        self._hits: list[Hit] = []

    @property
    def summary(self) -> str:
        """How many there are."""
        count = len(self._hits)
        said = f"{count:,} hit{'' if count == 1 else 's'}"
        more = " and more" if self.is_capped else "" if self.is_whole else " so far"
        return f"{escape(self.wanted)}: {said}{more}"

    def add(self, hit: Hit) -> None:
        """Take one more."""
        self._hits.append(hit)
        self.is_capped = len(self._hits) >= MOST

    def __len__(self) -> int:
        """Return the number of hits so far."""
        return len(self._hits)

    def line(self, row: int) -> HitLine:
        """Return a hit as a line."""
        return hit_line(self._hits[row])

    def key(self, column: int, row: int) -> object:
        """Return what rows are ordered by."""
        return self.line(row)[column]

    def text(self, row: int) -> str:
        """Return what the cells say."""
        return str(self.line(row))

    def within(self, row: int) -> tuple[str | int, ...]:
        """Return where in the decoded value a hit is; empty for the whole of it."""
        return tuple(self._hits[row].place)

    def said(self, row: int) -> str:
        """Return which hit that is, and its text with what is around it."""
        line = self.line(row)
        count = f"{row + 1:,} of {len(self._hits):,}"
        return f"hit {count}, {line.where}: {line.before}{line.match}{line.after}"

    def path(self, row: int) -> Path:
        """Return the number of the hit."""
        return (b"%d" % row,)

    def row_at(self, path: Path) -> int:
        """Return the row of a hit by its number."""
        number = int(path[0]) if path and path[0].isdigit() else NO_ROW
        return number if number < len(self._hits) else NO_ROW

    def cells(self, row: int) -> Sequence[Span]:
        """Return where a hit is, and its text between what stands before and behind it."""
        return [Span(*pair) for pair in zip(self.line(row), _STYLES, strict=True)]

    def place(self, row: int) -> Path | None:
        """Return the path of the entry."""
        return self._hits[row].path

    def about(self, row: int) -> list[Line]:
        """Return nothing: what there is to know of a hit is what there is to know of its entry."""
        del row
        return []


def find(opened: Opened, hits: Hits, progress: Progress) -> Iterator[Hits]:
    """Look for a text in all keys, values and decoded values; yield the hits when there are more.

    As for `/`, a text without capital letters matches in any case.

    Args:
        opened: the database, as this thread reads it.
        hits: takes what is found.
        progress: is told how far, in bytes of the file, and may raise to cancel.
    """
    pattern = literal(hits.wanted, ignore_case=hits.wanted == hits.wanted.lower())
    for found in search(opened.reading, pattern):
        if isinstance(found, Hit):
            hits.add(found)
            yield hits
            if hits.is_capped:
                break
        else:
            progress(*found)
            # Reading is quick and keeps the interpreter busy: the screen's thread goes first.
            sleep(0)
    hits.is_whole = True
    yield hits
