"""Between the screen and the state machine: applies, works in slices, paints what has changed."""

from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from boltview.bolt.bucket import Bucket
from boltview.bolt.errors import BoltError, Damage
from boltview.browse.buckets import BeingRead, Buckets, Entry, holder_of, read_aside
from boltview.browse.chords import Action
from boltview.browse.state import Browser, Change
from boltview.report.escape import escape
from boltview.report.keypath import NoSuchKey, path_text, resolve
from boltview.report.opened import Opened
from boltview.report.refresh import Refresh
from boltview.report.screen import Rows, Span, facts, title
from boltview.tui.documents import Subject

if TYPE_CHECKING:
    from textual.timer import Timer

    from boltview.browse.outline import Node
    from boltview.browse.outline import Rows as Entries
    from boltview.tui.main_screen import MainScreen

_SLICE = 0.008
"""Seconds of work between two looks at the keyboard."""
_STEPS = 100
"""Rows looked at between two looks at the clock."""
_REST = 0.03
"""Seconds that the cursor rests before the detail pane follows: a held key does not wait for it."""

Path = tuple[bytes, ...]


class Browsing:
    """A browser of the state machine, and the widgets that show it."""

    def __init__(self, screen: "MainScreen") -> None:
        """Paint on `screen`, once there is something."""
        self._screen = screen
        self._opened: Opened | None = None
        self._browser: Browser[Entry] | None = None
        self._is_working = False
        self._is_untouched = True
        self._detail_timer: Timer | None = None
        self._reads = 0

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
        return is_idle and is_fitted and self._detail_timer is None

    @property
    def entry(self) -> Entry | None:
        """The entry under the cursor."""
        return self._browser.entry if self._browser else None

    @property
    def path(self) -> Path:
        """Keys from the root bucket to the cursor."""
        return self._browser.path if self._browser else ()

    def renew(self, refresh: Refresh) -> None:
        """Show another state of a file that is followed, and mark what changed."""
        self._screen.tree_view.marks = refresh.marks
        self.begin(refresh.opened, refresh.message)

    def begin(self, opened: Opened, message: str = "read again") -> None:
        """Show an opened database; after a reload with the cursor and what was open kept."""
        self._opened = opened
        screen = self._screen
        screen.title_line.show(*title(opened))
        source = Buckets(opened.reading)
        if self._browser is None:
            self._browser = browser = Browser(source, screen.tree_view.size.height)
            change = Change(rows=True, view=True, message="")
        else:
            browser = self._browser
            change = browser.reload(source)._replace(view=True, message=message)
        screen.tree_view.show(browser, Rows(opened.reading, opened.clock))
        self._follow(change)
        self._show_detail()

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

    def goto(self, text: str) -> None:
        """Go to a path as a person types it."""
        if self._opened is None:
            return
        try:
            bucket, entry = resolve(self._opened.reading.root, [text])
        except NoSuchKey as error:
            self._screen.hints.say(escape(str(error)))
            return
        # Damage on the way: as far as the bucket that it was met in.
        key = () if isinstance(entry, Damage) else (entry.key,)
        path = entry.path if isinstance(entry, Bucket) else (*bucket.path, *key)
        self.go_to(path)

    def go_to(self, path: Path) -> None:
        """Go to an entry by its keys."""
        self._do(lambda browser: browser.goto(path))

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
        if browser.is_busy and not self._is_working:
            self._work()
        if change.view:
            self._rest()
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
        if rows is not None and browser.outline.is_of(node):
            self._do(lambda now: now.loaded(node, rows))

    def _work(self) -> None:
        """Work for a moment, then let the keyboard have its turn."""
        self._is_working = True
        self._do(_work_a_slice)
        self._is_working = False
        browser = self._browser
        if browser and browser.is_busy:
            self._is_working = True
            self._screen.set_timer(0.001, self._go_on)

    def _go_on(self) -> None:
        self._is_working = False
        self._work()

    # --- what is painted beside the tree ---------------------------------------------------------

    def show_position(self) -> None:
        """Show path, row and search in their line, and the state of the file in the header."""
        browser, opened = self._browser, self._opened
        if browser is None or opened is None:
            return
        self._show_facts(opened)
        total = len(browser.outline)
        right = []
        pending = self._screen.chords.pending
        if pending:
            right.append(Span(f"{pending}   ", "note"))
        search = browser.search
        if search is not None:
            right.append(Span(f"/{escape(search.pattern)} {self._hits()}   ", "note"))
        if total:
            right.append(Span(f"{browser.row + 1:,}/{total:,}", "dim"))
        self._screen.position_line.show(_breadcrumb(browser.path), right)

    def _hits(self) -> str:
        browser = self._browser
        if browser is None or browser.search is None:
            return ""
        search = browser.search
        count = f"{len(search):,}{'+' if search.is_capped else '' if search.is_done else '…'}"
        number = search.ordinal(browser.row)
        if search.is_done and not len(search):
            return "no hit"
        return f"{number:,}/{count}" if number else count

    def _rest(self) -> None:
        if self._detail_timer:
            self._detail_timer.stop()
        self._detail_timer = self._screen.set_timer(_REST, self._show_detail)

    def _show_detail(self) -> None:
        self._detail_timer = None
        browser, opened = self._browser, self._opened
        if browser is None or opened is None:
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
        self._show_facts(opened)

    def _show_facts(self, opened: Opened) -> None:
        left, right = facts(opened)
        if self._screen.tree_view.marks is not None:
            right = [Span("following · ", "note"), *right]
        self._screen.facts_line.show(left, right)


def _work_a_slice(browser: Browser[Entry]) -> Change:
    """Let a browser work as long as nobody notices."""
    end = monotonic() + _SLICE
    change = browser.work(_STEPS)
    while browser.is_busy and monotonic() < end:
        more = browser.work(_STEPS)
        message = more.message or change.message
        change = Change(change.rows or more.rows, change.view or more.view, message)
    return change


def _breadcrumb(path: Path) -> list[Span]:
    """Return a path as it can be typed back in, the last component set off."""
    above, last = path_text(path[:-1]), path_text(path[-1:])
    return [Span(f"{above}/" if above else "", "dim"), Span(last, "value")]
