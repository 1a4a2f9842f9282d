"""The encoding both sides speak."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boltview.bbolt import wire

# The examples of the Protocol Buffers encoding guide, whose varints are these, and the limits.
VARINTS = [
    (0, "00"),
    (1, "01"),
    (127, "7f"),
    (128, "8001"),
    (150, "9601"),
    (300, "ac02"),
    (2**64 - 1, "ffffffffffffffffff01"),
]


@pytest.mark.parametrize(("number", "encoded"), VARINTS)
def test_varints_are_those_of_the_world(number: int, encoded: str) -> None:
    assert wire.uvarint(number).hex() == encoded
    assert wire.Reader(bytes.fromhex(encoded)).uvarint() == number


@pytest.mark.parametrize("number", [-1, 2**64])
def test_a_number_that_go_could_not_hold_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="not an unsigned 64-bit number"):
        wire.uvarint(number)


@given(st.integers(0, 2**64 - 1), st.binary(max_size=300), st.floats(allow_nan=False))
def test_what_was_written_is_read(number: int, data: bytes, double: float) -> None:
    reader = wire.Reader(wire.uvarint(number) + wire.string(data) + wire.double(double) + b"rest")
    assert (reader.uvarint(), reader.string(), reader.double()) == (number, data, double)
    assert reader
    assert reader.rest() == b"rest"
    assert not reader


def test_text_is_not_bytes() -> None:
    with pytest.raises(TypeError):
        wire.string("text")  # type: ignore[arg-type]
