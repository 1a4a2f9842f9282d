"""What can end a reading of a bolt file, and the damage that does not end it.

    BoltError                     anything this package raises
    ├── UnreadableFile            missing, no permission, not a regular file
    ├── NotABoltFile              no usable meta page
    ├── NoSuchRevision            the file does not hold the revision asked for
    ├── NoConsistentCopy          a live file changed faster than it could be copied
    │   └── SourceReplaced         its path names another file now, or it was cut short
    ├── CannotWrite               a copy could not be written: the disk is full, or failing
    └── DamageError               strict mode met a Damage

Damage is data: browsing collects `Damage` values beside the results, and only strict mode raises.
"""

from collections.abc import Iterator
from typing import NamedTuple

MAX_DAMAGE_KEPT = 10_000
"""A hostile file can hold a fault in every element; the list of them must not grow with it."""


class Damage(NamedTuple):
    """One fault of the file, as a value that takes the place of what could not be read."""

    code: str
    """Stable name of the kind of fault, such as `page-id`."""
    page: int | None
    """Page number, or None when the fault concerns the whole file."""
    offset: int
    """File offset in bytes where the fault lies."""
    what: str
    """One sentence for a person."""


class BoltError(Exception):
    """Base of every error that this package raises."""


class UnreadableFile(BoltError):
    """The file cannot be opened or read at all."""


class NotABoltFile(BoltError):
    """Neither meta page can be used, so nothing in the file can be found."""


class NoSuchRevision(BoltError):
    """The file does not hold the revision that was asked for."""


class NoConsistentCopy(BoltError):
    """A live file changed during every attempt to copy it."""


class SourceReplaced(NoConsistentCopy):
    """While a file was copied its path came to name another file or none, or it was truncated."""


class CannotWrite(BoltError):
    """A copy could not be written where it should go."""


class DamageError(BoltError):
    """Strict mode met a fault; `damage` says which."""

    def __init__(self, damage: Damage) -> None:
        """Keep the damage and use its sentence as the message."""
        super().__init__(damage.what)
        self.damage = damage


class DamageLog:
    """The faults met so far, each once, in the order in which they were met.

    Args:
        strict: raise `DamageError` at the first fault instead of keeping it.
    """

    __slots__ = ("_kept", "strict")

    def __init__(self, *, strict: bool = False) -> None:
        """Start with no fault."""
        self._kept: dict[Damage, None] = {}
        self.strict = strict

    def note(self, damage: Damage) -> Damage:
        """Keep `damage` (up to MAX_DAMAGE_KEPT) and hand it back; raise it in strict mode."""
        if self.strict:
            raise DamageError(damage)
        if len(self._kept) < MAX_DAMAGE_KEPT:
            self._kept[damage] = None
        return damage

    def __iter__(self) -> Iterator[Damage]:
        """Iterate over a copy, so that reading on while printing is safe."""
        return iter(list(self._kept))

    def __len__(self) -> int:
        """Return how many faults are kept."""
        return len(self._kept)
