"""Bytes and the parts that they belong to, linked both ways: hex above, the parts below it."""

from typing import Self

from boltview.bolt.parts import Part
from boltview.bolt.source import Source
from boltview.browse.chords import Action
from boltview.browse.hexview import HexView
from boltview.browse.viewport import Viewport
from boltview.report.hexlines import hex_offset, hex_spans, part_spans
from boltview.report.span import Span
from boltview.tui.document import DONE, Document, Reply

_NARROW = 78
"""Columns that a hex line of 16 bytes takes; where there are fewer, lines hold 8."""


class Hex(Document):
    """Bytes of the file, read when their line shows."""

    def __init__(self, source: Source, parts: list[Part], first: int = 0) -> None:
        """Show the bytes of `parts`, the cursor on part number `first`."""
        self._source = source
        self._view = HexView(parts, first)
        self._per_line = 16
        self.aside = Parts(self._view)

    def resume(self, before: Self) -> None:
        """Stand on the part of the same number."""
        self._view.resume(before._view)

    def layout(self, width: int, height: int) -> int:
        """Choose how many bytes fit a line."""
        self._per_line = 16 if width >= _NARROW else 8
        self._view.fit(self._per_line, height)
        return len(self._view)

    def line(self, number: int) -> list[Span]:
        """Return one line of hex."""
        return hex_spans(self._view, number, self._source.read, self._per_line)

    @property
    def top(self) -> int | None:
        """The first line that shows."""
        return self._view.viewport.top

    def act(self, action: Action) -> Reply | None:
        """Move over bytes or parts."""
        return DONE if self._view.apply(action) else None

    def scroll(self, top: int) -> None:
        """Show the lines from `top` on."""
        self._view.scroll(top)

    def click(self, line: int, column: int) -> Reply | None:
        """Move to the byte that was clicked."""
        offset = hex_offset(self._view, line, column, self._per_line)
        if offset is None:
            return None
        self._view.to_offset(offset)
        return DONE


class Parts(Document):
    """The parts, the current one in sight."""

    def __init__(self, view: HexView) -> None:
        """List the parts of `view`."""
        self._view = view
        self._viewport = Viewport()

    def layout(self, width: int, height: int) -> int:
        """Have a line for each part."""
        del width
        self._viewport.resize(height)
        return len(self._view.parts)

    def line(self, number: int) -> list[Span]:
        """Return one part."""
        return part_spans(self._view, number)

    @property
    def cursor(self) -> int | None:
        """The current part."""
        return self._view.part

    @property
    def top(self) -> int | None:
        """The first part that shows."""
        self._viewport.show(self._view.part, len(self._view.parts), centred=True)
        return self._viewport.top

    def scroll(self, top: int) -> None:
        """Show the parts from `top` on; the current one changes if it would be out of sight."""
        total = len(self._view.parts)
        self._viewport.scroll(top, total)
        part = self._viewport.nearest(self._view.part, total)
        if part != self._view.part:
            self._view.to_part(part)

    def click(self, line: int, column: int) -> Reply | None:
        """Move to the part that was clicked."""
        del column
        self._view.to_part(line)
        return DONE
