"""Between the screen and the tables: has them made, applies actions, paints what has changed."""

from collections.abc import Callable, Iterator
from time import monotonic
from typing import TYPE_CHECKING

from boltview.bolt.errors import BoltError
from boltview.bolt.progress import Progress
from boltview.bolt.walk import entry_at
from boltview.browse.change import Change
from boltview.browse.chords import Action
from boltview.browse.history import Path, Spot
from boltview.browse.table import Table
from boltview.report.aside import Check, aside, is_same
from boltview.report.escape import escape
from boltview.report.opened import Opened
from boltview.report.span import Span
from boltview.report.tables.grid import Grid
from boltview.report.tables.views import View
from boltview.tui.background import Background
from boltview.tui.documents import Subject
from boltview.tui.resting import Resting
from boltview.tui.slices import Slices, work_a_slice

if TYPE_CHECKING:
    from boltview.tui.main_screen import MainScreen

_TELL_AFTER = 0.3
"""Seconds of work after which it is said that there is work."""


class Shown:
    """One table and what is known of it.

    Attributes:
        view: which one.
        opened: the state of the file that it is of; None before it is made.
        grid: its rows; None before it is made.
        table: the rows as they are ordered and filtered.
        problem: why it could not be made; escaped.
        wanted: where the cursor goes when it is made.
    """

    def __init__(self, view: View) -> None:
        """Know nothing yet."""
        self.view = view
        self.opened: Opened | None = None
        self.grid: Grid | None = None
        self.table: Table | None = None
        self.problem = ""
        self.wanted: Path = ()


class Tabling:
    """The tables of the opened database, and the widget that shows one of them."""

    def __init__(self, screen: "MainScreen") -> None:
        """Show nothing until there is something."""
        self._screen = screen
        self._opened: Opened | None = None
        self._known: dict[str, Shown] = {}
        self._shown: Shown | None = None
        self._work = Background[Grid](screen, self)
        self._slices = Slices(screen, self._is_busy, lambda: self._do(work_a_slice))
        self._resting = Resting(screen, self.show_detail)

    @property
    def is_settled(self) -> bool:
        """Whether all that was asked for is shown."""
        table, room = self._table, self._screen.table_view.room
        is_idle = not self._work.is_running and not (table and table.is_busy)
        is_fitted = table is None or room in {0, table.viewport.height}
        return is_idle and is_fitted and not self._resting.is_due

    @property
    def path(self) -> Path:
        """What finds the row under the cursor again."""
        return self._table.path if self._table else ()

    @property
    def place(self) -> Path | None:
        """The path in the tree that the row under the cursor stands for; None for none."""
        shown = self._shown
        if shown is None or shown.table is None or shown.grid is None or not len(shown.table):
            return None
        return shown.grid.place(shown.table.row)

    @property
    def row(self) -> int | None:
        """The row under the cursor, by its number; None for none."""
        return self._table.row if self._table and len(self._table) else None

    @property
    def filter(self) -> str:
        """The filter of the table that shows."""
        return self._table.filter.pattern if self._table else ""

    @property
    def _table(self) -> Table | None:
        return self._shown.table if self._shown else None

    def begin(self, opened: Opened) -> None:
        """Take another state of the file: the table that shows is made anew, others when wanted."""
        before, self._opened = self._opened, opened
        if before is not None and is_same(before, opened) and not self._work.is_running:
            self._wear(before, opened)
        if self._shown is not None and self._screen.face is self:
            self.show(self._shown.view)

    def _wear(self, before: Opened, opened: Opened) -> None:
        """Show the tables in another zone: they are of the same state of the file."""
        for shown in self._known.values():
            if shown.opened is before and shown.grid is not None:
                shown.opened = opened
                shown.grid.wear(opened.clock)

    def show(self, view: View) -> None:
        """Show a table; have it made if it is not there for this state of the file."""
        opened = self._opened
        if opened is None:
            return
        left = self._shown
        if left is not None and left.view is not view and self._work.cancel():
            # What was given up half made begins again when it is wanted.
            left.opened = None
        self._shown = shown = self._known.setdefault(view.id, Shown(view))
        if shown.opened is not opened or shown.problem:
            self._make(shown, opened)
        self._screen.table_view.show(shown.table, shown.grid)
        self.fit()
        self._resting.rest()

    def visit(self, path: Path) -> None:
        """Go to a row, now or when the table is made, without remembering where one was."""
        if self._shown is None or not path:
            return
        if self._table is None or self._work.is_running:
            self._shown.wanted = path
        else:
            self._do(lambda table: table.visit(path))

    def apply(self, action: Action) -> None:
        """Pass an action to the table."""
        if action.id == "cancel" and self._work.cancel():
            self._stopped()
        else:
            self._do(lambda table: table.apply(action))

    def scroll(self, top: int) -> None:
        """Show the rows from `top` on."""
        self._do(lambda table: table.scroll(top))

    def narrow(self, pattern: str) -> None:
        """Show only what a filter lets through."""
        self._do(lambda table: table.narrow(pattern))

    def look_for(self, pattern: str) -> None:
        """Search for what has been typed so far."""
        self._do(lambda table: table.look_for(pattern))

    def end_search(self, *, keep: bool) -> None:
        """End the typing of a pattern."""
        self._do(lambda table: table.end_typing(keep=keep))

    @property
    def is_searching(self) -> bool:
        """Whether there are hits of a search through the rows."""
        return self._table is not None and self._table.hits is not None

    def fit(self) -> None:
        """Take notice of the height that the table has on the screen."""
        room = self._screen.table_view.room
        if room:
            self._do(lambda table: table.resize(room))

    # --- making ----------------------------------------------------------------------------------

    def _make(self, shown: Shown, opened: Opened) -> None:
        shown.opened, shown.problem = opened, ""
        view = shown.view

        def work(check: Check, progress: Progress) -> Iterator[Grid]:
            return view.make(aside(opened, check), progress)

        self._work.start(work)
        self._screen.table_view.tell(f"reading {view.doing} …")
        self._screen.set_timer(_TELL_AFTER, self.told)

    def took(self, made: Grid) -> None:
        """Take a table that is made, or has more rows than before."""
        shown = self._shown
        if shown is not None:
            self._follow(self._take(shown, made))

    def renew(self, view: str, grid: Grid) -> None:
        """Take other or more rows of a table that makes itself, whether it shows or not."""
        shown = self._known.get(view)
        if shown is None:
            return
        change = self._take(shown, grid)
        if shown is self._shown:
            self._follow(change)

    def step(self, view: str, action: str) -> int | None:
        """Move the cursor of a table that need not show; return its row, None at the end."""
        shown = self._known.get(view)
        if shown is None or shown.table is None:
            return None
        at = shown.table.at
        change = shown.table.apply(Action(action))
        if shown is self._shown:
            self._follow(change)
        return None if shown.table.at == at else shown.table.row

    def _take(self, shown: Shown, grid: Grid) -> Change:
        if shown.table is None:
            view = shown.view.id
            shown.table = Table(
                grid,
                len(grid.headings),
                self._screen.table_view.room,
                lambda path: self._screen.history.leave(Spot(view, path)),
            )
            change = shown.table.grown()
        elif shown.grid is grid:
            change = shown.table.grown()
        else:
            change = shown.table.renew(grid)
        shown.grid = grid
        if shown is self._shown:
            self._screen.table_view.show(shown.table, grid)
        if shown.wanted and grid.row_at(shown.wanted) >= 0:
            change = shown.table.visit(shown.wanted)
            shown.wanted = ()
        return change

    def ended(self) -> None:
        """Forget where the cursor was to go, if there is no such row, and what was said."""
        if self._shown:
            self._shown.wanted = ()
            self._screen.hints.say("")
            self.show_position()

    def failed(self, reason: str) -> None:
        """Say why there is no table."""
        if self._shown:
            self._shown.problem = escape(reason)
            self._screen.table_view.tell(f"✗ {self._shown.problem}")
            self._screen.hints.say(self._shown.problem)
            self._screen.table_view.follow()

    def _stopped(self) -> None:
        if self._shown:
            self._shown.problem = "stopped"
            self._screen.table_view.tell("stopped; the key of the view begins again")
            self._screen.hints.say("stopped; the key of the view begins again")
            self._screen.table_view.follow()

    def told(self) -> None:
        """Say how far the making is, once it has taken so long that one wonders."""
        work = self._work
        if self._shown is None or not work.is_running or self._screen.face is not self:
            return
        if monotonic() - work.since < _TELL_AFTER:
            return
        far = work.share or f"{work.done:,}"
        doing = f"reading {self._shown.view.doing} … {far if work.done else ''}".rstrip()
        self._screen.table_view.tell(doing)
        self._screen.table_view.repaint()
        self.show_position()
        self._screen.hints.say(f"{doing}   Esc stops")

    # --- doing -----------------------------------------------------------------------------------

    def _do(self, do: Callable[[Table], Change]) -> None:
        """Do something to the table, and paint what changed."""
        table = self._table
        if table is None:
            return
        try:
            self._follow(do(table))
        except BoltError as error:
            self._screen.hints.say(escape(str(error)))

    def _follow(self, change: Change) -> None:
        table = self._table
        if table is None or self._screen.face is not self:
            return
        if change.message:
            self._screen.hints.say(change.message)
        if table.is_busy:
            self._slices.go_on()
        if change.view:
            self._resting.rest()
        self._screen.table_view.follow()
        self.show_position()

    def _is_busy(self) -> bool:
        return self._table is not None and self._table.is_busy

    # --- what is painted beside the table --------------------------------------------------------

    def show_position(self) -> None:
        """Show what the cursor is on, and how many rows there are."""
        screen, shown, table = self._screen, self._shown, self._table
        if screen.face is not self or shown is None:
            return
        right: list[Span] = []
        if table is not None:
            done, total = table.progress
            if table.is_arranging and total:
                right.append(Span(f"{100 * done // total} %, Esc stops   ", "note"))
            work = self._work
            if work.is_running and work.share:
                right.append(Span(f"{work.share} looked at, Esc stops   ", "note"))
            if shown.grid is not None and shown.grid.summary:
                right.append(Span(f"{shown.grid.summary}   ", "dim"))
            if table.filter.pattern:
                pattern = escape(table.filter.pattern)
                counted = f"{table.matches:,} of {len(table.rows):,} shown"
                right.append(Span(f"filter {pattern}: {counted}   ", "note"))
            if table.hits is not None:
                told = table.hits.told(table.at)
                right.append(Span(f"/{escape(table.hits.pattern)} {told}   ", "note"))
            if len(table):
                right.append(Span(f"{table.at + 1:,}/{len(table):,}", "dim"))
        screen.position_line.show(screen.breadcrumb(self.place or ()), right)

    def show_detail(self) -> None:
        """Show all about the row under the cursor."""
        opened, shown, table = self._opened, self._shown, self._table
        if opened is None or shown is None or self._screen.face is not self:
            return
        root = opened.reading.root
        subject = Subject(opened, root, root)
        try:
            if table is not None and shown.grid is not None and len(table):
                bucket, entry = entry_at(root, shown.grid.place(table.row) or ())
                about = tuple(shown.grid.about(table.row))
                subject = Subject(opened, bucket, entry, about)
            self._screen.detail.show(subject)
        except BoltError as error:
            self._screen.hints.say(escape(str(error)))
        self._screen.browsing.show_facts()
