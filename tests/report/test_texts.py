"""Values as one line: exact, escaped, and cut where a row would overflow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boltview.report.hexdump import hex_line, hex_lines
from boltview.report.texts import MAX_LINE, clip, hex_text, key_line, plain_line, value_line
from boltview.schema.model import Field
from boltview.schema.values import AnyValue, GoTime, Named, Value, WireField
from tests.report.open import CLOCK, NOW


def line(data: object, field: Field | None = None) -> str:
    return value_line(Value(data, b"", None, "any"), field, CLOCK)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("text", "text"),
        ("two\nlines", "two\\nlines"),
        (b"text", "text"),
        (b"", ""),
        (b"\x00\xff", "0x00ff"),
        (None, ""),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (1.5, "1.5"),
        (GoTime(NOW - 3600, 0, None), "2026-11-23T23:00:00Z (1 hour ago)"),
        (Named(2, "Active"), "Active"),
        (Named(9, ""), "unknown (9)"),
        (["a", "b"], '["a", "b"]'),
        ({"a": 1}, '{"a": 1}'),
        ([], "[]"),
        ([WireField(1, "varint", 5), WireField(2, "text", "\x1b")], "{1: 5, 2: \\x1b}"),
        ([WireField(1, "message", [WireField(2, "varint", 1)])], "{1: {2: 1}}"),
        (AnyValue("T", "empty", None), "T  (no payload)"),
        (AnyValue("T\x1b", "json", {"a": "\x9b"}), 'T\\x1b  {"a": "\\u009b"}'),
        (AnyValue("T", "bytes", b"\xff", "why\n"), "T  0xff  (why\\n)"),
    ],
)
def test_values(data: object, text: str) -> None:
    assert line(data) == text


def test_a_number_with_a_unit_or_a_meaning() -> None:
    size = Field(("size",), "varint", unit="bytes")
    assert line(1_468_006, size) == "1.4 MiB (1,468,006 bytes)"
    version = Field(("version",), "varint", values={4: "2.0 and later"})
    assert line(4, version) == "4 (2.0 and later)"
    assert line(5, version) == "5"


def test_what_does_not_decode_is_hex_with_the_reason() -> None:
    value = Value(b"\x80", b"\x80", None, "varint", "it does not\x1b end")
    assert value_line(value, None, CLOCK) == "0x80  (it does not\\x1b end)"


@pytest.mark.parametrize(
    ("key", "text"),
    [("name", "name"), (b"\xff", "0xff"), (b"80", "80"), ((12, 15), "12 → 15"), (3, "3")],
)
def test_keys(key: object, text: str) -> None:
    assert key_line(key) == text


@given(st.binary(max_size=5000) | st.text(max_size=2000))
def test_a_row_is_short_and_one_printable_line(data: bytes | str) -> None:
    shown = plain_line(data)
    assert shown.isprintable()
    assert len(shown) <= MAX_LINE


@pytest.mark.parametrize("character", ["a", "é", "漢", "😀"])
@pytest.mark.parametrize("length", [399, 400, 401, 500, 5000])
def test_what_is_cut_says_so(character: str, length: int) -> None:
    text = character * length
    shown = text if length <= MAX_LINE else character * (MAX_LINE - 1) + "…"
    assert plain_line(text) == shown
    assert plain_line(text.encode()) == shown


def test_clip() -> None:
    assert clip("x" * MAX_LINE) == "x" * MAX_LINE
    assert clip("x" * (MAX_LINE + 1)) == "x" * (MAX_LINE - 1) + "…"


def test_long_hex_says_how_much_there_is() -> None:
    assert hex_text(b"\xff" * 64) == "0x" + "ff" * 64
    assert hex_text(b"\xff" * 2000) == "0x" + "ff" * 64 + "… (2,000 bytes)"


def test_hex_lines_are_those_of_hexdump() -> None:
    # Compared with `hexdump -C` (util-linux) of the same 21 bytes at the same offset.
    raw = b"bolt\x00\x1b\x7f\x80\xffview!~ \nmore"
    assert list(hex_lines(0x1A20, raw)) == [
        "00001a20  62 6f 6c 74 00 1b 7f 80  ff 76 69 65 77 21 7e 20  |bolt.....view!~ |",
        "00001a30  0a 6d 6f 72 65                                    |.more|",
    ]


@given(st.integers(0, 1 << 40), st.binary(min_size=1, max_size=16))
def test_a_hex_line_gives_every_byte(offset: int, chunk: bytes) -> None:
    shown = hex_line(offset, chunk)
    head, _, tail = shown.partition("|")
    place, *digits = head.split()
    assert int(place, 16) == offset
    assert bytes.fromhex("".join(digits)) == chunk
    assert shown.isprintable()
    assert len(tail) == len(chunk) + 1
    assert len(head) == max(len(place), 8) + 52
