"""What bytes decode to: the values that have no type of their own in Python."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from boltview.bolt.page import Origin

_UNIX_YEAR_ONE = -62_135_596_800
"""Unix seconds of 0001-01-01T00:00:00Z, Go's zero time."""
_DAY = 86_400
_DAYS_TO_UNIX = 719_468
"""Days from 0000-03-01 to 1970-01-01."""
_ERA_DAYS = 146_097
"""Days in 400 years."""


class Undecodable(Exception):
    """The bytes are not what their type says; the message is the reason, for a person."""


class GoTime(NamedTuple):
    """A Go `time.Time`: an instant, and the offset it was written with."""

    unix: int
    """Whole seconds since 1970-01-01T00:00:00Z."""
    nanos: int
    """Nanoseconds within the second, 0..999,999,999."""
    offset: int | None
    """Seconds east of UTC; None when it was written as UTC (Go keeps the two apart)."""

    @property
    def is_zero(self) -> bool:
        """Whether this is Go's zero time, which stands for "not set"."""
        return self.unix == _UNIX_YEAR_ONE and self.nanos == 0

    @property
    def unix_nanos(self) -> int:
        """Nanoseconds since 1970-01-01T00:00:00Z."""
        return self.unix * 1_000_000_000 + self.nanos

    def rfc3339(self, offset: int = 0) -> str:
        """Return `2024-07-08T11:29:56.823022927Z`: trailing zeros trimmed, as Go prints it.

        Args:
            offset: seconds east of UTC of the zone to show it in.
        """
        days, second = divmod(self.unix + offset, _DAY)
        year, month, day = _civil(days)
        hour, minute = divmod(second // 60, 60)
        sign = "-" if year < 0 else ""
        text = f"{sign}{abs(year):04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second % 60:02}"
        if self.nanos:
            text += f".{self.nanos:09}".rstrip("0")
        return text + zone_text(offset)


class Named(NamedTuple):
    """A number that stands for a name."""

    number: int
    name: str
    """Its name, empty when the schema knows none for the number."""


class AnyValue(NamedTuple):
    """A decoded `google.protobuf.Any`."""

    type_url: str
    encoding: str
    """How the payload was read: `json`, `protobuf`, `wire` (type unknown), `bytes`, `empty`."""
    value: object
    """JSON-like value; a list of `WireField` for `wire`; bytes for `bytes`; None for `empty`."""
    note: str = ""
    """Why the payload could not be read as its type says; empty when it could."""


class WireField(NamedTuple):
    """One field of a protobuf message whose type is not known."""

    number: int
    kind: str
    """`varint`, `fixed64`, `bytes`, `text`, `message`, `group` or `fixed32`."""
    value: object
    """int, bytes, str, or a list of `WireField`."""


class Value(NamedTuple):
    """A decoded value with the way back to its bytes."""

    data: object
    """What it means; the raw bytes when it does not decode."""
    raw: bytes
    origin: "Origin | None"
    """Where the bytes lie in the file."""
    decoder: str
    """Name of the decoder, such as `time`."""
    error: str = ""
    """Why it does not decode; empty when it does."""


def zone_text(offset: int) -> str:
    """Write an offset from UTC as RFC 3339 does: `Z`, `+02:00`; seconds only if there are any."""
    if offset == 0:
        return "Z"
    sign = "-" if offset < 0 else "+"
    minutes, seconds = divmod(abs(offset), 60)
    text = f"{sign}{minutes // 60:02}:{minutes % 60:02}"
    return f"{text}:{seconds:02}" if seconds else text


def _civil(days: int) -> tuple[int, int, int]:
    """Turn days since 1970-01-01 into year, month, day of the proleptic Gregorian calendar.

    `datetime` ends at year 9999; a forged time need not. Years are counted from March here, so
    that the leap day is the last day of a year.
    """
    era, day_of_era = divmod(days + _DAYS_TO_UNIX, _ERA_DAYS)
    year = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year + year // 4 - year // 100)
    month = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * month + 2) // 5 + 1
    month = month + 3 if month < 10 else month - 9  # noqa: PLR2004 - March is month 0
    return year + era * 400 + (month <= 2), month, day  # noqa: PLR2004
