"""References in words and as JSON: who refers to whom, because of what, and where that stands."""

from boltview.containerd.mark import COLLECTED, Marks, Root
from boltview.containerd.objects import text_key
from boltview.containerd.references import Edge, Graph
from boltview.report.escape import escape
from boltview.report.keypath import path_text
from boltview.report.units import Clock, time_text
from boltview.schema.values import GoTime

_NANOS = 1_000_000_000
_FIELDS = {
    ("image", "target/digest"): "it is what the image stands for",
    ("container", "snapshotKey"): "it is the container's root filesystem",
    ("container", "image"): "the container was made from it; this keeps nothing",
    ("container", "sandboxid"): "the container belongs to it; this keeps nothing",
    ("snapshot", "children"): "it is listed as built on this one; this keeps nothing",
}
_HOW = {
    "parent": "it is the parent of the snapshot",
    "expected": "the upload will become it",
    "lease": "the lease lists it",
    "flat": "the lease lists it, and with gc.flat keeps only it, not what it refers to by labels",
}


def object_text(graph: Graph, number: int) -> str:
    """Return an object's name as one printable line."""
    return escape(graph.name(number).text)


def because_text(edge: Edge) -> str:
    """Return the reason of a reference as a sentence about the object referred to."""
    because = edge.because
    label = escape(because.field.partition("/")[2])
    match because.how:
        case "label":
            return f"label {label} names it"
        case "back reference":
            return f"it ties itself to this by its own label {label}"
        case "condition":
            return f"label {label} names it while {escape(because.condition)}"
    said = _HOW.get(because.how) or _FIELDS.get((because.source, because.field))
    return said or f"field {escape(because.field)} names it"


def holder_path(graph: Graph, edge: Edge) -> str:
    """Return the key under which a reference stands, in the printed form."""
    because = edge.because
    is_back = because.how == "back reference"
    holder = edge.target if is_back else edge.source
    first, _, rest = because.field.partition("/")
    below = (first, rest) if first == "labels" else tuple(because.field.split("/"))
    path = (*bucket_path(graph, holder), *map(text_key, below))
    if because.how in {"lease", "flat"} or first == "children":
        key = graph.key(edge.target)
        path = (*path, key.partition(b"/")[2] if because.target == "snapshot" else key)
    return path_text(path)


def bucket_path(graph: Graph, number: int) -> tuple[bytes, ...]:
    """Return the path of an object's bucket."""
    path = graph.name(number).path
    return path[1:] if number in graph.outside else path


def root_text(root: Root, clock: Clock) -> str:
    """Return why an object is a root."""
    if root.kind == "label":
        return f"it has the label {escape(root.field.partition('/')[2])}"
    said = {
        "container": "containers are never collected",
        "sandbox": "sandboxes are never collected",
        "image": "an image",
        "lease": "a lease",
        "upload": "an open upload",
    }[root.kind]
    if root.expires is not None:
        return f"{said} until {time_text(moment(root.expires), clock)}"
    return f"{said} that does not expire" if root.kind in {"image", "lease"} else said


def moment(nanos: int) -> GoTime:
    """Return Unix nanoseconds as a time."""
    return GoTime(*divmod(nanos, _NANOS), None)


def edge_json(graph: Graph, edge: Edge) -> dict[str, object]:
    """Return a reference as JSON."""
    because = edge.because
    found: dict[str, object] = {
        "from": graph.name(edge.source).text,
        "to": graph.name(edge.target).text,
        "how": because.how,
        "field": because.field,
        "path": holder_path(graph, edge),
        "because": because_text(edge),
        "keeps": because.keeps,
    }
    if because.how == "condition":
        found["condition"] = because.condition
    return found


def refs_json(graph: Graph, number: int) -> dict[str, object]:
    """Return all that an object refers to and all that refers to it."""
    return {
        "object": graph.name(number).text,
        "exists": bool(graph.there[number]),
        "refers_to": [_end_json(graph, edge, edge.target) for edge in graph.forward(number)],
        "referred_by": [_end_json(graph, edge, edge.source) for edge in graph.backward(number)],
    }


def refs_lines(graph: Graph, number: int) -> list[str]:
    """Return the same for a person."""
    note = "" if graph.there[number] else "  (there is no such record)"
    lines = [f"{object_text(graph, number)}{note}"]
    for title, edges, is_forward in (
        ("refers to", graph.forward(number), True),
        ("is referred to by", graph.backward(number), False),
    ):
        lines.append(f"  {title}:" if edges else f"  {title} nothing")
        for edge in edges:
            other = edge.target if is_forward else edge.source
            lost = "" if graph.there[other] else "  (there is no such record)"
            lines.append(f"    {object_text(graph, other)}{lost}")
            lines.append(f"      {because_text(edge)}  {holder_path(graph, edge)}")
    return lines


def why_json(marks: Marks, number: int, clock: Clock) -> dict[str, object]:
    """Return the shortest way from a root to an object, or that there is none."""
    graph = marks.graph
    path = marks.path(number)
    found: dict[str, object] = {
        "object": graph.name(number).text,
        "exists": bool(graph.there[number]),
        "kept": marks.is_live(number),
        "complete": graph.is_whole,
        "at": moment(marks.rules.now).rfc3339(),
        "daemon": marks.rules.daemon,
        "root": None,
        "path": [edge_json(graph, edge) for edge in path or ()],
    }
    if path is not None:
        first = path[0].source if path else number
        reason = root_text(marks.roots[first], clock)
        found["root"] = {"object": graph.name(first).text, "because": reason}
    return found


def why_lines(marks: Marks, number: int, clock: Clock) -> list[str]:
    """Return the same for a person, the root first."""
    graph = marks.graph
    name = object_text(graph, number)
    if not graph.there[number]:
        return [f"{name}: there is no such record; it is only referred to (boltview refs)"]
    path = marks.path(number)
    if path is None:
        if marks.stopper is not None and graph.kind(number) in COLLECTED:
            stopper = object_text(graph, marks.stopper)
            why = "containerd cannot read its expireat; until that is mended nothing goes"
            said = f"{name}: nothing keeps it, but every collection fails at {stopper}: {why}"
            return [said, *_hints(marks, number)]
        if marks.is_live(number):
            return [f"{name}: kept, because what is of its kind is never collected"]
        goes = "it goes at the next collection"
        if not graph.is_whole:
            goes = "but damage was met, and what the unreadable records keep is not known"
        return [f"{name}: nothing keeps it: {goes}", *_hints(marks, number)]
    first = path[0].source if path else number
    lines = [object_text(graph, first), f"    root: {root_text(marks.roots[first], clock)}"]
    for edge in path:
        lines.append(f"└─ {object_text(graph, edge.target)}")
        lines.append(f"    {because_text(edge)}  {holder_path(graph, edge)}")
    return lines


def _hints(marks: Marks, number: int) -> list[str]:
    """Say who refers to what goes: none of them is kept, or the reference keeps nothing."""
    graph = marks.graph
    lines = []
    for edge in graph.backward(number):
        state = "goes too" if not marks.is_live(edge.source) else "is kept, but this does not count"
        if not graph.there[edge.source]:
            state = "does not exist"
        lines.append(f"    {object_text(graph, edge.source)} refers to it, and {state}")
    return lines


def _end_json(graph: Graph, edge: Edge, other: int) -> dict[str, object]:
    found = edge_json(graph, edge)
    del found["from"], found["to"]
    return {"object": graph.name(other).text, "exists": bool(graph.there[other])} | found
