"""Leaves of objects whose branch page is gone, joined by what they tell.

bbolt splits a bucket of more than a page: a container with a long spec lies on two leaves under a
branch. Two leaves that say the same of their name belong together; so do two of which one holds a
time of creation that the other has as its time of change, to the nanosecond.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from boltview.bolt.bulk import Contents
from boltview.bolt.page import Origin
from boltview.forensics.assemble import Assembled
from boltview.forensics.grammar import Kind
from boltview.forensics.telling import Told


class Fragment(NamedTuple):
    """A leaf that holds some of an object's keys."""

    kind: Kind
    page: int
    origin: Origin
    keys: frozenset[bytes]
    said: Told
    time: bytes
    """Its time of creation or change; empty if it has neither."""

    @classmethod
    def of(cls, kind: Kind, part: Assembled, said: Told) -> "Fragment":
        """Describe a leaf that was read."""
        contents = part.contents
        time = _bytes(contents, b"createdat") or _bytes(contents, b"updatedat")
        return cls(kind, part.pages[0], part.origin, frozenset(contents), said, time)


def joined(fragments: Iterable[Fragment]) -> Iterator[tuple[Fragment, ...]]:
    """Yield each fragment once, with those that surely belong to it."""
    by_name: dict[tuple[str, bytes], list[Fragment]] = {}
    by_time: dict[tuple[str, bytes], list[Fragment]] = {}
    waiting = list(fragments)
    for fragment in waiting:
        if fragment.said.key:
            by_name.setdefault((fragment.kind.name, fragment.said.key), []).append(fragment)
        if fragment.time:
            by_time.setdefault((fragment.kind.name, fragment.time), []).append(fragment)
    taken: set[int] = set()
    for fragment in waiting:
        if fragment.page in taken:
            continue
        taken.add(fragment.page)
        name, time = fragment.kind.name, fragment.time
        others = [
            other
            for other in (
                *by_time.get((name, time), ()),
                *by_name.get((name, fragment.said.key), ()),
            )
            if other.page not in taken and _complement(fragment, other)
        ]
        alone = {other.page: other for other in others}
        if len(alone) == 1 or (others and others[0].time == time and time):
            other = others[0]
            taken.add(other.page)
            yield tuple(sorted((fragment, other), key=lambda one: min(one.keys)))
        else:
            yield (fragment,)


def _complement(one: Fragment, other: Fragment) -> bool:
    """Whether two leaves can be the two halves of one bucket."""
    if not one.keys.isdisjoint(other.keys):
        return False
    is_ordered = max(one.keys) < min(other.keys) or max(other.keys) < min(one.keys)
    keys = {fragment.said.key for fragment in (one, other) if fragment.said.is_sure}
    return is_ordered and len(keys) <= 1 and one.kind.is_complete(one.keys | other.keys)


def _bytes(contents: Contents, key: bytes) -> bytes:
    found = contents.get(key)
    return found if isinstance(found, bytes) else b""
