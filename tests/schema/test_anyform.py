"""What is split without protobuf is what Google's library splits; other forms are left alone."""

import pytest
from google.protobuf.any_pb2 import Any as GoogleAny
from google.protobuf.message import DecodeError
from hypothesis import given
from hypothesis import strategies as st

from boltview.schema.anyform import any_value_start, type_url
from tests.schema.wire import chunk, packed, scalar, uvarint

usual = st.builds(packed, st.binary(min_size=1, max_size=4), st.binary(max_size=4))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=140), st.binary(max_size=300))
def test_what_the_library_writes_has_the_usual_form(url: str, payload: bytes) -> None:
    raw = GoogleAny(type_url=url, value=payload).SerializeToString()
    start = any_value_start(raw)
    if 0 < len(url.encode()) < 128:
        assert (type_url(raw), raw[start:]) == (url.encode(), payload)
        assert start
    else:
        assert start == 0


@given(
    st.binary(max_size=20)
    | usual
    | st.builds(bytes.__add__, usual, st.binary(max_size=4))
    | st.builds(lambda raw, end: raw[:end], usual, st.integers(0, 12))
)
def test_what_has_the_usual_form_is_an_any_with_these_parts(raw: bytes) -> None:
    start = any_value_start(raw)
    if not start:
        return
    try:
        url = type_url(raw).decode()
    except UnicodeDecodeError:
        # It has the form; that the URL is no text is for its reader to find out.
        with pytest.raises(DecodeError):
            GoogleAny.FromString(raw)
    else:
        assert GoogleAny.FromString(raw) == GoogleAny(type_url=url, value=raw[start:])


@pytest.mark.parametrize("length", [1, 127, 128, 16_383, 16_384, 100_000])
def test_values_of_any_length(length: int) -> None:
    raw = packed("u" * 127, b"v" * length)
    assert raw[any_value_start(raw) :] == b"v" * length


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x0a",
        b"\x0a\x01",
        b"\x0a\x00\x12\x01a",
        chunk(2, b"v") + chunk(1, b"u"),
        packed("u", b"v") + scalar(9, 1),
        packed("u", b"v") + chunk(2, b"w"),
        packed("u") + b"\x12",
        packed("u") + b"\x12\x00",
        packed("u") + b"\x12\x80",
        packed("u") + b"\x12" + uvarint(2**64 - 1),
        packed("u") + b"\x12\x02v",
        packed("u" * 128, b"v"),
    ],
)
def test_another_form_is_left_alone(raw: bytes) -> None:
    assert any_value_start(raw) == 0
