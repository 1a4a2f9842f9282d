"""A page in doubt, element by element: what is wrong with it, and what of it can be believed.

`boltview/bolt/sound.py` refuses a page without saying why; here is why. What cannot be believed is
left out, so that a walk goes on with the rest.
"""

from typing import NamedTuple

from boltview.bolt.errors import Damage
from boltview.bolt.format import BUCKET_SIZE, ELEMENT_SIZE, HEADER_SIZE
from boltview.bolt.page import Page, inline_page
from boltview.bolt.revision import Revision
from boltview.bolt.sound import MAX_INLINE_SHARE, Inline, TreePage


class Doubt(NamedTuple):
    """One thing that is wrong with a page."""

    damage: Damage
    inline: bytes | None = None
    """Name of the inline bucket that it is about; None for the page itself."""


def doubtful_page(revision: Revision, page: Page) -> tuple[TreePage, list[Doubt]]:
    """Return what can be believed of a page, and everything that is wrong with it."""
    doubts = [Doubt(damage) for damage in (*page.damage, *page.bad.values())]
    children: list[tuple[int, int]] = []
    buckets: list[tuple[int, int]] = []
    inlines: list[Inline] = []
    for index, element in enumerate(page.elements):
        if index in page.bad:
            continue
        if not page.is_leaf:
            children.append((index, element.child))
        elif element.is_bucket:
            found = _bucket(revision, page, index)
            doubts += found.doubts
            if found.root:
                buckets.append((index, found.root))
            if found.inline:
                inlines.append(found.inline)
    sound = [i for i in range(len(page.elements)) if i not in page.bad]
    used = page.elements[sound[-1]].end if sound else HEADER_SIZE
    doubts += _spare(page, used)
    header = page.block.header
    tree_page = TreePage(
        page.is_leaf,
        header.elements,
        header.overflow,
        used,
        page.keys,
        children,
        buckets,
        inlines,
        is_sound=False,
    )
    return tree_page, doubts


class _Found(NamedTuple):
    """What a bucket element holds."""

    root: int = 0
    inline: Inline | None = None
    doubts: tuple[Doubt, ...] = ()


def _bucket(revision: Revision, page: Page, index: int) -> _Found:
    """Read a bucket element as `Bucket` does (`bucket.go: openBucket`), and judge its size."""
    origin = page.value_origin(index)
    if origin.length < BUCKET_SIZE:
        what = f"page {page.id}: bucket header of {origin.length} bytes, not {BUCKET_SIZE}"
        return _Found(doubts=(Doubt(Damage("bucket-size", page.id, origin.offset, what)),))
    raw = page.bytes_at(page.elements[index].value_offset, BUCKET_SIZE)
    root, _ = revision.layout.bucket.unpack(raw)
    if root:
        if origin.length == BUCKET_SIZE:
            return _Found(root)
        what = f"page {page.id}: bucket value of {origin.length} bytes, not {BUCKET_SIZE}"
        return _Found(root, doubts=(Doubt(Damage("bucket-size", page.id, origin.offset, what)),))
    name = page.keys[index]
    inner = inline_page(revision.source, revision.layout, origin)
    if isinstance(inner, Damage):
        return _Found(doubts=(Doubt(inner, name),))
    doubts = [Doubt(damage, name) for damage in (*inner.damage, *inner.bad.values())]
    room = inner.block.length
    if room * MAX_INLINE_SHARE > revision.page_size:
        limit = revision.page_size // MAX_INLINE_SHARE
        what = f"page {page.id}: inline bucket of {room} bytes, above the limit of {limit}"
        doubts.append(Doubt(Damage("inline-large", page.id, origin.offset, what), name))
    return _Found(inline=Inline(index, len(inner.elements), room), doubts=tuple(doubts))


def _spare(page: Page, used: int) -> list[Doubt]:
    """Say if a page has more overflow pages than its data takes.

    Only of a page with nothing else wrong: elsewhere it is not known what its data takes.
    """
    header = page.block.header
    page_size = page.block.length // (header.overflow + 1)
    needed = used // page_size
    if page.bad or page.damage or header.overflow <= needed:
        return []
    what = f"page {page.id}: {header.overflow} overflow pages, but its data ends on number {needed}"
    return [Doubt(Damage("page-spare", page.id, page.block.offset, what))]


def entry_place(page_id: int, index: int, page_size: int) -> int:
    """Return the file offset of entry `index` of a page's element table."""
    return page_id * page_size + HEADER_SIZE + index * ELEMENT_SIZE
