"""The step-chase: a consistent copy of a file whose commits come faster than it can be copied.

Pages that were read under revision T and are part of T+1 too cannot have changed, so they are kept,
and only what commit T+1 replaced is read again. Whether a page was kept is decided over exactly one
observed step: over two, a page id can have been freed and used again. It ends when the pages that
one commit changes are read within one commit interval.

What comes of it holds the reachable pages alone: no freelist, and zeros in every other place.
"""

from collections.abc import Callable
from itertools import islice, zip_longest

from boltview.bolt.errors import SourceReplaced
from boltview.bolt.format import NO_FREELIST
from boltview.bolt.hashing import BUFFER
from boltview.bolt.links import Links, read_links
from boltview.bolt.meta import Meta
from boltview.bolt.metawatch import LiveSource, MetaWatch, Newest, build_meta_pages
from boltview.bolt.progress import Progress
from boltview.bolt.target import Target, put

_BATCH = 64
"""Pages read between two looks at the metas; halved when that proves too many."""
_SMALLEST_BATCH = 4
_DAMAGED = Links(1, ())
"""A page that cannot be one of a tree, although it was read exactly: it leads nowhere."""


def chase(
    target: Target,
    file: LiveSource,
    watch: MetaWatch,
    go_on: Callable[[], bool],
    progress: Progress | None = None,
) -> Meta | None:
    """Copy the pages reachable from the newest meta into `target`.

    Args:
        target: where the copy goes.
        file: the open file.
        watch: tells its newest meta.
        go_on: asked after each step; false to give up.
        progress: told pages read and pages there may be.

    Returns:
        The meta of the copied revision, without freelist; None if the writer was too fast.

    Raises:
        SourceReplaced: the file was truncated meanwhile.
    """
    run = _Chase(target, file, watch)
    while go_on():
        if run.step():
            return run.finish()
        if progress:
            run.tell(progress)
    return None


class _Chase:
    """The pages of one revision, as far as they were read.

    Invariant after every step: each page in `nodes` was read exactly as revision `current` has it,
    and each page of that revision is in `nodes`, in `todo`, or below a page in `todo`.
    """

    __slots__ = ("_batch", "_current", "_file", "_nodes", "_target", "_todo", "_watch", "_written")

    def __init__(self, target: Target, file: LiveSource, watch: MetaWatch) -> None:
        self._target = target
        self._file = file
        self._watch = watch
        self._batch = _BATCH
        self._nodes: dict[int, Links] = {}
        self._todo: dict[int, None] = {}
        self._written: dict[int, int] = {}
        self._target.start(0)
        self._current = self._restart(watch.newest())

    def _restart(self, newest: Newest) -> Newest:
        self._nodes.clear()
        self._todo = {newest.meta.root: None}
        self._current = newest
        return newest

    def tell(self, progress: Progress) -> None:
        """Report pages read."""
        progress(len(self._nodes), max(self._current.meta.high_water, len(self._nodes)))

    def step(self) -> bool:
        """Read a batch, or follow a commit; return whether every page has been read."""
        batch = {page: self._read(page) for page in islice(self._todo, self._batch)}
        newest = self._watch.newest()
        if newest.raw == self._current.raw:
            self._accept(batch)
            return not self._todo and not self._missing()
        if newest.meta.txid != self._current.meta.txid + 1 or not self._follow(newest):
            self._batch = max(self._batch // 2, _SMALLEST_BATCH)
            self._restart(self._watch.newest())
        return False

    def finish(self) -> Meta:
        """Complete the copy: metas without a freelist, zeros where other revisions were read."""
        meta = self._current.meta._replace(freelist=NO_FREELIST)
        size = meta.page_size
        kept = {page + more for page, links in self._nodes.items() for more in range(links.pages)}
        for first, pages in self._written.items():
            for page in range(first, first + pages):
                if page not in kept and page < meta.high_water:
                    self._target.clear(page * size, size)
        put(self._target, 0, build_meta_pages(meta))
        self._target.resize(meta.high_water * size)
        return meta

    def _read(self, page: int) -> Links:
        """Copy a page with its overflow pages, and tell where it leads.

        A page read exactly that makes no sense is damage of the file, which verifying will name.
        """
        meta = self._current.meta
        size = meta.page_size
        self._file.refresh()
        links = read_links(self._file, meta, page) or _DAMAGED
        end = (page + links.pages) * size
        for start in range(page * size, end, BUFFER):
            length = min(BUFFER, end - start)
            read = self._file.read_into(self._target.room(start, length), start)
            self._target.keep(start, length)
            if read != length:
                # Every page of a revision lies within the file from before its meta is written.
                raise SourceReplaced(f"{self._file.path}: it was truncated while it was copied")
        self._written[page] = max(links.pages, self._written.get(page, 0))
        return links

    def _accept(self, batch: dict[int, Links]) -> None:
        """Take over pages that were read while their revision was the newest."""
        self._nodes.update(batch)
        for page, links in batch.items():
            self._todo.pop(page)
            for child in links.children:
                if child not in self._nodes:
                    self._todo[child] = None

    def _missing(self) -> bool:
        """Look for pages dropped although they are needed, as a page with two parents can be."""
        wanted = [child for links in self._nodes.values() for child in links.children]
        self._todo.update(dict.fromkeys(page for page in wanted if page not in self._nodes))
        return bool(self._todo)

    def _follow(self, newest: Newest) -> bool:
        """Go on under the next revision; false if another commit landed meanwhile.

        The new tree is walked from its root. A page known already is shared and unchanged, with
        all below it. An unknown one is read at once where it takes the place of a page with
        children, which it probably shares; every other waits.
        """
        before, self._current = self._current, newest
        fresh: dict[int, Links] = {}
        shared: set[int] = set()
        waiting: list[int] = []
        pairs: list[tuple[int, int | None]] = [(newest.meta.root, before.meta.root)]
        while pairs:
            page, replaced = pairs.pop()
            if page in fresh:
                continue
            if page in self._nodes or page in self._todo:
                shared.add(page)
                continue
            old = self._nodes.get(replaced) if replaced is not None else None
            if old is None or not old.children:
                waiting.append(page)
                continue
            fresh[page] = links = self._read(page)
            pairs += self._pair(links, old)
        if not self._watch.is_newest(newest.raw):
            return False
        self._drop(before.meta.root, shared)
        self._nodes.update(fresh)
        self._todo.update(dict.fromkeys(waiting))
        return True

    def _pair(self, links: Links, old: Links) -> list[tuple[int, int | None]]:
        """Pair each child with the vanished old child that it may have replaced, by position."""
        present = set(links.children)
        vanished = [child for child in old.children if child not in present]
        unknown = []
        pairs: list[tuple[int, int | None]] = []
        for child in links.children:
            if child in self._nodes or child in self._todo:
                pairs.append((child, None))
            else:
                unknown.append(child)
        return pairs + list(zip_longest(unknown, vanished[: len(unknown)]))

    def _drop(self, root: int, shared: set[int]) -> None:
        """Forget every page of the old tree that is not reached through a shared one.

        A stale entry could later be taken for the page that has come to use its id.
        """
        waiting = [root]
        while waiting:
            page = waiting.pop()
            if page in shared:
                continue
            self._todo.pop(page, None)
            links = self._nodes.pop(page, None)
            if links:
                waiting += links.children
