"""Varints are those of Go's encoding/binary: 64 bits, zig-zag for the signed ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boltview.schema.decode import decode_uvarint_pair
from boltview.schema.values import Undecodable
from boltview.schema.varint import decode_uvarint, decode_varint, read_uvarint
from tests.schema.wire import uvarint, varint

unsigned = st.one_of(st.integers(0, 2**64 - 1), st.integers(0, 300))
signed = st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(-200, 200))


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        # Records of meta.db: an image's size, the layout's version.
        ("84a001", 10242),
        ("06", 3),
        ("08", 4),
        # The table of zig-zag codes in protobuf's encoding guide.
        ("00", 0),
        ("01", -1),
        ("02", 1),
        ("03", -2),
        ("feffffff0f", 0x7FFFFFFF),
        ("ffffffff0f", -0x80000000),
        # The limits of 64 bits.
        ("feffffffffffffffff01", 2**63 - 1),
        ("ffffffffffffffffff01", -(2**63)),
    ],
)
def test_known_zig_zag_numbers(raw: str, number: int) -> None:
    assert decode_varint(bytes.fromhex(raw)) == number


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("00", 0),
        ("7f", 127),
        ("8001", 128),
        ("9601", 150),
        ("ac02", 300),
        ("ffffffffffffffffff01", 2**64 - 1),
        ("80808080808080808001", 2**63),
        # Go reads what a careless writer padded.
        ("808000", 0),
        ("8a8000", 10),
        ("8a808080808080808000", 10),
    ],
)
def test_known_unsigned_numbers(raw: str, number: int) -> None:
    assert decode_uvarint(bytes.fromhex(raw)) == number


def test_no_bytes_read_as_zero() -> None:
    assert decode_uvarint(b"") == decode_varint(b"") == 0


@given(unsigned, st.binary(max_size=12))
def test_unsigned_numbers_decode(number: int, behind: bytes) -> None:
    assert decode_uvarint(uvarint(number)) == number
    # Go ignores what stands behind.
    assert decode_uvarint(uvarint(number) + behind) == number


@given(signed, st.binary(max_size=12))
def test_signed_numbers_decode(number: int, behind: bytes) -> None:
    assert decode_varint(varint(number)) == number
    assert decode_varint(varint(number) + behind) == number


@given(st.binary(max_size=5), unsigned, st.binary(max_size=5))
def test_reading_starts_and_ends_where_it_says(before: bytes, number: int, behind: bytes) -> None:
    raw = before + uvarint(number) + behind
    assert read_uvarint(raw, len(before)) == (number, len(raw) - len(behind))


@given(st.integers(128, 2**64 - 1), st.data())
def test_a_truncated_number_is_refused(number: int, data: st.DataObject) -> None:
    whole = uvarint(number)
    raw = whole[: data.draw(st.integers(1, len(whole) - 1))]
    for decode in (decode_uvarint, decode_varint):
        with pytest.raises(Undecodable, match=f"does not end within {len(raw)} bytes"):
            decode(raw)


@given(st.integers(2**64, 2**90))
def test_a_number_beyond_64_bits_is_refused(number: int) -> None:
    for decode in (decode_uvarint, decode_varint):
        with pytest.raises(Undecodable, match="larger than 64 bits"):
            decode(uvarint(number))


@pytest.mark.parametrize("raw", ["ff" * 9 + "02", "80" * 9 + "7f", "ff" * 10, "80" * 10 + "00"])
def test_the_tenth_byte_holds_one_bit(raw: str) -> None:
    with pytest.raises(Undecodable, match="larger than 64 bits"):
        decode_uvarint(bytes.fromhex(raw))


@given(st.binary(max_size=12))
def test_any_bytes_are_a_number_of_64_bits_or_undecodable(raw: bytes) -> None:
    try:
        number = decode_uvarint(raw)
    except Undecodable:
        return
    assert 0 <= number < 2**64
    assert -(2**63) <= decode_varint(raw) < 2**63


@given(unsigned, unsigned)
def test_a_pair_decodes(first: int, second: int) -> None:
    assert decode_uvarint_pair(uvarint(first) + b"\0" + uvarint(second)) == (first, second)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "does not end"),
        (b"\x80", "does not end"),
        (b"\x05", "no zero byte"),
        (b"\x05\x01\x06", "no zero byte"),
        (b"\x05\0", "does not end"),
        (b"\x05\0\x80", "does not end"),
        (b"\x05\0\x06\x07", "1 bytes behind"),
        (uvarint(2**64) + b"\0\x01", "larger than 64 bits"),
        (b"\x05\0" + uvarint(2**64), "larger than 64 bits"),
    ],
)
def test_what_is_no_pair_says_why(raw: bytes, reason: str) -> None:
    with pytest.raises(Undecodable, match=reason):
        decode_uvarint_pair(raw)
