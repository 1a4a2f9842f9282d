"""One event: a moment, what happened then to what, and how far it can be believed."""

from typing import NamedTuple

from boltview.schema.values import GoTime

NANOS = 1_000_000_000
_DAY = 86_400 * NANOS
_YEAR_1 = -62_135_596_800 * NANOS
_YEAR_2000 = 946_684_800 * NANOS
_YEAR_10000 = 253_402_300_800 * NANOS
EXPIRES = "expires"
"""The one event that normally lies in the future."""
LIVE = "live"
FILE = "file"
"""Kind of the events of files; their one name is the path."""
ACCESSED, MODIFIED, CHANGED = "accessed", "modified", "inode changed"


class FileFacts(NamedTuple):
    """What a file's inode says besides its times."""

    inode: int
    mode: str
    """As `ls -l` writes it."""
    uid: int
    gid: int
    size: int


class Event(NamedTuple):
    """One moment. Nothing in it is escaped."""

    at: int
    """Unix nanoseconds."""
    what: str
    """Such as `created`, `expires`, `modified`; empty where only the field says it."""
    kind: str
    """What it happened to: `container`, `image`, …, `file`."""
    names: tuple[str, ...]
    """Namespace, perhaps snapshotter, and key, as objects carry them; the path of a file."""
    namespace: str
    """Empty for what is in none."""
    source: str
    """Path of the database or file that says so."""
    place: tuple[bytes, ...] = ()
    """Path of the object in the database; empty for what files say."""
    field: tuple[str | int, ...] = ()
    """The way from there to the value, or to the value within the file."""
    state: str = LIVE
    """`live`, or what else is true of the record, such as `carved`."""
    note: str = ""
    """What else there is to say."""
    facts: FileFacts | None = None
    """Of a file."""

    @property
    def time(self) -> GoTime:
        """The moment."""
        return GoTime(*divmod(self.at, NANOS), None)

    def oddity(self, now: int) -> str:
        """Say why the moment can hardly be one; empty if it can.

        Args:
            now: the present in Unix nanoseconds.
        """
        if self.at == _YEAR_1:
            return "not set"
        if not _YEAR_1 <= self.at < _YEAR_10000:
            return "impossible"
        if 0 <= self.at < _DAY:
            return "beginning of 1970"
        if self.at < _YEAR_2000:
            return "implausibly early"
        return "in the future" if self.at > now + _DAY and self.what != EXPIRES else ""


class Wanted(NamedTuple):
    """Which events are wanted; what is not is left out as early as possible."""

    kinds: frozenset[str] = frozenset()
    """All if empty."""
    namespace: str | None = None
    """All if None."""
    since: int | None = None
    """Unix nanoseconds of the first moment; None for no bound."""
    until: int | None = None
    """Unix nanoseconds of the first moment no longer wanted; None for no bound."""

    def kind(self, kind: str) -> bool:
        """Whether events of a kind are wanted."""
        return not self.kinds or kind in self.kinds

    def event(self, event: Event) -> bool:
        """Whether an event is wanted."""
        return (
            (self.since is None or self.since <= event.at)
            and (self.until is None or event.at < self.until)
            and self.kind(event.kind)
            and (self.namespace is None or event.namespace == self.namespace)
        )
