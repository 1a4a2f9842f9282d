"""One hit of a search: which entry, where in it, and the bytes around the match."""

from typing import NamedTuple

from boltview.bolt.page import Origin
from boltview.forensics.search.texts import Place

Path = tuple[bytes, ...]

KEY = "key"
VALUE = "value"
DECODED = "decoded"

_BEFORE, _MATCH, _AFTER = 40, 160, 80
_MOST_CONTINUED = 3
"""Bytes of a UTF-8 character behind its first."""
_CONTINUED, _LEADING = 0x80, 0xC0


class Match(NamedTuple):
    """Where in a value."""

    where: str
    """`value` or `decoded`."""
    place: Place
    text: bytes
    """What holds the match: the value's bytes, or a piece of decoded text."""
    start: int
    end: int


class Excerpt(NamedTuple):
    """A match with what is around it, cut to the length of a line."""

    before: bytes
    match: bytes
    after: bytes
    is_begun: bool
    """Whether it begins where the text does."""
    is_ended: bool
    """Whether it ends where the text does; a match too long for it is cut, and nothing follows."""


class Hit(NamedTuple):
    """A key or value that matches."""

    path: Path
    """Keys from the root bucket to the entry, its own included."""
    where: str
    """`key`, `value` (its bytes) or `decoded` (its decoded text)."""
    place: Place
    """Where within the decoded value; empty for the whole of it."""
    excerpt: Excerpt
    origin: Origin
    """Where the key or value lies; of a carved record where the record does."""
    is_bucket: bool = False
    """Whether the entry is a bucket, of which only the key can match."""


def excerpt(raw: bytes, start: int, end: int, base: int = 0, size: int = -1) -> Excerpt:
    """Cut out a match with its surroundings.

    Args:
        raw: the text, or a piece of it.
        start: where the match begins in `raw`.
        end: where it ends.
        base: where `raw` begins in the text.
        size: bytes of the text; of `raw` by default.
    """
    size = len(raw) if size < 0 else size
    first = _whole(raw, start - _BEFORE) if start > _BEFORE else 0
    stop = min(end, start + _MATCH)
    stop = stop if stop == end else _whole(raw, stop)
    last = min(len(raw), stop + _AFTER) if stop == end else stop
    last = _whole(raw, last) if stop == end and last < len(raw) else last
    return Excerpt(
        raw[min(first, start) : start],
        raw[start:stop],
        raw[stop : max(last, stop)],
        base + first <= 0,
        base + max(last, stop) >= size,
    )


def _whole(raw: bytes, at: int) -> int:
    """Move a cut behind the character that it would divide, if the text is UTF-8 there."""
    for place in range(at, min(at + _MOST_CONTINUED + 1, len(raw))):
        if not _CONTINUED <= raw[place] < _LEADING:
            return place
    return at


def value_hit(path: Path, found: Match, origin: Origin) -> Hit:
    """Return the hit for a match in a value.

    Args:
        path: where the value stands.
        found: the match.
        origin: where the value lies.
    """
    return Hit(path, found.where, found.place, excerpt(found.text, found.start, found.end), origin)
