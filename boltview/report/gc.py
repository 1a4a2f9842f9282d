"""What a garbage collection would do, as lines for a person and as JSON."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from boltview.containerd.freed import Freed, SnapshotSizes
from boltview.containerd.mark import Marks
from boltview.containerd.references import Graph
from boltview.report.jsontext import dumps
from boltview.report.references import moment, object_text, root_text
from boltview.report.units import Clock, exact_size, size_text, time_text

UNSEEN = (
    "open streams and active mounts, and what other plugins hold or refer to",
    "its clock: --at gives another time",
    (
        "which stores a deletion has touched since it started: only from these does it remove "
        "files, directories and snapshots whose records are gone"
    ),
)
"""What only the running daemon knows, so that all this is an approximation."""
DAMAGED = (
    "Damage was met: what the unreadable records keep is not known, so some of what is named here "
    "may stay."
)
_SIZED = frozenset({"content", "snapshot"})


def gc_json(
    marks: Marks, freed: Freed, sizes: SnapshotSizes, clock: Clock, *, guessed: bool
) -> Iterator[str]:
    """Yield what goes and what stays as one JSON document, piece by piece.

    Names are written as they are found to be needed: a large node has hundreds of thousands.
    `bytes` has the blobs and snapshots that go, null where a size is not known.
    """
    graph, rules = marks.graph, marks.rules
    head = {
        "at": moment(rules.now).rfc3339(),
        "daemon": rules.daemon,
        "daemon_guessed": guessed,
        "after": [name for name, _ in graph.named(rules.removed)],
        "complete": graph.is_whole,
        "fails_at": None if marks.stopper is None else graph.name(marks.stopper).text,
        "freed": freed._asdict() | {"total": freed.total},
        "only_the_daemon_knows": list(UNSEEN),
    }
    yield dumps(head)[:-1]
    for title, numbers in (("live", marks.live()), ("collectable", marks.collectable())):
        yield f', "{title}": ['
        between = ""
        for batch in _batches(graph.named(numbers)):
            yield between + dumps([name for name, _ in batch])[1:-1]
            between = ", \n"
        yield "]"
    goes = [number for number in marks.collectable() if graph.kind(number) in _SIZED]
    yield ', "bytes": {'
    yield from _members(graph, goes, lambda number: bytes_of(graph, sizes, number))
    yield '}, "roots": {'
    yield from _members(graph, marks.roots, lambda number: root_text(marks.roots[number], clock))
    yield "}}\n"


def _members(graph: Graph, numbers: Iterable[int], value: Callable[[int], object]) -> Iterator[str]:
    """Yield members of a JSON object by the names of objects, sorted."""
    between = ""
    for batch in _batches(graph.named(numbers)):
        yield between + dumps({name: value(number) for name, number in batch})[1:-1]
        between = ", \n"


def _batches(named: Iterator[tuple[str, int]]) -> Iterator[list[tuple[str, int]]]:
    while batch := list(islice(named, _BATCH)):
        yield batch


_BATCH = 1000
"""Names written together."""


def gc_lines(
    marks: Marks, freed: Freed, sizes: SnapshotSizes, clock: Clock, guess: str
) -> Iterator[str]:
    """Yield the same for a person.

    Args:
        marks: what a collection would do.
        freed: what it gives back.
        sizes: of single snapshots.
        clock: the time and zone.
        guess: how the release was chosen, in brackets behind it; may be empty.
    """
    graph, rules = marks.graph, marks.rules
    goes = sorted(marks.collectable(), key=lambda number: graph.name(number).text)
    live = sum(1 for _ in marks.live())
    when = moment(rules.now).rfc3339(clock.zone(rules.now // 1_000_000_000))
    yield f"containerd {rules.daemon}{guess}, at {when}"
    for number in sorted(rules.removed, key=lambda number: graph.name(number).text):
        yield f"after {object_text(graph, number)} was removed"
    if not graph.is_whole:
        yield DAMAGED
    if marks.stopper is not None:
        yield failure(marks)
    if not goes:
        yield f"Nothing would be removed; {_objects(live)} stay."
    else:
        yield f"{_objects(len(goes))} would be removed, {live} stay:"
        for number in goes:
            yield f"  {object_text(graph, number)}"
            size = _size(graph, sizes, number)
            yield f"      {why_not(marks, number, clock)}{f', {size}' if size else ''}"
        yield from _freed_lines(freed)
    yield "Roots: " + (_counted(marks) or "none")
    yield "Only the running daemon knows:"
    for fact in UNSEEN:
        yield f"  - {fact}"


def failure(marks: Marks) -> str:
    """Say at what the collection fails; empty if it does not."""
    if marks.stopper is None:
        return ""
    name = object_text(marks.graph, marks.stopper)
    return f"The collection fails at {name}: containerd cannot read its expireat."


def bytes_of(graph: Graph, sizes: SnapshotSizes, number: int) -> int | None:
    """Return the bytes of what a blob or snapshot stands for; None if that is not known."""
    if graph.kind(number) == "snapshot":
        return sizes.size(number)
    return None if graph.sizes[number] < 0 else graph.sizes[number]


def _size(graph: Graph, sizes: SnapshotSizes, number: int) -> str:
    if graph.kind(number) not in _SIZED:
        return ""
    size = bytes_of(graph, sizes, number)
    return "size not known" if size is None else size_text(size)


def why_not(marks: Marks, number: int, clock: Clock) -> str:
    """Say why nothing keeps an object."""
    graph = marks.graph
    expires = graph.expires.get(number)
    kind = graph.kind(number)
    if expires is not None and kind in {"lease", "image", "ingest"}:
        return f"expired {time_text(moment(expires), clock)}"
    if kind == "ingest":
        return "an upload that no lease holds and that has no time of expiry"
    # A record that refers and is kept does so in a way that this release does not know.
    others = [
        edge.source
        for edge in graph.backward(number)
        if edge.because.keeps and graph.there[edge.source] and edge.source != number
    ]
    if not others:
        return "nothing refers to it"
    more = f" and {len(others) - 1} more" if len(others) > 1 else ""
    state = "keeps nothing here" if marks.is_live(others[0]) else "goes too"
    return f"only referred to by {object_text(graph, others[0])}{more}, which {state}"


def _freed_lines(freed: Freed) -> Iterator[str]:
    yield (
        f"This frees {exact_size(freed.total)}: blobs {size_text(freed.content)}, "
        f"snapshots {size_text(freed.snapshots)}, uploads {size_text(freed.ingests)}."
    )
    if freed.unknown:
        yield f"Of {_objects(freed.unknown)} the size is not known from here."
    if freed.shared:
        records = "1 record" if freed.shared == 1 else f"{freed.shared} records"
        yield f"Of {records} the data stays, because another namespace has it too."


def _objects(count: int) -> str:
    return "1 object" if count == 1 else f"{count} objects"


def _counted(marks: Marks) -> str:
    counts = Counter(root.kind for root in marks.roots.values())
    titles = {"label": "by label gc.root", "upload": "open upload"}
    return ", ".join(f"{count} {titles.get(kind, kind)}" for kind, count in sorted(counts.items()))
