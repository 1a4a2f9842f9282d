"""A value that is passed over undecoded has no decoded text that matches."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boltview.forensics.search.need import need_of
from boltview.forensics.search.pattern import Pattern, expression, literal
from boltview.forensics.search.texts import texts
from boltview.schema.decode import TYPES, Decoding
from boltview.schema.load import Library
from boltview.schema.model import Field

DECODING = Decoding(Library().descriptor_sets)
CHARACTERS = 'aeE"\\/|{}[],:.-+0123456789uéT Z\n\t<'
words = st.text(CHARACTERS, max_size=5)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | words,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(words, below, max_size=3),
    max_leaves=6,
)  # fmt: skip


@st.composite
def written(draw: st.DrawFn) -> bytes:
    """Draw JSON in one of the ways to write it: spaces or none, characters escaped or not."""
    separators = draw(st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", " : ")]))
    ascii_only = draw(st.booleans())
    text = json.dumps(draw(documents), separators=separators, ensure_ascii=ascii_only)
    for character, escape in (("/", "\\/"), ("<", "\\u003c"), ("a", "\\u0061"), ("E", "\\u0045")):
        if draw(st.booleans()):
            text = text.replace(character, escape)
    if draw(st.booleans()):
        text = text.replace("e", "E")
    return text.encode()


def field(bytes_: bytes, tag: int) -> bytes:
    size = len(bytes_)
    length = bytes([size]) if size < 128 else bytes([size & 0x7F | 0x80, size >> 7])
    return bytes([tag]) + length + bytes_


def wrapped(payload: bytes, url: bytes = b"some.Type") -> bytes:
    return field(url, 0x0A) + (field(payload, 0x12) if payload else b"")


def matching(pattern: Pattern, raw: bytes, name: str, values: dict[int, str]) -> Iterator[bytes]:
    value = DECODING.value(raw, Field(("k",), type=name, values=values))
    return (text for _, text in texts(value) if pattern.find(text))


def check(pattern: Pattern, raw: bytes, name: str, values: dict[int, str] | None = None) -> None:
    need = need_of(pattern, Field(("k",), type=name, values=values or {}))
    if pattern.find(raw) is None and not (need and need(raw)):
        assert not list(matching(pattern, raw, name, values or {}))


needles = st.text(CHARACTERS, min_size=1, max_size=3)


@given(raw=written(), needle=needles, ignore_case=st.booleans(), is_any=st.booleans())
def test_json(raw: bytes, needle: str, *, ignore_case: bool, is_any: bool) -> None:
    pattern = literal(needle, ignore_case=ignore_case)
    check(pattern, wrapped(raw) if is_any else raw, "any" if is_any else "json")


@given(
    raw=st.binary(max_size=12),
    start=st.sampled_from([b"", b"{", b"{|", b"\x0a\x01a", b"{\x08\x05|", b"\x08\x07"]),
    url=st.sampled_from([b"some.Type", b"containerd.runc.v1.Options", b""]),
    needle=needles,
)
def test_any_bytes_in_an_any(raw: bytes, start: bytes, url: bytes, needle: str) -> None:
    check(literal(needle), wrapped(start + raw, url), "any")
    check(literal(needle), start + raw, "any")


@given(
    name=st.sampled_from(sorted(TYPES)),
    raw=st.binary(max_size=16) | st.binary(min_size=12, max_size=12).map(lambda b: b"\1\0\0\0\x0e"
        + b[:8] + b"\xff\xff")
    | written().map(lambda text: b"\5\0\0\0\0\0\0\0" + text),
    needle=needles | st.sampled_from(["index", "value", "Committed", "2", "T", "Z", "0Z"]),
    ignore_case=st.booleans(),
)  # fmt: skip
def test_every_type(name: str, raw: bytes, needle: str, *, ignore_case: bool) -> None:
    check(literal(needle, ignore_case=ignore_case), raw, name, {0: "View", 3: "Committed"})


@pytest.mark.parametrize(
    ("needle", "raw", "name"),
    [
        ("a<b", b'{"k":"a\\u003cb"}', "json"),
        ("a/b", b'"a\\/b"', "json"),
        ('a"b', b'["a\\"b"]', "json"),
        ("a\nb", b'["a\\nb"]', "json"),
        ("100000.0", b"[1e5]", "json"),
        ("100000.0", b"1e5", "json"),
        ("300", b"\xd8\x04", "varint"),
        ("COMMITTED", b"\x03", "enum"),
        ("42", wrapped(b"\x08\x2a"), "any"),
        ("a<b", wrapped(b'{"k":"a\\u003cb"}'), "any"),
        ("42", wrapped(b"{\x08\x2a|"), "any"),
    ],
)
def test_what_only_decoding_shows_is_decoded(needle: str, raw: bytes, name: str) -> None:
    pattern = literal(needle, ignore_case=True)
    values = {3: "Committed"}
    assert list(matching(pattern, raw, name, values))
    check(pattern, raw, name, values)


def test_an_expression_may_match_anything() -> None:
    need = need_of(expression("x"), Field(("k",), type="time"))
    assert need
    assert need(b"")
