"""Sizes and times for people: exact where it matters, never misleading at the edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boltview.report.units import (
    Clock,
    exact_size,
    relative_time,
    short_time,
    size_text,
    time_text,
    utc,
)
from boltview.schema.values import GoTime
from tests.report.open import CLOCK, NOW


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (1, "1 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1536, "1.5 KiB"),
        (1_048_523, "1023.9 KiB"),
        (1_048_575, "1.0 MiB"),
        (1 << 20, "1.0 MiB"),
        (1_468_006, "1.4 MiB"),
        (1 << 30, "1.0 GiB"),
        ((1 << 40) - 1, "1.0 TiB"),
        (1 << 60, "1.0 EiB"),
        (1 << 63, "8.0 EiB"),
        (-1, "-1 B"),
        (-5000, "-4.9 KiB"),
    ],
)
def test_sizes(size: int, text: str) -> None:
    assert size_text(size) == text


@given(st.integers(-(1 << 64), 1 << 64))
def test_a_size_never_hides_the_exact_figure(size: int) -> None:
    shown = exact_size(size)
    assert f"{size:,} bytes" in shown or shown == f"{size} B"
    assert "1024.0" not in shown


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (0, "now"),
        (0.999, "now"),
        (-0.999, "now"),
        (1, "1 second ago"),
        (-1, "in 1 second"),
        (59.9, "59 seconds ago"),
        (60, "1 minute ago"),
        (3599, "59 minutes ago"),
        (7200, "2 hours ago"),
        (-86_400, "in 1 day"),
        (29 * 86_400, "29 days ago"),
        (30 * 86_400, "1 month ago"),
        (364 * 86_400, "12 months ago"),
        (365 * 86_400, "1 year ago"),
        (-1000 * 365 * 86_400, "in 1000 years"),
    ],
)
def test_relative_times(ago: float, text: str) -> None:
    nanos = round((NOW - ago) * 1000) * 1_000_000
    time = GoTime(*divmod(nanos, 1_000_000_000), None)
    assert relative_time(time, CLOCK) == text


@pytest.mark.parametrize(
    ("ago", "text"),
    [(0, "now"), (36_000, "10h ago"), (-36_000, "in 10h"), (-1, "in 1s"), (40 * 86_400, "1mo ago")],
)
def test_short_times_say_whether_they_are_over(ago: int, text: str) -> None:
    assert short_time(GoTime(NOW - ago, 0, None), CLOCK) == text


def test_a_time_is_exact_in_the_zone_asked_for() -> None:
    time = GoTime(NOW, 123_456_789, None)
    assert time_text(time, CLOCK) == "2026-11-24T00:00:00.123456789Z (now)"
    india = Clock(CLOCK.now, lambda _unix: 19_800)
    assert time_text(time, india) == "2026-11-24T05:30:00.123456789+05:30 (now)"


def test_the_zone_is_asked_for_the_instant_itself() -> None:
    asked: list[int] = []

    def zone(unix: int) -> int:
        asked.append(unix)
        return 0

    time_text(GoTime(12_345, 0, None), Clock(0, zone))
    assert asked == [12_345]


def test_go_zero_time_is_not_set() -> None:
    assert time_text(GoTime(-62_135_596_800, 0, None), CLOCK) == "0001-01-01T00:00:00Z (not set)"


@given(st.integers(-(1 << 63), (1 << 63) - 1), st.integers(0, 999_999_999))
def test_a_forged_time_has_some_text(unix: int, nanos: int) -> None:
    assert time_text(GoTime(unix, nanos, None), CLOCK).isprintable()


def test_utc_is_utc() -> None:
    assert utc(NOW) == 0
