"""Go's binary time: `time.Time.MarshalBinary`, both versions."""

from struct import Struct

from boltview.schema.values import GoTime, Undecodable

_BODY = Struct(">qih")
"""Seconds since year 1, nanoseconds, offset east of UTC in minutes."""
_LENGTH = {1: 15, 2: 16}
"""Bytes by version; version 2 adds one for the seconds of an odd offset."""
_UTC_MARK = -1
_YEAR_ONE = 62_135_596_800
_NANOS = 1_000_000_000


def decode_time(raw: bytes) -> GoTime:
    """Decode a Go binary time (Go `time/time.go: UnmarshalBinary`).

    Raises:
        Undecodable: length, version or nanoseconds are impossible.
    """
    if not raw:
        raise Undecodable("a time of no bytes")
    version = raw[0]
    if version not in _LENGTH:
        raise Undecodable(f"unknown time version {version}")
    if len(raw) != _LENGTH[version]:
        raise Undecodable(f"a time of {len(raw)} bytes, not {_LENGTH[version]}")
    seconds, nanos, minutes = _BODY.unpack_from(raw, 1)
    if not 0 <= nanos < _NANOS:
        raise Undecodable(f"{nanos} nanoseconds in a second")
    offset = None if minutes == _UTC_MARK and version == 1 else minutes * 60
    if offset is not None and version == 2:  # noqa: PLR2004 - the version with seconds
        offset += int.from_bytes(raw[15:16], "big", signed=True)
    return GoTime(seconds - _YEAR_ONE, nanos, offset)
