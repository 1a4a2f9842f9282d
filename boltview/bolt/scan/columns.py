"""What a scan of a file reads, as columns: a NumPy array a field, in it a place for each page.

Offsets of keys are those of the file. Nothing is said yet of how the pages belong together.
"""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]


class Pages(NamedTuple):
    """All pages that may be in a tree, in the order of their numbers."""

    id: "Ints"
    is_leaf: "Bools"
    elements: "Ints"
    overflow: "Ints"
    used: "Ints"
    is_sound: "Bools"
    first_key: "Ints"
    first_size: "Ints"
    last_key: "Ints"
    last_size: "Ints"


class Links(NamedTuple):
    """What pages lead to, in the order of pages and their elements."""

    page: "Ints"
    target: "Ints"
    is_bucket: "Bools"
    """Whether the target is the root page of a bucket, and not a child."""
    key: "Ints"
    size: "Ints"


class Inlines(NamedTuple):
    """Inline buckets, in the order of pages and their elements."""

    page: "Ints"
    element: "Ints"
    elements: "Ints"
    used: "Ints"


class Scan(NamedTuple):
    """All of a file."""

    pages: Pages
    links: Links
    inlines: Inlines
