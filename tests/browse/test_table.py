"""A table against a model of plain lists, driven by random actions; and what those do not reach."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from boltview.browse.chords import Action
from boltview.browse.table import Table
from tests.browse.toyrows import NO_ROW, Line, ToyRows, naive_order

NAMES = st.text("abB", min_size=1, max_size=3)
PATTERNS = st.sampled_from(["", "a", "b", "B", "ab", "!a", "!", "!B", "z"])


@st.composite
def forests(draw: st.DrawFn) -> list[Line]:
    """Lines with names of their own, each below one that came before it, or below none."""
    names = draw(st.lists(NAMES, max_size=9, unique=True))
    lines: list[Line] = []
    chain: list[int] = []
    for number, name in enumerate(names):
        depth = draw(st.integers(0, len(chain)))
        del chain[depth:]
        lines.append(Line(name, draw(st.integers(0, 3)), chain[-1] if chain else NO_ROW))
        chain.append(number)
    return lines


class Machine(RuleBasedStateMachine):
    """Keeps the rows that are shown in a list, and the cursor as a name."""

    @initialize(lines=forests(), height=st.integers(1, 5))
    def start(self, lines: list[Line], height: int) -> None:
        self.lines = lines
        self.rows = ToyRows(lines)
        self.left: list[tuple[bytes, ...]] = []
        self.table = Table(self.rows, 2, height, self.left.append)
        self.pattern = ""
        self.column: int | None = None
        self.is_reversed = False
        self.sought = ""
        self.cursor = lines[0].name if lines else ""

    def shown(self) -> list[int]:
        return naive_order(self.lines, self.pattern, self.column, is_reversed=self.is_reversed)

    def names(self) -> list[str]:
        return [self.lines[row].name for row in self.shown()]

    def finish(self) -> None:
        while self.table.is_busy:
            self.table.work(3)

    def act(self, action: str, number: int = 0) -> None:
        self.table.apply(Action(action, number))
        self.finish()

    def at(self) -> int:
        return self.names().index(self.cursor)

    def moved(self, position: int) -> None:
        names = self.names()
        self.cursor = names[max(0, min(position, len(names) - 1))]

    def arranged(self) -> None:
        """The cursor stays on its row; on the first one where that is hidden."""
        names = self.names()
        if self.cursor not in names:
            self.cursor = names[0] if names else ""

    def has_rows(self) -> bool:
        return bool(self.shown())

    @precondition(has_rows)
    @rule(step=st.sampled_from([-1, 1]))
    def step(self, step: int) -> None:
        at = self.at()
        self.act("down" if step > 0 else "up")
        self.moved(at + step)

    @precondition(has_rows)
    @rule(action=st.sampled_from(["page-down", "half-down", "page-up", "half-up"]))
    def page(self, action: str) -> None:
        at, height = self.at(), self.table.viewport.height
        self.act(action)
        rows = height if action.startswith("page") else max(height // 2, 1)
        self.moved(at + (rows if action.endswith("down") else -rows))

    @precondition(has_rows)
    @rule(is_last=st.booleans())
    def jump(self, is_last: bool) -> None:  # noqa: FBT001 - drawn
        before = self.cursor
        self.act("last" if is_last else "first")
        self.moved(len(self.lines) if is_last else 0)
        assert self.left[-1] == (before.encode(),)

    @precondition(has_rows)
    @rule()
    def parent(self) -> None:
        row = self.shown()[self.at()]
        self.act("parent")
        above = self.lines[row].parent
        if above != NO_ROW and self.lines[above].name in self.names():
            self.cursor = self.lines[above].name

    @rule(pattern=PATTERNS)
    def narrow(self, pattern: str) -> None:
        self.table.narrow(pattern)
        self.finish()
        self.pattern = pattern
        self.arranged()

    @rule(column=st.integers(0, 1))
    def order(self, column: int) -> None:
        self.act("order", column)
        self.is_reversed = column == self.column and not self.is_reversed
        self.column = column
        self.arranged()

    @rule()
    def sort(self) -> None:
        self.act("sort")
        self.column = {None: 0, 0: 1, 1: None}[self.column]
        self.is_reversed = False
        self.arranged()

    @rule()
    def reverse(self) -> None:
        self.act("reverse")
        if self.column is not None:
            self.is_reversed = not self.is_reversed
            self.arranged()

    @rule()
    def escape(self) -> None:
        self.act("cancel")
        if self.sought:
            self.sought = ""
        elif self.pattern:
            self.pattern = ""
            self.arranged()

    @rule(height=st.integers(1, 5))
    def resize(self, height: int) -> None:
        self.table.resize(height)

    @precondition(has_rows)
    @rule(pattern=st.sampled_from(["a", "B", "ab", "z"]), keep=st.booleans())
    def search(self, pattern: str, keep: bool) -> None:  # noqa: FBT001 - drawn
        before, at = self.cursor, self.at()
        for length in range(1, len(pattern) + 1):
            self.table.look_for(pattern[:length])
            self.finish()
        hits = self.hits(pattern)
        if hits:
            self.moved(next((hit for hit in hits if hit > at), hits[0]))
        assert self.here() == self.cursor
        self.table.end_typing(keep=keep)
        self.sought = pattern if keep else ""
        if keep:
            assert self.left[-1] == (before.encode(),)
        else:
            self.cursor = before

    @precondition(lambda self: bool(self.sought) and self.has_rows())
    @rule(step=st.sampled_from([-1, 1]))
    def next_hit(self, step: int) -> None:
        at, hits = self.at(), self.hits(self.sought)
        self.act("next-hit" if step > 0 else "previous-hit")
        if hits:
            beyond = [hit for hit in hits if (hit - at) * step > 0]
            self.moved((beyond or hits)[0 if step > 0 else -1])

    def hits(self, pattern: str) -> list[int]:
        is_exact = pattern != pattern.lower()
        return [at for at, name in enumerate(self.names())
                if pattern in (name if is_exact else name.lower())]  # fmt: skip

    @precondition(lambda self: bool(self.lines))
    @rule(data=st.data())
    def visit(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from([line.name for line in self.lines]))
        if name not in self.names():
            self.pattern = ""
        self.table.visit((name.encode(),))
        self.finish()
        self.cursor = name

    @rule(lines=forests())
    def renew(self, lines: list[Line]) -> None:
        """Another state of the file: the cursor is on the row of the same name, if there is one."""
        self.lines = lines
        self.rows = ToyRows(lines)
        self.table.renew(self.rows)
        self.finish()
        if self.cursor not in self.names():
            self.cursor = self.here() or ""

    def here(self) -> str | None:
        return self.lines[self.table.row].name if len(self.table) else None

    @invariant()
    def the_rows_are_those_of_the_model(self) -> None:
        shown = self.shown()
        assert [self.table.row_number(at) for at in range(len(self.table))] == shown
        if shown:
            assert self.here() == self.cursor
            assert self.table.path == (self.cursor.encode(),)
        else:
            assert self.table.path == ()
        # Without an order, what a match belongs to is shown besides.
        assert self.table.matches == len(
            naive_order(self.lines, self.pattern, 0, is_reversed=False)
        )

    @invariant()
    def the_hits_are_counted(self) -> None:
        found = self.table.hits
        assert (found is not None) == bool(self.sought)
        if found is not None and self.shown():
            hits = self.hits(self.sought)
            assert len(found) == len(hits)
            at = self.at()
            assert found.ordinal(at) == (hits.index(at) + 1 if at in hits else 0)

    @invariant()
    def the_cursor_is_in_sight(self) -> None:
        window, shown = self.table.viewport, self.shown()
        assert 0 <= window.top <= max(len(shown) - window.height, 0)
        assert self.table.window() == shown[window.top : window.top + window.height]
        if shown:
            assert window.top <= self.table.at < window.top + window.height


Machine.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
test_the_table_does_what_the_model_does = Machine.TestCase


def lines(count: int) -> list[Line]:
    return [Line(f"r{number:05}", number % 7) for number in range(count)]


def work(table: Table) -> None:
    while table.is_busy:
        table.work(100)


def count(table: Table) -> int:
    return -1 if table.hits is None else len(table.hits)


def test_rows_that_come_later_are_shown_searched_and_counted() -> None:
    rows = ToyRows(lines(3))
    table = Table(rows, 2, 5)
    table.look_for("r")
    work(table)
    assert count(table) == 3
    table.end_typing(keep=True)
    rows.lines += [Line("r-new", 0), Line("leaf", 0)]
    table.grown()
    work(table)
    assert (len(table), count(table)) == (5, 4)
    table.narrow("!r")
    work(table)
    assert (len(table), count(table)) == (1, 0)
    assert table.apply(Action("next-hit")).message == "no row has that in it"


def test_stopping_an_order_half_way_shows_what_was_there() -> None:
    table = Table(ToyRows(lines(5_000)), 2, 5)
    table.apply(Action("order", 1))
    table.work(10)
    assert table.is_arranging
    done, total = table.progress
    assert 0 < done < total
    assert table.apply(Action("cancel")).message == "stopped"
    assert (table.column, table.is_busy, table.window()) == (None, False, [0, 1, 2, 3, 4])


def test_a_large_table_is_ordered_in_runs_that_are_merged() -> None:
    given = lines(10_000)
    table = Table(ToyRows(given), 2, 5)
    table.apply(Action("order", 1))
    work(table)
    assert [table.row_number(at) for at in range(len(table))] == naive_order(
        given, "", 1, is_reversed=False
    )


def test_n_without_a_search_says_how_one_begins() -> None:
    table = Table(ToyRows(lines(2)))
    assert table.apply(Action("next-hit")).message == "no search; / begins one"
    assert table.apply(Action("toggle")).message.startswith("only a tree")


def test_the_same_filter_again_is_no_work() -> None:
    table = Table(ToyRows(lines(2)))
    table.narrow("r")
    work(table)
    table.narrow("r")
    assert not table.is_busy
