"""Times and durations that clients write into labels as text, read as Go reads them."""

import re
from datetime import date

_NANOS = 1_000_000_000
_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:[.,]([0-9]+))?"
    r"(?:Z|([+-])([0-9]{2}):([0-9]{2}))"
)
_CYCLE = 400
_CYCLE_DAYS = 146_097
"""Days in 400 years, after which the calendar repeats."""
_EPOCH = date(1970, 1, 1).toordinal()
_MAX_HOUR, _MAX_MINUTE, _MAX_ZONE = 23, 59, 24
_PART = re.compile(r"([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)")
_UNITS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 1_000_000,
    "s": _NANOS,
    "m": 60 * _NANOS,
    "h": 3600 * _NANOS,
}
_MAX_DURATION = (1 << 63) - 1
"""Nanoseconds; Go refuses more."""
_MAX_TEXT = 256
"""Characters looked at; Go would take more zeros than anybody writes."""


def parse_time(text: str) -> int | None:
    """Return Unix nanoseconds of an RFC 3339 time; None if Go would not take it.

    As Go `time.Parse` with `time.RFC3339`: a fraction may follow though the layout has none, may
    stand behind a comma, and counts to the nanosecond; the hour may have one digit.
    """
    match = _TIME.fullmatch(text) if len(text) <= _MAX_TEXT else None
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(match[group]) for group in range(1, 7))
    if hour > _MAX_HOUR or minute > _MAX_MINUTE or second > _MAX_MINUTE:
        return None
    try:
        # `date` begins with year 1.
        days = date(year or _CYCLE, month, day).toordinal() - _EPOCH
    except ValueError:
        return None
    days -= 0 if year else _CYCLE_DAYS
    seconds = days * 86_400 + hour * 3600 + minute * 60 + second
    if match[8]:
        if int(match[9]) > _MAX_ZONE or int(match[10]) > _MAX_MINUTE + 1:
            return None
        offset = int(match[9]) * 3600 + int(match[10]) * 60
        seconds -= offset if match[8] == "+" else -offset
    return seconds * _NANOS + int((match[7] or "0")[:9].ljust(9, "0"))


def parse_duration(text: str) -> int | None:
    """Return the nanoseconds of a duration such as `1h30m` or `-1.5s`; None if Go takes it not.

    As Go `time.ParseDuration`: no days, and a bare number only if it is 0.
    """
    sign = -1 if text[:1] == "-" else 1
    rest = text[1:] if text[:1] in {"-", "+"} else text
    if rest == "0":
        return 0
    if not rest or len(rest) > _MAX_TEXT:
        return None
    total = place = 0
    while place < len(rest):
        match = _PART.match(rest, place)
        if match is None or not (match[1] or match[2]):
            return None
        unit = _UNITS[match[3]]
        total += int(match[1] or "0") * unit
        fraction = (match[2] or "")[:18]
        total += int(fraction or "0") * unit // 10 ** len(fraction)
        place = match.end()
    return sign * total if total <= _MAX_DURATION else None
