"""What a database is, in a few lines: the verdict of a header and the report of `info`."""

from boltview.bolt.database import Database
from boltview.bolt.meta import Meta


def verdict(database: Database) -> str:
    """Return the state of a database in one line; it counts the faults met so far."""
    metas = database.metas
    faults = list(database.damage)
    if not faults:
        return "healthy so far as read"
    invalid = [meta for meta in metas.pages if meta and not meta.is_valid]
    if invalid and len(faults) == len(invalid):
        return f"meta {invalid[0].slot} invalid, revision {metas.current.txid} used"
    return f"damaged: {len(faults)} {'fault' if len(faults) == 1 else 'faults'} met"


def previous_state(current: Meta, other: Meta | None) -> str:
    """Say what the revision before the current one is worth (bolt-format: the other meta).

    Only its meta is judged here: its pages may have been overwritten since.
    """
    if other is None or not other.is_valid:
        return "lost: its meta page is not valid"
    if other.root == current.root:
        return "identical to the current one: the same root page"
    if other.txid + 1 != current.txid:
        return "plausible, but not the one directly before"
    return "plausible: whole unless a writer was stopped in the middle of a commit"
