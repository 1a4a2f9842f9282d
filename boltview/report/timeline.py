"""A timeline as a table, as CSV, as JSON lines, for Timesketch, and as a body file for mactime.

Every form is written line by line: a node's timeline can be longer than memory.
"""

from collections.abc import Callable, Iterable, Iterator

from boltview.forensics.timeline.event import ACCESSED, CHANGED, FILE, LIVE, Event
from boltview.report.escape import body_name, escape, escape_bytes
from boltview.report.jsontext import dumps
from boltview.report.keypath import path_text
from boltview.report.nested import field_text
from boltview.report.table import csv_lines
from boltview.report.units import Clock
from boltview.report.width import cells

TITLES = ("TIME", "EVENT", "OBJECT", "STATE", "NOTE")
_WIDTHS = (30, 13)
_CSV_TITLES = (
    "time", "event", "type", "namespace", "object", "state", "note", "field", "source", "path",
)  # fmt: skip
_EPOCH = "1970-01-01T00:00:00+00:00"
_FIRST_MICROS, _LAST_MICROS = 0, 9_223_372_036_000_000
"""What Timesketch's reader, pandas, can hold as nanoseconds: until April 2262."""
_LAST_SECOND = 9_999_999_999
"""mactime sorts seconds as text of ten digits."""
_BORN = frozenset({"created", "started", "built", "layer built", "mounted"})
Writer = Callable[[Iterable[Event], Clock], Iterator[str]]
"""Writes events as lines."""


def what_text(event: Event) -> str:
    """Return what happened, as one escaped line: `created`, or the field that holds the time."""
    return event.what or field_text(event.field)


def object_text(event: Event) -> str:
    """Return what it happened to, as one escaped line."""
    parts = event.names if event.kind == FILE else (event.kind, *event.names)
    return escape_bytes("/".join(parts).encode(errors="surrogateescape"))


def note_text(event: Event, now: int) -> str:
    """Return what else there is to say, as one escaped line; doubts about the time come first."""
    return "; ".join(part for part in (event.oddity(now), escape(event.note)) if part)


# --- lines ----------------------------------------------------------------------------------------


def table(events: Iterable[Event], clock: Clock) -> Iterator[str]:
    """Yield a table whose columns have fixed widths: what comes last is not known yet."""
    yield _row(TITLES)
    for event in events:
        time = event.time
        note = note_text(event, clock.now)
        yield _row((
            time.rfc3339(clock.zone(time.unix)),
            what_text(event),
            object_text(event),
            "" if event.state == LIVE else f"[{escape(event.state)}]",
            f"({note})" if note else "",
        ))  # fmt: skip


def csv(events: Iterable[Event], clock: Clock) -> Iterator[str]:
    """Yield CSV with a heading; times in UTC, no cell can act as a formula."""
    yield from csv_lines(_CSV_TITLES, (_cells(event, clock) for event in events))


def jsonl(events: Iterable[Event], clock: Clock) -> Iterator[str]:
    """Yield one JSON object a line."""
    for event in events:
        yield dumps(event_json(event, clock))


def timesketch(events: Iterable[Event], clock: Clock) -> Iterator[str]:
    """Yield JSON lines as Timesketch imports them.

    A time that its reader cannot hold stands at the beginning of 1970, and says so.
    """
    for event in events:
        micros = event.at // 1000
        shown = event_json(event, clock)
        oddity = event.oddity(clock.now)
        is_held = _FIRST_MICROS <= micros < _LAST_MICROS
        stamp = event.time._replace(nanos=event.time.nanos // 1000 * 1000).rfc3339()
        what = what_text(event)
        state = "" if event.state == LIVE else f" [{escape(event.state)}]"
        note = note_text(event, clock.now)
        yield dumps({
            "message": f"{object_text(event)} {what}{state}{f' ({note})' if note else ''}",
            "datetime": stamp.removesuffix("Z") + "+00:00" if is_held else _EPOCH,
            "timestamp": micros if is_held else 0,
            "timestamp_desc": f"{what} ({oddity})" if oddity else what,
            "data_type": f"boltview:{event.kind}",
            **shown,
        })  # fmt: skip


def body_file(events: Iterable[Event], _clock: Clock) -> Iterator[str]:
    """Yield a body file of The Sleuth Kit 3 and later, for mactime; a line for each event.

    `MD5|name|inode|mode|UID|GID|size|atime|mtime|ctime|crtime`, where 0 stands for no time. Times
    outside 1970 to 2286 cannot stand in one and are left out: `fits_body_file` tells which.
    """
    for event in events:
        if not fits_body_file(event):
            continue
        time = event.time
        seconds = f"{time.unix}.{time.nanos:09}" if time.nanos else str(time.unix)
        # atime, mtime, ctime, crtime
        slot = {ACCESSED: 0, CHANGED: 2}.get(event.what, 1)
        if event.kind != FILE and event.what in _BORN:
            slot = 3
        times = ["0"] * 4
        times[slot] = seconds
        name = object_text(event)
        if event.kind != FILE:
            state = "" if event.state == LIVE else f", {escape(event.state)}"
            name = f"{name} ({what_text(event)}{state})"
        facts = event.facts
        inode = (
            [str(facts.inode), _body_mode(facts.mode), *map(str, facts[2:])] if facts else ["0"] * 5
        )
        yield "|".join(("0", body_name(name), *inode, *times))


def fits_body_file(event: Event) -> bool:
    """Whether a body file can hold the time of an event."""
    return 0 < event.at // 1_000_000_000 <= _LAST_SECOND


FORMATS: dict[str, Writer] = {
    "table": table,
    "csv": csv,
    "jsonl": jsonl,
    "timesketch": timesketch,
    "bodyfile": body_file,
}


def event_json(event: Event, clock: Clock) -> dict[str, object]:
    """Return an event as JSON: the time with all its nanoseconds, and where it stands."""
    shown: dict[str, object] = {
        "time": event.time.rfc3339(),
        "event": event.what or field_text(event.field),
        "type": event.kind,
        "namespace": _text(event.namespace),
        "key": _text("/".join(event.names[1:] if event.namespace else event.names)),
        "object": object_text(event),
        "state": event.state,
    }
    oddity = event.oddity(clock.now)
    if oddity:
        shown["doubt"] = oddity
    if event.note:
        shown["note"] = _text(event.note)
    shown["source"] = _text(event.source)
    if event.place:
        shown["path"] = path_text(event.place)
    if event.field:
        shown["field"] = field_text(event.field)
    if event.facts:
        shown |= event.facts._asdict()
    return shown


def _text(text: str) -> str:
    """Return a name as text; bytes of it that are not UTF-8 as escapes."""
    if text.isascii():
        return text
    return text.encode(errors="surrogateescape").decode(errors="backslashreplace")


def _cells(event: Event, clock: Clock) -> tuple[str, ...]:
    return (
        event.time.rfc3339(),
        what_text(event),
        event.kind,
        escape(event.namespace),
        object_text(event),
        escape(event.state),
        note_text(event, clock.now),
        field_text(event.field),
        escape(event.source),
        path_text(event.place),
    )


def _row(parts: tuple[str, ...]) -> str:
    padded = [
        part + " " * (width - cells(part)) for part, width in zip(parts, _WIDTHS, strict=False)
    ]
    return "  ".join((*padded, *(part for part in parts[len(_WIDTHS) :] if part)))


def _body_mode(mode: str) -> str:
    """Return a mode as fls writes it: type of the name and of the inode, then the permissions."""
    kind = {"-": "r"}.get(mode[:1], mode[:1])
    return f"{kind}/{kind}{mode[1:]}"
