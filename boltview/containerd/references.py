"""The graph of who refers to whom and because of what, forward and backward.

Objects and references are numbers in arrays: a node with 60,000 containers and 170,000 blobs and
snapshots has a few hundred thousand of each. `boltview/containerd/scan.py` fills it.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, repeat
from typing import NamedTuple
from weakref import proxy

from boltview.containerd.names import ObjectName, printed

NONE = -1
"""Stands for no reference in the chains."""


class Because(NamedTuple):
    """Why one object refers to another."""

    how: str
    """`field`, `parent`, `expected`, `lease`, `flat` (a lease with `gc.flat`), `label`,
    `back reference`, `condition`; or `note`, which keeps nothing: a container's image and sandbox,
    a snapshot's list of children."""
    field: str
    """Where it stands below the object's bucket, such as `target/digest`. Of a back reference it
    is the bucket of the object that is referred to."""
    source: str
    """Kind of the object that refers."""
    target: str
    """Kind of the object that is referred to."""
    condition: str = ""
    """Of a condition: any of these, joined by commas, will do."""

    @property
    def keeps(self) -> bool:
        """Whether garbage collection knows it at all."""
        return self.how != "note"


class Edge(NamedTuple):
    """One reference."""

    source: int
    target: int
    because: Because


class Chains(NamedTuple):
    """References by the object at one of their ends."""

    first: "array[int]"
    """The newest reference of each object, or `NONE`."""
    older: "array[int]"
    """To each reference the next older one of the same object, or `NONE`."""


# What a graph is made of knows it weakly: as a ring it would be freed only when the collector of
# garbage comes, which is seldom, and an export makes a graph of every few thousand records.


class Numbers(dict[bytes, int]):
    """The objects of one kind in one namespace by key; looking up a new key adds an object."""

    __slots__ = ("_graph", "_place", "kind", "namespace")

    def __init__(self, graph: "Graph", place: int, kind: str, namespace: bytes) -> None:
        """Start empty."""
        super().__init__()
        self._graph: Graph = proxy(graph)
        self._place = place
        self.kind = kind
        self.namespace = namespace

    def __missing__(self, key: bytes) -> int:
        """Give the next number to a new object."""
        number = self[key] = self._graph._new(self._place, key)  # noqa: SLF001 - a part of it
        return number


class Backends(Mapping[int, bytes]):
    """Of snapshots the snapshotter's names for them.

    containerd names them `NAMESPACE/NUMBER/KEY` (`core/metadata/snapshot.go: createKey`), so of
    nearly all of them the number says everything.
    """

    def __init__(self, graph: "Graph") -> None:
        """Start empty."""
        self._graph: Graph = proxy(graph)
        # By object; -1 for those without, or with another name.
        self._counts = array("q")
        self._others: dict[int, bytes] = {}

    def __setitem__(self, number: int, name: bytes) -> None:
        """Remember a name."""
        space, _, rest = name.partition(b"/")
        digits, _, key = rest.partition(b"/")
        count = int(digits) if digits.isdigit() and len(digits) < _DIGITS else -1
        graph = self._graph
        is_usual = (
            key == graph.key(number).partition(b"/")[2]
            and space == graph.namespace(number)
            and digits == b"%d" % count
        )
        counts = self._counts
        if number >= len(counts):
            counts.extend(repeat(-1, number + 1 - len(counts)))
        counts[number] = count if is_usual else -1
        if not is_usual:
            self._others[number] = name

    def __getitem__(self, number: int) -> bytes:
        """Return a name."""
        count = self._counts[number] if number < len(self._counts) else -1
        if count < 0:
            return self._others[number]
        key = self._graph.key(number).partition(b"/")[2]
        return b"%b/%d/%b" % (self._graph.namespace(number), count, key)

    def __iter__(self) -> Iterator[int]:
        """Yield the snapshots."""
        usual = (number for number, count in enumerate(self._counts) if count >= 0)
        return chain(usual, self._others)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._counts) - self._counts.count(-1) + len(self._others)


_DIGITS = 18
"""Digits that a number in such a name may have: it has 64 bits."""


class Graph:
    """Objects by number, and the references between them.

    Attributes:
        there: for each object 1 if it has a record, 0 if it is only referred to.
        sizes: for each object the bytes its record names; -1 where it names none.
        expires: when leases and images with a readable `gc.expire`, and uploads, expire, in Unix
            nanoseconds.
        expiry_labels: objects with `gc.expire` where it means something, readable or not.
        roots: blobs and snapshots with `gc.root`, by the label.
        used_at: times in labels of snapshots that conditions ask for, Unix nanoseconds.
        backends: of snapshots the snapshotter's name for them.
        version: of the database.
        knows_sandboxes: whether a container has the field `sandboxid`.
        outside: sandboxes that 1.7 keeps outside `v1`, where no collector looks.
        stoppers: uploads whose `expireat` Go cannot read: every collection fails at the first
            (`gc.go: scanRoots`), and removes nothing.
        is_whole: whether no damage was met: what an unreadable record refers to is not known.
    """

    def __init__(self) -> None:
        """Start empty."""
        self.there = bytearray()
        self.sizes = array("q")
        self.expires: dict[int, int] = {}
        self.expiry_labels: set[int] = set()
        self.roots: dict[int, bytes] = {}
        self.used_at: dict[int, list[int]] = {}
        self.backends = Backends(self)
        self.version: int | None = None
        self.knows_sandboxes = False
        self.outside: set[int] = set()
        self.stoppers: list[int] = []
        self.is_whole = True
        self._keys: list[bytes] = []
        self._places: list[Numbers] = []
        self._place_of = array("I")
        self._index: dict[tuple[str, bytes], Numbers] = {}
        self._sources = array("I")
        self._targets = array("I")
        self._reasons = array("I")
        self._because: list[Because] = []
        self._reason_number: dict[Because, int] = {}
        self._forward = Chains(array("i"), array("i"))
        self._backward = self._forward

    def __len__(self) -> int:
        """Return the number of objects, those only referred to included."""
        return len(self._keys)

    def place(self, kind: str, namespace: bytes) -> Numbers:
        """Return the objects of a kind in a namespace, to look numbers up or to add objects."""
        found = self._index.get((kind, namespace))
        if found is None:
            found = Numbers(self, len(self._places), kind, namespace)
            self._index[kind, namespace] = found
            self._places.append(found)
        return found

    def number(self, kind: str, namespace: bytes, key: bytes) -> int:
        """Return the number of an object, a new one if it has none yet."""
        return self.place(kind, namespace)[key]

    def _new(self, place: int, key: bytes) -> int:
        number = len(self._keys)
        self._keys.append(key)
        self._place_of.append(place)
        self.there.append(0)
        self.sizes.append(-1)
        return number

    def find(self, name: ObjectName) -> int | None:
        """Return the number of an object that has one."""
        place = self._index.get((name.kind, name.namespace))
        return place.get(name.key) if place else None

    def reason(self, because: Because) -> int:
        """Return the place of a reason in `reasons`, a new one if it has none yet."""
        found = self._reason_number.get(because)
        if found is None:
            found = self._reason_number[because] = len(self._because)
            self._because.append(because)
        return found

    def add(self, source: int, target: int, because: Because) -> None:
        """Add a reference."""
        self.refer(source, target, self.reason(because))

    def refer(self, source: int, target: int, reason: int) -> None:
        """Add a reference; `reason` is the place of why in `reasons`."""
        self._sources.append(source)
        self._targets.append(target)
        self._reasons.append(reason)

    def kind(self, number: int) -> str:
        """Return an object's kind."""
        return self._places[self._place_of[number]].kind

    def namespace(self, number: int) -> bytes:
        """Return an object's namespace."""
        return self._places[self._place_of[number]].namespace

    def key(self, number: int) -> bytes:
        """Return an object's key; of snapshots `SNAPSHOTTER/KEY`."""
        return self._keys[number]

    def name(self, number: int) -> ObjectName:
        """Return an object's name."""
        place = self._places[self._place_of[number]]
        return ObjectName(place.kind, place.namespace, self._keys[number])

    def named(self, numbers: Iterable[int]) -> Iterator[tuple[str, int]]:
        """Yield the names of objects as texts, each with its object, kind by kind in their order.

        No more than one text is in memory at a time: a large node has hundreds of thousands.
        """
        groups: dict[int, list[int]] = {}
        for number in numbers:
            groups.setdefault(self._place_of[number], []).append(number)
        heads = [
            (f"{self._places[place].kind}/{printed(self._places[place].namespace)}/", found)
            for place, found in groups.items()
        ]
        for head, found in sorted(heads):
            found.sort(key=self._keys.__getitem__)
            for number in found:
                yield head + printed(self._keys[number]), number

    def numbers(self, *kinds: str) -> Iterator[int]:
        """Yield the objects that have a record, of some kinds or of all."""
        places = [place for place in self._places if not kinds or place.kind in kinds]
        if len(places) == len(self._places):
            found: Iterable[int] = range(len(self._keys))
        else:
            found = sorted(chain.from_iterable(place.values() for place in places))
        there = self.there
        return (number for number in found if there[number])

    def reasons(self) -> list[Because]:
        """Return every reason that occurs; `links` gives their places in this list."""
        return self._because

    def links(self, number: int) -> Iterator[tuple[int, int, int]]:
        """Yield what an object refers to: number of the reference, object, place of the reason."""
        first, older = self.chains()
        edge = first[number]
        while edge != NONE:
            yield edge, self._targets[edge], self._reasons[edge]
            edge = older[edge]

    def columns(self) -> "tuple[array[int], array[int]]":
        """Return the object referred to, and the place of the reason, of each reference."""
        return self._targets, self._reasons

    def edge(self, reference: int) -> Edge:
        """Return a reference by its number."""
        because = self._because[self._reasons[reference]]
        return Edge(self._sources[reference], self._targets[reference], because)

    def edges(self) -> Iterator[Edge]:
        """Yield every reference."""
        return (self.edge(reference) for reference in range(len(self._sources)))

    def forward(self, number: int) -> list[Edge]:
        """Return what an object refers to, in the order it was found."""
        return [self.edge(edge) for edge, _, _ in self.links(number)][::-1]

    def backward(self, number: int) -> list[Edge]:
        """Return what refers to an object, in the order it was found."""
        if not self._are_whole(self._backward):
            self._backward = self._chained(self._targets)
        first, older = self._backward
        found = []
        edge = first[number]
        while edge != NONE:
            found.append(self.edge(edge))
            edge = older[edge]
        return found[::-1]

    def chains(self) -> Chains:
        """Return the chains of references by the object that refers, made when first asked for."""
        if not self._are_whole(self._forward):
            self._forward = self._chained(self._sources)
        return self._forward

    def _are_whole(self, chains: Chains) -> bool:
        return len(chains.first) == len(self._keys) and len(chains.older) == len(self._sources)

    def _chained(self, ends: "array[int]") -> Chains:
        first = array("i", [NONE]) * len(self._keys)
        older = array("i", [NONE]) * len(ends)
        for edge, end in enumerate(ends):
            older[edge] = first[end]
            first[end] = edge
        return Chains(first, older)
