"""Parts of values: what the encodings' own descriptions say of each byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boltview.bolt.parts import Part
from boltview.schema.any import AnyDecoder
from boltview.schema.load import Library
from boltview.schema.parts import MOST, Bytes, Unnamed, key_parts, value_parts
from tests.schema.wire import chunk, packed, scalar

TYPES = ("any", "digest", "indexed-json", "strings", "time", "uvarint", "varint", "uvarint-pair",
         "string", "bytes", "json", "byte", "none")  # fmt: skip


def value(raw: bytes, offset: int = 0) -> Bytes:
    return Bytes(raw, len(raw), offset)


def shape(parts: list[Part]) -> list[tuple[str, int, int]]:
    return [(part.name, part.offset, part.length) for part in parts]


# Go: time.Date(2024, 7, 8, 11, 29, 56, 823022927, time.UTC).MarshalBinary(). 63,856,034,996 seconds
# lie between the start of the year 1 and then.
TIME = (
    b"\x01" + (63_856_034_996).to_bytes(8, "big") + (823_022_927).to_bytes(4, "big") + b"\xff\xff"
)


def test_the_fifteen_bytes_of_a_time() -> None:
    parts = value_parts("time", value(TIME, 100))
    assert shape(parts) == [
        ("version", 100, 1), ("seconds", 101, 8), ("nanoseconds", 109, 4), ("zone", 113, 2)
    ]  # fmt: skip
    said = [part.meaning for part in parts]
    assert said[1] == "63,856,034,996 since the year 1: 2024-07-08T11:29:56Z"
    assert said[2] == "823,022,927"
    assert said[3] == "-1: UTC"


def test_a_time_in_a_zone_with_seconds_has_a_byte_more() -> None:
    raw = b"\x02" + TIME[1:13] + (-330).to_bytes(2, "big", signed=True) + b"\x05"
    parts = value_parts("time", value(raw))
    assert shape(parts)[3:] == [("zone", 13, 2), ("zone seconds", 15, 1)]
    assert parts[3].meaning == "-330 minutes: -05:30"
    assert parts[4].meaning == "5"


def test_the_digits_of_a_varint() -> None:
    # Of the protobuf documentation: 150 is 96 01, and 300 is ac 02 (44 + 2 · 128).
    assert [part.meaning for part in value_parts("uvarint", value(b"\xac\x02"))] == [
        "44; more follow", "2 · 128; the last"
    ]  # fmt: skip
    digits = value_parts("varint", value(b"\x80\x80\x01"))
    assert digits[2].meaning == "1 · 128²; the last"
    assert shape(value_parts("uvarint", value(b"\x05\xff\xff"))) == [
        ("digit 1", 0, 1),
        ("rest", 1, 2),
    ]


def test_a_pair_of_numbers_as_a_key() -> None:
    assert shape(key_parts("uvarint-pair", b"\xac\x02\x00\x07", 50)) == [
        ("first", 50, 2), ("separator", 52, 1), ("second", 53, 1)
    ]  # fmt: skip
    assert key_parts("string", b"name", 0) == []


def test_an_any() -> None:
    # Field 1 (0a) of 3 bytes, field 2 (12) of 2 bytes: any.proto.
    parts = value_parts("any", value(b"\x0a\x03a/b\x12\x02{}", 10))
    assert shape(parts) == [
        ("tag", 10, 1), ("length", 11, 1), ("type_url", 12, 3),
        ("tag", 15, 1), ("length", 16, 1), ("value", 17, 2),
    ]  # fmt: skip
    assert parts[0].meaning == "field 1, bytes behind their length"
    assert parts[2].meaning == "a/b"
    assert parts[5].meaning == "{}"


def test_a_message_within_an_any_is_taken_apart_too() -> None:
    # Field 1 = 150 as a varint, then field 2 as four bytes.
    message = b"\x08\x96\x01\x15\x07\x00\x00\x00"
    raw = b"\x0a\x01t\x12" + bytes([len(message)]) + message
    parts = value_parts("any", value(raw), message=Unnamed())
    inner = [part for part in parts if part.depth == 2]
    assert shape(inner) == [("tag", 5, 1), ("field 1", 6, 2), ("tag", 8, 1), ("field 2", 9, 4)]
    assert [part.meaning for part in inner] == [
        "field 1, varint", "150", "field 2, 4 bytes", "7, little-endian"
    ]  # fmt: skip


def test_names_of_fields_are_those_of_the_message_type_also_further_in() -> None:
    # ProcessDetails of runhcs.proto: image_name = 1, created_at = 2 (a Timestamp: seconds = 1,
    # nanos = 2), kernel_time_100_ns = 3; there is no field 100.
    created = chunk(2, scalar(1, 5) + scalar(2, 7))
    message = chunk(1, b"pause.exe") + created + scalar(3, 9) + scalar(100, 1)
    raw = packed("containerd.runhcs.v1.ProcessDetails", message)
    known = AnyDecoder(Library().descriptor_sets()).message("containerd.runhcs.v1.ProcessDetails")
    parts = value_parts("any", value(raw), message=known)
    named = [(part.name, part.depth) for part in parts if part.name not in {"tag", "length"}]
    assert named == [
        ("type_url", 1), ("value", 1), ("image_name", 2), ("created_at", 2), ("seconds", 3),
        ("nanos", 3), ("kernel_time_100_ns", 2), ("field 100", 2),
    ]  # fmt: skip
    meaning = {part.name: part.meaning for part in parts}
    assert (meaning["seconds"], meaning["nanos"], meaning["image_name"]) == ("5", "7", "pause.exe")


class Endless:
    """A message every field of which holds the same message."""

    def field(self, number: int) -> "tuple[str, Endless]":
        return f"f{number}", self


def test_messages_within_messages_end_at_a_bound() -> None:
    message = b""
    for _ in range(40):
        message = chunk(1, message)
    parts = value_parts("any", value(packed("t", message)), message=Endless())
    assert max(part.depth for part in parts) == 8
    wide = packed("t", b"\x0a\x00" * 20_000)
    assert len(value_parts("any", value(wide), message=Endless())) == MOST


def test_a_value_of_which_only_the_beginning_is_at_hand() -> None:
    head = b"\x0a\x01t\x12\x80\x80\x80\x30"  # a value of 3 · 128^3 · 16 bytes is announced
    size = len(head) + 0x30 * 128**3
    parts = value_parts("any", Bytes(head + b"{", size, 0))
    assert shape(parts)[-1] == ("value", len(head), 0x30 * 128**3)


def test_strings_and_digests_and_an_index() -> None:
    assert shape(value_parts("strings", value(b"ab\0c"))) == [
        ("string 1", 0, 2), ("separator", 2, 1), ("string 2", 3, 1)
    ]  # fmt: skip
    assert shape(value_parts("digest", value(b"sha256:abcd"))) == [
        ("algorithm", 0, 6), ("colon", 6, 1), ("encoded", 7, 4)
    ]  # fmt: skip
    parts = value_parts("indexed-json", value(b"\x02\x01\0\0\0\0\0\0{}"))
    assert [part.meaning for part in parts] == ["258, little-endian", "2 bytes"]


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("time", b"no time"), ("time", b""), ("uvarint", b"\xff"), ("any", b"\x0b\x01"),
        ("any", b"\x0a\x05ab"), ("digest", b"plain"), ("uvarint-pair", b"\x01\x02"),
        ("indexed-json", b"1234"), ("string", b"text"), ("odd", b"x"),
    ],
)  # fmt: skip
def test_what_is_not_as_its_type_says_has_no_parts(name: str, raw: bytes) -> None:
    assert value_parts(name, value(raw)) == []


def test_endless_strings_are_bounded() -> None:
    parts = value_parts("strings", value(b"a\0" * (MOST * 2)))
    assert len(parts) == MOST + 1
    assert parts[-1].length == MOST * 3


@given(st.sampled_from(TYPES), st.binary(max_size=60), st.integers(0, 60))
def test_parts_of_any_bytes_follow_one_another(name: str, raw: bytes, kept: int) -> None:
    parts = value_parts(
        name, Bytes(raw[:kept], len(raw), 7), message=Unnamed() if kept % 2 == 0 else None
    )
    top = [part for part in parts if part.depth == 1]
    at = 7
    for part in top:
        assert part.offset == at
        at += part.length
    assert not top or at == 7 + len(raw)
    for part in parts:
        assert 7 <= part.offset <= part.offset + part.length <= 7 + len(raw)
