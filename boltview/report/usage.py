"""Who takes how much room, as tables and as JSON."""

from collections.abc import Iterator, Sequence

from boltview.containerd.freed import Freed
from boltview.containerd.usage import Room, Usage
from boltview.report.escape import escape
from boltview.report.table import table_lines
from boltview.report.units import exact_size, size_text

_TITLES = {
    "image": "IMAGE",
    "container": "CONTAINER",
    "lease": "LEASE",
    "namespace": "NAMESPACE",
    "snapshotter": "SNAPSHOTTER",
}
_PLURALS = {kind: f"{kind}s" for kind in _TITLES}


def usage_json(found: Usage) -> dict[str, object]:
    """Return everything, sizes in bytes."""
    document: dict[str, object] = {
        "content": found.content,
        "snapshots": found.snapshots,
        "unknown": found.unknown,
        "collectable": freed_json(found.freed),
    }
    for kind, rooms in found.rooms.items():
        document[_PLURALS[kind]] = [
            {
                "name": room.name,
                "exclusive": room.exclusive,
                "shared": room.shared,
                "total": room.total,
                "unknown": room.unknown,
            }
            for room in rooms
        ]
    return document


def freed_json(freed: Freed) -> dict[str, int]:
    """Return what a collection would give back, in bytes."""
    return freed._asdict() | {"total": freed.total}


def usage_lines(found: Usage, kinds: Sequence[str]) -> Iterator[str]:
    """Yield a table for each kind of owner, and the sums."""
    for kind in kinds:
        yield from _table(kind, found.rooms[kind])
        yield ""
    yield (
        f"In all {exact_size(found.content + found.snapshots)}: blobs {size_text(found.content)}, "
        f"snapshots {size_text(found.snapshots)}; each counted once."
    )
    if found.unknown:
        yield f"Of {found.unknown} things the size is not known from here."
    yield f"The next garbage collection would free {exact_size(found.freed.total)} (boltview gc)."


def _table(kind: str, rooms: list[Room]) -> Iterator[str]:
    titles = (_TITLES[kind], "EXCLUSIVE", "SHARED", "TOTAL", "UNKNOWN")
    rows = [
        (
            escape(room.name.removeprefix(f"{kind}/")),
            size_text(room.exclusive),
            size_text(room.shared),
            size_text(room.total),
            str(room.unknown or "-"),
        )
        for room in rooms
    ]
    return table_lines(titles, rows, (False, True, True, True, True))
