"""The compact binary encoding that requests and responses share with go/wire.go.

Numbers are unsigned varints (LEB128, as Go's encoding/binary writes them); a string of bytes has
its length in front; a path is the number of its names and then the names.
"""

from collections.abc import Iterator, Sequence
from struct import Struct

Path = tuple[bytes, ...]

# Tags in front of the elements of a bucket.
TAG_END = 0
TAG_VALUE = 1
TAG_BUCKET = 2
TAG_MORE = 3

_LAST_BYTE = 0x7F
_DOUBLE = Struct("<d")


def uvarint(number: int) -> bytes:
    """Encode a number from 0 to 2**64 - 1.

    Raises:
        ValueError: the number is out of that range.
    """
    if 0 <= number <= _LAST_BYTE:
        return number.to_bytes()
    if not 0 <= number < 1 << 64:
        raise ValueError(f"{number} is not an unsigned 64-bit number")
    encoded = bytearray()
    while number > _LAST_BYTE:
        encoded.append(number & _LAST_BYTE | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def string(data: bytes) -> bytes:
    """Encode a string of bytes.

    Raises:
        TypeError: it is text, which has no encoding here, or something else again.
    """
    return uvarint(len(data)) + data


def path(names: Sequence[bytes]) -> bytes:
    """Encode the path of a bucket, from the root bucket, whose path is empty."""
    return uvarint(len(names)) + b"".join(map(string, names))


def double(number: float) -> bytes:
    """Encode a floating-point number."""
    return _DOUBLE.pack(number)


class Reader:
    """Takes a response apart, front to back."""

    __slots__ = ("_data", "_place")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def __bool__(self) -> bool:
        """Whether anything is left."""
        return self._place < len(self._data)

    def byte(self) -> int:
        """Return the next byte."""
        self._place += 1
        return self._data[self._place - 1]

    def uvarint(self) -> int:
        """Return the next number."""
        byte = self._data[self._place]
        self._place += 1
        number, shift = byte & _LAST_BYTE, 7
        while byte > _LAST_BYTE:
            byte = self._data[self._place]
            self._place += 1
            number |= (byte & _LAST_BYTE) << shift
            shift += 7
        return number

    def string(self) -> bytes:
        """Return the next string of bytes."""
        length = self.uvarint()
        start = self._place
        self._place = start + length
        return self._data[start : self._place]

    def text(self) -> str:
        """Return the next string of bytes as text; bytes that are none are escaped."""
        return self.string().decode("utf-8", "backslashreplace")

    def double(self) -> float:
        """Return the next floating-point number."""
        number: float
        (number,) = _DOUBLE.unpack_from(self._data, self._place)
        self._place += _DOUBLE.size
        return number

    def rest(self) -> bytes:
        """Return all that is left."""
        start, self._place = self._place, len(self._data)
        return self._data[start:]

    def uvarints(self) -> Iterator[int]:
        """Yield numbers to the end of the response."""
        while self:
            yield self.uvarint()

    def element(self) -> tuple[bytes, bytes | None] | None:
        """Return the next element: key and value, or name and None; None when there is none."""
        tag = self.byte()
        if tag == TAG_END:
            return None
        return self.string(), self.string() if tag == TAG_VALUE else None
