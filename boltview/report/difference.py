"""The difference of two databases for people and for programs: by object, field by field."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from boltview.bolt.bucket import Bucket, Pair
from boltview.forensics.difference import Change, Hidden, Side
from boltview.report.escape import escape, escape_bytes
from boltview.report.keypath import path_text
from boltview.report.nested import ABSENT, field_changes, field_text
from boltview.report.rows import LARGE_VALUE
from boltview.report.table import table_lines
from boltview.report.texts import clip, value_line
from boltview.report.units import Clock, exact_size
from boltview.schema.reading import Reading
from boltview.schema.values import AnyValue, GoTime, Value

MARKS = {"added": "+", "removed": "-", "changed": "~", "hidden": "!"}
_KINDS = {"blob": "content"}
"""What objects are called on the command line, where the schema calls them otherwise."""
_NO_OBJECT = "bucket"
"""What a bucket that belongs to no object is counted as."""
_WHAT = ("added", "removed", "changed")
_TITLES = ("TYPE", "NAMESPACE", "ADDED", "REMOVED", "CHANGED")
_NESTED = (dict, list, AnyValue)


class Pairing(NamedTuple):
    """Two databases that are compared."""

    before: Reading
    after: Reading

    def reading(self, change: Change) -> Reading:
        """Return the side that tells what a change is about."""
        return self.after if change.after else self.before


class Group(NamedTuple):
    """What changes belong to: an object, or a bucket that is in none."""

    path: tuple[bytes, ...]
    kind: str
    """Such as `container`; `bucket` for no object."""
    name: str
    """`container/default/web-1`, or the path of a bucket; escaped."""
    namespace: str
    """Escaped; empty where there is none."""


class Member(NamedTuple):
    """One change, and the group that it belongs to."""

    group: Group
    kind: str
    """What became of the group itself: `added`, `removed` or `changed`."""
    is_first: bool
    """Whether nothing was told of this group before."""
    change: Change


class Line(NamedTuple):
    """One escaped line."""

    mark: str
    """`+`, `-`, `~` or `!`, as which it is coloured; empty for none."""
    text: str


class Totals:
    """How much differs, counted while it is told.

    Attributes:
        objects: number by type, namespace and what became of them.
        records: number of values by what became of them.
        hidden: number of places of which nothing can be said.
    """

    __slots__ = ("hidden", "objects", "records")

    def __init__(self) -> None:
        """Start with nothing."""
        self.objects: Counter[tuple[str, str, str]] = Counter()
        self.records: Counter[str] = Counter()
        self.hidden = 0

    @property
    def differ(self) -> bool:
        """Whether anything differs."""
        return bool(self.objects)

    def count(self, found: Member | Hidden) -> None:
        """Take note of one difference."""
        if isinstance(found, Hidden):
            self.hidden += 1
            return
        group = found.group
        if found.is_first:
            self.objects[group.kind, group.namespace, found.kind] += 1
        if isinstance(found.change.side.entry, Pair):
            self.records[found.change.kind] += 1

    def json(self) -> dict[str, object]:
        """Return the totals by type and over all."""
        objects: dict[str, dict[str, int]] = {}
        for (kind, _, what), count in sorted(self.objects.items()):
            of_kind = objects.setdefault(kind, dict.fromkeys(_WHAT, 0))
            of_kind[what] += count
        records = {what: self.records[what] for what in _WHAT}
        return {"same": not self.differ, "objects": objects, "records": records,
                "hidden": self.hidden}  # fmt: skip


def members(pairing: Pairing, found: Iterable[Change | Hidden]) -> Iterator[Member | Hidden]:
    """Say of each change what it belongs to.

    Changes come in the order of their paths, so the groups around one that is told are a stack.
    """
    above: list[tuple[Group, str]] = []
    for change in found:
        if isinstance(change, Hidden):
            yield change
            continue
        path = change.path
        group = _group(pairing.reading(change), change.side)
        while above and not _is_within(path, above[-1][0].path):
            above.pop()
        is_first = all(group.path != known.path for known, _ in above)
        if is_first:
            kind = change.kind if path == group.path else "changed"
            above.append((group, kind))
        kind = next(kind for known, kind in above if known.path == group.path)
        yield Member(group, kind, is_first, change)


def _is_within(path: tuple[bytes, ...], holder: tuple[bytes, ...]) -> bool:
    return path[: len(holder)] == holder


def _group(reading: Reading, side: Side) -> Group:
    path = (*side.bucket.path, side.entry.key)
    place = reading.schema.object_at(path) if reading.schema else None
    is_bucket = isinstance(side.entry, Bucket)
    if place and (place.path != path or place.field.is_bucket == is_bucket):
        kind = _KINDS.get(place.field.object, place.field.object)
        name = "/".join((kind, *map(escape_bytes, place.names)))
        namespace = escape_bytes(place.names[0]) if "<namespace>" in place.field.pattern else ""
        return Group(place.path, kind, name, namespace)
    own = path if is_bucket else side.bucket.path
    return Group(own, _NO_OBJECT, path_text(own) + "/", "")


# --- text -----------------------------------------------------------------------------------------


def text_lines(pairing: Pairing, found: Iterable[Member | Hidden], clock: Clock) -> Iterator[Line]:
    """Yield a heading for each object, and its fields below."""
    told: Group | None = None
    waiting: Member | None = None
    for member in found:
        # A bucket whose contents follow speaks through them.
        if waiting and not (
            isinstance(member, Member) and _is_within(member.change.path, waiting.change.path)
        ):
            yield from _field_lines(pairing, waiting, clock)
        waiting = None
        if isinstance(member, Hidden):
            yield hidden_line(member)
            continue
        if member.group != told:
            told = member.group
            yield Line(MARKS[member.kind], f"{MARKS[member.kind]} {told.name}")
        if isinstance(member.change.side.entry, Bucket) and member.change.kind != "changed":
            # The heading tells of the group's own bucket.
            waiting = None if member.change.path == told.path else member
        else:
            yield from _field_lines(pairing, member, clock)
    if waiting:
        yield from _field_lines(pairing, waiting, clock)


def hidden_line(found: Hidden) -> Line:
    """Return what damage hides, as a line."""
    side = "after" if found.is_after else "before"
    where = path_text(found.bucket.path) or "the root bucket"
    return Line("!", f"! hidden in {where} ({side}): {escape(found.damage.what)}")


def stat_lines(found: Iterable[Member | Hidden]) -> Iterator[Line]:
    """Yield a line for each object: what became of it, and of how many of its values."""
    told: Member | None = None
    counts: Counter[str] = Counter()
    for member in found:
        if isinstance(member, Hidden):
            yield hidden_line(member)
            continue
        if told is None or member.group != told.group:
            if told:
                yield _stat_line(told, counts)
            told, counts = member, Counter()
        if isinstance(member.change.side.entry, Pair):
            counts[member.change.kind] += 1
    if told:
        yield _stat_line(told, counts)


def _stat_line(member: Member, counts: Counter[str]) -> Line:
    mark = MARKS[member.kind]
    told = [f"{MARKS[kind]}{counts[kind]:,}" for kind in MARKS if counts[kind]]
    return Line(mark, f"{mark} {member.group.name}  {' '.join(told)}".rstrip())


def summary_lines(totals: Totals) -> Iterator[Line]:
    """Yield a table of how many objects of each type differ, by namespace."""
    rows = []
    for kind, namespace in sorted({(kind, namespace) for kind, namespace, _ in totals.objects}):
        counts = [totals.objects[kind, namespace, what] for what in _WHAT]
        rows.append((kind, namespace or "-", *(f"{count:,}" for count in counts)))
    if rows:
        right = (False, False, True, True, True)
        yield from (Line("", line) for line in table_lines(_TITLES, rows, right))


def total_line(totals: Totals, pairing: Pairing) -> str:
    """Return the last line: how much differs in all."""
    if not totals.differ and not totals.hidden:
        before, after = pairing.before.revision.txid, pairing.after.revision.txid
        return f"no difference: revision {before} and revision {after} hold the same"
    parts = []
    for what in _WHAT:
        count = sum(n for (kind, _, became), n in totals.objects.items()
                    if became == what and kind != _NO_OBJECT)  # fmt: skip
        if count:
            parts.append(f"{count:,} {'object' if count == 1 else 'objects'} {what}")
    values = [f"{totals.records[what]:,} {what}" for what in MARKS if totals.records[what]]
    if values:
        parts.append(f"values: {', '.join(values)}")
    elif not parts and totals.differ:
        parts.append("buckets alone differ")
    if totals.hidden:
        parts.append(f"damage hides what is in {totals.hidden:,} "
                     f"{'place' if totals.hidden == 1 else 'places'}")  # fmt: skip
    return "; ".join(parts)


def _field_lines(pairing: Pairing, member: Member, clock: Clock) -> Iterator[Line]:
    change = member.change
    steps = [_word(key) for key in change.path[len(member.group.path) :]]
    label = field_text(steps) or "value"
    mark = MARKS[change.kind]
    entry = change.side.entry
    if isinstance(entry, Bucket):
        if change.before and change.after and isinstance(change.before.entry, Bucket):
            told = f"sequence {change.before.entry.sequence} → {entry.sequence}"
        else:
            told = "an empty bucket"
        yield Line(mark, f"    {mark} {label if steps else 'the bucket'}: {told}")
        return
    if not change.before or not change.after:
        yield Line(mark, f"    {mark} {label}: {_side_text(pairing, change, clock)}".rstrip())
        return
    inner = list(_inner(pairing, change))
    if not inner:
        old = _side_text(pairing, Change(change.before, None), clock)
        new = _side_text(pairing, Change(None, change.after), clock)
        yield Line(mark, f"    {mark} {label}: {old} → {new}")
    for path, before, after in inner:
        kind = "added" if before is ABSENT else "removed" if after is ABSENT else "changed"
        there = [_json_text(side) for side in (before, after) if side is not ABSENT]
        where = field_text([*steps, *path]) or "value"
        yield Line(MARKS[kind], f"    {MARKS[kind]} {where}: {' → '.join(there)}")


def _word(key: bytes) -> str:
    try:
        return key.decode()
    except UnicodeDecodeError:
        return "0x" + key.hex()


def _side_text(pairing: Pairing, change: Change, clock: Clock) -> str:
    side = change.side
    if not isinstance(side.entry, Pair):
        return ""
    reading = pairing.reading(change)
    if side.entry.size > LARGE_VALUE:
        return f"{exact_size(side.entry.size)}, not shown"
    value = reading.value(side.bucket, side.entry)
    if isinstance(value.data, GoTime) and not value.error:
        # How long ago it was says nothing of what changed.
        return value.data.rfc3339(clock.zone(value.data.unix))
    return value_line(value, reading.field(side.bucket, side.entry), clock)


def _json_text(value: object) -> str:
    from boltview.report.jsontext import dumps

    return clip(dumps(value))


def _inner(
    pairing: Pairing, change: Change
) -> Iterator[tuple[tuple[str | int, ...], object, object]]:
    """Yield the fields within two values that are documents; nothing if they are not."""
    old, new = _values(pairing, change)
    if old is None or new is None or old.error or new.error:
        return
    if not isinstance(old.data, _NESTED) or not isinstance(new.data, _NESTED):
        return
    from boltview.report.jsontext import to_json

    before: object = old.data
    after: object = new.data
    if isinstance(before, AnyValue) and isinstance(after, AnyValue):
        if before.type_url != after.type_url:
            yield ("type_url",), before.type_url, after.type_url
        if before.encoding != after.encoding and {before.encoding, after.encoding} & {"empty"}:
            yield (), to_json(before.value), to_json(after.value)
            return
        before, after = before.value, after.value
    yield from field_changes(to_json(before), to_json(after))


def _values(pairing: Pairing, change: Change) -> tuple[Value | None, Value | None]:
    """Decode both sides of a changed value; None for a side that is no value, or a large one."""
    found: list[Value | None] = []
    for reading, side in ((pairing.before, change.before), (pairing.after, change.after)):
        is_shown = side and isinstance(side.entry, Pair) and side.entry.size <= LARGE_VALUE
        found.append(
            reading.value(side.bucket, side.entry)
            if side and is_shown and isinstance(side.entry, Pair)
            else None
        )
    return found[0], found[1]


# --- JSON -----------------------------------------------------------------------------------------


def member_json(pairing: Pairing, member: Member | Hidden) -> dict[str, object]:
    """Return one difference as one JSON object: a change as `watch` tells it, and its object."""
    from boltview.report.commits import change_json
    from boltview.report.jsontext import damage_json

    if isinstance(member, Hidden):
        return {
            "change": "hidden",
            "path": path_text(member.bucket.path),
            "side": "after" if member.is_after else "before",
            "damage": damage_json(member.damage),
        }
    shown: dict[str, object] = {"change": member.change.kind}
    if member.group.kind != _NO_OBJECT:
        shown["object"] = member.group.name
    shown |= change_json(pairing, member.change)
    fields = [
        {"field": list(path)}
        | ({} if before is ABSENT else {"before": before})
        | ({} if after is ABSENT else {"after": after})
        for path, before, after in _inner(pairing, member.change)
    ]
    if fields:
        shown["fields"] = fields
    return shown


def side_json(reading: Reading, path: str, trust: str = "") -> dict[str, object]:
    """Return which revision of which file one side is.

    Args:
        reading: the revision.
        path: path of the file.
        trust: what a revision that is not the newest is worth.
    """
    shown: dict[str, object] = {
        "path": path,
        "txid": reading.revision.txid,
        "schema": reading.schema.id if reading.schema else None,
    }
    return shown | ({"trust": trust} if trust else {})
