"""The graph of who refers to whom and because of what, forward and backward.

Objects and references are numbers in arrays: a node with 60,000 containers and 170,000 blobs and
snapshots has a few hundred thousand of each. `boltview/containerd/scan.py` fills it.
"""

from array import array
from collections.abc import Iterator
from typing import NamedTuple

from boltview.containerd.names import KINDS, ObjectName

NONE = -1
"""Stands for no reference in the chains."""
_OTHER_KINDS = ("mount", "stream")
"""Kinds that only the running daemon has; labels may name them."""
_ALL_KINDS = (*KINDS, *_OTHER_KINDS)
_KIND_NUMBER = {kind: number for number, kind in enumerate(_ALL_KINDS)}


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
        self.backends: dict[int, bytes] = {}
        self.version: int | None = None
        self.knows_sandboxes = False
        self.outside: set[int] = set()
        self.stoppers: list[int] = []
        self.is_whole = True
        self._kinds = bytearray()
        self._spaces = array("I")
        self._space_names: list[bytes] = []
        self._keys: list[bytes] = []
        self._index: dict[tuple[str, bytes], dict[bytes, int]] = {}
        self._sources = array("I")
        self._targets = array("I")
        self._reasons = array("I")
        self._because: list[Because] = []
        self._reason_number: dict[Because, int] = {}
        # Chains: the newest reference of each object, and to each reference the next older one.
        self._first = array("i")
        self._older = array("i")
        self._first_back: array[int] | None = None
        self._older_back = array("i")

    def __len__(self) -> int:
        """Return the number of objects, those only referred to included."""
        return len(self._keys)

    @property
    def reference_count(self) -> int:
        """The number of references."""
        return len(self._sources)

    def number(self, kind: str, namespace: bytes, key: bytes) -> int:
        """Return the number of an object, a new one if it has none yet."""
        place = self._index.get((kind, namespace))
        if place is None:
            place = self._index[kind, namespace] = {}
            if namespace not in self._space_names:
                self._space_names.append(namespace)
        found = place.get(key)
        if found is None:
            found = place[key] = len(self._keys)
            self._keys.append(key)
            self._kinds.append(_KIND_NUMBER[kind])
            self._spaces.append(self._space_names.index(namespace))
            self._first.append(NONE)
            self.there.append(0)
            self.sizes.append(-1)
        return found

    def find(self, name: ObjectName) -> int | None:
        """Return the number of an object that has one."""
        return self._index.get((name.kind, name.namespace), {}).get(name.key)

    def add(self, source: int, target: int, because: Because) -> None:
        """Add a reference."""
        reason = self._reason_number.get(because)
        if reason is None:
            reason = self._reason_number[because] = len(self._because)
            self._because.append(because)
        self._older.append(self._first[source])
        self._first[source] = len(self._sources)
        self._sources.append(source)
        self._targets.append(target)
        self._reasons.append(reason)
        self._first_back = None

    def kind(self, number: int) -> str:
        """Return an object's kind."""
        return _ALL_KINDS[self._kinds[number]]

    def namespace(self, number: int) -> bytes:
        """Return an object's namespace."""
        return self._space_names[self._spaces[number]]

    def key(self, number: int) -> bytes:
        """Return an object's key; of snapshots `SNAPSHOTTER/KEY`."""
        return self._keys[number]

    def name(self, number: int) -> ObjectName:
        """Return an object's name."""
        return ObjectName(self.kind(number), self.namespace(number), self._keys[number])

    def numbers(self, *kinds: str) -> Iterator[int]:
        """Yield the objects that have a record, of some kinds or of all."""
        wanted = {_KIND_NUMBER[kind] for kind in kinds or _ALL_KINDS}
        for number, kind in enumerate(self._kinds):
            if kind in wanted and self.there[number]:
                yield number

    def reasons(self) -> list[Because]:
        """Return every reason that occurs; `links` gives their places in this list."""
        return self._because

    def links(self, number: int) -> Iterator[tuple[int, int, int]]:
        """Yield what an object refers to: number of the reference, object, place of the reason."""
        edge = self._first[number]
        while edge != NONE:
            yield edge, self._targets[edge], self._reasons[edge]
            edge = self._older[edge]

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
        first = self._chains_back()
        found = []
        edge = first[number]
        while edge != NONE:
            found.append(self.edge(edge))
            edge = self._older_back[edge]
        return found[::-1]

    def _chains_back(self) -> "array[int]":
        """Return the chains by target, made when they are first asked for."""
        if self._first_back is None:
            self._first_back = array("i", [NONE]) * len(self._keys)
            self._older_back = array("i", [NONE]) * len(self._sources)
            for edge, target in enumerate(self._targets):
                self._older_back[edge] = self._first_back[target]
                self._first_back[target] = edge
        return self._first_back
