"""The plain decoders: text, digests, bytes, markers, lists, enums; and how a failure is told."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boltview.bolt.page import Origin
from boltview.schema.decode import (
    DECODERS,
    KEY_DECODERS,
    TYPES,
    Decoding,
    decode_byte,
    decode_digest,
    decode_enum,
    decode_indexed_json,
    decode_key,
    decode_marker,
    decode_string,
    decode_strings,
)
from boltview.schema.model import Field
from boltview.schema.parse import SchemaError
from boltview.schema.values import Named, Undecodable, Value
from tests.schema.wire import uvarint

HEX = "0123456789abcdef" * 8


def no_sets() -> dict[str, bytes]:
    pytest.fail("a descriptor set was asked for, though no Any was decoded")


def field(kind: str, key: str = "string") -> Field:
    return Field(("a", "<b>"), type=kind, key=key)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_decodes(text: str) -> None:
    assert decode_string(text.encode()) == text


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b"\xff", 0),
        (b"ab\xc3", 2),
        (b"a\xc0\x80", 1),  # an overlong NUL
        (b"\xed\xa0\x80", 0),  # a surrogate
        (b"\xf4\x90\x80\x80", 0),  # beyond U+10FFFF
    ],
)
def test_what_is_not_utf8_says_where(raw: bytes, place: int) -> None:
    with pytest.raises(Undecodable, match=f"not UTF-8 at byte {place}"):
        decode_string(raw)


@pytest.mark.parametrize(
    "text",
    [
        "sha256:" + HEX[:64],
        "sha384:" + HEX[:96],
        "sha512:" + HEX[:128],
        # Algorithms that nobody registered have the form alone.
        "md5:d41d8cd98f00b204e9800998ecf8427e",
        "blake3:" + HEX[:64],
        "sha256+b64:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564=",
        "multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8",
        "a.b_c-d+e:x",
    ],
)
def test_digests_decode(text: str) -> None:
    assert decode_digest(text.encode()) == text


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "not a digest"),
        (b"sha256", "not a digest"),
        (b"sha256:", "not a digest"),
        (b":" + HEX[:64].encode(), "not a digest"),
        (b"SHA256:" + HEX[:64].encode(), "not a digest"),
        (b"a..b:x", "not a digest"),
        (b"a:b:c", "not a digest"),
        (b"a:b/../c", "not a digest"),
        (b"sha256:" + HEX[:64].encode() + b"\n", "not a digest"),
        (b"sha256:" + HEX[:63].encode(), "64 hex digits"),
        (b"sha256:" + HEX[:65].encode(), "64 hex digits"),
        (b"sha256:" + HEX[:64].upper().encode(), "64 hex digits"),
        (b"sha256:" + b"g" * 64, "64 hex digits"),
        (b"sha384:" + HEX[:64].encode(), "96 hex digits"),
        (b"sha512:" + HEX[:64].encode(), "128 hex digits"),
        (b"\xff:a", "not UTF-8"),
        ("md5:é".encode(), "not a digest"),
    ],
)
def test_what_is_no_digest_says_why(raw: bytes, reason: str) -> None:
    with pytest.raises(Undecodable, match=reason):
        decode_digest(raw)


@pytest.mark.parametrize("number", range(256))
def test_every_byte_decodes(number: int) -> None:
    assert decode_byte(bytes([number])) == number


@pytest.mark.parametrize(("raw", "length"), [(b"", 0), (b"\1\2", 2), (b"\0" * 8, 8)])
def test_a_byte_is_one_byte(raw: bytes, length: int) -> None:
    for decode in (decode_byte, lambda raw: decode_enum(raw, field("enum"))):
        with pytest.raises(Undecodable, match=f"{length} bytes, not one"):
            decode(raw)


def test_an_enum_has_a_name_where_the_schema_knows_one() -> None:
    kind = Field(("kind",), type="enum", values={0: "Unknown", 1: "View", 3: "Committed"})
    assert decode_enum(b"\x03", kind) == Named(3, "Committed")
    assert decode_enum(b"\x00", kind) == Named(0, "Unknown")
    assert decode_enum(b"\x02", kind) == Named(2, "")
    assert decode_enum(b"\xff", kind) == Named(255, "")


def test_a_marker_holds_nothing() -> None:
    decode_marker(b"")
    with pytest.raises(Undecodable, match="3 bytes where none belong"):
        decode_marker(b"abc")


@pytest.mark.parametrize(
    ("raw", "texts"),
    [
        (b"", []),
        (b"ro", ["ro"]),
        (b"ro\0rbind", ["ro", "rbind"]),
        (b"\0", ["", ""]),
        (b"a\0\0b", ["a", "", "b"]),
        (b"lowerdir=a:b,c", ["lowerdir=a:b,c"]),
    ],
)
def test_joined_texts_decode(raw: bytes, texts: list[str]) -> None:
    assert decode_strings(raw) == texts


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_any_joined_texts_decode(texts: list[str]) -> None:
    # One empty text is written as no bytes, which is how no texts are written, too.
    expected = [] if texts == [""] else texts
    assert decode_strings("\0".join(texts).encode()) == expected


def test_joined_texts_are_utf8() -> None:
    with pytest.raises(Undecodable, match="not UTF-8 at byte 2"):
        decode_strings(b"a\0\xff")


@given(st.integers(0, 2**64 - 1))
def test_indexed_json_decodes(index: int) -> None:
    raw = struct.pack("<Q", index)
    assert decode_indexed_json(raw) == {"index": index, "value": None}
    assert decode_indexed_json(raw + b'{"a":[1]}') == {"index": index, "value": {"a": [1]}}


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "0 bytes, shorter than the index"),
        (b"\0" * 7, "7 bytes, shorter than the index"),
        (b"\0" * 8 + b"{", "not JSON"),
        (b"\0" * 9, "not JSON"),
        (b'{"Name":"x"}', "not JSON"),
    ],
)
def test_what_is_no_indexed_json_says_why(raw: bytes, reason: str) -> None:
    with pytest.raises(Undecodable, match=reason):
        decode_indexed_json(raw)


def test_every_type_of_the_format_has_a_decoder() -> None:
    # The names that schemas/README.md gives to users.
    numbers = {"varint", "uvarint", "byte", "enum"}
    texts = {"string", "strings", "digest", "json", "indexed-json"}
    assert numbers | texts | {"time", "any", "none", "bytes"} == TYPES
    assert set(KEY_DECODERS) == {"string", "digest", "uvarint", "uvarint-pair", "byte"}


@pytest.mark.parametrize("kind", sorted(DECODERS))
@given(raw=st.binary(max_size=40))
def test_a_value_decodes_or_keeps_its_bytes(kind: str, raw: bytes) -> None:
    origin = Origin(3, 1, 4096, len(raw))
    value = Decoding(no_sets).value(raw, field(kind), origin)
    assert (value.raw, value.origin, value.decoder) == (raw, origin, kind)
    try:
        expected, reason = DECODERS[kind](raw, field(kind)), ""
    except Undecodable as error:
        expected, reason = raw, str(error)
        assert reason
    assert (value.data, value.error) == (expected, reason)


def test_a_value_without_a_field_is_bytes() -> None:
    assert Decoding(no_sets).value(b"\xff", None) == Value(b"\xff", b"\xff", None, "bytes")


def test_bytes_stay_bytes() -> None:
    assert Decoding(no_sets).value(b"\xff\0", field("bytes")).data == b"\xff\0"


def test_sets_that_cannot_be_read_are_told_with_the_value() -> None:
    def unreadable() -> dict[str, bytes]:
        raise SchemaError("mine.binpb: Permission denied")

    value = Decoding(unreadable).value(b"\x0a\x01a", field("any"))
    assert value == Value(b"\x0a\x01a", b"\x0a\x01a", None, "any", "mine.binpb: Permission denied")


@pytest.mark.parametrize(
    ("kind", "raw", "key"),
    [
        ("string", b"web", "web"),
        ("string", b"\xff", b"\xff"),
        ("digest", b"md5:0", "md5:0"),
        ("digest", b"web", b"web"),
        ("uvarint", b"\x96\x01", 150),
        ("uvarint", b"\x96", b"\x96"),
        ("uvarint-pair", uvarint(300) + b"\0" + uvarint(7), (300, 7)),
        ("uvarint-pair", b"\x05\x06", b"\x05\x06"),
        ("byte", b"\x02", 2),
        ("byte", b"ab", b"ab"),
    ],
)
def test_keys_decode_or_stay_bytes(kind: str, raw: bytes, key: object) -> None:
    assert decode_key(raw, field("none", kind)) == key


def test_a_key_that_no_schema_knows_is_text_if_it_can_be() -> None:
    assert decode_key(b"web", None) == "web"
    assert decode_key(b"\xff", None) == b"\xff"
