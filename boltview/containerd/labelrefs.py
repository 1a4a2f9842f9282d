"""What the labels of a record add to the graph of references."""

from functools import lru_cache

from boltview.bolt.bulk import Contents
from boltview.containerd.gclabels import BEARERS, EXPIRE, PREFIX, Meaning, meaning
from boltview.containerd.gotext import parse_time
from boltview.containerd.objects import key_text
from boltview.containerd.references import Because, Graph

_EXPIRING = frozenset({"lease", "image"})
_REMEMBERED = 4096


def add_labels(graph: Graph, number: int, kind: str, namespace: bytes, labels: Contents) -> None:
    """Add what the labels of an object say to the collector.

    Args:
        graph: what to add to.
        number: of the object.
        kind: of the object.
        namespace: of the object, and of all that its labels can name.
        labels: the bucket.
    """
    for label, found in labels.items():
        if not label.startswith(PREFIX):
            continue
        # A bucket instead of a value is an empty value to the collector's cursor (`sendLabelRefs`),
        # and nothing where it asks for one label.
        value = found if isinstance(found, bytes) else b""
        if label == EXPIRE and kind in _EXPIRING and value is found:
            graph.expiry_labels.add(number)
            time = parse_time(key_text(value))
            if time is not None:
                graph.expires[number] = time
        said = meaning(label, value)
        if said is not None and kind in BEARERS[said.what]:
            where = label if value is found else label + b"/"
            _add_meaning(graph, number, kind, namespace, where, said)


def _add_meaning(  # noqa: PLR0913, PLR0917 - one label of one object
    graph: Graph, number: int, kind: str, namespace: bytes, label: bytes, said: Meaning
) -> None:
    match said.what:
        case "reference":
            because = _because("label", label, kind, said.kind)
            target = graph.number(said.kind, namespace, said.key)
            graph.add(number, target, because)
        case "back reference":
            because = _because("back reference", label, said.kind, kind)
            holder = graph.number(said.kind, namespace, said.key)
            graph.add(holder, number, because)
        case "condition":
            condition = key_text(said.condition)
            because = Because("condition", _field(label), kind, said.kind, condition)
            target = graph.number(said.kind, namespace, said.key)
            graph.add(number, target, because)
        case "used at":
            time = parse_time(key_text(said.key))
            if time is not None:
                graph.used_at.setdefault(number, []).append(time)
        case _:
            # Keys come in order, so the exact label, which every release knows, is the first.
            graph.roots.setdefault(number, label)


@lru_cache(_REMEMBERED)
def _because(how: str, label: bytes, source: str, target: str) -> Because:
    return Because(how, _field(label), source, target)


def _field(label: bytes) -> str:
    return "labels/" + key_text(label)
