"""The contents of a bucket put together again from pages that no tree leads to.

A pointer carries nothing that tells whether its page was used again since. So a page that does not
begin as its branch says, or that belongs to another bucket now, is not taken; what is missing for
that is said.
"""

from collections import OrderedDict
from typing import NamedTuple

from boltview.bolt.bulk import MAX_LEVELS, Contents
from boltview.bolt.page import Origin
from boltview.forensics.grammar import Path
from boltview.forensics.reachable import Reachable
from boltview.forensics.stale import Stale, inline_elements, read_stale

_KEPT = 64
"""Pages remembered."""
_MOST_PAGES = 4096
"""Pages of one record; a forged page could lead to all others."""


class Assembled(NamedTuple):
    """What could be put together."""

    contents: Contents
    pages: tuple[int, ...]
    """The pages it was taken from."""
    lost: tuple[str, ...]
    """What is missing, one sentence each; nothing if it is whole."""
    origin: Origin
    """Where it begins: the first page of it."""


class Assembler:
    """Puts buckets together from unused pages, and from used ones that surely belong to them."""

    def __init__(self, found: Reachable) -> None:
        """Read pages of a file of which is known what is in use."""
        self.found = found
        self.space = found.space
        self._kept: OrderedDict[int, Stale | None] = OrderedDict()

    def page(self, page_id: int) -> Stale | None:
        """Return an unused page, or what a used one no longer counts; None if it is neither."""
        cleared = self.found.cleared.get(page_id)
        if cleared:
            return cleared
        if not 0 <= page_id < len(self.space.used) or self.space.used[page_id]:
            return None
        if page_id in self._kept:
            self._kept.move_to_end(page_id)
            return self._kept[page_id]
        page = self._kept[page_id] = read_stale(self.space, page_id)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return page

    def bucket(self, root: int, path: Path = (), most: int = _MOST_PAGES) -> Assembled | None:
        """Put together the bucket with this root page; None if the page cannot be one.

        Args:
            root: the page.
            path: path of the bucket if it is known, for pages that it shares with the tree.
            most: pages that are read; if there are more, the rest is lost.
        """
        page = self.page(root)
        if page is None:
            return None
        work = _Work(self, most)
        contents = work.tree(page, path, 0)
        origin = Origin(root, 0, page.offset, len(page.raw))
        return Assembled(contents, tuple(work.pages), tuple(work.lost), origin)

    def inline(self, page: Stale, index: int) -> Contents | None:
        """Return the contents of an inline bucket; None if it is none."""
        element = page.elements[index]
        start = element.value_offset
        raw, size = page.raw, element.value_size
        elements = inline_elements(self.space.layout, raw, start, size)
        if elements is None:
            return None
        return {
            raw[start + one.key_offset : start + one.value_offset]: raw[
                start + one.value_offset : start + one.end
            ]
            for one in elements
        }

    def shared(self, page_id: int, path: Path) -> Stale | None:
        """Return a page of the tree if the bucket at `path` owns it now as well."""
        if path and self.owner(page_id) == path:
            return read_stale(self.space, page_id, in_use=True)
        return None

    def owner(self, page_id: int) -> Path | None:
        """Return the path of the bucket that has a page in its tree; None for an unused page."""
        return self.found.survey.owner_of(page_id)


class _Work:
    """The assembly of one bucket."""

    def __init__(self, assembler: Assembler, most: int) -> None:
        self._assembler = assembler
        self._most = most
        self._layout = assembler.space.layout
        self.pages: dict[int, None] = {}
        self.lost: list[str] = []

    def tree(self, page: Stale, path: Path, level: int) -> Contents:
        """Return what is on a page and below it."""
        contents: Contents = {}
        waiting = [page]
        while waiting:
            here = waiting.pop()
            if len(self.pages) >= self._most:
                self.lost.append(f"page {here.id} and others: more than {self._most} pages")
                break
            if here.id in self.pages:
                self.lost.append(f"page {here.id}: it has another place already")
                continue
            self.pages[here.id] = None
            if not here.is_whole:
                self.lost.append(f"page {here.id}: overwritten behind {len(here.raw)} bytes")
            if here.is_leaf:
                self._leaf(here, path, level, contents)
            else:
                waiting += reversed(self._children(here, path))
        return contents

    def _children(self, page: Stale, path: Path) -> list[Stale]:
        found = []
        for key, element in zip(page.keys, page.elements, strict=True):
            child = self._assembler.page(element.child)
            child = child or self._assembler.shared(element.child, path)
            if child is None or child.first or not child.keys or child.keys[0] != key:
                self.lost.append(f"page {element.child}: it was used again")
            else:
                found.append(child)
        return found

    def _leaf(self, page: Stale, path: Path, level: int, contents: Contents) -> None:
        for index, element in enumerate(page.elements):
            key = page.keys[index]
            if not element.is_bucket:
                contents[key] = page.value(index)
                continue
            root = page.root(index, self._layout)
            inner: Contents | None = None
            if root == 0:
                inner = self._assembler.inline(page, index)
            elif root is not None and level < MAX_LEVELS:
                inner = self._below(root, (*path, key) if path else (), level + 1)
            if inner is None:
                name = key.decode(errors="replace")
                self.lost.append(f"{name}: page {root} was used again" if root else name)
            else:
                contents[key] = inner

    def _below(self, root: int, path: Path, level: int) -> Contents | None:
        page = self._assembler.page(root) or self._assembler.shared(root, path)
        is_full = len(self.pages) >= self._most
        if page is None or page.first or page.id in self.pages or is_full:
            return None
        return self.tree(page, path, level)
