"""Free pages: the list in the file against the pages that the tree reaches."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from boltview.bolt.bucketnumbers import NOBODY
from boltview.bolt.errors import Damage, UnreadableFile
from boltview.bolt.finding import Finding, finding
from boltview.bolt.format import FIRST_DATA_PAGE
from boltview.bolt.freelist import Freelist, read_freelist
from boltview.bolt.survey import Survey


def free_findings(survey: Survey) -> Iterator[Finding]:
    """Yield what is wrong with the free pages of a revision that has been walked.

    A file without freelist has nothing to be wrong: every page that the tree does not reach is
    free. Neither can a page be lost where the freelist cannot be read.
    """
    try:
        freelist = read_freelist(survey.revision)
    except UnreadableFile as error:
        number = survey.revision.meta.freelist
        offset = number * survey.revision.page_size
        yield Finding("page-unreadable", number, offset, None, f"page {number}: {error}")
        return
    if isinstance(freelist, Damage):
        yield finding(freelist)
    elif freelist is not None:
        yield from _judge_list(survey, freelist)
        yield from _judge_use(survey, freelist)


def runs(pages: Iterable[int]) -> Iterator[range]:
    """Group rising page numbers into runs without a gap."""
    start = end = None
    for page in pages:
        if page != end:
            if start is not None and end is not None:
                yield range(start, end)
            start = page
        end = page + 1
    if start is not None and end is not None:
        yield range(start, end)


def own_pages(freelist: Freelist) -> range:
    """Return the pages that the freelist itself takes."""
    return range(freelist.page, freelist.page + freelist.overflow + 1)


def _judge_list(survey: Survey, freelist: Freelist) -> Iterator[Finding]:
    """Judge the ids alone (`internal/freelist/shared.go: Init`)."""
    high_water = survey.revision.high_water
    offset = freelist.page * survey.revision.page_size
    ids, own = freelist.ids, own_pages(freelist)
    if any(left > right for left, right in pairwise(ids)):
        what = f"freelist page {freelist.page}: its ids are not in rising order"
        yield Finding("freelist-order", freelist.page, offset, None, what)
    for code, pages, why in (
        ("freelist-duplicate", _doubles(ids), "twice in the freelist"),
        (
            "freelist-range",
            {page for page in ids if not FIRST_DATA_PAGE <= page < high_water},
            f"in the freelist, but outside 2..{high_water - 1}",
        ),
        ("freelist-itself", {page for page in ids if page in own}, "a page of the freelist itself"),
    ):
        for page in sorted(pages):
            what = f"page {page}: {why}"
            yield Finding(code, page, offset, None, what)


def _doubles(ids: tuple[int, ...]) -> set[int]:
    ordered = sorted(ids)
    return {left for left, right in pairwise(ordered) if left == right}


def _judge_use(survey: Survey, freelist: Freelist) -> Iterator[Finding]:
    """Compare the list with the tree: each page has one use, and none is forgotten."""
    owner, revision = survey.owner, survey.revision
    used = bytearray(len(owner))
    used[: min(FIRST_DATA_PAGE, len(used))] = b"\1" * min(FIRST_DATA_PAGE, len(used))
    for page in own_pages(freelist):
        used[page] = 1
        if owner[page] != NOBODY:
            path, offset = survey.owner_of(page), page * revision.page_size
            what = f"page {page}: both in a tree and part of the freelist"
            yield Finding("page-shared", page, offset, path, what)
    reached = []
    for page in freelist.ids:
        if page < len(owner):
            used[page] = 1
            if owner[page] != NOBODY:
                reached.append(page)
    for page in sorted(set(reached)):
        path, offset = survey.owner_of(page), page * revision.page_size
        yield Finding("free-reachable", page, offset, path, f"page {page}: in use, but listed free")
    lost = (
        page
        for page in range(FIRST_DATA_PAGE, len(owner))
        if owner[page] == NOBODY and not used[page]
    )
    for run in runs(lost):
        which = f"page {run.start}" if len(run) == 1 else f"pages {run.start}..{run.stop - 1}"
        what = f"{which}: in no tree, and not in the freelist"
        offset = run.start * revision.page_size
        yield Finding("page-lost", run.start, offset, None, what, len(run))
