"""The detail pane: tabs over a document, of which only the lines that show are made."""

from collections.abc import Iterator, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.strip import Strip
from textual.widget import Widget

from boltview.bolt.errors import Damage
from boltview.browse.chords import Action
from boltview.report.span import Span
from boltview.report.takeaway import Taken
from boltview.tui.document import Document, Text
from boltview.tui.documents import TABS, Subject
from boltview.tui.folded import Folded
from boltview.tui.graphs import Graphs
from boltview.tui.messages import Acted
from boltview.tui.page import Page
from boltview.tui.paint import Painted, strip

_TEXT_WIDTH = 100
"""Columns of what a pager shows."""


class TabLine(Painted, Widget):
    """The names of the tabs, the one that shows set off by brackets and colour.

    Attributes:
        active: its number.
        label: what stands in the place of them all, if anything does.
    """

    ALLOW_SELECT = False

    def __init__(self) -> None:
        """Show the first tab."""
        super().__init__(id="tabs")
        self.active = 0
        self.label: list[Span] = []

    def render_line(self, _y: int) -> Strip:
        """Draw the tabs."""
        spans = [
            Span(f"[{name}]" if number == self.active else f" {name} ", style)
            for number, (name, *_) in enumerate(TABS)
            for style in ("tab" if number == self.active else "dim",)
        ]
        if self.label:
            spans = self.label
        bar = Span("▎" if self.has_class("-active") else " ", "bar")
        return strip([bar, *spans], self.span_styles, self.ground, self.size.width)

    def on_click(self, event: events.Click) -> None:
        """Show the tab that was clicked."""
        if self.label:
            return
        start = 1
        for number, (name, *_) in enumerate(TABS):
            end = start + len(name) + 2
            if start <= event.x < end:
                self.post_message(Acted(Action("tab", number)))
            start = end


class Detail(Vertical):
    """All about one entry, in the way that the active tab shows it.

    Attributes:
        graphs: the references of the open revision, for the tab that shows them.
    """

    def __init__(self) -> None:
        """Show nothing until there is a subject."""
        super().__init__(id="detail")
        self.tabs = TabLine()
        self.page = Page("page")
        self.aside = Page("aside")
        self.page.beside, self.aside.beside = self.aside, self.page
        self.graphs = Graphs(self, self._grown)
        self._subject: Subject | None = None
        self._shown: Document = Text(())

    def compose(self) -> ComposeResult:
        """Put the tabs over the page."""
        yield self.tabs
        yield self.page
        yield self.aside

    def activate(self, *, on: bool) -> None:
        """Show whether the pane has the keyboard."""
        for part in (self.tabs, self.page, self.aside):
            part.set_class(on, "-active")
        self.tabs.refresh()
        self.page.repaint()
        self.aside.repaint()

    def on_click(self) -> None:
        """Ask for the keyboard."""
        self.post_message(Acted(Action("detail-pane")))

    def show(self, subject: Subject | None) -> None:
        """Show an entry; nothing for None. Another state of the same keeps its place."""
        path = _path(subject)
        keep = path is not None and path == _path(self._subject)
        self._subject = subject
        self._show(keep=keep)

    def hold(self, document: Document, label: list[Span]) -> None:
        """Show something else than the entries, until it is released; `label` names it."""
        self.tabs.label = label
        self.tabs.refresh()
        self.remove_class("-beside")
        self.page.show(document)

    def release(self) -> None:
        """Show entries again."""
        self.tabs.label = []
        self.tabs.refresh()
        self._show()

    @property
    def subject(self) -> Subject | None:
        """What is shown; None while nothing is."""
        return self._subject

    @property
    def place(self) -> str:
        """What the keys are explained by, see `browse/contexts.py`."""
        return "JSON" if isinstance(self._shown, Folded) else TABS[self.tabs.active].name

    def reveal(self, steps: Sequence[str | int]) -> None:
        """Point at a place within the value, if the active tab shows it."""
        if not self.tabs.label and self._shown.reveal(steps):
            self.page.follow()

    def take(self, what: str) -> Taken | None:
        """Return something of what the cursor of the pane stands on, see `Document.take`."""
        return None if self.tabs.label else self._shown.take(what)

    def text(self) -> Iterator[str]:
        """Yield what the active tab shows, all of it."""
        document = self._document()
        for number in range(document.layout(_TEXT_WIDTH, _TEXT_WIDTH)):
            yield "".join(span.text for span in document.line(number)).rstrip() + "\n"

    def to_tab(self, number: int) -> None:
        """Show another tab, counted round."""
        if self.tabs.label:
            return
        self.tabs.active = number % len(TABS)
        self.tabs.refresh()
        self._show()

    def _show(self, *, keep: bool = False) -> None:
        if self.tabs.label:
            return
        document = self._document()
        if keep and type(document) is type(self._shown):
            document.resume(self._shown)
        self._shown = document
        self.set_class(document.aside is not None, "-beside")
        self.page.show(document, keep=keep)
        if document.aside is not None:
            # What the page does not need is for what stands beside it.
            self.page.styles.max_height = self.page.virtual_size.height + 1
            self.aside.show(document.aside)
        elif self.page.styles.has_rule("max_height"):
            # Only then: it has all lines of the pane sent again, also those that stay.
            self.page.styles.max_height = None

    def _document(self) -> Document:
        tab = TABS[self.tabs.active]
        return tab.make(self._subject, self.graphs) if self._subject else Text(())

    def _grown(self) -> None:
        """Show what has come to be known of the references."""
        if TABS[self.tabs.active].grows:
            self._show(keep=True)


def _path(subject: Subject | None) -> tuple[bytes, ...] | None:
    """Return the path of an entry; None for damage, which has none of its own."""
    if subject is None or isinstance(subject.entry, Damage):
        return None
    return (*subject.bucket.path, subject.entry.key)
