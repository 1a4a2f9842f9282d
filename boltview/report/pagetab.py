"""The page that an entry lies on: header, place in the tree, neighbours, elements, free space."""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from boltview.bolt.bucket import MAX_DEPTH, Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.format import Header, page_type
from boltview.bolt.page import Page, read_header
from boltview.report.anatomy import page_anatomy
from boltview.report.detail import Line
from boltview.report.escape import escape, escape_bytes
from boltview.report.findings import bucket_name
from boltview.report.pagedetail import element_line
from boltview.report.texts import clip
from boltview.report.units import exact_size
from boltview.schema.reading import Reading

Path = tuple[bytes, ...]

_MOST = 1_000
"""Elements of a page that are listed."""
_KEY = 60


class Leading(NamedTuple):
    """A line, and the entry that it leads to."""

    line: Line
    goto: Path | None = None


class _Step(NamedTuple):
    """One page on the way from the top of a bucket's tree, and the element that leads on."""

    page: Page
    element: int


def page_lines(reading: Reading, bucket: Bucket, entry: Pair | Bucket | Damage) -> list[Leading]:
    """Describe the page that an entry of `bucket` lies on; for the root bucket its root page."""
    if isinstance(entry, Damage):
        return list(_damaged(reading, entry))
    if not entry.key:
        page = reading.revision.page(reading.revision.meta.root)
        way = [_Step(page, -1)] if isinstance(page, Page) else []
    else:
        way = _way(bucket, entry.key)
    if not way:
        return [Leading(Line("", "the way to this page is damaged", "error"))]
    return [*_header(bucket, way), *_neighbours(reading, way), *_elements(bucket, way[-1])]


def _header(bucket: Bucket, way: list[_Step]) -> Iterator[Leading]:
    page = way[-1].page
    block = page.block
    header = block.header
    kind = page_type(header.flags)
    if block.is_inline:
        yield Leading(Line("", f"inline page of {exact_size(block.length)}", "title"))
        host = f"the value of {bucket_name(bucket.path)}, in page {page.id}: too small for its own"
        yield Leading(Line("lies in", host, "field"), bucket.path)
    else:
        yield Leading(Line("", f"page {page.id}, a {kind}", "title"))
    yield Leading(Line("bytes", f"{block.length:,} from file offset {block.offset:#x}", "field"))
    yield Leading(Line("elements", f"{len(page.elements):,}", "field"))
    if header.overflow:
        yield Leading(Line("overflow", f"{header.overflow:,} further pages", "field"))
    used = max([element.end for element in page.elements], default=0)
    if page.elements and used <= block.length and not block.is_inline:
        free = block.length - used
        share = f"{100 * used // block.length} % filled"
        yield Leading(Line("free", f"{exact_size(free)}, {share}", "field"))
    yield Leading(Line("bucket", bucket_name(bucket.path), "field"), bucket.path or None)
    for damage in (*page.damage, *page.bad.values()):
        yield Leading(Line("damage", escape(damage.what), "error"))


def _neighbours(reading: Reading, way: list[_Step]) -> Iterator[Leading]:
    """Say how the tree leads here, and what lies on both sides, in the tree and in the file."""
    page = way[-1].page
    if page.block.is_inline:
        return
    yield Leading(Line("", "", "note"))
    yield Leading(Line("", "around it", "head"))
    steps = [f"page {step.page.id}, element {step.element}" for step in way[:-1]]
    top = "it is the top of the bucket's tree"
    yield Leading(
        Line("way here", " → ".join([*steps, f"page {page.id}"]) if steps else top, "field")
    )
    if steps:
        above = way[-2]
        for label, index in (("before it", above.element - 1), ("behind it", above.element + 1)):
            yield Leading(Line(label, _sibling(above.page, index), "field"))
    revision = reading.revision
    for label, other in (
        ("page before", page.id - 1),
        ("page behind", page.id + page.block.header.overflow + 1),
    ):
        header = read_header(revision.source, revision.layout, other * revision.page_size)
        yield Leading(Line(label, _in_file(other, header, revision.high_water), "note"))


def _sibling(above: Page, index: int) -> str:
    """Return the page beside this one in the tree, by the page above both."""
    if not 0 <= index < len(above.elements):
        return "none below the same page"
    if index in above.bad:
        return "damaged"
    first = clip(escape_bytes(above.keys[index]), _KEY)
    return f"page {above.elements[index].child}, from {first}"


def _in_file(page_id: int, header: Header | None, high_water: int) -> str:
    if header is None:
        return f"{page_id}: the file ends before it"
    if page_id >= high_water:
        return f"{page_id}: above the high-water mark"
    if header.id != page_id:
        return f"{page_id}: free and never used, or the rest of another page"
    return f"{page_id}: as last written a {page_type(header.flags)}, in use or free"


def _elements(bucket: Bucket, step: _Step) -> Iterator[Leading]:
    page, current = step
    yield Leading(Line("", "", "note"))
    yield Leading(Line("", "elements", "head"))
    count = len(page.elements)
    # Around the current one, if there are more than anybody reads.
    first = max(0, min(current - _MOST // 2, count - _MOST))
    for index in islice(range(first, count), _MOST):
        sign = "▸" if index == current else " "
        line = Line(f"{sign} {index}", element_line(page, index), "entry")
        yield Leading(line, None if index in page.bad else (*bucket.path, page.keys[index]))
    left = count - min(count, _MOST)
    if left:
        yield Leading(Line("", f"{left:,} others", "note"))


def _damaged(reading: Reading, damage: Damage) -> Iterator[Leading]:
    yield Leading(Line("", "damage" if damage.page is None else f"page {damage.page}", "title"))
    yield Leading(Line("damage", escape(damage.what), "error"))
    if damage.page is None:
        return
    for part in page_anatomy(reading, damage.page):
        if part.kind in {"page", "meta"}:
            yield Leading(Line(part.name, part.meaning, "field"))


def _way(bucket: Bucket, key: bytes) -> list[_Step]:
    """Return the pages from the top of a bucket's tree to the leaf that holds a key."""
    way: list[_Step] = []
    page = bucket.root_page()
    for _ in range(MAX_DEPTH):
        if isinstance(page, Damage):
            return []
        indices, keys = page.sound_keys()
        at = bisect_right(keys, key) - 1
        if at < 0:
            return []
        way.append(_Step(page, indices[at]))
        if page.is_leaf:
            return way if page.keys[indices[at]] == key else []
        page = bucket.revision.page(page.elements[indices[at]].child)
    return []
