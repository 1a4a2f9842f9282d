"""Where somebody is on a tour: one of so many steps, back and forth."""

from boltview.browse.chords import Action

_FORTH = frozenset({"in", "enter", "toggle", "next-hit", "forward"})
_BACK = frozenset({"out", "previous-hit", "back", "parent"})


class Tour:
    """A position among steps.

    Attributes:
        total: how many steps there are, at least one.
        number: the current one, from 0.
    """

    __slots__ = ("number", "total")

    def __init__(self, total: int) -> None:
        """Begin with the first step."""
        self.total = max(total, 1)
        self.number = 0

    def apply(self, action: Action) -> bool | None:
        """Go to another step; return whether that changed anything, None if it means nothing."""
        before = self.number
        if action.id in _FORTH:
            self.number = min(before + 1, self.total - 1)
        elif action.id in _BACK:
            self.number = max(before - 1, 0)
        elif action.id == "first":
            self.number = 0
        elif action.id == "last":
            self.number = self.total - 1
        else:
            return None
        return self.number != before
