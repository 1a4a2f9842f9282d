"""The usual form of a `google.protobuf.Any`, read without protobuf: type URL, then value.

Every writer of Go's protobuf libraries produces it. Whatever has another form, though it may be an
`Any` all the same, is left to `boltview/schema/any.py`.
"""

_TYPE_URL = 0x0A
_VALUE = 0x12
_ONE_BYTE = 0x80
"""Numbers below this take one byte of a varint."""
_MAX_LENGTH_BYTES = 5


def any_value_start(raw: bytes) -> int:
    """Return where the value of an `Any` of the usual form begins, 0 for any other bytes.

    It ends with the bytes; an `Any` without a value has it at the end. The type URL begins at 2 and
    is `raw[1]` bytes long.
    """
    size = len(raw)
    if size < 3 or raw[0] != _TYPE_URL or not 0 < raw[1] < _ONE_BYTE:  # noqa: PLR2004
        return 0
    end = 2 + raw[1]
    if end >= size:
        return end if end == size else 0
    if raw[end] != _VALUE:
        return 0
    length = shift = 0
    for place in range(end + 1, min(end + 1 + _MAX_LENGTH_BYTES, size)):
        byte = raw[place]
        length |= (byte & 0x7F) << shift
        if byte < _ONE_BYTE:
            return place + 1 if length and place + 1 + length == size else 0
        shift += 7
    return 0


def type_url(raw: bytes) -> bytes:
    """Return the type URL of an `Any` of the usual form."""
    return raw[2 : 2 + raw[1]]
