"""Where jumps came from: back and forward, as in a browser of pages."""

Path = tuple[bytes, ...]

MAX_KEPT = 200
"""Places that are remembered."""


class History:
    """Paths left by jumps, and those to come back to after going back."""

    __slots__ = ("_back", "_forward")

    def __init__(self) -> None:
        """Remember nothing."""
        self._back: list[Path] = []
        self._forward: list[Path] = []

    def leave(self, path: Path) -> None:
        """Remember the place that a jump leaves; what lay forward is forgotten."""
        self._forward.clear()
        if not self._back or self._back[-1] != path:
            self._back.append(path)
            del self._back[:-MAX_KEPT]

    def back(self, here: Path) -> Path | None:
        """Return where the last jump began, None at the beginning."""
        return _swap(self._back, self._forward, here)

    def forward(self, here: Path) -> Path | None:
        """Return what the last step back left, None at the end."""
        return _swap(self._forward, self._back, here)


def _swap(source: list[Path], target: list[Path], here: Path) -> Path | None:
    while source:
        path = source.pop()
        if path != here:
            target.append(here)
            return path
    return None
