"""Cases of damage in inline buckets, whose page lies in the value of a leaf element.

The sample's bucket `inline` is element 1 of the root leaf; its records are x, y (empty) and z.
"""

from collections.abc import Callable

from tests.bolt.damages import (
    COUNT,
    FLAGS,
    L_FLAGS,
    L_KSIZE,
    L_POS,
    L_VSIZE,
    OVERFLOW,
    Case,
    Harm,
    add,
    below,
    data_of,
    entry,
    put,
)
from tests.bolt.sample import Sample

HOST = data_of("root", 1)
ALL = below(b"inline")


def page(s: Sample) -> int:
    """Return the file offset of the inline page, behind the 16-byte bucket header."""
    return HOST(s) + 16


def inner(s: Sample, index: int) -> int:
    """Return the file offset of an entry of the inline page's element table."""
    return page(s) + 16 + 16 * index


def whole(name: str, harm: Harm, code: str) -> Case:
    """Harm to the inline page as a whole: all of the bucket is lost."""
    return Case(f"inline {name}", harm, code, "root", page, ALL)


def element(index: int, name: str, harm: Harm, code: str, *lost: bytes) -> Case:
    """Harm to one entry of the inline page."""
    return Case(
        f"inline {index} {name}",
        harm,
        code,
        "root",
        lambda s: inner(s, index),
        lambda _: {(b"inline", key) for key in lost},
    )


def at(index: int) -> Callable[[Sample], int]:
    return lambda s: inner(s, index)


X, Y, Z = at(0), at(1), at(2)

INLINE = [
    whole("page id 3", put(page, 0, "Q", 3), "inline-header"),
    whole("branch", put(page, FLAGS, "H", 1), "inline-header"),
    whole("flags 0x42", put(page, FLAGS, "H", 0x42), "inline-header"),
    whole("overflow 1", put(page, OVERFLOW, "I", 1), "inline-header"),
    whole("count 60000", put(page, COUNT, "H", 60000), "inline-count"),
    # The table of four would end behind the bucket's eight bytes of keys and values.
    whole("count + 1", add(page, COUNT, "H", 1), "inline-count"),
    Case(
        "inline count - 1",
        add(page, COUNT, "H", -1),
        "element-count",
        "root",
        page,
        lambda _: {(b"inline", b"z")},
    ),
    whole("count 0", put(page, COUNT, "H", 0), "element-count"),
    element(0, "pos + 1", add(X, L_POS, "I", 1), "element-place", b"x"),
    element(1, "pos + 1", add(Y, L_POS, "I", 1), "element-place", b"y"),
    # An inline page ends exactly where its data does, so the last element is no special case.
    element(2, "pos - 1", add(Z, L_POS, "I", -1), "element-place", b"z"),
    element(2, "pos + 1", add(Z, L_POS, "I", 1), "element-bounds", b"z"),
    element(2, "pos 2^31", put(Z, L_POS, "I", 2**31), "element-bounds", b"z"),
    element(0, "ksize 0", put(X, L_KSIZE, "I", 0), "element-key", b"x"),
    element(0, "vsize + 1", add(X, L_VSIZE, "I", 1), "element-size", b"x"),
    element(2, "vsize - 1", add(Z, L_VSIZE, "I", -1), "element-size", b"z"),
    element(2, "vsize 2^31", put(Z, L_VSIZE, "I", 2**31), "element-bounds", b"z"),
    element(1, "unknown flag", put(Y, L_FLAGS, "I", 0x80), "element-flags", b"y"),
    element(2, "bucket inside", put(Z, L_FLAGS, "I", 1), "inline-bucket", b"z"),
    # The sizes in the host's entry: the bucket is element 1 of 4 there.
    Case(
        "inline value shorter",
        add(entry("root", 1), L_VSIZE, "I", -1),
        "element-size",
        "root",
        entry("root", 1),
        ALL,
    ),
    Case(
        "inline value longer",
        add(entry("root", 1), L_VSIZE, "I", 8),
        "element-size",
        "root",
        entry("root", 1),
        ALL,
    ),
]
