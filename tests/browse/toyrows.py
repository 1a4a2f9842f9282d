"""A table of plain tuples, and what it shows the slow and obvious way."""

from typing import NamedTuple

NO_ROW = -1


class Line(NamedTuple):
    """One row: a name, a number to order by, and the row that it belongs to."""

    name: str
    size: int
    parent: int = NO_ROW


class ToyRows:
    """Lines as rows."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines

    def __len__(self) -> int:
        return len(self.lines)

    def key(self, column: int, row: int) -> str | int:
        return self.lines[row][column]

    def text(self, row: int) -> str:
        return self.lines[row].name

    def parent(self, row: int) -> int:
        return self.lines[row].parent

    def path(self, row: int) -> tuple[bytes, ...]:
        return (self.lines[row].name.encode(),)

    def row_at(self, path: tuple[bytes, ...]) -> int:
        names = [line.name.encode() for line in self.lines]
        return names.index(path[0]) if path[0] in names else NO_ROW


def naive_order(
    lines: list[Line], pattern: str, column: int | None, *, is_reversed: bool
) -> list[int]:
    """Return the rows that are shown, by the words of the help."""
    wanted = pattern[1:] if pattern.startswith("!") and len(pattern) > 1 else pattern
    is_inverted = wanted != pattern

    def lets(name: str) -> bool:
        text = name if any(map(str.isupper, wanted)) else name.lower()
        return (wanted in text) != is_inverted

    found = [row for row, line in enumerate(lines) if lets(line.name)]
    if column is not None:
        return sorted(found, key=lambda row: lines[row][column], reverse=is_reversed)
    shown = set()
    for row in found:
        while row != NO_ROW:
            shown.add(row)
            row = lines[row].parent  # noqa: PLW2901 - up to the root
    return sorted(shown)
