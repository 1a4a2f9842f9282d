"""A JSON document to fold and unfold, below lines that say what it is of."""

from collections.abc import Sequence
from typing import Self

from boltview.browse.chords import Action
from boltview.browse.state import Browser
from boltview.browse.viewport import Viewport
from boltview.report.jsontree import JsonTree, Member, member_spans, open_what_reads_well
from boltview.report.span import Span
from boltview.report.takeaway import Taken, take_member, take_place
from boltview.tui.document import DONE, Document, Reply, Text

_WORK = 2_000
"""Rows that are opened between two looks at whether all is open; the whole is bounded."""


class Folded(Document):
    """A JSON document as the browser's own tree: the same keys do the same."""

    def __init__(self, value: object, above: Text) -> None:
        """Show `value` below the lines of `above`."""
        self._value = value
        self._above = above
        self._height_above = 0
        # The real one is made when the width is known.
        self._source = JsonTree(None, 0)
        self._browser: Browser[Member] = Browser(self._source)
        self._viewport = Viewport()
        self._before: Browser[Member] | None = None

    def resume(self, before: Self) -> None:
        """Keep open what is open there, and the cursor where it is."""
        self._before = before._browser if before._source.width else None
        self.points = before.points
        self._viewport.top = before._viewport.top

    def layout(self, width: int, height: int) -> int:
        """Lay out for a width: another one decides anew which texts open into lines."""
        self._height_above = self._above.layout(width, height)
        if width != self._source.width:
            self._source = JsonTree(self._value, width)
            if self._before is not None:
                self._browser, self._before = self._before, None
                self._browser.reload(self._source)
            else:
                self._browser = Browser(self._source)
                open_what_reads_well(self._browser)
        self._browser.resize(height)
        self._viewport.resize(height)
        self._viewport.scroll(self._viewport.top, self._total)
        return self._total

    def line(self, number: int) -> list[Span]:
        """Return a line of what stands above, or a row of the document."""
        row = number - self._height_above
        if row < 0:
            return self._above.line(number)
        return member_spans(self._source, self._browser.outline.locate(row))

    @property
    def cursor(self) -> int | None:
        """The row under the cursor."""
        return self._height_above + self._browser.row

    @property
    def top(self) -> int | None:
        """The first line that shows."""
        return self._viewport.top

    def act(self, action: Action) -> Reply | None:
        """Move, fold and unfold as in the tree."""
        browser = self._browser
        if action.id in _ELSEWHERE or not browser.knows(action):
            return None
        self.points = False
        before = browser.row
        message = browser.apply(action).message
        while browser.is_busy:
            message = browser.work(_WORK).message or message
        row = browser.row
        if row == 0 and before == row and action.id in _UPWARDS:
            # Above the first row stands what the document is of.
            self._viewport.scroll(self._viewport.top - 1 if action.id == "up" else 0, self._total)
        else:
            self._viewport.show(self._height_above + row, self._total)
        return Reply(message) if message else DONE

    def reveal(self, steps: Sequence[str | int]) -> bool:
        """Open what is on the way to a member, and put the cursor there."""
        path = tuple(str(step).encode(errors="surrogatepass") for step in steps)
        if not path or not self._source.width:
            return False
        # Of an Any the payload alone may be shown.
        for wanted in (path, path[1:]):
            self._browser.visit(wanted)
            if self._browser.path == wanted:
                self.points = True
                line = self._height_above + self._browser.row
                self._viewport.show(line, self._total, centred=True)
                return True
        return False

    def take(self, what: str) -> Taken | None:
        """Return something of the member under the cursor; of a line of text, of the whole text."""
        node, position = self._browser.cursor
        member: Member = node.rows[position]
        if member.label is None and node.parent is not None:
            member = node.parent.rows[node.position]
        if what == "path":
            return take_place(self._steps())
        return take_member(member.label, member.value, what)

    def _steps(self) -> list[str | int]:
        """Return the keys and indices from the document to the member under the cursor."""
        node, position = self._browser.cursor
        steps: list[str | int] = []
        while True:
            label = node.rows[position].label
            if label is not None:
                steps.insert(0, label)
            if node.parent is None:
                return steps
            node, position = node.parent, node.position

    def scroll(self, top: int) -> None:
        """Show the lines from `top` on; the cursor comes along."""
        self._viewport.scroll(top, self._total)
        line = self._viewport.nearest(self._height_above + self._browser.row, self._total)
        self._browser.to_row(line - self._height_above)

    def click(self, line: int, column: int) -> Reply | None:
        """Move to a row; on its glyph, fold or unfold it."""
        row = line - self._height_above
        if not 0 <= row < len(self._browser.outline):
            return None
        self._browser.to_row(row)
        start = 2 * self._browser.cursor.depth
        if start <= column < start + 2:
            self._browser.toggle()
        return DONE

    @property
    def _total(self) -> int:
        return self._height_above + len(self._browser.outline)


_UPWARDS = frozenset({"up", "page-up", "half-up", "first"})
_ELSEWHERE = frozenset({"cancel", "back", "forward", "search"})
"""Actions that the pane or the whole screen is asked for, and not the document."""
