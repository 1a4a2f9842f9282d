"""Which pages of a file the current revision uses, and what its own pages hold in their slack.

bbolt leaves no slack, but `bbolt surgery clear-page-elements` only lowers the count of a page's
elements: those cleared stay behind it.
"""

from typing import NamedTuple

from boltview.bolt.bucketnumbers import NOBODY
from boltview.bolt.elements import Element, implied_count
from boltview.bolt.errors import Damage
from boltview.bolt.finding import ERROR
from boltview.bolt.format import ELEMENT_SIZE, HEADER_SIZE, LEAF_PAGE
from boltview.bolt.freelist import Freelist, read_freelist
from boltview.bolt.page import read_header
from boltview.bolt.progress import Progress
from boltview.bolt.revision import Revision
from boltview.bolt.survey import Survey
from boltview.forensics.stale import Space, Stale, parse_stale

_MOST_ROOM = 1 << 14
"""Pages behind a cleared page that are looked at: a hostile file could make each of many look."""


class Reachable(NamedTuple):
    """The pages in use."""

    survey: Survey
    """The walk over the tree."""
    space: Space
    """All whole pages of the file, beyond the high-water mark too."""
    cleared: dict[int, Stale]
    """Elements that pages of the tree no longer count, by page."""

    @property
    def is_known(self) -> bool:
        """Whether all of the tree was walked: below damage a page only seems to be in no tree."""
        return self.survey.is_whole


def reachable(revision: Revision, progress: Progress | None = None) -> Reachable:
    """Walk over a revision and mark what it uses; metas and freelist are in use as well.

    What is wrong with the tree is noted among the revision's damage.
    """
    survey = Survey(revision)
    doubtful: dict[int, None] = {}
    for item in survey.faults(progress):
        if item.page is not None:
            doubtful[item.page] = None
        if item.severity == ERROR:
            revision.note(Damage(item.code, item.page, item.offset, item.what))
    pages = revision.source.size // revision.page_size
    used = bytearray(pages)
    for number, owner in enumerate(survey.owner[:pages]):
        if owner != NOBODY:
            used[number] = 1
    used[:2] = b"\1" * min(2, pages)
    freelist = read_freelist(revision)
    if isinstance(freelist, Freelist):
        last = min(freelist.page + freelist.overflow + 1, pages)
        used[freelist.page : last] = b"\1" * max(last - freelist.page, 0)
    space = Space(revision.source, revision.page_size, revision.layout, used)
    found = {
        number: cleared
        for number in doubtful
        if 0 <= number < len(survey.owner)
        and survey.owner[number] != NOBODY
        and (cleared := _cleared(space, revision, number))
    }
    return Reachable(survey, space, found)


def _cleared(space: Space, revision: Revision, number: int) -> Stale | None:
    """Read the elements behind the last that a page counts, if they are still in line."""
    offset = number * space.page_size
    header = read_header(space.source, space.layout, offset)
    page = revision.page(number)
    if header is None or isinstance(page, Damage) or header.id != number:
        return None
    raw = space.source.read(offset, _room(space, number, header.overflow))
    if len(raw) < HEADER_SIZE + ELEMENT_SIZE:
        return None
    implied = _implied(space, raw, is_leaf=header.flags == LEAF_PAGE)
    if implied is None or implied <= header.elements:
        return None
    # The page as it was before: the same with the old count.
    old = space.layout.header.pack(*header._replace(elements=implied)) + raw[HEADER_SIZE:]
    return parse_stale(space.layout, number, offset, old, first=header.elements)


def _room(space: Space, number: int, overflow: int) -> int:
    """Return the bytes of a block with the pages behind it that it may have had before."""
    last = number + overflow + 1
    behind = space.used.find(1, last)
    behind = min(len(space.used) if behind < 0 else behind, last + _MOST_ROOM)
    for page in range(last, behind):
        head = read_header(space.source, space.layout, page * space.page_size)
        if head is None or head.id == page:
            behind = page
            break
    return (behind - number) * space.page_size


def _implied(space: Space, raw: bytes, *, is_leaf: bool) -> int | None:
    layout = space.layout
    if is_leaf:
        flags, position, key, value = layout.leaf.unpack_from(raw, HEADER_SIZE)
        element = Element(flags, HEADER_SIZE + position, key, value, 0)
    else:
        position, key, child = layout.branch.unpack_from(raw, HEADER_SIZE)
        element = Element(0, HEADER_SIZE + position, key, 0, child)
    return implied_count([element], len(raw)) if element.key_size else None
