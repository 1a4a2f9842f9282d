"""A search through the keys of every open row of a tree.

It looks for a text within the keys, or for one key as it is.
"""

from collections.abc import Iterator
from typing import Generic, TypeVar

from boltview.browse.hits import Hits, folded
from boltview.browse.outline import Outline
from boltview.browse.source import Source

E = TypeVar("E")


class Search(Hits, Generic[E]):
    """The open rows whose keys match.

    Attributes:
        key: the key that is looked for instead, whole; None for the text.
        version: the state of the outline that the rows belong to.
    """

    __slots__ = ("_outline", "_source", "key", "version")

    def __init__(
        self,
        outline: Outline[E],
        source: Source[E],
        pattern: str,
        origin: int,
        key: bytes | None = None,
    ) -> None:
        """Prepare to look for `pattern`, or for `key`, as which it reads; `steps` does it."""
        super().__init__(pattern, origin, len(outline), self._of_keys)
        self.key = key
        self.version = outline.version
        self._outline = outline
        self._source = source

    def is_of(self, outline: Outline[E]) -> bool:
        """Whether these are the hits in an outline as it is now."""
        return self._outline is outline and self.version == outline.version

    def _of_keys(self, start: int, end: int) -> Iterator[bool]:
        """Yield for each row from `start` to before `end` whether its key matches."""
        source, key, has = self._source, self.key, folded(self.pattern)
        places = self._outline.walk(start)
        for _, (node, position) in zip(range(start, end), places, strict=False):
            if key is not None:
                yield source.key(node.rows[position]) == key
            else:
                yield has(source.text(node.rows, node.rows[position]))
