"""The element table of a page: where each key and value lies, and which of it can be believed.

bbolt writes keys and values right behind the table, in element order, without gaps, and leaves the
rest of the page zero (`internal/common/inode.go: WriteInodeToPage`). So each element must begin
where the one before it ends, and behind the last one all must be zero. A joint that does not hold
tells that one of its neighbours lies, and mostly which.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from boltview.bolt.format import BUCKET_ELEMENT, ELEMENT_SIZE, HEADER_SIZE, MAX_ELEMENTS


class Element(NamedTuple):
    """One entry of a page's element table; offsets are relative to the page."""

    flags: int
    key_offset: int
    key_size: int
    value_size: int
    child: int
    """Child page id on a branch page, 0 on a leaf."""

    @property
    def is_bucket(self) -> bool:
        """Whether the value is a bucket."""
        return bool(self.flags & BUCKET_ELEMENT)

    @property
    def value_offset(self) -> int:
        """The value follows its key without a gap."""
        return self.key_offset + self.key_size

    @property
    def end(self) -> int:
        """Offset of the first byte behind the element."""
        return self.key_offset + self.key_size + self.value_size


class Fault(NamedTuple):
    """What is wrong with one element; the page adds the place."""

    code: str
    what: str


EndTest = Callable[[int], bool]
"""Tells whether the data of a page may end at an offset."""


def table_end(count: int) -> int:
    """Return where the table of `count` elements ends, which is where their data begins."""
    return HEADER_SIZE + count * ELEMENT_SIZE


def are_in_line(elements: Sequence[Element], is_end: EndTest) -> bool:
    """Whether every element is where the one before it ends, and nothing else is wrong."""
    end = table_end(len(elements))
    for flags, key_offset, key_size, value_size, _ in elements:
        if key_offset != end or not key_size or flags & ~BUCKET_ELEMENT:
            return False
        end = key_offset + key_size + value_size
    return is_end(end)


def implied_count(elements: Sequence[Element], length: int) -> int | None:
    """Return how many elements there must be, by where the data of the first begins.

    Args:
        elements: the table as it is counted, at least one element.
        length: bytes of the page.
    """
    count, rest = divmod(elements[0].key_offset - HEADER_SIZE, ELEMENT_SIZE)
    is_possible = not rest and 0 < count <= MAX_ELEMENTS and elements[0].key_offset <= length
    return count if is_possible else None


def blame(elements: Sequence[Element], length: int, is_end: EndTest) -> dict[int, Fault]:
    """Tell which elements of a table that is not in line cannot be believed.

    A wrong position breaks the joints on both sides of an element, a wrong size only the one behind
    it. Where the evidence does not decide between two elements, neither is believed.

    Args:
        elements: the table.
        length: bytes of the page.
        is_end: tells whether the data may end at an offset.
    """
    bad = _impossible(elements, length)
    count = len(elements)
    due = [table_end(count), *(element.end for element in elements)]

    def joins(index: int, end: int) -> bool:
        return elements[index].key_offset == end if index < count else is_end(end)

    index = 0
    while index <= count:
        end = due[index]
        # An element known to be wrong explains the joints on its sides.
        if joins(index, end) or index in bad or index - 1 in bad:
            index += 1
        elif index < count and _is_misplaced(elements[index], index, end, joins):
            bad[index] = _place(elements[index])
            index += 2
        elif index == 0:
            bad[0] = _place(elements[0])
            index += 1
        else:
            if index < count:
                what = f"it ends at {end}, but the next begins at {elements[index].key_offset}"
            else:
                what = f"it ends at {end}, but the data goes on or ends elsewhere"
            bad[index - 1] = Fault("element-size", what)
            if index == count - 1:
                # Nothing behind the last element tells a wrong position from a wrong size.
                bad[index] = _place(elements[index])
            index += 1
    _forbid_overlap(elements, bad)
    return bad


def _impossible(elements: Sequence[Element], length: int) -> dict[int, Fault]:
    """Find the elements that are wrong whatever their neighbours are."""
    start = table_end(len(elements))
    bad = {}
    for index, element in enumerate(elements):
        if element.key_offset < start or element.end > length:
            what = f"bytes {element.key_offset}..{element.end} are outside {start}..{length}"
            bad[index] = Fault("element-bounds", what)
        elif element.key_size == 0:
            bad[index] = Fault("element-key", "the key is empty")
        elif element.flags & ~BUCKET_ELEMENT:
            bad[index] = Fault("element-flags", f"unknown flags {element.flags:#x}")
    return bad


def _is_misplaced(
    element: Element, index: int, start: int, joins: Callable[[int, int], bool]
) -> bool:
    """Whether the element would join both neighbours if only its position were another."""
    size = element.key_size + element.value_size
    return not joins(index + 1, element.end) and joins(index + 1, start + size)


def _place(element: Element) -> Fault:
    return Fault("element-place", f"it begins at {element.key_offset}, out of line")


def _forbid_overlap(elements: Sequence[Element], bad: dict[int, Fault]) -> None:
    """Let no two believed elements share bytes: a forged page could multiply its size so."""
    end = 0
    for index, element in enumerate(elements):
        if index in bad:
            continue
        if element.key_offset < end:
            bad[index] = _place(element)
        else:
            end = element.end
