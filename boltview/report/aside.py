"""A database as a thread of its own reads it: pages remembered apart, and every read may cancel.

A revision remembers pages without a lock, so two threads must not share one. What a thread made is
then used by another, never by both.
"""

from collections.abc import Callable

from boltview.bolt.database import Database
from boltview.bolt.errors import UnreadableFile
from boltview.bolt.revision import Revision
from boltview.bolt.source import Source
from boltview.containerd.metadata import Metadata
from boltview.containerd.node import Node, Opening
from boltview.report.opened import Opened
from boltview.schema.reading import Reading

Check = Callable[[], None]
"""Called before each read; raises to cancel."""


class Watched:
    """A source that asks before each read whether to go on."""

    __slots__ = ("_check", "_source", "size")

    def __init__(self, source: Source, check: Check) -> None:
        """Read from `source` as long as `check` does not raise."""
        self._source = source
        self._check = check
        self.size = source.size

    def read(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`, fewer where the source ends."""
        self._check()
        return self._source.read(offset, length)


def aside(opened: Opened, check: Check) -> Opened:
    """Return an opened database once more; the damage met is noted in the same list."""
    source = Watched(opened.database.source, check)
    database = Database(source)
    database.damage = opened.database.damage
    before = opened.reading
    revision = Revision(source, before.revision.meta, database.damage)
    return opened._replace(
        database=database, reading=Reading(revision, before.library, opened.path)
    )


def is_same(one: Opened, other: Opened) -> bool:
    """Whether two are the same state of a file, each perhaps as a thread of its own reads it."""
    revisions = one.reading.revision, other.reading.revision
    is_one_file = one.database.damage is other.database.damage
    return is_one_file and revisions[0].meta == revisions[1].meta


def node_of(opened: Opened) -> Node:
    """Return the node that a meta.db belongs to; its other databases are opened when asked for.

    Raises:
        NotMetadata: the database is of another kind.
    """
    beside = opened.beside

    def opener(place: str) -> Opening:
        if beside is None:
            raise UnreadableFile(f"{place}: other databases are not opened here")
        other = beside(place)
        return Opening(other.database, other.reading)

    return Node(Metadata(opened.reading), opened.path, opener, opened.given)
