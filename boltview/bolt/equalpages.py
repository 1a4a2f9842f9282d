"""Which pages of two trees surely hold the same, with all below them, so that they can be skipped.

That a page has the same number in both trees proves nothing, nor do equal bytes of a branch: its
children can hold something else under the same numbers. A subtree is the same if every one of its
pages is. Where two files differ little, that is found out at the speed of comparing memory.
"""

from collections.abc import Callable

from boltview.bolt.format import FIRST_DATA_PAGE, LEAF_PAGE
from boltview.bolt.links import Links, read_links
from boltview.bolt.progress import Progress
from boltview.bolt.revision import Revision
from boltview.bolt.source import Source

_CHUNK = 1 << 20
"""Bytes compared at once."""
_UNKNOWN, _SAME, _OTHER = range(3)
_OWN_ID = 8
"""Bytes of a page's own number, with which its header begins."""


Sameness = Callable[[int, int], bool]
"""Tells of two subtrees, by their pages on either side, whether they surely hold the same."""


def by_number(before: int, after: int) -> bool:
    """Tell of two revisions of one file, or of two that follow each other in one lineage.

    Commit T+1 writes on no page of revision T (`tx.go: Commit`), so a page of both trees is the
    same. Over more than one commit it need not be.
    """
    return before == after


class EqualPages:
    """Tells of any two revisions, whatever their files have to do with each other.

    Both files are read once: by `compare`, or when it is first asked.
    """

    __slots__ = ("_after", "_before", "_equal", "_states")

    def __init__(self, before: Revision, after: Revision) -> None:
        """Compare nothing yet."""
        self._before = before
        self._after = after
        self._equal: bytearray | None = None
        self._states = bytearray()

    def __call__(self, before: int, after: int) -> bool:
        """Whether two subtrees surely hold the same."""
        if not _are_alike(self._before, self._after):
            return False
        if before != after:
            return self._are_equal_leaves(before, after)
        if self._equal is None:
            self.compare()
        return self._is_same(before)

    def compare(self, progress: Progress | None = None) -> None:
        """Compare the two files page by page.

        Args:
            progress: told how many bytes were compared, and of how many; may raise to end.
        """
        if _are_alike(self._before, self._after):
            self._equal = _equal_pages(self._before, self._after, progress)
            self._states = bytearray(len(self._equal))

    def _is_same(self, page_id: int) -> bool:
        """Whether a page and all below it are equal in both files; each page is read once."""
        states = self._states
        if page_id >= len(states):
            return False
        path: list[tuple[int, list[int]]] = [(page_id, [page_id])]
        while path:
            owner, left = path[-1]
            if not left:
                states[owner] = _SAME
                path.pop()
                continue
            child = left.pop()
            state = states[child] if child < len(states) else _OTHER
            if state == _UNKNOWN:
                links = self._links(child)
                if links is not None:
                    # What leads back to it finds it in doubt.
                    states[child] = _OTHER if links.children else _SAME
                    if links.children:
                        path.append((child, list(links.children)))
                    continue
                states[child] = state = _OTHER
            if state == _OTHER:
                for above, _ in path:
                    states[above] = _OTHER
                return False
        return True

    def _links(self, page_id: int) -> Links | None:
        """Return where an equal page leads; None if it is not equal, or in any doubt."""
        equal = self._equal
        if equal is None or not equal[page_id]:
            return None
        links = read_links(self._before.source, self._before.meta, page_id)
        if links is None or not all(equal[page_id : page_id + links.pages]):
            return None
        return links if page_id + links.pages <= len(equal) else None

    def _are_equal_leaves(self, before: int, after: int) -> bool:
        """Whether two pages are leaves that hold the same, and no bucket with pages of its own."""
        size = self._before.page_size
        raw = self._before.source.read(before * size, size)
        other = self._after.source.read(after * size, size)
        if raw[_OWN_ID:] != other[_OWN_ID:] or len(raw) != size:
            return False
        own_id, flags, _, overflow = self._before.layout.header.unpack_from(raw)
        other_id = self._before.layout.page_id.unpack_from(other)[0]
        if (own_id, other_id, flags, overflow) != (before, after, LEAF_PAGE, 0):
            return False
        links = read_links(self._before.source, self._before.meta, before, raw)
        return links is not None and not links.children


def _are_alike(before: Revision, after: Revision) -> bool:
    """Whether pages of the two can be compared at all."""
    return before.page_size == after.page_size and before.layout is after.layout


def _equal_pages(before: Revision, after: Revision, progress: Progress | None) -> bytearray:
    """Return a 1 for each page that is the same in both files, a 0 for the others."""
    size = before.page_size
    count = min(_pages(before), _pages(after))
    equal = bytearray(count)
    each = max(_CHUNK // size, 1)
    for first in range(FIRST_DATA_PAGE, count, each):
        last = min(first + each, count)
        _compare(before.source, after.source, first, last, size, equal)
        if progress:
            progress(last * size, count * size)
    return equal


def _compare(  # noqa: PLR0913, PLR0917 - one stretch of two files
    before: Source, after: Source, first: int, last: int, size: int, equal: bytearray
) -> None:
    length = (last - first) * size
    one, other = before.read(first * size, length), after.read(first * size, length)
    if one == other:
        equal[first:last] = b"\1" * (last - first)
        return
    for page_id in range(first, last):
        start = (page_id - first) * size
        if one[start : start + size] == other[start : start + size]:
            equal[page_id] = 1


def _pages(revision: Revision) -> int:
    """Return how many pages of the tree the file can hold."""
    return min(revision.high_water, revision.source.size // revision.page_size)
