"""The mark phase of containerd's garbage collector: what is a root, and what roots reach.

Rules from containerd `core/metadata/gc.go: scanRoots, references` and `pkg/gc/gc.go: Tricolor`;
which release knows which stands in `boltview/containerd/releases.py`. Reached breadth first, so
that the way back from any object is a shortest one.
"""

from array import array
from collections.abc import Collection, Iterator
from typing import NamedTuple

from boltview.containerd.gclabels import is_exact_root
from boltview.containerd.gotext import parse_duration
from boltview.containerd.names import KINDS
from boltview.containerd.objects import key_text
from boltview.containerd.references import NONE, Because, Edge, Graph
from boltview.containerd.releases import knows

COLLECTED = ("lease", "snapshot", "ingest", "content", "image")
"""Kinds that a collection removes; containers, sandboxes and namespaces stay."""
_STAYS = tuple(kind for kind in KINDS if kind not in COLLECTED)
_MAX_AGE = (1 << 63) - 1
_UNREACHED, _START = -2, -1
"""Instead of the reference by which an object was reached."""
_FLAT_FOLLOWS = {("snapshot", "parent"), ("image", "field")}
"""What the collector still follows from an object that a flat lease alone holds."""


class Root(NamedTuple):
    """Why an object is a root."""

    kind: str
    """`container`, `image`, `lease`, `upload`, `label` (`gc.root`) or `sandbox`."""
    expires: int | None = None
    """When it ends to be one, Unix nanoseconds; None for never."""
    field: str = ""
    """Where it stands, below the object's bucket."""


class Rules(NamedTuple):
    """What one collection goes by."""

    daemon: str
    """A line of releases, one of `releases.DAEMONS`."""
    now: int
    """Unix nanoseconds."""
    removed: frozenset[int] = frozenset()
    """Objects thought removed before."""


class Marks:
    """What one collection would keep.

    Attributes:
        graph: what it looked at.
        rules: what it went by.
        roots: why each root is one.
        stopper: the upload at which the collection fails, so that nothing goes; None if none does.
    """

    def __init__(self, graph: Graph, rules: Rules) -> None:
        """Mark."""
        self.graph = graph
        self.rules = rules
        self.roots = dict(_roots(graph, rules))
        stoppers = (number for number in graph.stoppers if number not in rules.removed)
        self.stopper = next(stoppers, None)
        # For each object the reference by which it was first reached, normally and flat.
        self._reached = array("i", [_UNREACHED]) * len(graph)
        self._reached_flat = array("i", [_UNREACHED]) * len(graph)
        self._mark()

    def is_live(self, number: int) -> bool:
        """Whether an object stays: a root reaches it, or its kind is never collected."""
        if not self.graph.there[number] or number in self.rules.removed:
            return False
        if self.graph.kind(number) not in COLLECTED or self.stopper is not None:
            return True
        return self._is_reached(number)

    def live(self) -> Iterator[int]:
        """Yield what stays."""
        removed = self.rules.removed
        for number in self.graph.numbers(*_STAYS):
            if number not in removed:
                yield number
        for number in self.graph.numbers(*COLLECTED):
            if number not in removed and (self.stopper is not None or self._is_reached(number)):
                yield number

    def collectable(self) -> Iterator[int]:
        """Yield what goes."""
        if self.stopper is not None:
            return
        for number in self.graph.numbers(*COLLECTED):
            if number not in self.rules.removed and not self._is_reached(number):
                yield number

    def path(self, number: int) -> list[Edge] | None:
        """Return a shortest way from a root to an object; None if no root reaches it.

        A root's own way is empty.
        """
        found = [
            self._way(number, is_flat=is_flat)
            for is_flat, reached in ((False, self._reached), (True, self._reached_flat))
            if reached[number] != _UNREACHED
        ]
        return min(found, key=len, default=None)

    def _way(self, number: int, *, is_flat: bool) -> list[Edge]:
        found: list[Edge] = []
        while True:
            reference = (self._reached_flat if is_flat else self._reached)[number]
            if reference == _START:
                return found[::-1]
            edge = self.graph.edge(reference)
            found.append(edge)
            # A flat lease's reference makes flat what was not; the others hand on what there is.
            is_flat = is_flat and edge.because.how != "flat"
            number = edge.source

    def _is_reached(self, number: int) -> bool:
        return self._reached[number] != _UNREACHED or self._reached_flat[number] != _UNREACHED

    def _mark(self) -> None:
        graph, rules = self.graph, self.rules
        follow = [_follows(because, rules.daemon) for because in graph.reasons()]
        hows = [because.how for because in graph.reasons()]
        flat_follows = [
            (because.source, because.how) in _FLAT_FOLLOWS for because in graph.reasons()
        ]
        gone = rules.removed
        first, older = graph.chains()
        targets, places = graph.columns()
        by_way = (self._reached, self._reached_flat)
        waiting: list[tuple[int, bool]] = []
        for number in self.roots:
            self._reached[number] = _START
            waiting.append((number, False))
        while waiting:
            later: list[tuple[int, bool]] = []
            for number, is_flat in waiting:
                edge = first[number]
                while edge != NONE:
                    reference, reason = edge, places[edge]
                    edge = older[edge]
                    if not follow[reason] or (is_flat and not flat_follows[reason]):
                        continue
                    how, target = hows[reason], targets[reference]
                    # A back reference stands in the other record, and holds without this one.
                    if number in gone and how != "back reference":
                        continue
                    if how == "condition" and not self._holds(target, reason):
                        continue
                    to_flat = is_flat or how == "flat"
                    marks = by_way[to_flat]
                    if marks[target] == _UNREACHED:
                        marks[target] = reference
                        later.append((target, to_flat))
            waiting = later

    def _holds(self, target: int, reason: int) -> bool:
        if target in self.rules.removed:
            return False
        times = self.graph.used_at.get(target, ())
        condition = self.graph.reasons()[reason].condition
        return condition_holds(condition, times, self.rules.now)


def condition_holds(condition: str, times: Collection[int], now: int) -> bool:
    """Whether any of the conditions holds for any of the times.

    Args:
        condition: joined by commas; only `usedat<DURATION` and `usedat>DURATION` mean anything.
        times: of the snapshot's labels, Unix nanoseconds.
        now: Unix nanoseconds.
    """
    for one in condition.split(","):
        place = next((index for index, sign in enumerate(one) if sign in "<>="), None)
        if place is None or one[:place] != "usedat" or one[place] == "=":
            continue
        wanted = parse_duration(one[place + 1 :])
        if wanted is None:
            continue
        # Go's `time.Since` goes no further than 292 years either way.
        ages = (max(-_MAX_AGE - 1, min(now - time, _MAX_AGE)) for time in times)
        if any(age < wanted if one[place] == "<" else age > wanted for age in ages):
            return True
    return False


def _follows(because: Because, daemon: str) -> bool:
    """Whether a line of releases follows references of this kind at all."""
    if not because.keeps:
        return False
    if because.how == "label" and because.source == "sandbox":
        return knows(daemon, "labels of sandboxes")
    rule = {"back reference": "back references", "condition": "conditions"}.get(because.how)
    return rule is None or knows(daemon, rule)


def _roots(graph: Graph, rules: Rules) -> Iterator[tuple[int, Root]]:
    """Yield the roots, in the order in which containerd sends them."""
    # Nearly all are alike: of sixty thousand containers one will do.
    known: dict[Root, Root] = {}
    for kind in ("lease", "image", "ingest", "content", "snapshot", "container", "sandbox"):
        for number in graph.numbers(kind):
            root = None if number in rules.removed else _root(graph, rules, kind, number)
            if root:
                yield number, known.setdefault(root, root)


def _root(graph: Graph, rules: Rules, kind: str, number: int) -> Root | None:
    """Return why an object is a root; None if it is none."""
    if kind in {"content", "snapshot"}:
        label = graph.roots.get(number)
        if label is None:
            return None
        is_known = knows(rules.daemon, "roots by prefix") or is_exact_root(label)
        return Root("label", field="labels/" + key_text(label)) if is_known else None
    expires = graph.expires.get(number)
    if kind == "ingest":
        is_kept = expires is not None and rules.now <= expires
        return Root("upload", expires, "expireat") if is_kept else None
    if kind == "lease" or (kind == "image" and knows(rules.daemon, "images expire")):
        return Root(kind, expires) if expires is None or rules.now <= expires else None
    return None if number in graph.outside else Root(kind)
