"""A newer state of a file that the browser follows, and what is to be said and marked of it."""

from typing import TYPE_CHECKING, NamedTuple

from boltview.browse.marks import Marks
from boltview.report.opened import Opened

if TYPE_CHECKING:
    from boltview.report.commits import Step


class Refresh(NamedTuple):
    """One state of a file that is followed."""

    opened: Opened
    marks: Marks
    """What differs from the state before."""
    message: str
    """What to say of it: `revision 512: +3 ~1 -2`."""


def refresh(opened: Opened, step: "Step | None") -> Refresh:
    """Compare a state with the one before.

    Args:
        opened: the state.
        step: the way from the state before; None where nothing is known of one.
    """
    from boltview.report.commits import heading

    if step is None:
        return Refresh(opened, Marks(), f"revision {opened.reading.revision.txid}")
    if step.is_replaced:
        # Everything may differ, and nothing of it happened to what was shown.
        return Refresh(opened, Marks(), heading(step))
    sides = ((change.kind, change.after or change.before) for change in step.changes())
    marks = Marks((kind, (*side.bucket.path, side.entry.key)) for kind, side in sides if side)
    return Refresh(opened, marks, f"{heading(step)}: {marks.summary}")
