"""A walk over every page of a revision: each once, with the bucket that owns it, and each fault.

Whole-file work: `check`, `stats`, the page table and the question whose page N is rest on it. It
goes on over any damage. Its memory is bounded by the file's size, because no page is entered twice
and nothing is sized by a number that has not been compared with the file.
"""

from array import array
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from boltview.bolt.bucket import MAX_DEPTH, MAX_NESTING
from boltview.bolt.bucketnumbers import NOBODY, ROOT, BucketNumbers
from boltview.bolt.doubt import doubtful_page, entry_place
from boltview.bolt.errors import Damage, UnreadableFile
from boltview.bolt.finding import Finding, Path, finding
from boltview.bolt.format import FIRST_DATA_PAGE
from boltview.bolt.page import BLOCK_READ_WHOLE
from boltview.bolt.progress import Progress
from boltview.bolt.revision import Revision
from boltview.bolt.scan.link import Tree, link
from boltview.bolt.scan.read import can_scan, scan
from boltview.bolt.sound import Inline, TreePage, sound_page

_EVERY = 1024
"""Pages between two reports of progress."""


class Visit(NamedTuple):
    """One page of the tree."""

    id: int
    bucket: int
    """Number of the bucket that owns it."""
    depth: int
    """Levels below the bucket's root page."""
    page: TreePage


class _Task(NamedTuple):
    """A page to be visited, and what the page above says of it."""

    id: int
    bucket: int
    depth: int
    lower: bytes | None
    """Its first key; None where that is not known."""
    upper: bytes | None
    """First key that belongs elsewhere; None for no bound."""
    parent: int
    """Page with the element that points here."""
    element: int


class Survey:
    """The walk over one revision, and what is known after it.

    Attributes:
        revision: what is walked.
        owner: for each page of the file below the high-water mark the number of the bucket that
            owns it, `NOBODY` for a page that is in no tree.
        buckets: the buckets with pages of their own.
        is_whole: whether every page could be read, so that a page not met is in no tree.
    """

    __slots__ = (
        "_known",
        "_leaf_depth",
        "_tree",
        "buckets",
        "is_whole",
        "owner",
        "revision",
    )

    def __init__(self, revision: Revision, known: "Survey | None" = None) -> None:
        """Prepare a walk.

        Args:
            revision: what to walk.
            known: a walk over another revision of the file; what both have in common is left out.
        """
        self.revision = revision
        in_file = -(-revision.source.size // revision.page_size)
        self.owner = array("i", [NOBODY]) * min(revision.high_water, in_file)
        self.buckets = BucketNumbers(revision.meta.root)
        self.is_whole = True
        self._known = known
        self._tree: Tree | None = None
        self._leaf_depth = array("b", [NOBODY])

    def owner_of(self, page_id: int) -> Path | None:
        """Return the path of the bucket that owns a page; None if it is in no tree."""
        bucket = self.owner[page_id] if page_id < len(self.owner) else NOBODY
        return None if bucket == NOBODY else self.buckets.path(bucket)

    def keys(self, visit: Visit) -> Sequence[bytes]:
        """Return the keys of a page that was visited; a scan leaves them in the file."""
        if visit.page.keys or not visit.page.elements:
            return visit.page.keys
        page = self._sound(visit.id)
        return page.keys if page else ()

    def finish(self, progress: Progress | None = None) -> "Survey":
        """Walk to the end for what is known after it alone."""
        for _ in self.faults(progress):
            pass
        return self

    def walk(self, progress: Progress | None = None) -> Iterator[Visit | Finding]:
        """Yield every page of the tree and every fault, a bucket's pages before its sub-buckets'.

        It can be walked once. A page of a revision that is already `known` is not entered.
        """
        if self._scan(progress):
            yield from self._scanned()
        else:
            yield from self._visits(progress)

    def faults(self, progress: Progress | None = None) -> Iterator[Finding]:
        """Walk, and yield the faults alone."""
        if not self._scan(progress):
            for item in self._visits(progress):
                if isinstance(item, Finding):
                    yield item

    def _scan(self, progress: Progress | None) -> bool:
        """Judge all pages of a large file at once; False if one is in doubt, or it cannot be."""
        revision = self.revision
        if self._known is not None or not can_scan(revision):
            return False
        scanned = scan(revision, progress)
        tree = scanned and link(revision, scanned)
        if not tree:
            return False
        self._tree = tree
        self.owner = array("i", tree.owner.tobytes())
        links, read = tree.scan.links, revision.source.read

        def name_of(bucket: int) -> bytes:
            at = tree.name[bucket]
            return read(int(links.key[at]), int(links.size[at]))

        parents, roots = tree.parent.tolist(), tree.root.tolist()
        self.buckets = BucketNumbers.of_scan(parents, roots, name_of)
        return True

    def _scanned(self) -> Iterator[Visit]:
        """Yield the pages of a scanned tree."""
        tree = self._tree
        if tree is None:
            return
        pages, rows, inlines = tree.scan.pages, tree.rows, tree.scan.inlines
        first = inlines.page.searchsorted(pages.id[rows], "left").tolist()
        last = inlines.page.searchsorted(pages.id[rows], "right").tolist()
        columns = (column.tolist() for column in inlines[1:])
        within = list(map(Inline, *columns))
        for number, bucket, depth, is_leaf, elements, overflow, used, low, high in zip(
            pages.id[rows].tolist(), tree.bucket.tolist(), tree.depth.tolist(),
            pages.is_leaf[rows].tolist(), pages.elements[rows].tolist(),
            pages.overflow[rows].tolist(), pages.used[rows].tolist(), first, last, strict=True,
        ):  # fmt: skip
            inner = within[low:high]
            page = TreePage(is_leaf, elements, overflow, used, (), (), (), inner)
            yield Visit(number, bucket, depth, page)

    def _visits(self, progress: Progress | None) -> Iterator[Visit | Finding]:
        """Walk page by page."""
        stack = [_Task(self.revision.meta.root, ROOT, 0, None, None, NOBODY, 0)]
        done, total = 0, len(self.owner)
        while stack:
            task = stack.pop()
            if self._is_known(task.id):
                continue
            refused = self._refuse(task)
            if refused:
                self.is_whole = False
                yield refused
                continue
            page = self._sound(task.id)
            if page is None:
                found, faults = self._doubtful(task)
                yield from faults
                if found is None:
                    self.is_whole = False
                    # It is this bucket's page all the same, whatever became of it.
                    self.owner[task.id] = task.bucket
                    continue
                page = found
            overlap = self._claim(task, page)
            if overlap:
                self.is_whole = False
                yield overlap
                continue
            yield Visit(task.id, task.bucket, task.depth, page)
            yield from self._relations(task, page)
            stack += self._below(task, page)
            done += page.overflow + 1
            if progress and done % _EVERY <= page.overflow:
                progress(done, total)

    def _is_known(self, page_id: int) -> bool:
        known = self._known
        return known is not None and page_id < len(known.owner) and known.owner[page_id] != NOBODY

    def _refuse(self, task: _Task) -> Finding | None:
        """Say why a page cannot be visited, or None; the element that leads there is blamed."""
        revision, number = self.revision, task.id
        if not FIRST_DATA_PAGE <= number < revision.high_water:
            code = (
                "page-range"
                if task.depth
                else "meta-root"
                if task.bucket == ROOT
                else "bucket-root"
            )
            what = f"it leads to page {number}, outside 2..{revision.high_water - 1}"
            return self._at_parent(task, code, what)
        if number >= len(self.owner):
            offset = number * revision.page_size
            what = f"page {number}: the file ends before it"
            return Finding("page-missing", number, offset, self.buckets.path(task.bucket), what)
        holder = self.owner[number]
        if holder != NOBODY:
            return self._at_parent(task, *self._shared(task, holder))
        if task.depth > MAX_DEPTH:
            what = f"the tree is deeper than {MAX_DEPTH} levels"
            return self._at_parent(task, "tree-depth", what)
        if self.buckets.is_too_deep(task.bucket):
            what = f"buckets are nested more than {MAX_NESTING} deep"
            return self._at_parent(task, "bucket-depth", what)
        return None

    def _shared(self, task: _Task, holder: int) -> tuple[str, str]:
        """Return code and sentence for a page that has an owner already."""
        number = task.id
        if task.depth:
            whose = "" if holder == task.bucket else ", in another bucket"
            return "page-shared", f"page {number} has another place in the tree{whose}"
        if self.buckets.is_within(task.bucket, number):
            return "bucket-cycle", f"root {number} leads back to a bucket that holds this one"
        return "bucket-shared", f"a second bucket claims the tree of page {number}"

    def _at_parent(self, task: _Task, code: str, what: str) -> Finding:
        if task.parent == NOBODY:
            meta = self.revision.meta
            return Finding(code, meta.slot, meta.offset, (), f"meta {meta.slot}: {what}")
        place = entry_place(task.parent, task.element, self.revision.page_size)
        what = f"page {task.parent}: element {task.element}: {what}"
        return Finding(code, task.parent, place, self.buckets.path(task.bucket), what)

    def _sound(self, number: int) -> TreePage | None:
        """Read a page; None for any doubt."""
        revision = self.revision
        page_size, source = revision.page_size, revision.source
        offset = number * page_size
        try:
            raw = source.read(offset, page_size)
            if len(raw) < page_size:
                return None
            own_id, _, _, overflow = revision.layout.header.unpack_from(raw)
            if own_id != number:
                return None
            if overflow:
                length = (overflow + 1) * page_size
                if number + overflow >= len(self.owner) or length > BLOCK_READ_WHOLE:
                    return None
                raw = source.read(offset, length)
                if len(raw) < length:
                    return None
        except UnreadableFile:
            return None
        return sound_page(raw, revision.layout, page_size)

    def _doubtful(self, task: _Task) -> tuple[TreePage | None, list[Finding]]:
        """Read a page the careful way; its faults belong to the bucket that owns it."""
        path = self.buckets.path(task.bucket)
        try:
            page = self.revision.page(task.id)
            if isinstance(page, Damage):
                return None, [finding(page, path)]
            tree_page, doubts = doubtful_page(self.revision, page)
        except UnreadableFile as error:
            offset = task.id * self.revision.page_size
            what = f"page {task.id}: {error}"
            return None, [Finding("page-unreadable", task.id, offset, path, what)]
        return tree_page, [
            finding(damage, path if inline is None else (*path, inline))
            for damage, inline in doubts
        ]

    def _claim(self, task: _Task, page: TreePage) -> Finding | None:
        """Take the page and its overflow pages for the bucket, unless one of them is taken."""
        number, owner = task.id, self.owner
        last = number + page.overflow
        for taken in range(number + 1, last + 1):
            if owner[taken] != NOBODY:
                owner[number] = task.bucket
                offset = number * self.revision.page_size
                what = f"page {number}: its overflow page {taken} has another place in the tree"
                return Finding("page-shared", number, offset, self.buckets.path(task.bucket), what)
        owner[number] = task.bucket
        if last > number:
            owner[number + 1 : last + 1] = array("i", [task.bucket]) * page.overflow
        return None

    def _relations(self, task: _Task, page: TreePage) -> list[Finding]:
        """Judge a page against the pages above and beside it (`tx_check.go`)."""
        faults: list[tuple[str, str]] = []
        if task.depth:
            keys = page.keys if page.is_sound else _in_order([key for key in page.keys if key])
            lower, upper = task.lower, task.upper
            if not keys:
                pass
            elif (lower is not None and keys[0] < lower) or (
                upper is not None and keys[-1] >= upper
            ):
                what = "its keys are not in the range that the pages above give"
                faults.append(("page-place", what))
            elif lower is not None and keys[0] != lower and page.is_sound:
                what = f"its first key is not the one above it, in page {task.parent}"
                faults.append(("branch-key", what))
            if not page.elements and page.is_leaf:
                faults.append(("leaf-empty", "a leaf without elements below a branch"))
        if page.is_leaf:
            usual = self._leaf_depth[task.bucket]
            if usual == NOBODY:
                self._leaf_depth[task.bucket] = task.depth
            elif usual != task.depth:
                what = f"a leaf {task.depth} levels below the root page, others are {usual}"
                faults.append(("leaf-depth", what))
        if not faults:
            return []
        number, path = task.id, self.buckets.path(task.bucket)
        offset = number * self.revision.page_size
        return [
            Finding(code, number, offset, path, f"page {number}: {what}") for code, what in faults
        ]

    def _below(self, task: _Task, page: TreePage) -> list[_Task]:
        """Return the pages that this one leads to, the first of them last."""
        number, bucket, keys = task.id, task.bucket, page.keys
        if page.is_leaf:
            tasks = []
            for index, root in reversed(page.buckets):
                inner = self.buckets.add(bucket, keys[index], root)
                self._leaf_depth.append(NOBODY)
                tasks.append(_Task(root, inner, 0, None, None, number, index))
            return tasks
        depth, upper = task.depth + 1, task.upper
        tasks = []
        # Where the keys are not in order, none of them bounds anything.
        ordered = page.is_sound or bool(_in_order([keys[index] for index, _ in page.children]))
        for index, child in reversed(page.children):
            lower = keys[index] if ordered else None
            tasks.append(_Task(child, bucket, depth, lower, upper, number, index))
            if ordered:
                upper = lower
        return tasks


def _in_order(keys: list[bytes]) -> list[bytes]:
    """Return keys that rise; none if they do not, for then none of them bounds anything."""
    return keys if all(left < right for left, right in pairwise(keys)) else []
