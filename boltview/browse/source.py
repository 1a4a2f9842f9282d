"""What the browser asks of a tree: its rows, what can be opened, and how entries are called."""

from typing import Protocol, TypeVar

from boltview.browse.outline import Rows

E = TypeVar("E")


class Source(Protocol[E]):
    """A tree of entries, some of which hold further entries."""

    def top(self) -> Rows[E]:
        """Return the rows of the outermost level."""

    def opens(self, entry: E) -> bool:
        """Whether the entry holds further entries."""

    def rows(self, entry: E) -> Rows[E] | None:
        """Return the rows of an entry that opens; None where that takes long.

        Then the browser shows `standby` until `Browser.loaded` brings the rows.
        """

    def standby(self, entry: E) -> Rows[E]:
        """Return what to show while the rows of `entry` are being read."""

    def key(self, entry: E) -> bytes | None:
        """Return what finds the entry again among its neighbours; None for one without a key."""

    def text(self, rows: Rows[E], entry: E) -> str:
        """Return the text that a search for keys looks into.

        Args:
            rows: the rows that the entry is one of.
            entry: the entry.
        """

    def position(self, rows: Rows[E], key: bytes) -> int | None:
        """Return the position of `key` among `rows`, None if it is not there."""
