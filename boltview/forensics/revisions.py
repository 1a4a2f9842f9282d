"""What revisions a file still holds, and how far each can be believed.

The current one is under the newest meta. The previous one is under the other meta: whole after a
commit that ended, but a writer killed amid the next commit has already written into its pages, and
mostly puts the new version of a leaf where the old one was, so that nothing looks wrong. Older ones
have no meta any more; their root pages may lie among the unused pages, with as much below them as
was not used again.
"""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from boltview.bolt.bucket import Bucket
from boltview.bolt.bucketnumbers import NOBODY
from boltview.bolt.database import Database
from boltview.bolt.errors import DamageLog
from boltview.bolt.finding import ERROR, Path
from boltview.bolt.format import FIRST_DATA_PAGE
from boltview.bolt.meta import Meta
from boltview.bolt.owners import FreeSpace, free_space
from boltview.bolt.progress import Progress
from boltview.bolt.revision import Revision
from boltview.bolt.survey import Survey
from boltview.forensics.assemble import Assembler
from boltview.forensics.pointers import Pointers
from boltview.forensics.reachable import reachable
from boltview.forensics.stale import Stale

CURRENT = "current"
IDENTICAL = "identical"
PROVEN = "proven"
PLAUSIBLE = "plausible"
BROKEN = "broken"
INVALID = "invalid"
_FIRST_KEY = "branch-key"
"""A page that does not begin as the page above says: bbolt reads on, but never writes it so."""
_MOST_NAMES = 64
_MOST_FAULTS = 3
_MOST_OLDER = 1000
_MOST_PAGES = 1 << 20
_ZEROS = bytes(1 << 16)


class Held(NamedTuple):
    """A revision that a file holds, or what is left of it."""

    name: str
    """`current`, `previous`, or `older`."""
    verdict: str
    """`current`, `identical` (to the current one), `proven`, `plausible`, `broken`, or `invalid`
    (its meta cannot be used)."""
    why: str
    """What the verdict rests on, for a person."""
    txid: int | None
    """Number of its transaction; None for older ones, whose pages do not tell it."""
    slot: int | None
    """Page of its meta."""
    root: int
    """Its root page."""
    pages: int
    """Pages of its tree that were found."""
    lost: int
    """Places in its tree where the page was used again, or is damaged."""
    shared: int
    """Pages that the current tree has too."""


def previous_verdict(database: Database, progress: Progress | None = None) -> Held | None:
    """Judge the revision under the other meta; None if the file ends before it.

    Whole-file work, unless both metas have the same root.
    """
    meta = database.metas.other
    if meta is None:
        return None
    if not meta.is_valid:
        return Held("previous", INVALID, meta.problem, None, meta.slot, meta.root, 0, 0, 0)
    current = database.metas.current
    if meta.root == current.root:
        why = "both metas have the same root: the last commit changed nothing, or this is a copy"
        return Held("previous", IDENTICAL, why, meta.txid, meta.slot, meta.root, 0, 0, 0)
    now = Survey(database.revision()).finish(progress)
    return judge(database, meta, now, progress)


def judge(database: Database, meta: Meta, now: Survey, progress: Progress | None = None) -> Held:
    """Judge a revision by its structure, and by whose its pages are now.

    Args:
        database: the file.
        meta: the revision's meta.
        now: the walk over the current tree, finished.
        progress: told how far it is.
    """
    survey = Survey(Revision(database.source, meta, DamageLog()))
    problems = [
        fault.what
        for fault in survey.faults(progress)
        if fault.severity == ERROR or fault.code == _FIRST_KEY
    ]
    problems += _taken(survey, now, free_space(now))
    pages = sum(1 for owner in survey.owner if owner != NOBODY)
    shared = sum(
        1
        for mine, other in zip(survey.owner, now.owner, strict=False)
        if NOBODY not in {mine, other}
    )
    if problems:
        why = "; ".join(problems[:_MOST_FAULTS])
        if len(problems) > _MOST_FAULTS:
            why += f"; and {len(problems) - _MOST_FAULTS} more"
        verdict = BROKEN
    else:
        verdict = PLAUSIBLE
        why = (
            "its structure holds, but that proves nothing: a writer killed amid the next commit "
            "may have put newer pages in its place"
        )
        if has_uncommitted(database):
            why += "; and there are pages of a commit that never ended"
    return Held("previous", verdict, why, meta.txid, meta.slot, meta.root, pages,
                len(problems), shared)  # fmt: skip


def _taken(survey: Survey, now: Survey, free: FreeSpace) -> list[str]:
    """Say which pages of a revision are neither in the present tree, nor free."""
    found = []
    same: set[tuple[int, int]] = set()
    for number in range(FIRST_DATA_PAGE, len(survey.owner)):
        mine = survey.owner[number]
        if mine == NOBODY:
            continue
        other = now.owner[number] if number < len(now.owner) else NOBODY
        if other == NOBODY:
            if free.is_known and number in free.freelist:
                found.append(f"page {number} is the freelist's now")
            continue
        if (mine, other) in same:
            continue
        if _path(survey, mine) == _path(now, other):
            same.add((mine, other))
        else:
            found.append(f"page {number} belongs to another bucket now")
    return found


def _path(survey: Survey, bucket: int) -> Path:
    return survey.buckets.path(bucket)


def has_uncommitted(database: Database) -> bool:
    """Whether there is anything beyond the high-water mark: of a commit that never ended."""
    meta, source = database.metas.current, database.source
    start = meta.high_water * meta.page_size
    while start < source.size:
        part = source.read(start, len(_ZEROS))
        if not part:
            return False
        if part != _ZEROS[: len(part)]:
            return True
        start += len(part)
    return False


def prove(database: Database, copy: Database, held: Held) -> Held:
    """Compare a revision with a copy that was taken while it was the newest.

    Args:
        database: the file.
        copy: the copy; its current revision must be the one in question.
        held: what was found of it so far.
    """
    theirs = copy.revision()
    if held.txid != theirs.txid:
        return held
    meta = database.metas.other
    if meta is None or meta.page_size != theirs.page_size:
        return held
    walked = Survey(theirs).finish()
    size = meta.page_size
    for number, owner in enumerate(walked.owner):
        if owner == NOBODY:
            continue
        offset = number * size
        if database.source.read(offset, size) != copy.source.read(offset, size):
            why = f"page {number} is not what it was when the copy was taken"
            return held._replace(verdict=BROKEN, why=why)
    why = "each of its pages is as in the copy that was taken while it was the newest"
    return held._replace(verdict=PROVEN, why=why)


def older(database: Database, progress: Progress | None = None) -> Iterator[Held]:
    """Yield what is left of revisions before the previous one: root pages that lie unused.

    The more complete come first; which is older cannot be told.
    """
    revision = database.revision()
    found = reachable(revision, progress)
    pointers = Pointers(found, progress)
    assembler = Assembler(found)
    other = database.metas.other
    skip = {other.root} if other and other.is_valid else set()
    names = {
        entry.key
        for entry in islice(revision.root.entries(), _MOST_NAMES)
        if isinstance(entry, Bucket)
    }
    held = []
    for page_id in (*pointers.leaves, *pointers.branches):
        page = assembler.page(page_id)
        is_root = page is not None and page_id not in skip and _is_root(page, names)
        if page is None or not is_root or next(pointers.to(page_id), None):
            continue
        held.append(_measure(assembler, page))
        if len(held) == _MOST_OLDER:
            break
    yield from sorted(held, key=lambda one: (one.lost / (one.pages + one.lost), one.root))


def _is_root(page: Stale, names: set[bytes]) -> bool:
    """Whether a page is a root bucket's: all buckets with pages of their own, known by name."""
    if not page.is_leaf:
        return False
    return all(element.is_bucket for element in page.elements) and not names.isdisjoint(page.keys)


def _measure(assembler: Assembler, root: Stale) -> Held:
    """Walk down from an old root page and count what is there and what is not."""
    survey = assembler.found.survey
    layout = assembler.space.layout
    seen = {root.id}
    pages, lost, shared = 1, 0, 0
    waiting: list[tuple[Stale, Path]] = [(root, ())]
    while waiting and pages < _MOST_PAGES:
        page, path = waiting.pop()
        lost += not page.is_whole
        for index, element in enumerate(page.elements):
            child = page.root(index, layout) if page.is_leaf else element.child
            if not child or child in seen:
                continue
            seen.add(child)
            below = (*path, page.keys[index]) if page.is_leaf else path
            found = assembler.page(child)
            if found is None:
                # In the tree still, at the same place: not changed since.
                is_shared = survey.owner_of(child) == below
                shared += is_shared
                lost += not is_shared
            elif not page.is_leaf and found.keys[0] != page.keys[index]:
                lost += 1
            else:
                pages += 1
                waiting.append((found, below))
    verdict = BROKEN if lost else PLAUSIBLE
    why = (
        "parts of it were used again"
        if lost
        else "all that it leads to is there, but nothing proves that it is the same as then"
    )
    return Held("older", verdict, why, None, None, root.id, pages, lost, shared)
