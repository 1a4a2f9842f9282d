"""Lines of which some lead somewhere: Enter goes there."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Self

from boltview.browse.chords import Action
from boltview.browse.viewport import Viewport
from boltview.report.span import Span
from boltview.tui.document import DONE, Document, Path, Reply


class Item(NamedTuple):
    """One line."""

    spans: list[Span]
    goto: Path | None = None
    """Where it leads; None for nowhere."""


class Listing(Document):
    """Lines with a cursor, which stands on those that lead somewhere where there are any."""

    def __init__(self, items: Sequence[Item], first: int = 0) -> None:
        """Show `items`, the cursor on number `first` or the first behind it that leads on."""
        self._items = items
        leading = (i for i in range(first, len(items)) if items[i].goto is not None)
        self._at = next(leading, min(first, max(len(items) - 1, 0)))
        self._viewport = Viewport()
        self._actions = self._table()

    def resume(self, before: Self) -> None:
        """Stand on the line of the same number."""
        self._at = max(0, min(before._at, len(self._items) - 1))

    def layout(self, width: int, height: int) -> int:
        """Have a line for each."""
        del width
        self._viewport.resize(height)
        self._viewport.show(self._at, len(self._items))
        return len(self._items)

    def line(self, number: int) -> list[Span]:
        """Return one line."""
        return self._items[number].spans

    @property
    def cursor(self) -> int | None:
        """The line under the cursor."""
        return self._at if self._items else None

    @property
    def top(self) -> int | None:
        """The first line that shows."""
        return self._viewport.top

    def act(self, action: Action) -> Reply | None:
        """Move the cursor, or follow the line under it."""
        if action.id == "enter":
            goto = self._items[self._at].goto if self._items else None
            return Reply(goto=goto) if goto is not None else Reply("this line leads nowhere")
        move = self._actions.get(action.id)
        if move is None:
            return None
        self._to(move(action.number))
        return DONE

    def scroll(self, top: int) -> None:
        """Show the lines from `top` on; the cursor comes along."""
        self._viewport.scroll(top, len(self._items))
        self._at = max(self._viewport.nearest(self._at, len(self._items)), 0)

    def click(self, line: int, column: int) -> Reply | None:
        """Move to a line; a click on the line under the cursor follows it."""
        del column
        if line == self._at:
            return self.act(Action("enter"))
        self._to(line)
        return DONE

    def _to(self, line: int) -> None:
        self._at = max(0, min(line, len(self._items) - 1))
        self._viewport.show(self._at, len(self._items))

    def _table(self) -> dict[str, Callable[[int], int]]:
        view = self._viewport
        return {
            "down": lambda count: self._at + (count or 1),
            "up": lambda count: self._at - (count or 1),
            "next-sibling": lambda count: self._at + (count or 1),
            "previous-sibling": lambda count: self._at - (count or 1),
            "page-down": lambda count: self._at + (count or 1) * view.height,
            "page-up": lambda count: self._at - (count or 1) * view.height,
            "half-down": lambda count: self._at + (count or 1) * max(view.height // 2, 1),
            "half-up": lambda count: self._at - (count or 1) * max(view.height // 2, 1),
            "first": lambda count: (count or 1) - 1,
            "last": lambda count: (count or len(self._items)) - 1,
        }
