"""Read a large file once, in file order, and judge all its pages; for little-endian files."""

from collections.abc import Callable
from importlib.util import find_spec

from boltview.bolt.errors import UnreadableFile
from boltview.bolt.format import ELEMENT_SIZE, LITTLE
from boltview.bolt.revision import Revision
from boltview.bolt.scan.chunk import LARGEST_BLOCK, PADDING, Chunk
from boltview.bolt.scan.columns import Inlines, Links, Pages, Scan
from boltview.bolt.source import FileSource, Source

FROM_SIZE = 1 << 25
"""Bytes from which a scan is worth the 0.1 s that NumPy takes to be imported."""
_CHUNK = 1 << 22
_SMALLEST_PAGE = 1024


def can_scan(revision: Revision) -> bool:
    """Whether a file is one that a scan is for, and NumPy is installed."""
    page_size, size = revision.page_size, revision.source.size
    return (
        size >= FROM_SIZE
        and size >= revision.high_water * page_size
        and revision.layout is LITTLE
        and _SMALLEST_PAGE <= page_size <= LARGEST_BLOCK
        and page_size % ELEMENT_SIZE == 0
        and find_spec("numpy") is not None
    )


def scan(revision: Revision, progress: Callable[[int, int], None] | None = None) -> Scan | None:
    """Read and judge all pages below the high-water mark; None if it cannot be done.

    Args:
        revision: the revision; only its page size and high-water mark count.
        progress: told how many pages are done.
    """
    import numpy as np

    page_size, total = revision.page_size, revision.high_water
    room = max(_CHUNK, 2 * LARGEST_BLOCK) // page_size
    buffer = np.zeros(room * page_size + PADDING, np.uint8)
    parts: list[tuple[Pages, Links, Inlines]] = []
    first = 0
    while first < total:
        count = min(room, total - first)
        view = buffer.data[: count * page_size]
        if not _fill(revision.source, view, first * page_size):
            return None
        chunk = Chunk(buffer, first, count, page_size, is_last=first + count == total)
        judged = chunk.judge()
        if judged is None:
            return None
        columns, done = judged
        parts.append(columns)
        first += done
        if progress:
            progress(first, total)
    pages, links, inlines = zip(*parts, strict=True)
    return Scan(
        Pages(*map(np.concatenate, zip(*pages, strict=True))),
        Links(*map(np.concatenate, zip(*links, strict=True))),
        Inlines(*map(np.concatenate, zip(*inlines, strict=True))),
    )


def _fill(source: Source, view: memoryview, offset: int) -> bool:
    """Read into a buffer; False if that much cannot be had."""
    try:
        if isinstance(source, FileSource):
            return source.read_into(view, offset) == len(view)
        raw = source.read(offset, len(view))
    except UnreadableFile:
        return False
    view[: len(raw)] = raw
    return len(raw) == len(view)
