"""Structures, flags and checksum are those of the format's description."""

import pytest

from boltview.bolt.format import (
    BIG,
    LITTLE,
    NO_FREELIST,
    Layout,
    fnv1a,
    page_type,
)

# A meta written by bbolt: 64 bytes from offset 16 of its page.
VECTOR = bytes.fromhex(
    """
    edda0ced 02000000 00100000 00000000 7500000000000000 0000000000000000
    7600000000000000 7700000000000000 0700000000000000 b8247490502951eb
    """
)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        # From the reference vectors of the algorithm's authors.
        (b"", 0xCBF29CE484222325),
        (b"a", 0xAF63DC4C8601EC8C),
        (b"foobar", 0x85944171F73967E8),
    ],
)
def test_fnv1a_gives_the_published_values(data: bytes, expected: int) -> None:
    assert fnv1a(data) == expected
    assert fnv1a(memoryview(data)) == expected


def test_fnv1a_of_a_real_meta_is_its_checksum() -> None:
    assert fnv1a(VECTOR[:56]) == 0xEB512950907424B8


def test_a_real_meta_unpacks_to_its_fields() -> None:
    assert LITTLE.meta.unpack(VECTOR) == (
        0xED0CDAED, 2, 4096, 0, 0x75, 0, 0x76, 0x77, 7, 0xEB512950907424B8,
    )  # fmt: skip


@pytest.mark.parametrize("layout", [LITTLE, BIG], ids=["little", "big"])
def test_structures_have_the_sizes_of_the_format(layout: Layout) -> None:
    sizes = (layout.header, layout.meta, layout.branch, layout.leaf, layout.bucket, layout.page_id)
    assert [structure.size for structure in sizes] == [16, 64, 16, 16, 16, 8]


def test_fields_lie_where_the_format_says() -> None:
    raw = bytes(range(16))
    assert LITTLE.header.unpack(raw) == (0x0706050403020100, 0x0908, 0x0B0A, 0x0F0E0D0C)
    assert BIG.header.unpack(raw) == (0x0001020304050607, 0x0809, 0x0A0B, 0x0C0D0E0F)
    assert LITTLE.branch.unpack(raw) == (0x03020100, 0x07060504, 0x0F0E0D0C0B0A0908)
    assert LITTLE.leaf.unpack(raw) == (0x03020100, 0x07060504, 0x0B0A0908, 0x0F0E0D0C)


@pytest.mark.parametrize(
    ("flags", "name"),
    [
        (0x01, "branch"),
        (0x02, "leaf"),
        (0x04, "meta"),
        (0x10, "freelist"),
        # bbolt compares the flags as a whole, and prints what it does not know in hex.
        (0x00, "unknown<00>"),
        (0x03, "unknown<03>"),
        (0x08, "unknown<08>"),
        (0x4E20, "unknown<4e20>"),
    ],
)
def test_page_types_are_named_as_bbolt_names_them(flags: int, name: str) -> None:
    assert page_type(flags) == name


def test_no_freelist_is_the_largest_page_id() -> None:
    assert NO_FREELIST == 0xFFFFFFFFFFFFFFFF
