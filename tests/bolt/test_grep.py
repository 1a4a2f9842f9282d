"""What stands anywhere in a file is found, across the borders of chunks as well."""

import pytest

from boltview.bolt.grep import CHUNK, offsets
from boltview.bolt.source import MemorySource

NEEDLE = b"needle"


@pytest.mark.parametrize("place", [0, CHUNK - 6, CHUNK - 5, CHUNK - 1, CHUNK, 2 * CHUNK - 3])
@pytest.mark.parametrize("is_folded", [False, True])
def test_a_needle_across_a_border(place: int, *, is_folded: bool) -> None:
    data = bytearray(2 * CHUNK + 10)
    data[place : place + 6] = b"NEEdle" if is_folded else NEEDLE
    found = list(offsets(MemorySource(data), [NEEDLE], 0, len(data), is_folded=is_folded))
    assert [at for at in found if at is not None] == [place]
    assert len(found) == 3


def test_the_first_of_several_counts_and_the_end_is_a_border() -> None:
    source = MemorySource(b"..two.one.two")
    assert list(offsets(source, [b"one", b"two"], 0, source.size)) == [2]
    assert list(offsets(source, [b"one", b"two"], 3, source.size)) == [6]
    assert list(offsets(source, [b"two"], 3, source.size - 1)) == [None]
