"""The revisions that a file still holds, for people and for programs."""

from boltview.forensics.revisions import Held
from boltview.report.escape import escape
from boltview.report.objects.column import NOTHING

TITLES = ("REVISION", "TXID", "VERDICT", "ROOT", "PAGES", "SHARED", "LOST", "WHY")
RIGHT = (False, True, False, True, True, True, True, False)


def held_json(held: Held) -> dict[str, object]:
    """Return a revision as JSON; its pages are not counted where they need not be looked at."""
    return held._asdict()


def held_row(held: Held) -> list[str]:
    """Return a revision as escaped cells in the order of `TITLES`."""
    counts = [held.pages, held.shared, held.lost]
    return [
        held.name,
        NOTHING if held.txid is None else str(held.txid),
        held.verdict,
        str(held.root),
        *(str(count) if held.pages else NOTHING for count in counts),
        escape(held.why),
    ]
