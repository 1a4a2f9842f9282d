"""An open database as every screen and command gets it: what is read, and what to say of it."""

from typing import TYPE_CHECKING, NamedTuple

from boltview.bolt.database import Database
from boltview.bolt.locks import LockHolder
from boltview.report.units import Clock
from boltview.schema.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Callable


class Opened(NamedTuple):
    """A database, one of its revisions read through its schema, and where it comes from."""

    database: Database
    reading: Reading
    path: str
    """Path of the file as the user can name it."""
    clock: Clock
    size: int
    """Bytes of the file itself, which a copy of a live file can be shorter than."""
    holder: LockHolder | None = None
    """Who holds a lock on the file."""
    note: str = ""
    """How the file was read when it was not read in place; empty when it was."""
    given: str = ""
    """What the user named: a file or a folder; empty for the demo."""
    beside: "Callable[[str], Opened] | None" = None
    """Opens another database of the same node; None where nobody can."""
    caution: str = ""
    """What to know of the revision that is read; empty for the current one."""
