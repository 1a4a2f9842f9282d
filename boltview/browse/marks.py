"""Which rows are marked: what was added or changed since the state of the file before."""

from collections.abc import Iterable

Path = tuple[bytes, ...]

GLYPHS = {"added": "+", "changed": "~", "removed": "-"}
MAX_MARKED = 100_000
"""Paths that are marked; of what exceeds them only the number is told."""


class Marks:
    """What changed between two states of a database, by path."""

    __slots__ = ("_above", "_counts", "_kinds")

    def __init__(self, found: Iterable[tuple[str, Path]] = ()) -> None:
        """Mark what was found.

        Args:
            found: `added`, `changed` or `removed`, and the path that it happened to.
        """
        self._kinds: dict[Path, str] = {}
        self._above: set[Path] = set()
        self._counts = dict.fromkeys(GLYPHS, 0)
        for number, (kind, path) in enumerate(found):
            self._counts[kind] += 1
            if number >= MAX_MARKED:
                continue
            if kind != "removed":
                self._kinds[path] = kind
            above = path[:-1]
            while above and above not in self._above:
                self._above.add(above)
                above = above[:-1]

    def glyph(self, path: Path, *, is_open: bool) -> str:
        """Return `+`, `~` or nothing for a row; a closed bucket speaks for what it hides."""
        kind = self._kinds.get(path, "")
        if not kind and not is_open and path in self._above:
            kind = "changed"
        return GLYPHS.get(kind, "")

    @property
    def summary(self) -> str:
        """How much changed: `+3 ~1 -2`."""
        told = [f"{GLYPHS[kind]}{count:,}" for kind, count in self._counts.items() if count]
        return " ".join(told) or "nothing changed"
