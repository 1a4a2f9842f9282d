"""The browser as a state machine: an action goes in, what changed comes out."""

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

from boltview.browse.change import NO_CHANGE, Change
from boltview.browse.chords import Action
from boltview.browse.narrow import Sieve
from boltview.browse.outline import Node, Outline, Place, Rows
from boltview.browse.resume import as_nodes
from boltview.browse.search import Search
from boltview.browse.source import Source
from boltview.browse.tree import Path
from boltview.browse.unfold import ASK_ABOVE, MAX_ROWS, Unfold, open_what_fits

E = TypeVar("E")


def _forget(_path: Path) -> None:
    """Remember nothing."""


class _Began(NamedTuple, Generic[E]):
    """Where the cursor was when a pattern was begun to be typed."""

    place: Place[E]
    path: Path


class Browser(Sieve[E], Generic[E]):
    """A tree that takes actions, searches, jumps to paths and survives a reload.

    Attributes:
        search: the search whose hits are counted; None without one.
    """

    def __init__(
        self, source: Source[E], height: int = 1, leave: Callable[[Path], None] = _forget
    ) -> None:
        """Show the top of `source`, with whole levels opened as far as they fit into `height`.

        Args:
            source: the tree.
            height: rows that there is room for.
            leave: told the path that a jump leaves, for the way back.
        """
        super().__init__(source, height)
        open_what_fits(self)
        self.search: Search[E] | None = None
        self._searching: Iterator[None] = iter(())
        self._seek = 0
        self._began: _Began[E] | None = None
        self._unfold: Unfold[E] | None = None
        self._unfolding: Iterator[None] = iter(())
        self._offered: Node[E] | None = None
        self._leave = leave
        self._goal: Path | None = None
        # Of buckets that wait for their rows after a reload: what was open in them before it.
        self._pasts: dict[Node[E], Node[E]] = {}
        self._actions = self._table()

    @property
    def is_busy(self) -> bool:
        """Whether `work` has something to do."""
        search = self.search
        is_stale = search is not None and not search.is_of(self.outline)
        is_seeking = is_stale or (search is not None and not search.is_done)
        return self._unfold is not None or self._narrowing is not None or is_seeking

    @property
    def is_unfolding(self) -> bool:
        """Whether buckets are being opened, one after the other."""
        return self._unfold is not None

    def knows(self, action: Action) -> bool:
        """Whether an action means something to the tree."""
        return action.id in self._actions

    def apply(self, action: Action) -> Change:
        """Do what an action says; one that the tree does not know changes nothing."""
        do = self._actions.get(action.id)
        if do is None or not (len(self.outline) or action.id == "cancel"):
            return NO_CHANGE
        self._goal = None
        return self._watched(lambda: do(action.number))

    def resize(self, height: int) -> Change:
        """Have room for another number of rows; the cursor stays in sight."""
        return self._watched(lambda: self.viewport.resize(height))

    def scroll(self, top: int) -> Change:
        """Show the rows from `top` on; the cursor comes along where it would leave the screen."""
        return self._watched(lambda: self.scroll_to(top))

    def goto(self, path: Path) -> Change:
        """Jump to a path, opening what is on the way; to its nearest bucket where it is gone."""
        self._leave(self.path)
        return self._watched(lambda: self._go(path))

    def visit(self, path: Path) -> Change:
        """Go to a path as `goto` does, without remembering the place that this leaves."""
        return self._watched(lambda: self._go(path))

    def look_for(self, pattern: str) -> Change:
        """Search while the pattern is typed: the cursor goes to the first hit from where it was.

        An empty pattern takes the cursor back there.
        """
        return self._watched(lambda: self._look_for(pattern))

    def narrow(self, pattern: str) -> Change:
        """Show only the open rows that a filter lets through; all of them for an empty one."""
        if pattern == self.filter.pattern:
            return NO_CHANGE
        return self._watched(lambda: self.begin_narrowing(pattern))

    def end_typing(self, *, keep: bool) -> Change:
        """End the typing of a pattern.

        Args:
            keep: stay where the search led to; or go back and forget it.
        """
        began, self._began = self._began, None
        if keep and began:
            self._leave(began.path)
        elif began:
            self.search = None
            return self._watched(lambda: self._to_place(began.place))
        return NO_CHANGE

    def loaded(self, node: Node[E], rows: Rows[E]) -> Change:
        """Take the rows of a bucket that was waiting for them."""

        def take() -> str:
            self.fill(node, rows)
            past = self._pasts.pop(node, None)
            if past:
                self._reopen(past, node)
            if self.filter.pattern:
                self.begin_narrowing(self.filter.pattern)
            return self._go(self._goal) if self._goal is not None else ""

        return self._watched(take)

    def work(self, steps: int) -> Change:
        """Go on with what takes long, for so many rows; see `is_busy`."""
        return self._watched(lambda: self._work(steps))

    def stop(self) -> None:
        """Give up what takes long: an opening of everything, a search."""
        self._unfold, self.search, self._seek = None, None, 0

    def reload(self, source: Source[E]) -> Change:
        """Show another state of the file: the same buckets open, the cursor on the same path.

        Where the path is gone, the cursor stands on the nearest bucket above it that is left.
        """
        path, row = self.path, self.row if len(self.outline) else 0
        return self._watched(lambda: self._reload(source, path, row))

    def resume(self, opened: Iterable[Path], path: Path) -> Change:
        """Open the buckets at some paths and no others, and go to a path: as one was left."""

        def do() -> str:
            self.widen()
            self.close_all()
            self.outline.top.folded.clear()
            self._reopen(as_nodes(opened), self.outline.top)
            return self._go(path)

        return self._watched(do)

    def _watched(self, do: Callable[[], str | None]) -> Change:
        """Do something, bring the cursor into sight, and compare before and after."""
        outline, version = self.outline, self.outline.version
        before = (self.cursor, self.viewport.top)
        row = self.row if len(outline) else 0
        message = do() or ""
        total = len(self.outline)
        is_changed = self.outline is not outline or outline.version != version
        if total:
            now = self.row
            if is_changed and (self.cursor == before[0] or self.outline is not outline):
                # Rows came or went above the cursor: what the eye is on stays where it is.
                self.viewport.scroll(self.viewport.top + now - row, total)
            is_far = abs(now - row) > self.viewport.height
            self.viewport.show(now, total, centred=is_far)
        else:
            self.viewport.scroll(0, 0)
        return Change(is_changed, is_changed or before != (self.cursor, self.viewport.top), message)

    def _table(self) -> dict[str, Callable[[int], str | None]]:
        """Return what each action does, given the number that it carries."""
        view = self.viewport
        return {
            "down": lambda _: self.to_row(self.row + 1),
            "up": lambda _: self.to_row(self.row - 1),
            "next-sibling": lambda _: self.to_sibling(1),
            "previous-sibling": lambda _: self.to_sibling(-1),
            "parent": lambda _: self.to_parent(),
            "first": lambda _: self._jump_to_row(0),
            "last": lambda _: self._jump_to_row(len(self.outline) - 1),
            "row": self.to_row,
            "jump": self._jump_to_row,
            "page-down": lambda _: self.page(view.height),
            "page-up": lambda _: self.page(-view.height),
            "half-down": lambda _: self.page(view.half),
            "half-up": lambda _: self.page(-view.half),
            "centre": lambda _: self.align(view.height // 2),
            "to-top": lambda _: self.align(0),
            "to-bottom": lambda _: self.align(view.height - 1),
            "in": lambda _: self.step_in(),
            "out": lambda _: self.step_out(),
            "toggle": lambda _: self.toggle(),
            "enter": lambda _: self.toggle(),
            "open-below": lambda _: self._open_below(),
            "close-below": lambda _: self.close_below(),
            "open-all": lambda _: self._begin_unfold(self.outline.top),
            "close-all": lambda _: self._close_all(),
            "sort": lambda _: "a tree keeps the order of its keys; o is for tables",
            "reverse": lambda _: "a tree keeps the order of its keys; O is for tables",
            "next-hit": lambda _: self._to_hit(1),
            "previous-hit": lambda _: self._to_hit(-1),
            "next-same": lambda _: self._look_for_same(1),
            "previous-same": lambda _: self._look_for_same(-1),
            "cancel": lambda _: self._cancel(),
        }

    # --- what takes long -------------------------------------------------------------------------

    def _work(self, steps: int) -> str:
        if self._unfold:
            for _ in zip(range(steps), self._unfolding, strict=False):
                pass
            return self._unfolded(self._unfold)
        if self._narrowing:
            if self.narrow_on(self._narrowing, steps) and self.search:
                self._begin_search(self.search.pattern, 0, self.search.key)
            return ""
        search = self.search
        if search is None:
            return ""
        if not search.is_of(self.outline):
            search = self._begin_search(search.pattern, self.row, search.key)
        for _ in zip(range(steps), self._searching, strict=False):
            if self._seek and self._follow(search):
                break
        if self._seek and not self._follow(search) and search.is_done:
            self._seek = 0
        return ""

    def _open_below(self) -> str:
        entry = self.cursor.entry
        if not self.source.opens(entry):
            return ""
        return self._begin_unfold(self.cursor.opened or self.open(self.cursor, entry))

    def _begin_unfold(self, node: Node[E]) -> str:
        limit = MAX_ROWS if self._offered is node else ASK_ABOVE
        self._unfold = Unfold(self, node, limit)
        self._unfolding = self._unfold.steps()
        self._offered = None
        return ""

    def _unfolded(self, unfold: Unfold[E]) -> str:
        result = unfold.result
        if result is None:
            return ""
        self._unfold = None
        if result.is_whole:
            return ""
        if result.rows < unfold.limit:
            return "opened; buckets that are still being read stay as they are"
        if unfold.limit == MAX_ROWS:
            return f"opened {MAX_ROWS:,} rows; what lies deeper stays closed"
        self._offered = unfold.node
        return f"opened {ASK_ABOVE:,} rows; again opens up to {MAX_ROWS:,}"

    def _close_all(self) -> None:
        self._unfold = None
        self.close_all()

    def _cancel(self) -> str:
        if self._unfold:
            self._unfold = None
            return "stopped"
        if self.search is None and self.filter.pattern:
            self.widen()
        self.stop()
        return ""

    # --- searching -------------------------------------------------------------------------------

    def _look_for(self, pattern: str) -> None:
        if not len(self.outline):
            return
        if self._began is None:
            self._began = _Began(self.cursor, self.path)
        self._to_place(self._began.place)
        self.search = None
        if pattern:
            self._begin_search(pattern, self.row)
            self._seek = 1

    def _look_for_same(self, direction: int) -> str:
        """Go to the next row with the key of this one, and step through them all from there."""
        key = self.source.key(self.cursor.entry)
        if key is None:
            return "there is no key here to look for"
        self._leave(self.path)
        self._begin_search(key.decode(errors="replace"), self.row, key)
        self._seek = direction
        return ""

    def _begin_search(self, pattern: str, origin: int, key: bytes | None = None) -> Search[E]:
        self.search = Search(self.outline, self.source, pattern, origin, key)
        self._searching = self.search.steps()
        return self.search

    def _to_hit(self, direction: int) -> str:
        if self.search is None:
            return "no search; / begins one, and s one through the whole file"
        if self.search.is_done and not len(self.search):
            return "no hit in what is open; = opens everything"
        self._seek = direction
        if self.search.is_of(self.outline):
            self._follow(self.search)
        return ""

    def _follow(self, search: Search[E]) -> bool:
        """Go to the hit that is wanted, if it is known by now."""
        row = search.next_row(self.row, self._seek)
        if row is None:
            return False
        self._seek = 0
        self.to_row(row)
        return True

    # --- jumping ---------------------------------------------------------------------------------

    def _jump_to_row(self, row: int) -> None:
        self._leave(self.path)
        self.to_row(row)

    def _to_place(self, place: Place[E]) -> None:
        self.cursor = place
        self.surface()

    def _go(self, path: Path) -> str:
        """Go to a path; the filter goes where it hides that."""
        said = self._walk_to(path)
        if said and self.is_narrowed:
            self.widen()
            said = self._walk_to(path)
        return said

    def _walk_to(self, path: Path) -> str:
        """Walk down a path; where a bucket must be read first, the way goes on in `loaded`."""
        self._goal = None
        node = self.outline.top
        for depth, key in enumerate(path, start=1):
            position = self.source.position(node.rows, key)
            if position is None:
                return "that path is not there (any more)"
            self.cursor = Place(node, position)
            if depth == len(path):
                return ""
            entry = self.cursor.entry
            if not self.source.opens(entry):
                return "that path goes on below a value"
            node = node.child(position) or self.open(self.cursor, entry)
            if node.is_waiting:
                self._goal = path
                return ""
        return ""

    # --- another state of the file ---------------------------------------------------------------

    def _reload(self, source: Source[E], path: Path, row: int) -> None:
        past = self.whole.top
        self.source = self._raw = source
        self._whole = self._narrowing = None
        self.outline = Outline(source.top())
        self.waiting, self._pasts, self._unfold = [], {}, None
        self._began, self._seek = None, 0
        if self.search:
            self._begin_search(self.search.pattern, 0, self.search.key)
        if not len(self.outline):
            self.cursor = Place(self.outline.top, 0)
            return
        self._reopen(past, self.outline.top)
        self.to_row(row)
        if path:
            self.cursor = Place(self.outline.top, min(row, len(self.outline.top.rows) - 1))
            self._go(path)
        if self.filter.pattern:
            self.begin_narrowing(self.filter.pattern)

    def _reopen(self, past: Node[E], node: Node[E]) -> None:
        """Open in `node` what is open in `past`, found by its key, and so on below."""
        pairs = [(past, node)]
        while pairs:
            past, node = pairs.pop()
            if node.is_waiting:
                self._pasts[node] = past
                continue
            for old in past.nodes:
                position = self.source.position(node.rows, old.key)
                if position is None:
                    continue
                place = Place(node, position)
                entry = place.entry
                if self.source.opens(entry):
                    pairs.append((old, self.open(place, entry)))
