"""Sizes and times for people, beside the exact figure and never instead of it."""

from collections.abc import Callable
from typing import NamedTuple

from boltview.schema.values import GoTime

_BINARY_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
_STEP = 1024
_ROUNDS_UP = 1023.95
"""From here on one decimal would read 1024.0 instead of 1.0 of the next unit."""
_SECOND = 1_000_000_000
_SPANS = (
    (365 * 86_400, "year", "y"),
    (30 * 86_400, "month", "mo"),
    (86_400, "day", "d"),
    (3_600, "hour", "h"),
    (60, "minute", "m"),
    (1, "second", "s"),
)

Zone = Callable[[int], int]
"""Seconds east of UTC at an instant in Unix seconds."""


class Clock(NamedTuple):
    """The present and the zone to show times in, given by the caller."""

    now: int
    """Unix nanoseconds."""
    zone: Zone


def utc(_unix: int) -> int:
    """Return the offset of UTC: none."""
    return 0


def size_text(size: int) -> str:
    """Return `812 B`, `1.4 MiB`."""
    value = float(size)
    for unit in _BINARY_UNITS:
        if abs(value) < _ROUNDS_UP or unit == _BINARY_UNITS[-1]:
            break
        value /= _STEP
    return f"{size} B" if unit == "B" else f"{value:.1f} {unit}"


def exact_size(size: int) -> str:
    """Return `1.4 MiB (1,468,006 bytes)`; a size below 1 KiB needs no second form."""
    return size_text(size) if abs(size) < _STEP else f"{size_text(size)} ({size:,} bytes)"


def relative_time(time: GoTime, clock: Clock) -> str:
    """Return `3 days ago`, `in 2 hours`, `now`; the largest unit, cut and not rounded."""
    count, name, _, is_past = _span(time, clock)
    if not count:
        return "now"
    text = f"{count} {name}{'s' if count > 1 else ''}"
    return f"{text} ago" if is_past else f"in {text}"


def short_age(time: GoTime, clock: Clock) -> str:
    """Return the same for a narrow column: `3d`, `in 2h`, `now`."""
    count, _, letter, is_past = _span(time, clock)
    if not count:
        return "now"
    return f"{count}{letter}" if is_past else f"in {count}{letter}"


def short_time(time: GoTime, clock: Clock) -> str:
    """Return a time of which one must see whether it is over: `10h ago`, `in 10h`, `now`."""
    age = short_age(time, clock)
    return age if age == "now" or age.startswith("in ") else f"{age} ago"


class _Span(NamedTuple):
    number: int
    name: str
    letter: str
    is_past: bool


def _span(time: GoTime, clock: Clock) -> _Span:
    seconds = (clock.now - time.unix_nanos) / _SECOND
    for length, name, letter in _SPANS:
        count = int(abs(seconds) // length)
        if count:
            return _Span(count, name, letter, seconds > 0)
    return _Span(0, "", "", is_past=True)


def time_text(time: GoTime, clock: Clock) -> str:
    """Return the exact time with the relative one behind it; Go's zero time is "not set"."""
    exact = time.rfc3339(clock.zone(time.unix))
    if time.is_zero:
        return f"{exact} (not set)"
    return f"{exact} ({relative_time(time, clock)})"
