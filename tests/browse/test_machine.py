"""The browser against a model of plain lists, driven by random actions."""

from collections.abc import Sequence

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from boltview.browse.chords import Action
from boltview.browse.state import Browser
from tests.browse.test_outline import path_of, trees
from tests.browse.toytree import Item, Path, Toy, item_at, naive_rows


class Machine(RuleBasedStateMachine):
    """Keeps every visible row in a list, and what is open in a set of paths."""

    @initialize(top=trees(), height=st.integers(1, 6))
    def start(self, top: list[Item], height: int) -> None:
        self.top: Sequence[Item] = top
        self.browser = Browser(Toy(top), height)
        self.opened = {path for path in self.every_bucket(top) if self.is_open_in_browser(path)}
        rows = self.rows()
        self.cursor: Path = rows[0] if rows else ()
        self.past: list[Path] = []

    def every_bucket(self, items: Sequence[Item], above: Path = ()) -> list[Path]:
        found = []
        for item in items:
            if item.items is not None:
                path = (*above, item.name)
                found += [path, *self.every_bucket(item.items, path)]
        return found

    def is_open_in_browser(self, path: Path) -> bool:
        """Whether it was opened at the start, read off the rows: only levels that fit are."""
        depth = len(path)
        levels = [p for p in self.every_bucket(self.top) if len(p) <= depth]
        return len(list(naive_rows(self.top, set(levels)))) <= self.browser.viewport.height

    def rows(self) -> list[Path]:
        return list(naive_rows(self.top, self.opened))

    def act(self, action: str) -> None:
        self.browser.apply(Action(action))
        while self.browser.is_busy:
            self.browser.work(3)

    def move(self, action: str, row: int) -> None:
        self.act(action)
        rows = self.rows()
        self.cursor = rows[max(0, min(row, len(rows) - 1))]

    def has_rows(self) -> bool:
        return bool(self.top)

    def row(self) -> int:
        return self.rows().index(self.cursor)

    def is_bucket(self, path: Path) -> bool:
        return item_at(self.top, path).items is not None

    @precondition(has_rows)
    @rule()
    def down(self) -> None:
        self.move("down", self.row() + 1)

    @precondition(has_rows)
    @rule()
    def up(self) -> None:
        self.move("up", self.row() - 1)

    @precondition(has_rows)
    @rule()
    def first(self) -> None:
        self.move("first", 0)

    @precondition(has_rows)
    @rule()
    def last(self) -> None:
        self.move("last", len(self.rows()) - 1)

    @precondition(has_rows)
    @rule(action=st.sampled_from(["page-down", "half-down", "page-up", "half-up"]))
    def page(self, action: str) -> None:
        height = self.browser.viewport.height
        step = height if action.startswith("page") else max(height // 2, 1)
        sign = 1 if action.endswith("down") else -1
        self.move(action, self.row() + sign * step)

    @precondition(has_rows)
    @rule(step=st.sampled_from([-1, 1]))
    def sibling(self, step: int) -> None:
        self.act("next-sibling" if step > 0 else "previous-sibling")
        above = self.cursor[:-1]
        names = [
            item.name for item in (item_at(self.top, above).items if above else self.top) or []
        ]
        at = names.index(self.cursor[-1]) + step
        self.cursor = (*above, names[max(0, min(at, len(names) - 1))])

    @precondition(has_rows)
    @rule()
    def parent(self) -> None:
        self.act("parent")
        self.cursor = self.cursor[: max(1, len(self.cursor) - 1)]

    @precondition(has_rows)
    @rule(action=st.sampled_from(["toggle", "enter"]))
    def toggle(self, action: str) -> None:
        self.act(action)
        if self.is_bucket(self.cursor):
            self.opened ^= {self.cursor}

    @precondition(has_rows)
    @rule()
    def step_in(self) -> None:
        self.act("in")
        if self.cursor in self.opened:
            inner = item_at(self.top, self.cursor).items
            self.cursor = (*self.cursor, inner[0].name) if inner else self.cursor
        elif self.is_bucket(self.cursor):
            self.opened.add(self.cursor)

    @precondition(has_rows)
    @rule()
    def step_out(self) -> None:
        self.act("out")
        if self.cursor in self.opened:
            self.opened.discard(self.cursor)
        else:
            self.cursor = self.cursor[:-1] or self.cursor

    @precondition(has_rows)
    @rule()
    def open_below(self) -> None:
        self.act("open-below")
        below = len(self.cursor)
        self.opened |= {path for path in self.every_bucket(self.top) if path[:below] == self.cursor}

    @precondition(has_rows)
    @rule()
    def close_below(self) -> None:
        self.act("close-below")
        if self.cursor in self.opened:
            below = len(self.cursor)
            self.opened -= {
                path for path in self.opened if path[:below] == self.cursor and len(path) > below
            }

    @precondition(has_rows)
    @rule()
    def open_all(self) -> None:
        self.act("open-all")
        self.opened = set(self.every_bucket(self.top))

    @precondition(has_rows)
    @rule()
    def close_all(self) -> None:
        self.act("close-all")
        self.opened = set()
        self.cursor = self.cursor[:1]

    @precondition(has_rows)
    @rule(action=st.sampled_from(["centre", "to-top", "to-bottom", "cancel", "unheard-of"]))
    def only_scroll(self, action: str) -> None:
        self.act(action)

    @precondition(has_rows)
    @rule(top=st.integers(-3, 30))
    def wheel(self, top: int) -> None:
        row = self.row()
        self.browser.scroll(top)
        window = self.browser.viewport
        rows = self.rows()
        self.cursor = rows[max(window.top, min(row, window.top + window.height - 1, len(rows) - 1))]

    @rule(height=st.integers(1, 8))
    def resize(self, height: int) -> None:
        self.browser.resize(height)

    @precondition(has_rows)
    @rule(data=st.data())
    def goto(self, data: st.DataObject) -> None:
        path = data.draw(
            st.sampled_from(list(naive_rows(self.top, set(self.every_bucket(self.top)))))
        )
        self.browser.goto(tuple(name.encode() for name in path))
        self.opened |= {path[:depth] for depth in range(1, len(path))}
        self.cursor = path

    @precondition(has_rows)
    @rule(pattern=st.sampled_from("abcdef"), steps=st.lists(st.sampled_from([-1, 1]), max_size=4))
    def search(self, pattern: str, steps: list[int]) -> None:
        self.browser.look_for(pattern)
        while self.browser.is_busy:
            self.browser.work(2)
        self.browser.end_typing(keep=True)
        for step in steps:
            self.act("next-hit" if step > 0 else "previous-hit")
        rows = self.rows()
        hits = [row for row, path in enumerate(rows) if pattern in path[-1]]
        row = self.row()
        for step in [1, *steps]:
            if hits:
                beyond = [hit for hit in hits if (hit > row if step > 0 else hit < row)]
                row = (beyond or hits)[0 if step > 0 else -1]
        self.cursor = rows[row]
        search = self.browser.search
        assert search is not None
        assert len(search) == len(hits)
        assert search.ordinal(row) == (hits.index(row) + 1 if row in hits else 0)

    @precondition(has_rows)
    @rule(step=st.sampled_from([-1, 1]), steps=st.lists(st.sampled_from([-1, 1]), max_size=3))
    def same_key(self, step: int, steps: list[int]) -> None:
        self.act("next-same" if step > 0 else "previous-same")
        rows, row = self.rows(), self.row()
        hits = [at for at, path in enumerate(rows) if path[-1] == self.cursor[-1]]
        assert len(self.browser.search or ()) == len(hits)
        for each in steps:
            self.act("next-hit" if each > 0 else "previous-hit")
        for each in [step, *steps]:
            row = hits[(hits.index(row) + each) % len(hits)]
        self.cursor = rows[row]

    @rule(top=trees())
    def reload(self, top: list[Item]) -> None:
        self.browser.reload(Toy(top))
        self.top = top
        buckets = set(self.every_bucket(top))
        # What lay within a bucket that was closed is not shown, so it is not remembered either.
        self.opened = {
            path
            for path in self.opened & buckets
            if all(path[:depth] in self.opened for depth in range(1, len(path)))
        }
        rows = self.rows()
        if not rows:
            self.cursor = ()
            return
        survivors = [self.cursor[:depth] for depth in range(len(self.cursor), 0, -1)]
        left = [path for path in survivors if path in set(naive_rows(top, buckets))]
        if left:
            self.cursor = left[0]
        else:
            self.cursor = path_of(self.browser.cursor)
            assert len(self.cursor) == 1

    @invariant()
    def the_rows_are_those_of_the_model(self) -> None:
        outline = self.browser.outline
        rows = self.rows()
        assert len(outline) == len(rows)
        assert [path_of(place) for place in outline.walk()] == rows
        if rows:
            assert path_of(self.browser.cursor) == self.cursor
            assert self.browser.row == rows.index(self.cursor)
            assert self.browser.path == tuple(name.encode() for name in self.cursor)

    @invariant()
    def the_cursor_is_in_sight(self) -> None:
        window = self.browser.viewport
        rows = self.rows()
        assert 0 <= window.top <= max(len(rows) - window.height, 0)
        if rows:
            assert window.top <= self.browser.row < window.top + window.height
            shown = rows[window.top : window.top + window.height]
            assert [path_of(place) for place in self.browser.window()] == shown


Machine.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
test_the_browser_does_what_the_model_does = Machine.TestCase
