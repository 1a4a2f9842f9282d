"""JSON is read as RFC 8259 has it, whatever the bytes are: a value or Undecodable, nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boltview.schema import strictjson
from boltview.schema.strictjson import decode_json
from boltview.schema.values import Undecodable

texts = st.text(st.characters(exclude_categories=["Cs"]))
documents = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(document=documents, ascii_only=st.booleans(), indent=st.sampled_from([None, 0, 4]))
def test_any_document_decodes(document: object, *, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(document, ensure_ascii=ascii_only, indent=indent)
    assert decode_json(text.encode()) == document


@pytest.mark.parametrize(
    ("raw", "document"),
    [
        # Go escapes what is special to HTML; numbers stay whole to the last digit.
        (rb'{"a":"\u003cb\u003e \u0026"}', {"a": "<b> &"}),
        (b"18446744073709551615", 2**64 - 1),
        (b"-9223372036854775808", -(2**63)),
        (b"0.5e1", 5.0),
        (b' \t\r\n{"\xc3\xa9":null} ', {"é": None}),
        (rb'"\ud83d\ude00"', "😀"),
        # Go's decoder, too, takes the last of equal keys.
        (b'{"a":1,"b":2,"a":3}', {"a": 3, "b": 2}),
        # Half of a character is legal JSON; it is kept, not replaced.
        (rb'"\ud800"', "\ud800"),
        (b"null", None),
        (b"9" * 4300, int("9" * 4300)),
    ],
)
def test_legal_documents_decode(raw: bytes, document: object) -> None:
    assert decode_json(raw) == document


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "not JSON"),
        (b" ", "not JSON"),
        (b"{", "not JSON"),
        (b"[1,]", "not JSON"),
        (b"{'a':1}", "not JSON"),
        (b'{"a":1}x', "not JSON"),
        (b"{} {}", "not JSON"),
        (b"01", "not JSON"),
        (b"+1", "not JSON"),
        (b".5", "not JSON"),
        (b"0x10", "not JSON"),
        (b"\x0c1", "not JSON"),
        (b'"a\nb"', "not JSON"),
        (b'"a\0b"', "not JSON"),
        (rb'"\x41"', "not JSON"),
        (b"// no\n1", "not JSON"),
        (b"\xef\xbb\xbf1", "not JSON"),
        (b"NaN", "NaN is not a JSON value"),
        (b"[Infinity]", "Infinity is not a JSON value"),
        (b'{"a":-Infinity}', "-Infinity is not a JSON value"),
        (b"1e400", "too large for a double: 1e400$"),
        (b"[-1e400]", "too large for a double: -1e400$"),
        (b"1" * 400 + b".5", f"too large for a double: {'1' * 40}$"),
        (b"\xff", "not UTF-8"),
        (b'"\xc0\x80"', "not UTF-8"),
        ('"é"'.encode("latin-1"), "not UTF-8"),
        ('{"a":1}'.encode("utf-16"), "not UTF-8"),
        (b"1" * 5000, "a number of too many digits to parse"),
        (b'{"a":[-' + b"1" * 5000 + b"]}", "a number of too many digits to parse"),
        (b"[" * 100_000, "nested too deep"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deep"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested too deep"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_cannot_be_read_says_why(raw: bytes, reason: str) -> None:
    with pytest.raises(Undecodable, match=reason) as caught:
        decode_json(raw)
    # The reason is shown on one line to a person, and names no function of Python.
    assert len(str(caught.value)) < 200
    assert "sys." not in str(caught.value)


def test_a_document_too_large_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strictjson, "MAX_JSON", 10)
    assert decode_json(b'"12345678"') == "12345678"
    with pytest.raises(Undecodable, match="11 bytes is too large"):
        decode_json(b'"123456789"')


@given(
    st.binary(max_size=60)
    | st.text(alphabet='{}[]",:0123456789.eE+-\\u ntf', max_size=60).map(str.encode)
)
def test_any_bytes_are_what_the_library_reads_or_undecodable(raw: bytes) -> None:
    try:
        found = decode_json(raw)
    except Undecodable:
        return
    assert found == json.loads(raw)
