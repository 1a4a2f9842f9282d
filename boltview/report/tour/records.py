"""Steps about what containerd keeps: a container, a time, a varint, an Any, references."""

from collections.abc import Iterator
from itertools import islice

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.page import Page
from boltview.bolt.parts import Part
from boltview.report.anatomy import anatomy
from boltview.report.escape import escape
from boltview.report.opened import Opened
from boltview.report.rows import LARGE_VALUE
from boltview.report.texts import hex_text, key_line
from boltview.report.tour.sights import Sight, Sights
from boltview.report.tour.step import Step, runs_of, short
from boltview.report.units import time_text
from boltview.schema.reading import Reading
from boltview.schema.values import AnyValue, GoTime, Value
from boltview.schema.varint import read_uvarint

_FIELDS = 10
"""Fields of a container, and parts of an Any, that are pointed at."""
_NAMES = 16
"""Fields of a container that are named."""
_GO_TIME = 15
"""Bytes of a time whose zone is whole minutes."""


def records(opened: Opened, found: Sights) -> Iterator[Step]:
    """Yield the steps about a container and about how its fields are written."""
    reading = opened.reading
    if found.container is not None:
        yield from _container_step(reading, found.container)
    if found.time is not None:
        yield from _time_step(opened, found.time)
    if found.number is not None:
        yield from _number_step(reading, found.number)
    if found.any is not None:
        yield from _any_step(reading, found.any)


def _container_step(reading: Reading, sight: Sight) -> Iterator[Step]:
    bucket = sight.entry
    page = bucket.root_page() if isinstance(bucket, Bucket) else None
    if not isinstance(bucket, Bucket) or not isinstance(page, Page):
        return
    marked: list[Part] = []
    fields: list[str] = []
    for entry in islice(bucket.entries(), _NAMES):
        if isinstance(entry, Damage):
            continue
        fields.append(escape(key_line(reading.key(bucket, entry))))
        if isinstance(entry, Pair) and len(marked) < 2 * _FIELDS:
            parts = anatomy(reading, bucket, entry)
            marked += [short(part) for part in parts if part.name in {"key", "value"}]
    name = escape(key_line(reading.key(sight.bucket, bucket)))
    lies = "within its parent's page" if bucket.is_inline else f"from page {bucket.root} on"
    what = (
        "An object of containerd is a bucket named by its ID, below its namespace and its kind: "
        f"this is the container {name}. Each field is a pair of its own, so that a change touches "
        f"few bytes. They lie {lies}: {', '.join(fields)}."
    )
    unsaid = "What is not here: whether it runs. That only the daemon and the shim know."
    text = (what, unsaid)
    title = "One container, as it is stored"
    yield Step(title, text, sight.path, runs_of(marked), tuple(marked))


def _time_step(opened: Opened, sight: Sight) -> Iterator[Step]:
    reading = opened.reading
    read = _read(reading, sight)
    if read is None or not isinstance(read.data, GoTime):
        return
    marked = _inner(reading, sight)
    length = len(read.raw)
    text = (
        (
            f"A time is what Go's Time.MarshalBinary writes, {length} bytes: a version, the "
            "seconds since the year 1, the nanoseconds within the second, and the zone in minutes "
            "east of UTC, where -1 (ff ff) stands for UTC itself. Unlike the numbers of bolt these "
            "are big-endian."
        ),
        f"Together: {escape(time_text(read.data, opened.clock))}.",
    )
    title = f"A timestamp's {'fifteen' if length == _GO_TIME else length} bytes"
    yield Step(title, text, sight.path, runs_of(marked), marked)


def _number_step(reading: Reading, sight: Sight) -> Iterator[Step]:
    read = _read(reading, sight)
    if read is None or not isinstance(read.data, int):
        return
    plain, _ = read_uvarint(read.raw)
    digits = " + ".join(
        f"{byte & 0x7F}" + (f"·{128**power:,}" if power else "")
        for power, byte in enumerate(read.raw)
    )
    said = f"{hex_text(read.raw)} is {digits} = {plain:,}" if len(read.raw) > 1 else f"{plain:,}"
    signed = (
        f" The type is signed, and the lowest bit is the sign (zigzag): {plain:,} stands for "
        f"{read.data:,}."
        if read.decoder == "varint"
        else ""
    )
    text = (
        (
            "A varint takes as many bytes as its number needs. The lower seven bits of each are a "
            "digit to the base of 128, the lowest digit first; the highest bit says that more "
            "follow."
        ),
        f"Here {said}.{signed}",
    )
    marked = _inner(reading, sight)
    yield Step("How a varint is read", text, sight.path, runs_of(marked), marked)


def _any_step(reading: Reading, sight: Sight) -> Iterator[Step]:
    read = _read(reading, sight)
    if read is None or not isinstance(read.data, AnyValue):
        return
    payload = {
        "json": "JSON, which a typeurl of containerd may name as well as a message",
        "protobuf": "a protobuf message, read by the description that its type has",
        "wire": "a protobuf message of a type that nothing here describes",
        "empty": "nothing",
    }.get(read.data.encoding, "bytes")
    text = (
        (
            "What a client or a plugin defines is kept as a protobuf Any: a message with two "
            "fields, type_url, the name of a type, and value, bytes that only that type gives a "
            "meaning. Field 1 begins with the tag 0a, field 2 with 12; a length follows, then the "
            "bytes."
        ),
        f"Here the type is {escape(read.data.type_url) or 'empty'}, and the value is {payload}.",
    )
    marked = tuple(map(short, _inner(reading, sight)[:_FIELDS]))
    yield Step("What an Any is", text, sight.path, runs_of(marked), marked)


# --- garbage collection --------------------------------------------------------------------------


def collection(reading: Reading, found: Sights) -> Iterator[Step]:
    """Yield the steps about what the next garbage collection would look at."""
    if found.image is not None and _read(reading, found.image) is not None:
        text = (
            (
                "containerd deletes nothing at once: a garbage collection removes what no root "
                "leads to. Roots are leases and images that have not expired, containers, "
                "sandboxes, and whatever carries the label containerd.io/gc.root."
            ),
            (
                "This image is a root, and its digest is what the next collection would look at: "
                "the blob of that name below content is kept."
            ),
        )
        yield _link_step("Where a garbage collection begins", text, reading, found.image)
    if found.reference is not None and _read(reading, found.reference) is not None:
        text = (
            (
                "From a blob the collection goes on by its labels: containerd.io/gc.ref.content… "
                "names a blob that this one needs, containerd.io/gc.ref.snapshot.… the snapshot "
                "unpacked from it. What is reached so is kept too; all other blobs and snapshots "
                "go."
            ),
            "boltview gc prints the whole answer, boltview why the shortest way to one object.",
        )
        yield _link_step("What a collection follows", text, reading, found.reference)


def _link_step(title: str, text: tuple[str, ...], reading: Reading, sight: Sight) -> Step:
    parts = anatomy(reading, sight.bucket, sight.entry)
    marked = tuple(short(part) for part in parts if part.name in {"key", "value"})
    return Step(title, text, sight.path, runs_of(marked), marked)


def _read(reading: Reading, sight: Sight) -> Value | None:
    """Return the value of a sight; None for one that does not decode."""
    if not isinstance(sight.entry, Pair) or sight.entry.size > LARGE_VALUE:
        return None
    value = reading.value(sight.bucket, sight.entry)
    return None if value.error else value


def _inner(reading: Reading, sight: Sight) -> tuple[Part, ...]:
    """Return the parts of a value."""
    parts = anatomy(reading, sight.bucket, sight.entry)
    return tuple(part for part in parts if part.kind == "value" and part.depth == 1)
