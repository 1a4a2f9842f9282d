"""Whatever the bytes are, what reaches the terminal is one printable line, and tells them apart."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boltview.report.escape import escape, escape_bytes, reads_as_text

ANY_TEXT = st.text(st.characters(exclude_categories=()))
TRICKY_TEXT = st.text(st.sampled_from("\\nxuU0aé\n\x1b\x80\x9b\u202e\udc80\udcff\U000e0041"))
TRICKY_BYTES = st.lists(
    st.sampled_from([b"\\", b"x", b"u", b"0", b"\xff", b"\x80", b"\x1b", b"\n", "é".encode()])
).map(b"".join)


def is_harmless(text: str) -> bool:
    """Whether a terminal shows `text` on one line and does nothing else with it."""
    unsafe = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    return not any(unicodedata.category(character) in unsafe for character in text)


@given(ANY_TEXT | TRICKY_TEXT)
def test_text_becomes_one_printable_line(text: str) -> None:
    assert is_harmless(escape(text))


@given(st.binary() | TRICKY_BYTES)
def test_bytes_become_one_printable_line(raw: bytes) -> None:
    assert is_harmless(escape_bytes(raw))


def test_every_code_point_is_shown_as_itself_or_escaped() -> None:
    changed = [chr(code) for code in range(0x110000) if escape(chr(code)) != chr(code)]
    assert is_harmless(
        "".join(map(chr, range(0x110000))).translate(dict.fromkeys(map(ord, changed)))
    )
    for character in changed[:: len(changed) // 5000]:
        shown = escape(character)
        assert shown[0] == "\\"
        assert shown.isascii()


@given(ANY_TEXT | TRICKY_TEXT, ANY_TEXT | TRICKY_TEXT)
def test_two_texts_never_look_the_same(one: str, other: str) -> None:
    assert (escape(one) == escape(other)) == (one == other)


def unescape(shown: str) -> bytes:
    """Undo `escape_bytes`, by its documentation alone."""
    raw = b""
    while shown:
        head, width = shown[:2], {"x": 4, "u": 6, "U": 10}
        if head in {"\\\\", "\\n", "\\r", "\\t"}:
            raw += {"\\\\": b"\\", "\\n": b"\n", "\\r": b"\r", "\\t": b"\t"}[head]
            shown = shown[2:]
        elif head[0] == "\\" and head[1:] in width:
            end = width[head[1]]
            code = int(shown[2:end], 16)
            raw += bytes([code]) if head[1] == "x" else chr(code).encode()
            shown = shown[end:]
        else:
            raw += shown[0].encode()
            shown = shown[1:]
    return raw


@given(st.binary() | TRICKY_BYTES)
def test_the_bytes_can_be_told_from_what_is_shown(raw: bytes) -> None:
    assert unescape(escape_bytes(raw)) == raw


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"plain text", "plain text"),
        ("é漢字".encode(), "é漢字"),
        (b"\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        (b"\x1b]52;c;Ym9vbQ==\x07", "\\x1b]52;c;Ym9vbQ==\\x07"),
        (b"one\ntwo\r\tthree\x00\x7f", "one\\ntwo\\r\\tthree\\x00\\x7f"),
        ("\u009b31m".encode(), "\\u009b31m"),
        (b"\x9b31m", "\\x9b31m"),
        ("a\u202eb\u2066c\u200bd\ufeff".encode(), "a\\u202eb\\u2066c\\u200bd\\ufeff"),
        ("\U000e0041".encode(), "\\U000e0041"),
        (b"\xed\xa0\x80", "\\xed\\xa0\\x80"),
        (b"\xf0\x9f\x98", "\\xf0\\x9f\\x98"),
        (b"\xc0\xaf", "\\xc0\\xaf"),
        (b"C:\\CON", "C:\\CON"),
        (b"\\n", "\\\\n"),
        (b"\\x1b", "\\\\x1b"),
        (b"ends in \\", "ends in \\"),
    ],
)
def test_examples(raw: bytes, shown: str) -> None:
    assert escape_bytes(raw) == shown


def test_a_lone_surrogate_is_escaped() -> None:
    assert escape("\ud800") == "\\ud800"
    assert escape("\udcff") == "\\udcff"


@pytest.mark.parametrize("raw", [b"", b"text", b"two\nlines", "漢字".encode(), b"some\x00text"])
def test_what_reads_as_text(raw: bytes) -> None:
    assert reads_as_text(raw)


@pytest.mark.parametrize("raw", [b"\x00", b"\xff", b"\x08\x12\x1b", b"text \xff", b"\x01" * 9])
def test_what_reads_as_bytes(raw: bytes) -> None:
    assert not reads_as_text(raw)
