"""The times of deleted records that still lie in pages no tree leads to."""

from collections.abc import Iterator

from boltview.bolt.bucket import Bucket
from boltview.bolt.bulk import BulkReader
from boltview.bolt.progress import Progress
from boltview.containerd.objects import key_text
from boltview.forensics.carve import OLDER, Carved, carve
from boltview.forensics.timeline.event import Event, Wanted
from boltview.forensics.timeline.records import NAMESPACE, Plan, object_events, plans
from boltview.schema.decode import Decoding
from boltview.schema.model import is_placeholder
from boltview.schema.reading import Reading

_NOT_TOLD = "?"
"""Stands for a name that cannot be told."""


def deleted_events(
    reading: Reading, source: str, wanted: Wanted, progress: Progress | None = None
) -> Iterator[Event]:
    """Yield the times of records that were carved, in no order; each says so in state and note.

    Args:
        reading: the revision whose tree counts as what is there.
        source: path of the database.
        wanted: kinds and namespace that are wanted.
        progress: told how many pages were searched.
    """
    schema = reading.schema
    if schema is None:
        return
    known = plans(schema)
    decoding = Decoding(reading.library.descriptor_sets)
    for record in carve(reading, progress):
        plan = next((plan for plan in known if _fits(plan, record)), None)
        if plan is None or not wanted.kind(plan.kind):
            continue
        note = _note(record)
        # An older version has most of its moments in common with the one that is there.
        there = _there(reading, plan, record.path, decoding) if record.state == OLDER else set()
        for event in object_events(plan, record.path, record.contents, source, decoding):
            if (event.at, event.field) in there:
                continue
            names = tuple(name or _NOT_TOLD for name in event.names)
            yield event._replace(
                names=names,
                namespace=names[0] if NAMESPACE in plan.field.pattern else "",
                state=record.state,
                note=note,
            )


def _there(
    reading: Reading, plan: Plan, path: tuple[bytes, ...], decoding: Decoding
) -> set[tuple[int, tuple[str | int, ...]]]:
    """Return the moments of the object that is there."""
    found: object = reading.root
    for key in path:
        found = found.get(key) if isinstance(found, Bucket) else None
    if not isinstance(found, Bucket):
        return set()
    contents = BulkReader(reading.revision).read(found).contents
    return {(event.at, event.field) for event in object_events(plan, path, contents, "", decoding)}


def _fits(plan: Plan, record: Carved) -> bool:
    """Whether a record is of this kind and lies where the kind does."""
    pattern = plan.field.pattern
    return (
        plan.field.object == record.type
        and len(pattern) == len(record.path)
        and all(
            is_placeholder(part) or not key or key_text(key) == part
            for part, key in zip(pattern, record.path, strict=True)
        )
    )


def _note(record: Carved) -> str:
    parts = [f"carved from page {record.origin.page}"]
    if record.confidence != "none":
        parts.append(f"its path told by {record.attribution}, {record.confidence} confidence")
    else:
        parts.append("its path is not known")
    if not record.is_complete:
        parts.append("incomplete")
    return "; ".join(parts)
