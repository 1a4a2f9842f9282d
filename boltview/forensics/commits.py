"""What commits changed: two consistent views of a database compared key by key.

Between two views any number of commits can lie. Then what is told is the difference between the
views; what came and went in between is unknown, and nothing is said of it.
"""

from collections.abc import Iterator

from boltview.bolt.equalpages import EqualPages, by_number
from boltview.bolt.revision import Revision
from boltview.forensics.difference import Change, difference


def changes(before: Revision, after: Revision) -> Iterator[Change]:
    """Yield what differs between two views of one database, as `difference` does.

    Both views must be proved to be consistent. What damage hides is in the revisions' logs alone.
    """
    is_next = after.txid == before.txid + 1
    same = by_number if is_next else EqualPages(before, after)
    for found in difference(before, after, same):
        if isinstance(found, Change):
            yield found
