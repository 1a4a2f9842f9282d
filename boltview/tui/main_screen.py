"""The screen of the browser: its layout, and which of its parts a key is for."""

from collections.abc import Callable

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Static

from boltview.bolt.bucket import Bucket
from boltview.browse.chords import Action, Chords
from boltview.report.keypath import path_text
from boltview.report.opened import Opened
from boltview.report.screen import Span
from boltview.tui.browsing import Browsing
from boltview.tui.flattree import FlatTree
from boltview.tui.help import Help
from boltview.tui.lines import Hints, Line
from boltview.tui.messages import Acted, GoTo, Reload, Resized, Scrolled
from boltview.tui.pane import Detail
from boltview.tui.prompt import Prompt

WIDE = 110
"""Columns from which the detail pane stands beside the tree and not below it."""
_ZOOMS = ("-zoomed-tree", "-zoomed-detail")


class MainScreen(Screen[None]):
    """Tree, detail pane, and the lines around them.

    No widget has Textual's focus: every key comes here, in the order in which it was typed.

    Attributes:
        chords: keys typed so far that make no action yet.
        is_reading: whether the detail pane has the keyboard, and not the tree.
    """

    AUTO_FOCUS = ""

    def __init__(self, name: str) -> None:
        """Show the frame of a browser of `name`, which is being opened."""
        super().__init__()
        self.chords = Chords()
        self.is_reading = False
        self.title_line = Line("title")
        self.facts_line = Line("facts")
        self.tree_view = FlatTree()
        self.detail = Detail()
        self.position_line = Line("position", keep_end=True)
        self.hints = Hints()
        self.prompt = Prompt()
        self.browsing = Browsing(self)
        self.title_line.show([Span(name, "strong")])
        self._own = self._own_actions()

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield self.title_line
        yield self.facts_line
        with Container(id="body"):
            yield self.tree_view
            yield self.detail
        with Container(id="notice"):
            yield Static(markup=False)
        yield self.position_line
        yield self.hints
        yield self.prompt

    def on_mount(self) -> None:
        """Give the keyboard to the tree."""
        self._give_keyboard(to_detail=False)

    def on_resize(self, event: events.Resize) -> None:
        """Choose between beside and below."""
        self.set_class(event.size.width >= WIDE, "-wide")

    def begin(self, opened: Opened) -> None:
        """Show an opened database, or another state of it."""
        self.browsing.begin(opened)

    def fail(self, message: str) -> None:
        """Say on the whole screen why there is nothing to browse; `message` is escaped."""
        self.add_class("-failed")
        self.query_one("#notice Static", Static).update(f"✗ {message}\n\nq quits")

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
        self.browsing.show_position()

    @on(Acted)
    def on_acted(self, message: Acted) -> None:
        """Do what the mouse asks for."""
        self.act(message.action)

    @on(GoTo)
    def on_go_to(self, message: GoTo) -> None:
        """Show an entry in the tree; `[` comes back from there."""
        self._leave()
        self.browsing.go_to(message.path)

    @on(Resized)
    def on_tree_resized(self, _: Resized) -> None:
        """Fit the rows to the tree's new height."""
        self.browsing.fit()

    @on(Scrolled)
    def on_scrolled(self, message: Scrolled) -> None:
        """Show other rows."""
        self.browsing.scroll(message.top)

    def act(self, action: Action) -> None:
        """Do what an action says: here, in the detail pane, or in the browser."""
        self.hints.say("")
        do = self._own.get(action.id)
        if do is not None:
            do(action.number)
        elif self.is_reading and action.id in self.detail.page.moves:
            self.detail.page.act(action)
        elif action.id == "enter" and not isinstance(self.browsing.entry, Bucket | None):
            self._read()
        else:
            self.browsing.apply(action)

    def _own_actions(self) -> dict[str, Callable[[int], object]]:
        tabs, page = self.detail.tabs, self.detail.page
        return {
            "search": lambda _: self._ask("search", "/"),
            "goto": lambda _: self._ask("goto", ":", path_text(self.browsing.path)),
            "switch-pane": lambda _: self._leave() if self.is_reading else self._read(),
            "tree-pane": lambda _: self._leave(),
            "detail-pane": lambda _: self._read(),
            "next-tab": lambda number: self.detail.to_tab(tabs.active + (number or 1)),
            "previous-tab": lambda number: self.detail.to_tab(tabs.active - (number or 1)),
            "tab": self.detail.to_tab,
            "detail-down": lambda number: page.move(number or 1),
            "detail-up": lambda number: page.move(-(number or 1)),
            "zoom": lambda _: self._zoom(),
            "help": lambda _: self.app.push_screen(Help()),
            "reload": lambda _: self.post_message(Reload()),
            "suspend": lambda _: self.app.action_suspend_process(),
            "quit": lambda _: self.app.exit(0),
            "cancel": lambda _: self._cancel(),
            "nothing": lambda _: None,
        }

    # --- panes -----------------------------------------------------------------------------------

    def _read(self) -> None:
        self.remove_class("-zoomed-tree")
        self._give_keyboard(to_detail=True)

    def _leave(self) -> None:
        self.remove_class("-zoomed-detail")
        self._give_keyboard(to_detail=False)

    def _give_keyboard(self, *, to_detail: bool) -> None:
        self.is_reading = to_detail
        self.tree_view.activate(on=not to_detail)
        self.detail.activate(on=to_detail)

    def _zoom(self) -> None:
        """Give the pane that has the keyboard the whole screen, or give it back."""
        if any(self.has_class(name) for name in _ZOOMS):
            self.remove_class(*_ZOOMS)
        else:
            self.add_class(_ZOOMS[self.is_reading])

    def _cancel(self) -> None:
        if self.is_reading:
            self._leave()
        else:
            self.browsing.apply(Action("cancel"))

    # --- the prompt ------------------------------------------------------------------------------

    def _ask(self, what: str, label: str, text: str = "") -> None:
        if self.browsing.is_open:
            self.hints.display = False
            self.prompt.ask(what, label, text)

    def _type(self, key: str, character: str | None) -> None:
        """Take a key for the prompt."""
        prompt = self.prompt
        if key in {"enter", "escape"}:
            self._end_prompt(keep=key == "enter")
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
        if self.prompt.asking == "search":
            self.browsing.look_for(self.prompt.edit.text)

    def _end_prompt(self, *, keep: bool) -> None:
        asking, text = self.prompt.asking, self.prompt.edit.text
        self.prompt.close()
        self.hints.display = True
        if asking == "search":
            self.browsing.end_search(keep=keep and bool(text))
        elif keep:
            self.browsing.goto(text)
