"""A tour of the open file: what bolt and containerd keep where, each step on bytes of this file.

Every step says what is to be learnt, leads to a place of the tree, and points at bytes. What a file
does not hold cannot be shown: such a step is left out, and the last one names what is missing.
"""

from collections.abc import Iterator

from boltview.bolt.parts import Run
from boltview.report.anatomy import anatomy
from boltview.report.escape import escape
from boltview.report.opened import Opened
from boltview.report.tour.pages import metas, pages
from boltview.report.tour.records import collection, records
from boltview.report.tour.sights import Sights, sights
from boltview.report.tour.step import MOST_BYTES, Step


def tour(opened: Opened) -> list[Step]:
    """Make the tour of a file, for somebody who sees a bolt database for the first time.

    It reads a bounded number of pages, whatever the size of the file.
    """
    reading = opened.reading
    found = sights(reading)
    return [
        *metas(opened),
        *pages(reading, found),
        *records(opened, found),
        *collection(reading, found),
        *_damage(opened),
        _end(found),
    ]


def _damage(opened: Opened) -> Iterator[Step]:
    faults = list(opened.database.damage)
    if not faults:
        return
    first = faults[0]
    parts = anatomy(opened.reading, opened.reading.root, first)
    text = (
        (
            f"{len(faults):,} {'faults were' if len(faults) > 1 else 'fault was'} met so far. "
            "boltview shows each in its place and reads on around it."
        ),
        f"The first: {escape(first.what)}. boltview check judges the whole file.",
    )
    shown = tuple(Run(part.offset, min(part.length, MOST_BYTES)) for part in parts)
    yield Step("Damage in this file", text, (), shown)


_MISSING = {
    "branch": "a branch page: every bucket that the tour came by fits on one leaf",
    "inline": "an inline bucket",
    "container": "a container",
    "time": "a timestamp",
    "number": "a varint",
    "any": "an Any",
    "image": "an image, where a garbage collection would begin",
}


def _end(found: Sights) -> Step:
    missing = [said for name, said in _MISSING.items() if getattr(found, name) is None]
    end = (
        "That was the tour. Every page and field can be looked at like this: the hex tab names "
        "the part under its cursor, and ? shows the keys."
    )
    text = [end]
    if missing:
        text.append(
            f"This file does not show {'; '.join(missing)}. boltview --demo opens one that does."
        )
    return Step("The end of the tour", tuple(text), ())
