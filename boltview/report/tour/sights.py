"""Places of a file that are worth a look: the first of each kind that a bounded walk comes by.

A walk level by level, a few entries of each bucket, finds in a file of any size within some ten
milliseconds what there is to show: a branch page, an inline bucket, a time, a container.
"""

from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.page import Page
from boltview.schema.model import Field
from boltview.schema.reading import Reading

MAX_ENTRIES = 10_000
"""Entries that are looked at."""
_A_BUCKET = 40
"""Entries of one bucket that are looked at."""
_PREVIEW = 10
"""Bytes of a number; more make no better example."""
_LABEL = b"containerd.io/gc.ref."
_NUMBERS = frozenset({"varint", "uvarint"})


class Sight(NamedTuple):
    """An entry, and the bucket that holds it."""

    bucket: Bucket
    entry: Pair | Bucket

    @property
    def path(self) -> tuple[bytes, ...]:
        """Keys from the root bucket to the entry."""
        return (*self.bucket.path, self.entry.key)


class Sights(NamedTuple):
    """What was found, None for what was not."""

    leaf: Sight | None = None
    """A bucket whose tree is one leaf with more than one element."""
    branch: Sight | None = None
    """A bucket whose tree begins with a branch page."""
    inline: Sight | None = None
    """A bucket within its parent's page, not empty if there is such a one."""
    container: Sight | None = None
    time: Sight | None = None
    number: Sight | None = None
    """A varint, of two bytes or more if there is such a one."""
    any: Sight | None = None
    image: Sight | None = None
    """The digest of what an image stands for."""
    reference: Sight | None = None
    """A label of a blob by which it refers to another."""


def sights(reading: Reading) -> Sights:
    """Find something to look at; what is damaged is passed by."""
    found: dict[str, Sight] = {}
    open_ends = dict(_TESTS)
    for sight in islice(_walk(reading), MAX_ENTRIES):
        field = reading.field(sight.bucket, sight.entry)
        for name, test in list(open_ends.items()):
            merit = test(sight, field)
            if merit and name not in found:
                found[name] = sight
            if merit > 1:
                found[name] = sight
                del open_ends[name]
        if not open_ends:
            break
    return Sights(**found)


def _walk(reading: Reading) -> Iterator[Sight]:
    waiting = deque([reading.root])
    while waiting:
        bucket = waiting.popleft()
        for entry in islice(bucket.entries(), _A_BUCKET):
            if isinstance(entry, Damage):
                continue
            yield Sight(bucket, entry)
            if isinstance(entry, Bucket):
                waiting.append(entry)


# Each says how good an example something is: 0 for none, 1 while there is no better, 2 for one
# that ends the search.


def _is_leaf(sight: Sight, _field: Field | None) -> int:
    page = _root_page(sight)
    return 0 if page is None or not page.is_leaf else 2 if len(page.elements) > 1 else 1


def _is_branch(sight: Sight, _field: Field | None) -> int:
    page = _root_page(sight)
    return 2 if page is not None and not page.is_leaf else 0


def _root_page(sight: Sight) -> Page | None:
    entry = sight.entry
    if not isinstance(entry, Bucket) or entry.is_inline:
        return None
    page = entry.root_page()
    return None if isinstance(page, Damage) or page.damage or page.bad else page


def _is_inline(sight: Sight, _field: Field | None) -> int:
    entry = sight.entry
    if not isinstance(entry, Bucket) or not entry.is_inline:
        return 0
    page = entry.root_page()
    return 0 if isinstance(page, Damage) else 2 if page.elements else 1


def _is_container(_sight: Sight, field: Field | None) -> int:
    return 2 if field and field.object == "container" else 0


def _is_time(sight: Sight, field: Field | None) -> int:
    return 2 if field and field.type == "time" and _size(sight) else 0


def _is_number(sight: Sight, field: Field | None) -> int:
    if field is None or field.type not in _NUMBERS:
        return 0
    size = _size(sight)
    return 2 if 1 < size <= _PREVIEW else min(size, 1)


def _is_any(sight: Sight, field: Field | None) -> int:
    return 2 if field and field.type == "any" and _size(sight) else 0


def _is_image(_sight: Sight, field: Field | None) -> int:
    is_image = field is not None and field.refers.startswith("content/") and "images" in field.path
    return 2 if is_image else 0


def _is_reference(sight: Sight, field: Field | None) -> int:
    is_of_blob = field is not None and "/content/blob/" in field.path
    is_reference = isinstance(sight.entry, Pair) and sight.entry.key.startswith(_LABEL)
    return 2 if is_of_blob and is_reference else 0


def _size(sight: Sight) -> int:
    return sight.entry.size if isinstance(sight.entry, Pair) else 0


_TESTS: dict[str, Callable[[Sight, Field | None], int]] = {
    "leaf": _is_leaf,
    "branch": _is_branch,
    "inline": _is_inline,
    "container": _is_container,
    "time": _is_time,
    "number": _is_number,
    "any": _is_any,
    "image": _is_image,
    "reference": _is_reference,
}
