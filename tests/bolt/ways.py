"""Which pages of a sound file each record depends on."""

from typing import NamedTuple

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.page import Page
from boltview.bolt.revision import Revision
from tests.bolt.reading import Path


class Record(NamedTuple):
    """A record of a file, and the pages on the way to it."""

    path: Path
    value: bytes
    pages: frozenset[int]
    """Numbers of all pages from the root bucket's root page down, overflow pages included."""


def records_of(revision: Revision) -> list[Record]:
    """List every record of a sound file; the content itself is proved against bbolt elsewhere."""
    found: list[Record] = []
    todo: list[tuple[Bucket, frozenset[int]]] = [(revision.root, frozenset())]
    while todo:
        bucket, above = todo.pop()
        top = bucket.root_page()
        assert isinstance(top, Page)
        pages = [(top, above)]
        while pages:
            page, way = pages.pop()
            if not page.block.is_inline:
                way |= set(range(page.id, page.id + page.block.header.overflow + 1))
            for index, element in enumerate(page.elements):
                if not page.is_leaf:
                    child = revision.page(element.child)
                    assert isinstance(child, Page)
                    pages.append((child, way))
                    continue
                entry = bucket.entry(page, index)
                assert not isinstance(entry, Damage)
                if isinstance(entry, Pair):
                    found.append(Record((*bucket.path, entry.key), entry.value, way))
                else:
                    todo.append((entry, way))
    return found
