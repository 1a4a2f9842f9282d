"""One case for each kind of damage: the harm, what must be said of it, and what may be lost by it.

The expectations follow from the format: which record lies on the harmed bytes, and which neighbour
could as well be the liar.
"""

from collections.abc import Callable
from typing import NamedTuple

from tests.bolt.reading import Path
from tests.bolt.sample import PAGE_SIZE, Sample, key

Harm = Callable[[Sample], None]


class Case(NamedTuple):
    """A kind of damage."""

    name: str
    harm: Harm
    code: str
    """Code that must be among the damage reported."""
    page: str
    """Page that must be blamed."""
    place: Callable[[Sample], int]
    """File offset that must be named."""
    lost: Callable[[Sample], set[Path]]
    """Records that cannot come back; every other must."""
    brings: Callable[[Sample], set[Path]] = lambda _: set()
    """Records that the harm itself adds."""


def start(page: str) -> Callable[[Sample], int]:
    return lambda s: s.offset(page)


def entry(page: str, index: int) -> Callable[[Sample], int]:
    return lambda s: s.entry(page, index)


def data_of(page: str, index: int) -> Callable[[Sample], int]:
    """Return where the value of a leaf element lies."""

    def place(s: Sample) -> int:
        at = s.entry(page, index)
        return at + s.get(at + 4, "I") + s.get(at + 8, "I")

    return place


def nothing(_: Sample) -> set[Path]:
    return set()


def leaves(*names: str) -> Callable[[Sample], set[Path]]:
    return lambda s: s.keys(*names)


def tree(*numbers: int) -> Callable[[Sample], set[Path]]:
    return lambda _: {(b"tree", key(n)) for n in numbers}


def added(name: bytes) -> Callable[[Sample], set[Path]]:
    return lambda _: {(b"tree", name)}


def below(*path: bytes) -> Callable[[Sample], set[Path]]:
    return lambda s: s.below(*path)


def put(place: Callable[[Sample], int], delta: int, form: str, number: int) -> Harm:
    return lambda s: s.put(place(s) + delta, form, number)


def add(place: Callable[[Sample], int], delta: int, form: str, number: int) -> Harm:
    return lambda s: s.add(place(s) + delta, form, number)


def child(page: str, index: int, target: str) -> Harm:
    return lambda s: s.put(s.entry(page, index) + 8, "Q", s.pages[target])


def bucket_root(page: str, index: int, target: str) -> Harm:
    return lambda s: s.put(data_of(page, index)(s), "Q", s.pages[target])


def zero(page: str) -> Harm:
    def harm(s: Sample) -> None:
        s.data[s.offset(page) : s.offset(page) + PAGE_SIZE] = bytes(PAGE_SIZE)

    return harm


def rename(page: str, old: int, new: bytes) -> Harm:
    """Overwrite the key `old` of a page's element by another of the same length."""

    def harm(s: Sample) -> None:
        at = s.data.index(key(old), s.offset(page))
        assert len(new) == len(key(old))
        s.data[at : at + len(new)] = new

    return harm


# Offsets within a page header and within the elements of leaf and branch.
FLAGS, COUNT, OVERFLOW = 8, 10, 12
L_FLAGS, L_POS, L_KSIZE, L_VSIZE = 0, 4, 8, 12
B_POS, B_KSIZE, B_CHILD = 0, 4, 8

L4, B1, LONG = start("l4"), start("b1"), start("long")

PAGES = [
    Case("zeroed leaf", zero("l4"), "page-id", "l4", L4, leaves("l4")),
    Case("zeroed branch", zero("b1"), "page-id", "b1", B1, leaves("l3", "l4", "l5")),
    Case("zeroed root of a bucket", zero("top"), "page-id", "top", start("top"), below(b"tree")),
    Case("zeroed root", zero("root"), "page-id", "root", start("root"), below()),
    Case("wrong id", put(L4, 0, "Q", 999), "page-id", "l4", L4, leaves("l4")),
    *(
        Case(f"flags {flags:#x}", put(L4, FLAGS, "H", flags), "page-type", "l4", L4, leaves("l4"))
        for flags in (0, 0x03, 0x04, 0x08, 0x10, 0x4E20)
    ),
    Case("count 60000", put(L4, COUNT, "H", 60000), "page-count", "l4", L4, leaves("l4")),
    Case("count + 1", add(L4, COUNT, "H", 1), "element-count", "l4", L4, nothing),
    Case("count + 5", add(L4, COUNT, "H", 5), "element-count", "l4", L4, nothing),
    Case("count - 1", add(L4, COUNT, "H", -1), "element-count", "l4", L4, tree(14)),
    Case("count 1 of 3", put(L4, COUNT, "H", 1), "element-count", "l4", L4, tree(13, 14)),
    Case("count 0", put(L4, COUNT, "H", 0), "element-count", "l4", L4, leaves("l4")),
    Case("branch count + 1", add(B1, COUNT, "H", 1), "element-count", "b1", B1, nothing),
    Case("branch count - 1", add(B1, COUNT, "H", -1), "element-count", "b1", B1, leaves("l5")),
    Case(
        "branch count 0", put(B1, COUNT, "H", 0), "page-count", "b1", B1, leaves("l3", "l4", "l5")
    ),
    Case("overflow + 1", put(L4, OVERFLOW, "I", 1), "page-overflow", "l4", L4, nothing),
    Case(
        "overflow past the end",
        put(L4, OVERFLOW, "I", 2**32 - 1),
        "page-overflow",
        "l4",
        L4,
        leaves("l4"),
    ),
    Case(
        "overflow to the high-water mark and one more",
        lambda s: s.put(L4(s) + OVERFLOW, "I", len(s.data) // PAGE_SIZE - s.pages["l4"]),
        "page-overflow",
        "l4",
        L4,
        leaves("l4"),
    ),
    Case(
        "overflow - 1",
        add(LONG, OVERFLOW, "I", -1),
        "element-bounds",
        "long",
        entry("long", 1),
        lambda _: {(b"long", b"b"), (b"long", b"c")},
    ),
]


def element(name: str, index: int, harm: Harm, code: str, *lost: int) -> Case:
    """A harmed entry of leaf l4, whose records are 12, 13 and 14."""
    return Case(f"leaf {index} {name}", harm, code, "l4", entry("l4", index), tree(*lost))


def branch(name: str, index: int, harm: Harm, code: str, *lost: str) -> Case:
    """A harmed entry of branch b1, whose children are l3, l4 and l5."""
    return Case(f"branch {index} {name}", harm, code, "b1", entry("b1", index), leaves(*lost))


E0, E1, E2 = (entry("l4", i) for i in range(3))
C0, C1, C2 = (entry("b1", i) for i in range(3))

ELEMENTS = [
    element("pos + 1", 0, add(E0, L_POS, "I", 1), "element-place", 12),
    element("pos - 1", 0, add(E0, L_POS, "I", -1), "element-bounds", 12),
    element("pos + 1", 1, add(E1, L_POS, "I", 1), "element-place", 13),
    element("pos - 1", 1, add(E1, L_POS, "I", -1), "element-place", 13),
    element("pos + 16", 0, add(E0, L_POS, "I", 16), "element-place", 12),
    element("pos 2^31", 1, put(E1, L_POS, "I", 2**31), "element-bounds", 13),
    element("pos 0", 1, put(E1, L_POS, "I", 0), "element-bounds", 13),
    # Behind the last element zeros follow: too far right, it could also be the one before it.
    element("pos + 1", 2, add(E2, L_POS, "I", 1), "element-place", 13, 14),
    element("pos - 1", 2, add(E2, L_POS, "I", -1), "element-place", 14),
    element("ksize + 1", 0, add(E0, L_KSIZE, "I", 1), "element-size", 12),
    element("ksize - 1", 0, add(E0, L_KSIZE, "I", -1), "element-size", 12),
    element("ksize 0", 0, put(E0, L_KSIZE, "I", 0), "element-key", 12),
    element("ksize 2^32-1", 0, put(E0, L_KSIZE, "I", 2**32 - 1), "element-bounds", 12),
    element("ksize + 1", 1, add(E1, L_KSIZE, "I", 1), "element-size", 13, 14),
    element("ksize - 1", 2, add(E2, L_KSIZE, "I", -1), "element-size", 14),
    element("vsize + 1", 0, add(E0, L_VSIZE, "I", 1), "element-size", 12),
    element("vsize - 1", 0, add(E0, L_VSIZE, "I", -1), "element-size", 12),
    element("vsize 0", 0, put(E0, L_VSIZE, "I", 0), "element-size", 12),
    element("vsize 60000", 0, put(E0, L_VSIZE, "I", 60000), "element-bounds", 12),
    element("vsize - 1", 1, add(E1, L_VSIZE, "I", -1), "element-size", 13, 14),
    element("vsize 2^31", 1, put(E1, L_VSIZE, "I", 2**31), "element-bounds", 13),
    element("vsize - 1", 2, add(E2, L_VSIZE, "I", -1), "element-size", 14),
    element("vsize 2^32-1", 2, put(E2, L_VSIZE, "I", 2**32 - 1), "element-bounds", 14),
    element("unknown flag", 1, put(E1, L_FLAGS, "I", 0x40), "element-flags", 13),
    element("zeroed entry", 1, lambda s: _zero_entry(s, E1), "element-bounds", 13),
    branch("pos + 1", 0, add(C0, B_POS, "I", 1), "element-place", "l3"),
    branch("pos + 1", 1, add(C1, B_POS, "I", 1), "element-place", "l4"),
    branch("pos 2^32-1", 1, put(C1, B_POS, "I", 2**32 - 1), "element-bounds", "l4"),
    branch("ksize + 1", 0, add(C0, B_KSIZE, "I", 1), "element-size", "l3"),
    branch("ksize 0", 0, put(C0, B_KSIZE, "I", 0), "element-key", "l3"),
    branch("ksize - 1", 2, add(C2, B_KSIZE, "I", -1), "element-size", "l5"),
    branch("zeroed entry", 0, lambda s: _zero_entry(s, C0), "element-bounds", "l3"),
    branch("zeroed entry", 1, lambda s: _zero_entry(s, C1), "element-bounds", "l4"),
    Case(
        "key out of order",
        rename("l4", 12, b"key-99"),
        "key-order",
        "l4",
        entry("l4", 1),
        tree(12),
        added(b"key-99"),
    ),
    Case(
        "branch key out of order",
        rename("top", 9, b"key-99"),
        "key-order",
        "top",
        entry("top", 2),
        nothing,
    ),
    Case(
        "key above the range of its page",
        rename("l4", 14, b"key-98"),
        "page-place",
        "l4",
        L4,
        tree(14),
        added(b"key-98"),
    ),
    Case(
        "key above the range that only the page two levels up gives",
        rename("l5", 17, b"key-97"),
        "page-place",
        "l5",
        start("l5"),
        tree(17),
        added(b"key-97"),
    ),
    Case(
        "key below the range of its page",
        rename("l4", 12, b"key-0~"),
        "page-place",
        "l4",
        L4,
        tree(12),
        added(b"key-0~"),
    ),
]


def _zero_entry(s: Sample, place: Callable[[Sample], int]) -> None:
    s.data[place(s) : place(s) + 16] = bytes(16)


def reference(name: str, harm: Harm, code: str, *lost: str) -> Case:
    """A wrong child in element 1 of branch b1."""
    return Case(f"child {name}", harm, code, "b1", entry("b1", 1), leaves(*(lost or ("l4",))))


def root_of(name: str, harm: Harm, code: str, index: int, bucket: bytes) -> Case:
    """A wrong bucket value in the root leaf."""
    return Case(f"bucket {name}", harm, code, "root", data_of("root", index), below(bucket))


TREE = data_of("root", 3)
WITHIN = data_of("deep", 1)

REFERENCES = [
    reference("0", put(C1, B_CHILD, "Q", 0), "page-range"),
    reference("1", put(C1, B_CHILD, "Q", 1), "page-range"),
    reference(
        "at the high-water mark",
        lambda s: s.put(C1(s) + B_CHILD, "Q", len(s.data) // PAGE_SIZE),
        "page-range",
    ),
    reference("2^33", put(C1, B_CHILD, "Q", 2**33), "page-range"),
    reference("2^64-1", put(C1, B_CHILD, "Q", 2**64 - 1), "page-range"),
    reference("itself", child("b1", 1, "b1"), "page-shared"),
    reference("its parent", child("b1", 1, "top"), "page-shared"),
    reference("a sibling", child("b1", 1, "l3"), "page-shared"),
    reference("another parent's child", child("b1", 1, "l0"), "page-shared"),
    Case(
        "child of a later parent",
        child("b1", 1, "l8"),
        "page-place",
        "l8",
        start("l8"),
        leaves("l4"),
    ),
    Case(
        "child of another bucket",
        child("b1", 1, "within"),
        "page-place",
        "within",
        start("within"),
        leaves("l4"),
        lambda _: {(b"tree", b"one"), (b"tree", b"two")},
    ),
    Case(
        "child is the freelist",
        child("b1", 1, "freelist"),
        "page-type",
        "freelist",
        start("freelist"),
        leaves("l4"),
    ),
    root_of("root 1", put(TREE, 0, "Q", 1), "bucket-root", 3, b"tree"),
    root_of("root 2^63", put(TREE, 0, "Q", 2**63), "bucket-root", 3, b"tree"),
    root_of("root 0 without a page", put(TREE, 0, "Q", 0), "inline-size", 3, b"tree"),
    root_of("root of its holder", bucket_root("root", 3, "root"), "bucket-cycle", 3, b"tree"),
    Case(
        "bucket root of the bucket that holds it",
        bucket_root("deep", 1, "deep"),
        "bucket-cycle",
        "deep",
        WITHIN,
        below(b"deep", b"within"),
    ),
    Case(
        "bucket root two levels up",
        bucket_root("deep", 1, "root"),
        "bucket-cycle",
        "deep",
        WITHIN,
        below(b"deep", b"within"),
    ),
    Case(
        "bucket root is the freelist",
        bucket_root("root", 3, "freelist"),
        "page-type",
        "freelist",
        start("freelist"),
        below(b"tree"),
    ),
    Case(
        "value flagged as a bucket",
        put(E1, L_FLAGS, "I", 1),
        "bucket-root",
        "l4",
        data_of("l4", 1),
        tree(13),
    ),
    Case(
        "short value flagged as a bucket",
        put(entry("long", 2), L_FLAGS, "I", 1),
        "bucket-size",
        "long",
        data_of("long", 2),
        below(b"long", b"c"),
    ),
]
