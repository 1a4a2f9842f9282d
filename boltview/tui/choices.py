"""The list above the prompt: what the line can become, and which of that is chosen."""

from collections.abc import Sequence
from typing import Protocol

from textual import events
from textual.strip import Strip
from textual.widget import Widget

from boltview.browse.chords import Action
from boltview.browse.palette import Offer
from boltview.report.span import Span
from boltview.report.width import cells, fitted
from boltview.tui.messages import Acted
from boltview.tui.paint import Lines, strip

_MOST = 10
"""Offers that are listed at once."""
_SHARE = 2
"""A label takes no more than one in so many columns, if there is something beside it."""


class Listed(Protocol):
    """What there is to choose from."""

    @property
    def offers(self) -> Sequence[Offer]:
        """What is listed."""

    @property
    def chosen(self) -> int:
        """The position of the chosen one."""

    @property
    def usage(self) -> str:
        """What to say while nothing is listed."""

    def window(self, height: int) -> tuple[int, Sequence[Offer]]:
        """Return so many around the chosen one, and the first's position."""


class Choices(Lines, Widget):
    """A list to choose from on the screen; hidden until it is shown."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        """Show nothing."""
        super().__init__(id="choices")
        self._palette: Listed | None = None

    def show(self, palette: Listed) -> None:
        """Show what is offered now."""
        self._palette = palette
        height = min(len(palette.offers), self._room) or bool(palette.usage)
        self.display = bool(height)
        self.styles.height = height
        self.repaint()

    def close(self) -> None:
        """Show nothing any more."""
        self._palette = None
        self.display = False

    @property
    def _room(self) -> int:
        """Lines that may be taken: no more than half of the screen."""
        return max(1, min(_MOST, self.screen.size.height // 2))

    def paint_line(self, y: int) -> Strip:
        """Paint one offer."""
        base, width = self.ground, self.size.width
        palette = self._palette
        if palette is None:
            return Strip.blank(width, base)
        top, offers = palette.window(self._room)
        if y >= len(offers):
            usage = palette.usage if y == 0 else ""
            return strip([Span(f"  {usage}", "dim")], self.span_styles, base, width)
        is_chosen = top + y == palette.chosen
        if is_chosen:
            base += self.span_styles["cursor"]
        spans = [Span("▎" if is_chosen else " ", "bar"), *_spans(offers, y, width - 2)]
        return strip(spans, self.span_styles, base, width)

    def on_click(self, event: events.Click) -> None:
        """Do what was clicked."""
        if self._palette is not None:
            top, _ = self._palette.window(self._room)
            self.post_message(Acted(Action("choose", top + event.y)))


def _spans(offers: Sequence[Offer], at: int, width: int) -> list[Span]:
    """Lay out one offer: label, note, and at the right the key."""
    offer = offers[at]
    rest = any(each.note or each.key for each in offers)
    widest = max(cells(each.label) for each in offers)
    column = min(widest, width // _SHARE) if rest else width
    label = fitted(offer.label, column)
    key = offer.key
    room = max(width - column - cells(key) - 4, 0)
    note = fitted(offer.note, room) if room else ""
    pad = " " * (column - cells(label) + 2) if rest else ""
    gap = " " * max(room - cells(note) + 2, 0)
    return [
        Span(f"{label}{pad}", "value"),
        Span(note, "dim"),
        Span(gap if key else "", ""),
        Span(key, "hint-key"),
    ]
