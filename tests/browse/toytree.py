"""A tree of plain lists for the browser, and the same tree's rows the slow and obvious way."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from boltview.browse.outline import Rows


class Item(NamedTuple):
    """An entry: a value, or with a list of items a bucket."""

    name: str
    items: "Sequence[Item] | None" = None


class Toy:
    """Lists as a source of rows."""

    def __init__(self, items: Sequence[Item], slow: frozenset[str] = frozenset()) -> None:
        """Show `items`; buckets whose names are in `slow` take long to read."""
        self.items = items
        self.slow = slow

    def top(self) -> Rows[Item]:
        return self.items

    def opens(self, entry: Item) -> bool:
        return entry.items is not None

    def rows(self, entry: Item) -> Rows[Item] | None:
        assert entry.items is not None
        return None if entry.name in self.slow else entry.items

    def standby(self, entry: Item) -> Rows[Item]:
        return [Item(f"reading {entry.name}")]

    def key(self, entry: Item) -> bytes | None:
        return None if entry.name.startswith("!") else entry.name.encode()

    def text(self, rows: Rows[Item], entry: Item) -> str:
        assert len(rows)
        return entry.name

    def position(self, rows: Rows[Item], key: bytes) -> int | None:
        found = [i for i in range(len(rows)) if rows[i].name.encode() == key]
        return found[0] if found else None


Path = tuple[str, ...]


def naive_rows(items: Sequence[Item], opened: set[Path], above: Path = ()) -> Iterator[Path]:
    """Yield the path of every visible row, by recursion over everything."""
    for item in items:
        path = (*above, item.name)
        yield path
        if path in opened and item.items is not None:
            yield from naive_rows(item.items, opened, path)


def item_at(items: Sequence[Item], path: Path) -> Item:
    found = next(item for item in items if item.name == path[0])
    return item_at(found.items or [], path[1:]) if len(path) > 1 else found


def tree(text: str) -> list[Item]:
    """Read an indented outline: a name with `/` behind it is a bucket."""
    top: list[Item] = []
    levels = [top]
    for line in text.strip("\n").splitlines():
        name = line.strip()
        depth = (len(line) - len(line.lstrip())) // 2
        inner: list[Item] | None = [] if name.endswith("/") else None
        levels[depth].append(Item(name.rstrip("/"), inner))
        if inner is not None:
            levels[depth + 1 :] = [inner]
    return top
