"""Steps about the file itself: metas, revisions, leaf and branch pages, buckets."""

from collections.abc import Iterator, Sequence

from boltview.bolt.bucket import Bucket
from boltview.bolt.format import HEADER_SIZE, META_SIZE
from boltview.bolt.meta import Meta
from boltview.bolt.page import Page
from boltview.bolt.parts import Part, Run, meta_parts
from boltview.report.anatomy import anatomy, page_anatomy
from boltview.report.escape import escape
from boltview.report.opened import Opened
from boltview.report.texts import key_line
from boltview.report.tour.sights import Sight, Sights
from boltview.report.tour.step import MOST_BYTES, Path, Step, runs_of, seen, short
from boltview.report.units import exact_size
from boltview.schema.reading import Reading

_ELEMENTS = 3
"""Elements of a page that a step shows."""
_LEVELS = 64
"""Levels of a tree that are gone down."""
_INLINE = 8
"""Parts of an inline bucket that are named."""


def metas(opened: Opened) -> Iterator[Step]:
    """Yield the steps about pages 0 and 1, and the two revisions under them."""
    found = opened.database.metas
    current, other = found.current, found.other
    turns = (
        "Pages 0 and 1 are the meta pages. A commit writes everything else first and then one of "
        "them: page 0 for a transaction of even number, page 1 for one of odd number. If the "
        "machine fails halfway, the other one still holds."
    )
    rule = "Of the metas whose magic, version and checksum are right, the higher txid counts. "
    if other is None:
        verdict = f"Here the file ends before meta {1 - current.slot}, so meta {current.slot} does."
    elif not other.is_valid:
        problem = escape(other.problem)
        verdict = f"Here meta {other.slot} is unusable ({problem}), so meta {current.slot} does."
    else:
        verdict = (
            f"Here that is meta {current.slot}, of transaction {current.txid}; "
            f"meta {other.slot} is of {other.txid}."
        )
    there = [meta for meta in found.pages if meta]
    marked = tuple(
        part._replace(name=f"meta {meta.slot} {part.name}")
        for meta in there
        for part in _named(meta, {"magic", "txid", "checksum"})
    )
    title = "Two meta pages, and the one that counts"
    yield Step(title, (turns, rule + verdict), (), tuple(map(_run, there)), marked)
    yield _meta_step(current)
    if other is not None and other.is_valid:
        yield _previous_step(current, other)


def _meta_step(meta: Meta) -> Step:
    kept = (
        "It does not keep a freelist: containerd has bbolt leave it out since 1.7, and whoever "
        "opens the file to write finds the free pages by walking the tree."
        if not meta.has_freelist
        else f"The freelist, the list of pages that may be used again, is on page {meta.freelist}."
    )
    text = (
        (
            f"The meta leads to all the rest. Its root pgid says that the root bucket begins on "
            f"page {meta.root}. The pgid after it is the high-water mark: page {meta.high_water} "
            f"is the first that no transaction has ever used. {kept}"
        ),
        (
            f"The checksum is FNV-1a over the first 56 of its {META_SIZE} bytes; a single wrong "
            "bit shows."
        ),
    )
    names = {"pageSize", "root pgid", "freelist", "pgid", "txid", "checksum"}
    return Step("What the meta leads to", text, (), (_run(meta),), _named(meta, names))


def _previous_step(current: Meta, other: Meta) -> Step:
    same = other.root == current.root
    root = f"on page {other.root}"
    if same:
        root += f" like that of {current.txid}, which changed nothing that this one needs"
    text = (
        (
            "bolt never overwrites a page that is in use. A commit writes what changed to free "
            "pages, and the pages that held it before may be used by the transactions after it, "
            f"not sooner. So the tree under meta {other.slot} is the revision before, and it is "
            f"whole: transaction {other.txid}, its root bucket {root}."
        ),
        "boltview shows it too: --revision previous.",
    )
    marked = _named(other, {"root pgid", "txid"})
    return Step("The revision before is still there", text, (), (_run(other),), marked)


def _run(meta: Meta) -> Run:
    """Return the bytes of a meta and of its page's header."""
    return Run(meta.offset - HEADER_SIZE, HEADER_SIZE + META_SIZE)


def _named(meta: Meta, names: set[str]) -> tuple[Part, ...]:
    return tuple(part for part in meta_parts(meta) if part.name in names and part.depth)


# --- pages and buckets ---------------------------------------------------------------------------


def pages(reading: Reading, found: Sights) -> Iterator[Step]:
    """Yield the steps about leaf and branch pages and buckets."""
    leaf = _leaf(reading, found)
    if leaf is not None:
        yield _leaf_step(reading, *leaf)
    if found.branch is not None:
        yield from _branch_step(reading, found.branch)
    outer = found.leaf or found.branch
    if outer is not None:
        yield _bucket_step(reading, outer)
    if found.inline is not None:
        yield _inline_step(reading, found.inline)


def _leaf(reading: Reading, found: Sights) -> tuple[Path, Page] | None:
    """Return a leaf page with elements, and the bucket that it belongs to."""
    sight = found.leaf or found.branch
    bucket = sight.entry if sight else reading.root
    page = bucket.root_page() if isinstance(bucket, Bucket) else None
    for _ in range(_LEVELS):
        if not isinstance(page, Page) or page.bad or not page.elements:
            return None
        if page.is_leaf:
            return (sight.path if sight else ()), page
        page = reading.revision.page(page.elements[0].child)
    return None


def _leaf_step(reading: Reading, path: Path, page: Page) -> Step:
    parts = page_anatomy(reading, page.id)
    count = len(page.elements)
    text = (
        (
            "A page begins with a header of 16 bytes: its own number, its type, how many elements "
            "it has, and how many further pages (overflow) belong to it. Then comes a table, 16 "
            "bytes for each element, which says where its key lies and how long key and value are. "
            "Keys and values follow behind the table."
        ),
        (
            f"Page {page.id} is a leaf: its {count:,} elements are the entries of a bucket, in the "
            "order of their keys. The first is taken apart here. All numbers are "
            f"{_example(page)}."
        ),
    )
    names = {"id", "flags", "count", "overflow", "pos", "ksize", "vsize", "key", "value"}
    first = [part for part in parts if part.kind == "page"]
    first += _element(parts, 0)
    marked = [part for part in first if part.name in names]
    return Step("A leaf page", text, path, _around(parts, 1), tuple(map(short, marked)))


def _example(page: Page) -> str:
    """Show the byte order by the page's own number."""
    if page.layout.order == "little":
        return f"little-endian: {page.id.to_bytes(8, 'little').hex(' ')} is {page.id}"
    return f"big-endian: {page.id.to_bytes(8, 'big').hex(' ')} is {page.id}"


def _branch_step(reading: Reading, sight: Sight) -> Iterator[Step]:
    bucket = sight.entry
    page = bucket.root_page() if isinstance(bucket, Bucket) else None
    if not isinstance(page, Page):
        return
    parts = page_anatomy(reading, page.id)
    name = escape(key_line(reading.key(sight.bucket, sight.entry)))
    text = (
        (
            "A bucket whose entries do not fit on one leaf becomes a B+tree: a branch page holds, "
            "for each page below it, the first key there and the page's number. To find a key, "
            "bolt takes the last element whose key is not greater, and goes to that page."
        ),
        (
            f"The bucket {name} begins with page {page.id}, a branch with {len(page.elements):,} "
            "elements. However many entries there are, a key is found over a handful of pages."
        ),
    )
    marked = [part for part in parts if part.name in {"flags", "count"} and part.kind == "page"]
    for index in range(min(2, len(page.elements))):
        names = {"pgid", "key"}
        marked += [part for part in _element(parts, index) if part.name in names]
    shown = _around(parts, min(_ELEMENTS, len(page.elements)))
    marked.sort()
    yield Step("A branch page", text, sight.path, shown, tuple(map(short, marked)))


def _bucket_step(reading: Reading, sight: Sight) -> Step:
    bucket = sight.entry
    parts = anatomy(reading, sight.bucket, bucket)
    root = bucket.root if isinstance(bucket, Bucket) else 0
    text = (
        (
            "Buckets hold pairs of key and value, and further buckets. Such a bucket is a value "
            "too: the flag 1 in its element says so, and the value is 16 bytes, the page where the "
            "bucket's own tree begins and its sequence, a counter for whoever wants one."
        ),
        f"Here the tree begins on page {root}, and that is all that the bucket around it knows.",
    )
    names = {"flags", "vsize", "key", "root", "sequence"}
    marked = [part for part in parts if part.name in names and part.kind != "page"]
    return Step("A bucket within a bucket", text, sight.path, runs_of(marked), tuple(marked))


def _inline_step(reading: Reading, sight: Sight) -> Step:
    bucket = sight.entry
    parts = anatomy(reading, sight.bucket, bucket)
    size = bucket.origin.length
    quarter = reading.revision.page_size // 4
    text = (
        (
            "A page for each small bucket would waste much. One that holds no further bucket and "
            f"takes no more than a quarter of a page ({quarter:,} bytes here) is inline: its root "
            "is 0, and behind the 16 bytes follows its only page, within the value, with page id 0."
        ),
        (
            f"This one takes {exact_size(size)}, so there is no page to look for: the bytes lie in "
            "the page of the bucket around it."
        ),
    )
    start = bucket.origin.offset
    inner = [part for part in parts if part.offset >= start]
    names = {"root", "sequence", "id", "count", "key", "value"}
    marked = [short(part) for part in inner if part.name in names][:_INLINE]
    title = "An inline bucket has no page of its own"
    shown = (Run(start, min(size, MOST_BYTES)),)
    return Step(title, text, sight.path, shown, seen(marked, shown))


# --- parts of pages ---


def _element(parts: Sequence[Part], index: int) -> list[Part]:
    """Return element `index` of a page with its fields, its key and its value."""
    found: list[Part] = []
    is_in = False
    for part in parts:
        if not part.depth:
            is_in = part.name == f"element {index}"
            if part.name in {"key", "value"} and part.meaning.startswith(f"{index}: "):
                found.append(part)
        if is_in:
            found.append(part)
    return found


def _around(parts: Sequence[Part], elements: int) -> tuple[Run, ...]:
    """Return the head of a page: header, table, and the first elements' keys and values."""
    page = [part for part in parts if part.kind == "page" and not part.depth]
    chosen = page + [part for index in range(elements) for part in _element(parts, index)]
    return runs_of(list(map(short, chosen)))
