"""Times and durations in labels: examples of Go's documentation of package time, and its quirks."""

import pytest

from boltview.containerd.gotext import parse_duration, parse_time

SECOND = 10**9
HOUR = 3600 * SECOND


@pytest.mark.parametrize(
    ("text", "seconds", "nanos"),
    [
        ("1970-01-01T00:00:00Z", 0, 0),
        ("2006-01-02T15:04:05Z", 1_136_214_245, 0),
        ("2006-01-02T15:04:05-07:00", 1_136_239_445, 0),
        ("2006-01-02T15:04:05+05:30", 1_136_194_445, 0),
        ("2006-01-02T15:04:05.5Z", 1_136_214_245, 500_000_000),
        ("2006-01-02T15:04:05,123456789Z", 1_136_214_245, 123_456_789),
        ("2006-01-02T15:04:05.1234567899Z", 1_136_214_245, 123_456_789),
        ("2006-01-02T5:04:05Z", 1_136_178_245, 0),
        ("2024-02-29T00:00:00Z", 1_709_164_800, 0),
        ("0001-01-01T00:00:00Z", -62_135_596_800, 0),
        ("0000-01-01T00:00:00Z", -62_167_219_200, 0),
        ("9999-12-31T23:59:59Z", 253_402_300_799, 0),
    ],
)
def test_times_that_go_reads(text: str, seconds: int, nanos: int) -> None:
    assert parse_time(text) == seconds * SECOND + nanos


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2006-01-02",
        "2006-01-02 15:04:05Z",
        "2006-01-02t15:04:05Z",
        "2006-01-02T15:04:05",
        "2006-01-02T15:04:05z",
        "2006-01-02T24:00:00Z",
        "2006-01-02T15:60:05Z",
        "2006-01-02T15:04:60Z",
        "2006-02-29T15:04:05Z",
        "2006-13-01T15:04:05Z",
        "2006-01-02T15:04:05.Z",
        "2006-01-02T15:04:05+0700",
        "2006-01-02T15:04:05+25:00",
        "2006-01-02T15:04:05Z ",
        "２006-01-02T15:04:05Z",  # noqa: RUF001 - a digit that is none of ASCII's
        "2006-01-02T15:04:05." + "1" * 10_000 + "Z",
    ],
)
def test_texts_that_are_no_times(text: str) -> None:
    assert parse_time(text) is None


@pytest.mark.parametrize(
    ("text", "nanos"),
    [
        ("0", 0),
        ("+0", 0),
        ("10h", 10 * HOUR),
        ("1h10m10s", HOUR + 610 * SECOND),
        ("1µs", 1_000),
        ("1us1ns", 1_001),
        ("1.5h", HOUR + HOUR // 2),
        ("-2m", -120 * SECOND),
        (".5s", SECOND // 2),
        ("1.s", SECOND),
        ("100ms", 100_000_000),
        ("2562047h", 2_562_047 * HOUR),
    ],
)
def test_durations_that_go_reads(text: str, nanos: int) -> None:
    assert parse_duration(text) == nanos


@pytest.mark.parametrize(
    "text", ["", "-", "1", "1d", "s", ".s", "1h ", "1 h", "--1h", "2562048h", "1h2", "٣h"]
)
def test_texts_that_are_no_durations(text: str) -> None:
    assert parse_duration(text) is None
