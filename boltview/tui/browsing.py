"""Between the screen and the state machine: applies, works in slices, paints what has changed."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from boltview.bolt.bucket import Bucket
from boltview.bolt.errors import BoltError, Damage
from boltview.browse.buckets import BeingRead, Buckets, Entry, holder_of, read_aside
from boltview.browse.change import Change
from boltview.browse.chords import Action
from boltview.browse.history import Spot
from boltview.browse.state import Browser
from boltview.report.escape import escape
from boltview.report.keypath import resolve
from boltview.report.opened import Opened
from boltview.report.screen import Rows, facts, title
from boltview.report.span import Span
from boltview.tui.documents import Subject
from boltview.tui.resting import Resting
from boltview.tui.slices import Slices, work_a_slice

if TYPE_CHECKING:
    from boltview.browse.outline import Node, Outline
    from boltview.browse.outline import Rows as Entries
    from boltview.tui.main_screen import MainScreen

Path = tuple[bytes, ...]
VIEW = "view-tree"
"""The action that shows the tree."""


class Browsing:
    """A browser of the state machine, and the widgets that show it."""

    def __init__(self, screen: "MainScreen") -> None:
        """Paint on `screen`, once there is something."""
        self._screen = screen
        self._opened: Opened | None = None
        self._browser: Browser[Entry] | None = None
        self._is_untouched = True
        self._reads = 0
        self._slices = Slices(screen, self._is_busy, lambda: self._do(work_a_slice))
        self._resting = Resting(screen, self.show_detail)

    @property
    def opened(self) -> Opened | None:
        """What is browsed; None until it is open."""
        return self._opened

    @property
    def outline(self) -> "Outline[Entry] | None":
        """The rows of the tree, those that are hidden included; None until it is open."""
        return self._browser.whole if self._browser else None

    @property
    def is_open(self) -> bool:
        """Whether there is something to browse."""
        return self._browser is not None

    @property
    def is_settled(self) -> bool:
        """Whether all that was asked for is shown."""
        browser, height = self._browser, self._screen.tree_view.size.height
        is_idle = browser is not None and not browser.is_busy and not self._reads
        is_fitted = browser is not None and height in {0, browser.viewport.height}
        return is_idle and is_fitted and not self._resting.is_due

    @property
    def entry(self) -> Entry | None:
        """The entry under the cursor."""
        return self._browser.entry if self._browser else None

    @property
    def filter(self) -> str:
        """The filter of the tree."""
        return self._browser.filter.pattern if self._browser else ""

    @property
    def is_unfolded(self) -> bool:
        """Whether the bucket under the cursor is open."""
        return self._browser is not None and self._browser.cursor.opened is not None

    @property
    def path(self) -> Path:
        """Keys from the root bucket to the cursor."""
        return self._browser.path if self._browser else ()

    @property
    def place(self) -> Path | None:
        """The same; None where there is nothing."""
        return self.path or None

    def begin(self, opened: Opened, message: str = "read again") -> None:
        """Show an opened database; after a reload with the cursor and what was open kept."""
        self._opened = opened
        screen = self._screen
        screen.title_line.show(*title(opened))
        source = Buckets(opened.reading)
        if self._browser is None:
            self._browser = browser = Browser(source, screen.tree_view.size.height, self._leave)
            change = Change(rows=True, view=True, message="")
        else:
            browser = self._browser
            change = browser.reload(source)._replace(view=True, message=message)
        screen.tree_view.show(browser, Rows(opened.reading, opened.clock))
        self._follow(change)
        self.show_detail()

    def show(self) -> None:
        """Show the tree again."""
        self._screen.tree_view.follow()
        self.fit()
        self.show_position()
        self.show_detail()

    def _leave(self, path: Path) -> None:
        self._screen.history.leave(Spot(VIEW, path))

    def fit(self) -> None:
        """Take notice of the height that the tree has on the screen."""
        height = self._screen.tree_view.size.height
        if self._browser is None or not height:
            return
        if self._is_untouched and self._opened:
            # What is open at first depends on the height, and that was not final yet.
            self._browser = None
            self.begin(self._opened)
        else:
            self._do(lambda browser: browser.resize(height))

    def apply(self, action: Action) -> None:
        """Pass an action to the browser."""
        self._do(lambda browser: browser.apply(action))

    def scroll(self, top: int) -> None:
        """Show the rows from `top` on."""
        self._do(lambda browser: browser.scroll(top))

    def look_for(self, pattern: str) -> None:
        """Search for what has been typed so far."""
        self._do(lambda browser: browser.look_for(pattern))

    def end_search(self, *, keep: bool) -> None:
        """End the typing of a pattern."""
        self._do(lambda browser: browser.end_typing(keep=keep))

    def narrow(self, pattern: str) -> None:
        """Show only what a filter lets through."""
        self._do(lambda browser: browser.narrow(pattern))

    def find(self, text: str) -> Path:
        """Return the keys of a path as a person types it.

        Raises:
            NoSuchKey: nothing is there.
        """
        if self._opened is None:
            return ()
        bucket, entry = resolve(self._opened.reading.root, [text])
        # Damage on the way: as far as the bucket that it was met in.
        key = () if isinstance(entry, Damage) else (entry.key,)
        return entry.path if isinstance(entry, Bucket) else (*bucket.path, *key)

    def go_to(self, path: Path) -> None:
        """Go to an entry by its keys."""
        self._do(lambda browser: browser.goto(path))

    def visit(self, path: Path) -> None:
        """Go to an entry without remembering where one was."""
        self._do(lambda browser: browser.visit(path))

    def resume(self, opened: Iterable[Path], path: Path) -> None:
        """Open the buckets at some paths and no others, and go to a path."""
        self._do(lambda browser: browser.resume(opened, path))

    @property
    def is_searching(self) -> bool:
        """Whether there are hits of a search through the keys of open buckets."""
        return self._browser is not None and self._browser.search is not None

    def forget_search(self) -> None:
        """Leave the hits of such a search."""
        if self._browser is not None:
            self._browser.stop()

    def unveil(self, path: Path) -> None:
        """Go to a bucket and open it, without remembering where one was."""
        self.visit(path)
        browser = self._browser
        if browser is not None and browser.path == path and browser.cursor.opened is None:
            self.apply(Action("in"))

    def _do(self, do: Callable[[Browser[Entry]], Change]) -> None:
        """Do something to the browser, and paint what changed."""
        browser = self._browser
        if browser is None:
            return
        self._is_untouched = False
        try:
            self._follow(do(browser))
        except BoltError as error:
            # A file that shrinks or a disk that fails while one browses.
            browser.stop()
            self._screen.hints.say(escape(str(error)))

    def _follow(self, change: Change) -> None:
        browser = self._browser
        if browser is None:
            return
        if change.message:
            self._screen.hints.say(change.message)
        self._fetch(browser)
        if browser.is_busy:
            self._slices.go_on()
        if self._screen.face is not self:
            return
        if change.view:
            self._resting.rest()
        self._screen.tree_view.follow()
        self.show_position()

    def _fetch(self, browser: Browser[Entry]) -> None:
        """Have the large buckets that were opened read on the side."""
        waiting, browser.waiting = browser.waiting, []
        for node in waiting:
            bucket = holder_of(node.rows)
            self._reads += 1
            self._screen.run_worker(
                partial(self._read, browser, node, bucket), thread=True, exit_on_error=False
            )

    def _read(self, browser: Browser[Entry], node: "Node[Entry]", bucket: Bucket) -> None:
        """Read a bucket, in a thread of its own."""
        rows: Entries[Entry] | None = None
        try:
            rows = read_aside(bucket)
        except BoltError as error:
            self._screen.app.call_from_thread(self._screen.hints.say, escape(str(error)))
        self._screen.app.call_from_thread(self._loaded, browser, node, rows)

    def _loaded(
        self, browser: Browser[Entry], node: "Node[Entry]", rows: "Entries[Entry] | None"
    ) -> None:
        self._reads -= 1
        if rows is not None and browser.owns(node):
            self._do(lambda now: now.loaded(node, rows))

    def _is_busy(self) -> bool:
        return self._browser is not None and self._browser.is_busy

    # --- what is painted beside the tree ---------------------------------------------------------

    def show_position(self) -> None:
        """Show path, row and search in their line, and the state of the file in the header."""
        browser = self._browser
        if browser is None or self._screen.face is not self:
            return
        self.show_facts()
        total = len(browser.outline)
        right = []
        pending = self._screen.chords.pending
        if pending:
            right.append(Span(f"{pending}   ", "note"))
        search = browser.search
        if search is not None:
            sign = "/" if search.key is None else "*"
            right.append(
                Span(f"{sign}{escape(search.pattern)} {search.told(browser.row)}   ", "note")
            )
        if browser.is_unfolding:
            right.append(Span("opening …, Esc stops   ", "note"))
        if browser.is_narrowed:
            counted = f"{browser.matches:,} of {len(browser.whole):,} shown"
            right.append(Span(f"filter {escape(browser.filter.pattern)}: {counted}   ", "note"))
        if total:
            right.append(Span(f"{browser.row + 1:,}/{total:,}", "dim"))
        self._screen.position_line.show(self._screen.breadcrumb(browser.path), right)

    def show_detail(self) -> None:
        """Show all about the entry under the cursor."""
        browser, opened = self._browser, self._opened
        if browser is None or opened is None or self._screen.face is not self:
            return
        entry = browser.entry
        if entry is None:
            subject = Subject(opened, opened.reading.root, opened.reading.root)
        elif isinstance(entry, BeingRead):
            subject = Subject(opened, entry.bucket, entry.bucket)
        else:
            subject = Subject(opened, holder_of(browser.cursor.node.rows), entry)
        try:
            self._screen.detail.show(subject)
        except BoltError as error:
            self._screen.hints.say(escape(str(error)))
        self.show_facts()

    def show_facts(self) -> None:
        """Show the state of the file, as far as it was read, in the header."""
        opened = self._opened
        if opened is None:
            return
        left, right = facts(opened)
        if self._screen.tree_view.marks is not None:
            right = [Span("following · ", "note"), *right]
        note = self._screen.noticing.note
        if note:
            right = [Span(f"{note} · ", "note"), *right]
        self._screen.facts_line.show(left, right)
