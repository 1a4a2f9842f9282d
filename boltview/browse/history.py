"""Where jumps came from: back and forward, as in a browser of pages, across all views."""

from typing import NamedTuple

Path = tuple[bytes, ...]

MAX_KEPT = 200
"""Places that are remembered."""


class Spot(NamedTuple):
    """A place in one of the views."""

    view: str
    path: Path
    """What finds the row again in that view, whatever the view makes of it."""


class History:
    """Spots left by jumps, and those to come back to after going back."""

    __slots__ = ("_back", "_forward")

    def __init__(self) -> None:
        """Remember nothing."""
        self._back: list[Spot] = []
        self._forward: list[Spot] = []

    def leave(self, spot: Spot) -> None:
        """Remember the spot that a jump leaves; what lay forward is forgotten."""
        self._forward.clear()
        if not self._back or self._back[-1] != spot:
            self._back.append(spot)
            del self._back[:-MAX_KEPT]

    def back(self, here: Spot) -> Spot | None:
        """Return where the last jump began, None at the beginning."""
        return _swap(self._back, self._forward, here)

    def forward(self, here: Spot) -> Spot | None:
        """Return what the last step back left, None at the end."""
        return _swap(self._forward, self._back, here)


def _swap(source: list[Spot], target: list[Spot], here: Spot) -> Spot | None:
    while source:
        spot = source.pop()
        if spot != here:
            target.append(here)
            return spot
    return None
