"""Go's binary time, and its text, agree with an encoder of our own and with Python's datetime."""

import struct
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boltview.schema.gotime import decode_time
from boltview.schema.values import GoTime, Undecodable, zone_text
from tests.schema.wire import YEAR_ONE, go_time

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CYCLE_YEARS = 400
CYCLE_SECONDS = 146_097 * 86_400
"""The calendar repeats after 400 years."""

naive = st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 12, 31))  # noqa: DTZ001
nanoseconds = st.integers(0, 999_999_999)
offsets = st.one_of(
    st.integers(-1439, 1439).filter(lambda minutes: minutes != -1).map(lambda n: n * 60),
    # Go refuses to write what it could not tell from the mark of UTC.
    st.integers(-86_399, 86_399).filter(lambda seconds: not -120 < seconds <= -60),
)


def text_of(local: datetime, nanos: int) -> str:
    """Return RFC 3339 by Python's datetime, except for the fraction, which it knows to 10^-6."""
    plain = local.replace(tzinfo=None, microsecond=0).isoformat()
    zone = local.isoformat()[len(local.replace(tzinfo=None).isoformat()) :]
    fraction = f".{nanos:09}".rstrip("0") if nanos else ""
    return plain + fraction + ("Z" if zone == "+00:00" else zone)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("010000000ede1dc4b4310e554fffff", "2024-07-08T11:29:56.823022927Z"),
        ("010000000e7791f70000000000ffff", "1970-01-01T00:00:00Z"),
        ("010000000ee296793b2894eb10ffff", "2026-11-23T18:13:15.680848144Z"),
        ("01000000000000000000000000ffff", "0001-01-01T00:00:00Z"),
    ],
)
def test_real_values_decode(raw: str, text: str) -> None:
    found = decode_time(bytes.fromhex(raw))
    assert found.rfc3339() == text
    assert found.offset is None


@pytest.mark.parametrize(
    ("end", "offset", "zone"),
    [
        ("ffff", None, "Z"),
        ("0000", 0, "Z"),
        ("0078", 7200, "+02:00"),
        ("fe98", -21_600, "-06:00"),
        ("0001", 60, "+00:01"),
        ("7fff", 32_767 * 60, "+546:07"),
        ("8000", -32_768 * 60, "-546:08"),
    ],
)
def test_the_offset_of_whole_minutes(end: str, offset: int | None, zone: str) -> None:
    found = decode_time(bytes.fromhex("010000000e7791f70000000000" + end))
    assert (found.unix, found.nanos, found.offset) == (0, 0, offset)
    assert zone_text(offset or 0) == zone


@pytest.mark.parametrize(
    ("end", "offset", "zone"),
    [
        ("fed8fe", -17_762, "-04:56:02"),  # New York before 1883
        ("0000d6", -42, "-00:00:42"),
        ("00003b", 59, "+00:00:59"),
        ("00131e", 1170, "+00:19:30"),
        ("ffffe2", -90, "-00:01:30"),  # with seconds, -1 minute is no mark of UTC
    ],
)
def test_the_offset_with_seconds(end: str, offset: int, zone: str) -> None:
    found = decode_time(bytes.fromhex("020000000e7791f70000000000" + end))
    assert (found.unix, found.nanos, found.offset) == (0, 0, offset)
    assert zone_text(offset) == zone


def test_utc_and_an_offset_of_zero_are_the_same_instant_and_told_apart() -> None:
    marked, local = decode_time(go_time(5, 6)), decode_time(go_time(5, 6, 0))
    assert (marked.offset, local.offset) == (None, 0)
    assert marked.unix_nanos == local.unix_nanos == 5_000_000_006
    assert marked.rfc3339() == local.rfc3339() == "1970-01-01T00:00:05.000000006Z"


def test_the_zero_time_is_told_from_any_other() -> None:
    assert decode_time(go_time(YEAR_ONE)).is_zero
    assert decode_time(go_time(YEAR_ONE, 0, 3600)).is_zero
    assert not decode_time(go_time(YEAR_ONE, 1)).is_zero
    assert not decode_time(go_time(YEAR_ONE + 1)).is_zero
    assert not decode_time(go_time(0)).is_zero


@given(naive, nanoseconds, offsets)
def test_any_time_agrees_with_datetime(wall: datetime, nanos: int, offset: int) -> None:
    local = wall.replace(microsecond=0, tzinfo=timezone(timedelta(seconds=offset)))
    unix = (local - EPOCH) // timedelta(seconds=1)
    found = decode_time(go_time(unix, nanos, offset))
    assert found == GoTime(unix, nanos, offset)
    assert found.rfc3339(offset) == text_of(local, nanos)
    assert found.rfc3339() == text_of(local.astimezone(UTC), nanos)
    assert found.unix_nanos == unix * 10**9 + nanos


@given(naive, nanoseconds)
def test_any_time_in_utc_agrees_with_datetime(wall: datetime, nanos: int) -> None:
    moment = wall.replace(microsecond=0, tzinfo=UTC)
    unix = (moment - EPOCH) // timedelta(seconds=1)
    found = decode_time(go_time(unix, nanos))
    assert found == GoTime(unix, nanos, None)
    assert found.rfc3339() == text_of(moment, nanos)


@given(naive, st.integers(-500, 500))
def test_years_beyond_those_of_datetime_repeat_the_calendar(wall: datetime, cycles: int) -> None:
    moment = wall.replace(microsecond=0, tzinfo=UTC)
    unix = (moment - EPOCH) // timedelta(seconds=1) + cycles * CYCLE_SECONDS
    year = wall.year + cycles * CYCLE_YEARS
    # As Go's formatter pads: a sign, then at least four digits.
    shown = f"{'-' if year < 0 else ''}{abs(year):04}"
    assert decode_time(go_time(unix)).rfc3339() == shown + text_of(moment, 0)[4:]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (YEAR_ONE - 86_400, "0000-12-31T00:00:00Z"),
        # Year 0 divides by 400, so it has a leap day: the 60th of its 366.
        (YEAR_ONE - 307 * 86_400, "0000-02-29T00:00:00Z"),
        (YEAR_ONE - 366 * 86_400, "0000-01-01T00:00:00Z"),
        (YEAR_ONE - 367 * 86_400, "-0001-12-31T00:00:00Z"),
        (253_402_300_799, "9999-12-31T23:59:59Z"),
        (253_402_300_800, "10000-01-01T00:00:00Z"),
    ],
)
def test_years_outside_one_to_9999(seconds: int, text: str) -> None:
    assert decode_time(go_time(seconds)).rfc3339() == text


@pytest.mark.parametrize("seconds", [-(2**63), 2**63 - 1])
def test_the_farthest_times_have_a_text(seconds: int) -> None:
    raw = b"\x01" + struct.pack(">qih", seconds, 999_999_999, -1)
    year = decode_time(raw).rfc3339().rsplit("-", 2)[0]
    # 2^63 seconds are 292,277,024,626 years of 31,556,952 seconds on average.
    assert abs(int(year) - (1 if seconds > 0 else 0)) == pytest.approx(292_277_024_626, abs=2)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "no bytes"),
        (b"\x01", "1 bytes, not 15"),
        (go_time(0)[:-1], "14 bytes, not 15"),
        (go_time(0) + b"\0", "16 bytes, not 15"),
        (go_time(0, 0, 1)[:-1], "15 bytes, not 16"),
        (go_time(0, 0, 1) + b"\0", "17 bytes, not 16"),
        (b"\x02", "1 bytes, not 16"),
        (b"\x00" + go_time(0)[1:], "version 0"),
        (b"\x03" + go_time(0)[1:], "version 3"),
        (b"\xff" + go_time(0)[1:], "version 255"),
        (go_time(0, 1_000_000_000), "1000000000 nanoseconds"),
        (go_time(0, -1), "-1 nanoseconds"),
        (go_time(0, 2**31 - 1), "2147483647 nanoseconds"),
        (b"2024-07-08T11:29:56Z", "version 50"),
    ],
)
def test_what_is_no_time_says_why(raw: bytes, reason: str) -> None:
    with pytest.raises(Undecodable, match=reason):
        decode_time(raw)


@given(st.binary(max_size=20))
def test_any_bytes_are_a_time_or_undecodable(raw: bytes) -> None:
    try:
        found = decode_time(raw)
    except Undecodable:
        return
    assert len(raw) == 14 + raw[0]
    assert isinstance(found, GoTime)
    assert found.rfc3339().endswith("Z")
