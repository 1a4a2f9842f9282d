"""The line of the views: which there are of this file, their keys, and which one shows."""

from typing import NamedTuple

from textual import events

from boltview.browse.chords import Action
from boltview.browse.keys import BINDINGS, key_text
from boltview.report.opened import Opened
from boltview.report.span import Span
from boltview.report.tables.referrers import PREFIX
from boltview.report.tables.views import VIEWS
from boltview.tui.browsing import VIEW as TREE
from boltview.tui.finding import VIEW as HITS
from boltview.tui.lines import Line
from boltview.tui.messages import Acted


class _Offer(NamedTuple):
    """A view as the line names it."""

    name: str
    title: str
    short: str
    """Its title where there is no room for all of them."""


_TREE = _Offer(TREE, "Tree", "Tree")
_GUESTS = (_Offer(PREFIX, "Used by", "Used by"), _Offer(HITS, "Search", "Search"))
"""Views that have a place in the line while they show."""
_KEYS = {PREFIX: "u"} | {binding.action: key_text(binding.keys[0]) for binding in BINDINGS}


class ViewLine(Line):
    """The views side by side; the one that shows stands in brackets."""

    def __init__(self) -> None:
        """Offer the tree alone until it is known what file this is."""
        super().__init__("views")
        self._offered = [_TREE]
        self._chosen = TREE
        self._places: list[tuple[range, str]] = []
        self._draw()

    def offer(self, opened: Opened) -> None:
        """Offer the views that there are of a database."""
        tables = [
            _Offer(view.id, view.title, view.short) for view in VIEWS if not view.refusal(opened)
        ]
        self._offered = [_TREE, *tables]
        self._draw()

    def on_resize(self) -> None:
        """Shorten the titles where there is no room for all."""
        self._draw()

    def choose(self, name: str) -> None:
        """Show which view shows."""
        self._chosen = name
        self._draw()

    def on_click(self, event: events.Click) -> None:
        """Show the view that was clicked."""
        for columns, action in self._places:
            if event.x in columns and action != PREFIX:
                self.post_message(Acted(Action(action)))

    def _draw(self) -> None:
        spans: list[Span] = []
        self._places = []
        # Beside each title stand a blank, its key and a blank; and one bracket more at the end.
        guest = next((each for each in _GUESTS if self._chosen.startswith(each.name)), None)
        offered = [*self._offered, guest] if guest else self._offered
        if guest and sum(len(offer.short) + 3 for offer in offered) >= self.size.width:
            # What is cut must not be what shows.
            offered = [guest, *self._offered]
        chosen = guest.name if guest else self._chosen
        needed = sum(len(offer.title) + 3 for offer in offered) + 1
        is_narrow = needed > self.size.width
        end = 0
        for name, whole, short in offered:
            title = short if is_narrow else whole
            is_chosen = name == chosen
            opening, closing = "[]" if is_chosen else "  "
            style = "tab" if is_chosen else "dim"
            key = _KEYS[name]
            spans += [Span(f"{opening}", style), Span(key, "hint-key"), Span(f" {title}", style)]
            # The bracket behind takes the place of the blank before the next one.
            spans.append(Span(closing.strip(), style))
            start, end = end, end + 3 + len(title) + is_chosen
            self._places.append((range(start, end), name))
        self.show(spans)
