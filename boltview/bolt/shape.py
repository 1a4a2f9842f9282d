"""Leaves with the same table of elements: judged once, then taken apart by offset.

Records of one kind are alike: the same keys, values as long as those of the last record. Then the
table, which says where everything lies, is the same to the byte, and so is the judgement of it.
"""

from collections.abc import Callable, Iterable, Mapping
from struct import Struct
from typing import NamedTuple

from boltview.bolt.format import BUCKET_ELEMENT, ELEMENT_SIZE, Layout

Unpack = Callable[[bytes, int], tuple[bytes, ...]]
"""Takes byte strings from a buffer, given where the table begins."""
Wanted = Mapping[bytes, int] | bytes


class Plan(NamedTuple):
    """Where the wanted values are in a leaf whose table and keys are known."""

    first: bytes
    """Its first key."""
    last: bytes
    end: int
    """Offset of the first byte behind the data."""
    has_buckets: bool
    """Whether any value is a bucket, wanted or not."""
    keys: tuple[bytes, ...]
    """Those that are wanted."""
    values: Unpack
    """Takes their values; of a bucket what stands for it."""
    slots: tuple[int, ...]
    """The number that each value goes by."""
    span: slice | None
    """All these numbers, where they follow one another."""
    buckets: tuple["Inner", ...]


class Inner:
    """A bucket in a leaf whose table and keys are known.

    Attributes:
        slot: the number that it goes by.
        at: offset of its value.
        size: of its value.
        head: the first bytes of the one met last, its table included; empty if none was inline.
        shape: of that one.
    """

    __slots__ = ("at", "head", "shape", "size", "slot")

    def __init__(self, slot: int, at: int, size: int) -> None:
        """Describe a bucket; none was met yet."""
        self.slot = slot
        self.at = at
        self.size = size
        self.head = b""
        self.shape: Shape | None = None


class Elements(NamedTuple):
    """What a table of elements says; offsets count from where the table begins."""

    elements: list[tuple[int, int, int, int]]
    """Flags, offset of the key, sizes of key and value."""
    end: int
    """Offset of the first byte behind the data."""
    has_buckets: bool
    """Whether any value is a bucket."""


def elements_of(table: bytes, layout: Layout) -> Elements | None:
    """Judge a table by itself, as `elements.are_in_line` does; None if anything is odd.

    The caller sees to what stands behind it: the bounds, the order of the keys, the zeros.
    """
    elements = []
    at = len(table)
    place = 0
    for flags, position, key_size, value_size in layout.leaf.iter_unpack(table):
        if place + position != at or not key_size or flags & ~BUCKET_ELEMENT:
            return None
        elements.append((flags, at, key_size, value_size))
        at += key_size + value_size
        place += ELEMENT_SIZE
    return Elements(elements, at, any(flags for flags, *_ in elements))


class Shape:
    """A table of elements made ready for many leaves.

    Attributes:
        end: offset of the first byte behind the data.
        has_buckets: whether any value is a bucket.
        keys: takes the keys.
        plans: by the keys; whoever adds one has made sure that they rise.
    """

    __slots__ = ("_elements", "end", "has_buckets", "keys", "plans")

    def __init__(self, found: Elements) -> None:
        """Make it ready."""
        self._elements = found.elements
        self.end = found.end
        self.has_buckets = found.has_buckets
        self.plans: dict[tuple[bytes, ...], Plan] = {}
        self.keys = _taking((at, size) for _, at, size, _ in found.elements)

    def plan(self, keys: tuple[bytes, ...], wanted: Wanted) -> Plan:
        """Make the plan for a leaf with these keys.

        Args:
            keys: of all elements.
            wanted: the numbers of the keys that are wanted, or what all of them begin with.
        """
        names, values, slots, buckets = [], [], [], []
        for index, (key, (flags, at, key_size, size)) in enumerate(
            zip(keys, self._elements, strict=True)
        ):
            if isinstance(wanted, bytes):
                slot = index if key.startswith(wanted) else None
            else:
                slot = wanted.get(key)
            if slot is None:
                continue
            names.append(key)
            values.append((at + key_size, size))
            slots.append(slot)
            if flags:
                buckets.append(Inner(slot, at + key_size, size))
        is_row = bool(slots) and slots == list(range(slots[0], slots[0] + len(slots)))
        return Plan(
            keys[0],
            keys[-1],
            self.end,
            self.has_buckets,
            tuple(names),
            _taking(values),
            tuple(slots),
            slice(slots[0], slots[-1] + 1) if is_row else None,
            tuple(buckets),
        )


def _taking(places: Iterable[tuple[int, int]]) -> Unpack:
    """Return what takes the bytes of some places, which are in order."""
    parts = []
    end = 0
    for at, size in places:
        parts.append(f"{at - end}x{size}s")
        end = at + size
    return Struct("".join(parts)).unpack_from
