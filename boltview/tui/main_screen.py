"""The screen of the browser: its layout, and which of its parts a key is for."""

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Static

from boltview.bolt.bucket import Bucket
from boltview.browse.chords import Action, Chords
from boltview.browse.history import History, Path, Spot
from boltview.report.keypath import path_text
from boltview.report.opened import Opened
from boltview.report.refresh import Refresh
from boltview.report.span import Span
from boltview.report.tables.views import View
from boltview.report.takeaway import Place
from boltview.tui import (
    comfort,
    commanding,
    finding,
    linking,
    panes,
    program,
    prompts,
    revising,
    switching,
    taking,
    touring,
)
from boltview.tui.actions import joined
from boltview.tui.browsing import VIEW as TREE
from boltview.tui.browsing import Browsing
from boltview.tui.choices import Choices
from boltview.tui.comfort import Comfort
from boltview.tui.commanding import Commanding
from boltview.tui.finding import Finding
from boltview.tui.flattable import FlatTable
from boltview.tui.flattree import FlatTree
from boltview.tui.lines import Hints, Line
from boltview.tui.linking import Linking
from boltview.tui.messages import Acted, GoTo, Resized, Said, Scrolled
from boltview.tui.noticing import Noticing
from boltview.tui.paint import COMPONENTS
from boltview.tui.pane import Detail
from boltview.tui.prompt import Prompt
from boltview.tui.prompts import QUESTIONS
from boltview.tui.revising import Revising
from boltview.tui.settings import NO_SETTINGS, Settings
from boltview.tui.tabling import Tabling
from boltview.tui.touring import Touring
from boltview.tui.viewline import ViewLine

WIDE = 110
"""Columns from which the detail pane stands beside the tree and not below it."""


ACTIONS = joined(
    panes.ACTIONS,
    prompts.ACTIONS,
    switching.ACTIONS,
    taking.ACTIONS,
    program.ACTIONS,
    touring.ACTIONS,
    comfort.ACTIONS,
    commanding.ACTIONS,
    finding.ACTIONS,
    linking.ACTIONS,
    revising.ACTIONS,
)
"""All that the screen itself does; what is not here is for the rows."""


class MainScreen(Screen[None]):
    """Rows, detail pane, and the lines around them.

    No widget has Textual's focus: every key comes here, in the order in which it was typed.

    Attributes:
        chords: keys typed so far that make no action yet.
        history: where jumps came from.
        is_reading: whether the detail pane has the keyboard, and not the rows.
        touring: the tour, if one goes on.
        comfort: the user's wishes, and where the user was.
        noticing: what becomes of the file meanwhile.
        view: the action of the view that shows.
        face: what makes and moves the rows of that view.
    """

    AUTO_FOCUS = ""
    COMPONENT_CLASSES = COMPONENTS

    def __init__(self, name: str, settings: Settings = NO_SETTINGS) -> None:
        """Show the frame of a browser of `name`, which is being opened."""
        super().__init__()
        self.chords = Chords()
        self.history: History = History()
        self.is_reading = False
        self._is_page = settings.is_page
        self.title_line = Line("title")
        self.facts_line = Line("facts")
        self.view_line = ViewLine()
        self.tree_view = FlatTree()
        self.table_view = FlatTable()
        self.detail: Detail = Detail()
        self.position_line = Line("position", keep_end=True)
        self.hints = Hints()
        self.prompt = Prompt()
        self.choices = Choices()
        self.browsing: Browsing = Browsing(self)
        self.tabling: Tabling = Tabling(self)
        self.touring: Touring = Touring(self)
        self.taking: taking.Taking = taking.Taking(self, settings.clipboard)
        self.linking: Linking = Linking(self)
        self.revising: Revising = Revising(self)
        self.commanding: Commanding = Commanding(self)
        self.finding: Finding = Finding(self)
        self.comfort: Comfort = Comfort(self, settings)
        self.noticing: Noticing = Noticing(self)
        self.view = TREE
        self.face: Browsing | Tabling = self.browsing
        self.title_line.show([Span(name, "strong")])

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield self.title_line
        yield self.facts_line
        yield self.view_line
        with Container(id="body"):
            yield self.tree_view
            yield self.table_view
            yield self.detail
        with Container(id="notice"):
            yield Static(markup=False)
        yield self.position_line
        yield self.hints
        yield self.prompt
        yield self.choices

    def on_mount(self) -> None:
        """Give the keyboard to the rows."""
        self.give_keyboard(to_detail=False)

    def on_resize(self, event: events.Resize) -> None:
        """Choose between beside and below."""
        self.set_class(event.size.width >= WIDE, "-wide")

    @property
    def is_settled(self) -> bool:
        """Whether all that was asked for is shown."""
        is_idle = not self.taking.is_running and not self.finding.is_running
        is_done = is_idle and not self.detail.graphs.is_building and not self.revising.is_judging
        is_shown = self.browsing.is_open and self.face.is_settled
        return is_shown and is_done and self.touring.is_settled

    @property
    def place(self) -> Place | None:
        """The entry that is to be taken along; None, with the reason said, where there is none."""
        if self.face is self.tabling and self.tabling.place is None:
            self.hints.say("nothing in the tree stands for this row")
            return None
        # The cursor can be further than the detail pane, which waits until it rests.
        self.face.show_detail()
        subject = self.detail.subject
        return Place(*subject[:3]) if subject else None

    @property
    def here(self) -> Spot:
        """Where the cursor is."""
        return Spot(self.view, self.face.path)

    def begin(self, opened: Opened, message: str = "read again") -> None:
        """Show an opened database, or another state of it."""
        shown = self.comfort.dressed(opened)
        self.noticing.begin(shown)
        self.view_line.offer(shown)
        self.browsing.begin(shown, message)
        self.tabling.begin(shown)
        self.finding.reopened()
        self.comfort.resume(shown)

    def renew(self, refresh: Refresh) -> None:
        """Show another state of a file that is followed, and mark what changed."""
        self.tree_view.marks = refresh.marks
        self.begin(refresh.opened, refresh.message)

    def fail(self, message: str) -> None:
        """Say on the whole screen why there is nothing to browse; `message` is escaped."""
        self.add_class("-failed")
        self.query_one("#notice Static", Static).update(f"✗ {message}\n\nq quits")

    def show_view(self, view: View | None) -> None:
        """Show a table, or the tree for None."""
        self.view = view.id if view else TREE
        self.face = self.tabling if view else self.browsing
        self.set_class(view is not None, "-table")
        self.view_line.choose(self.view)
        panes.leave(self, Action("tree-pane"))
        if view:
            self.tabling.show(view)
        else:
            self.browsing.show()

    def give_keyboard(self, *, to_detail: bool) -> None:
        """Choose which pane the keys are for."""
        self.is_reading = to_detail
        self.tree_view.activate(on=not to_detail)
        self.table_view.activate(on=not to_detail)
        self.detail.activate(on=to_detail)

    def breadcrumb(self, path: Path) -> list[Span]:
        """Return a path as it can be typed back in, the last component set off."""
        above, last = path_text(path[:-1]), path_text(path[-1:])
        return [Span(f"{above}/" if above else "", "dim"), Span(last, "value")]

    # --- keys and the mouse ----------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Turn a key into an action."""
        key = event.character if event.is_printable and event.character else event.key
        if self.prompt.asking:
            event.stop()
            event.prevent_default()
            self._type(event.key, event.character if event.is_printable else None)
            return
        action = self.chords.press("space" if key == " " else key)
        if action is None and not self.chords.pending:
            return
        event.stop()
        event.prevent_default()
        if action is not None:
            self.act(action)
        else:
            continuations = [f"{key} {doc}" for key, doc in self.chords.continuations]
            self.hints.say(", ".join(continuations))
        self.face.show_position()

    @on(Acted)
    def on_acted(self, message: Acted) -> None:
        """Do what the mouse asks for."""
        self.act(message.action)

    @on(GoTo)
    def on_go_to(self, message: GoTo) -> None:
        """Show an entry in the tree; `[` comes back from there."""
        here = self.here
        if switching.switch(self, TREE):
            self.history.leave(here)
            self.browsing.visit(message.path)

    def jump(self, path: Path) -> None:
        """Show a bucket in the tree, open; `[` comes back from there."""
        here = self.here
        if switching.switch(self, TREE):
            self.history.leave(here)
            self.browsing.unveil(path)

    @on(Said)
    def on_said(self, message: Said) -> None:
        """Show what a widget says."""
        self.hints.say(message.text)

    @on(Resized)
    def on_rows_resized(self, _: Resized) -> None:
        """Fit the rows to their new height."""
        self.face.fit()

    @on(Scrolled)
    def on_scrolled(self, message: Scrolled) -> None:
        """Show other rows."""
        self.face.scroll(message.top)

    def act(self, action: Action) -> None:
        """Do what an action says: here, in the detail pane, or with the rows."""
        self.hints.say("")
        if self._is_page and action.id in taking.NOT_ON_PAGES:
            self.hints.say("a web page shows, and does no more; boltview on a terminal does this")
            return
        do = ACTIONS.get(action.id)
        if do is not None:
            do(self, action)
        else:
            self.pass_on(action)

    def pass_on(self, action: Action) -> None:
        """Have an action done by what has the keyboard: the detail pane, or the rows."""
        if self.is_reading and self.detail.page.act(action):
            pass
        elif action.id == "enter":
            self._enter()
        else:
            self.face.apply(action)

    def _enter(self) -> None:
        """Open what is under the cursor."""
        if self.face is self.tabling:
            hit = self.finding.row
            switching.open_place(self)
            self.finding.point(hit)
        elif self.linking.enter():
            pass
        elif isinstance(self.browsing.entry, Bucket | None):
            self.browsing.apply(Action("enter"))
        else:
            panes.read(self, Action("detail-pane"))

    # --- the prompt ------------------------------------------------------------------------------

    def ask(self, what: str, text: str = "") -> None:
        """Ask one of `prompts.QUESTIONS`; `text` is what the answer begins with."""
        if self.browsing.is_open:
            self.hints.display = False
            self.prompt.ask(what, QUESTIONS[what].label, text)

    def _type(self, key: str, character: str | None) -> None:
        """Take a key for the prompt."""
        prompt = self.prompt
        if key in {"enter", "escape"}:
            self.end_prompt(keep=key == "enter")
            return
        if key == "f1":
            program.show_help(self, Action("help"))
            return
        if QUESTIONS[prompt.asking].pressed(self, key):
            return
        if not prompt.edit.press(key) and character is not None:
            prompt.edit.insert(character)
        self._typed()

    def on_paste(self, event: events.Paste) -> None:
        """Take what is pasted while something is asked."""
        if self.prompt.asking:
            self.prompt.edit.insert(event.text)
            self._typed()

    def _typed(self) -> None:
        self.prompt.refresh()
        QUESTIONS[self.prompt.asking].typed(self, self.prompt.edit.text)

    def end_prompt(self, *, keep: bool) -> None:
        """Take what was typed for the answer, or drop it."""
        question, text = QUESTIONS[self.prompt.asking], self.prompt.edit.text
        self.prompt.close()
        self.hints.display = True
        (question.done if keep else question.dropped)(self, text)
