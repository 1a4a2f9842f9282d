"""Sizes, ages and times as `ctr` writes them.

From docker/go-units (`size.go`, `duration.go`), containerd `pkg/progress` and Go's `time` package.
"""

from boltview.schema.values import GoTime

_DECIMAL = ("B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB")
_BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB")
_SECOND = 1_000_000_000
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE
_LONGEST = (1 << 63) - 1
"""Nanoseconds in the longest Go `time.Duration`, 292 years; `time.Sub` goes no further."""
_DAY = 24
_WEEK = 7 * _DAY
_MONTH = 30 * _DAY
_YEAR = 365 * _DAY


def human_size(size: int) -> str:
    """Return `1.028MB`: four digits, steps of 1000 (`go-units: HumanSize`)."""
    value, unit = _scale(size, 1000.0, _DECIMAL)
    return f"{value:.4g}{unit}"


def bytes_text(size: int) -> str:
    """Return `1004.7 KiB`: one decimal, steps of 1024 (containerd `progress.Bytes`)."""
    value, unit = _scale(size, 1024.0, _BINARY)
    return f"{value:.1f} {unit}"


def _scale(size: int, step: float, units: tuple[str, ...]) -> tuple[float, str]:
    value = float(size)
    index = 0
    while value >= step and index < len(units) - 1:
        value /= step
        index += 1
    return value, units[index]


def human_duration(nanos: int) -> str:
    """Return `4 hours`, `About a minute` (`go-units: HumanDuration`).

    Args:
        nanos: how long, in nanoseconds; clamped to what Go can hold.
    """
    nanos = max(-_LONGEST - 1, min(nanos, _LONGEST))
    seconds = int(_floating(nanos, _SECOND))
    if seconds < 60:  # noqa: PLR2004 - seconds in a minute
        return _seconds_text(seconds)
    minutes = int(_floating(nanos, _MINUTE))
    if minutes < 60:  # noqa: PLR2004 - minutes in an hour
        return "About a minute" if minutes == 1 else f"{minutes} minutes"
    hours = int(_floating(nanos, _HOUR) + 0.5)
    if hours == 1:
        return "About an hour"
    for limit, length, name in (
        (2 * _DAY, 1, "hours"),
        (2 * _WEEK, _DAY, "days"),
        (2 * _MONTH, _WEEK, "weeks"),
        (2 * _YEAR, _MONTH, "months"),
    ):
        if hours < limit:
            return f"{hours // length} {name}"
    return f"{int(_floating(nanos, _HOUR)) // _YEAR} years"


def _seconds_text(seconds: int) -> str:
    if seconds < 1:
        return "Less than a second"
    return "1 second" if seconds == 1 else f"{seconds} seconds"


def _floating(nanos: int, unit: int) -> float:
    """Divide as Go does, whole units and rest apart (`time.Duration.Hours`)."""
    whole, rest = divmod(abs(nanos), unit)
    value = whole + rest / unit
    return -value if nanos < 0 else value


def go_time(time: GoTime) -> str:
    """Return `2026-11-23 18:13:19.47380577 +0000 UTC`: a time from gRPC, as Go prints it."""
    return time.rfc3339().replace("T", " ").removesuffix("Z") + " +0000 UTC"


def rfc3339_seconds(time: GoTime, offset: int = 0) -> str:
    """Return `2026-11-23T18:13:19Z`: no fraction (Go `time.RFC3339`)."""
    return time._replace(nanos=0).rfc3339(offset)
