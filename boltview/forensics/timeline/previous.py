"""The times of records that only the revision before the current one still has."""

from collections.abc import Iterator

from boltview.bolt.bucket import Pair
from boltview.bolt.bulk import Contents
from boltview.bolt.database import Database
from boltview.bolt.equalpages import by_number
from boltview.bolt.errors import NoSuchRevision
from boltview.containerd.objects import key_text
from boltview.forensics.difference import Change, Hidden, Side, difference
from boltview.forensics.timeline.event import Event, Wanted
from boltview.forensics.timeline.records import NAMESPACE, Plan, object_events, plans
from boltview.schema.decode import Decoding
from boltview.schema.reading import Reading

STATE = "previous revision"


def previous_events(reading: Reading, source: str, wanted: Wanted) -> Iterator[Event]:
    """Yield the times of values that the last commit removed or replaced, in no order.

    What is wrong with that revision is no damage of the file: bbolt writes over it at any time.

    Args:
        reading: the current revision.
        source: path of the database.
        wanted: kinds and namespace that are wanted.
    """
    schema, after = reading.schema, reading.revision
    if schema is None:
        return
    try:
        before = Database(after.source).revision("previous")
    except NoSuchRevision:
        return
    if before.meta.root == after.meta.root:
        return
    is_broken = any(
        isinstance(found, Hidden) and not found.is_after
        for found in difference(before, after, by_number)
    )
    note = f"of revision {before.txid}, replaced or removed since"
    note += "; that revision is damaged" if is_broken else ""
    decoding = Decoding(reading.library.descriptor_sets)
    known = {plan.field.pattern: plan for plan in plans(schema)}
    for found in difference(before, after, by_number):
        if not isinstance(found, Change) or found.before is None:
            continue
        place = schema.object_at(found.path)
        plan = known.get(place.field.pattern) if place else None
        if place is None or plan is None or not wanted.kind(plan.kind):
            continue
        if wanted.namespace not in {None, _namespace(plan, place.path)}:
            continue
        for event in _events(plan, place.path, found.before, source, decoding):
            yield event._replace(state=STATE, note=note)


def _namespace(plan: Plan, path: tuple[bytes, ...]) -> str | None:
    pattern = plan.field.pattern
    return key_text(path[pattern.index(NAMESPACE)]) if NAMESPACE in pattern else None


def _events(
    plan: Plan, path: tuple[bytes, ...], side: Side, source: str, decoding: Decoding
) -> Iterator[Event]:
    """Yield the times of one value of an object."""
    if not isinstance(side.entry, Pair):
        return
    keys = (*side.bucket.path, side.entry.key)[len(path) :]
    yield from object_events(plan, path, _nested(keys, side.entry.value), source, decoding)


def _nested(keys: tuple[bytes, ...], value: bytes) -> Contents | bytes:
    """Return the contents of an object that holds one value alone."""
    if not keys:
        return value
    contents: Contents = {keys[-1]: value}
    for key in reversed(keys[:-1]):
        contents = {key: contents}
    return contents
