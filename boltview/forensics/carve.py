"""Deleted records: what a file still holds of them, in pages that no tree leads to.

    for record in carve(reading):
        record.type, record.path, record.item, record.state

Whole-file work in three steps: which pages are in use (`reachable.py`), what each other page can be
(`finds.py`), and then one record at a time put together again and told apart from what is still
there. What the tree holds unchanged is left out, and so is what was found before. Records come
sorted by kind and path, the versions of one object together. Memory grows with the number of
records, not with their size.

A record is called deleted only if its path is known and surely not in the tree.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from boltview.bolt.bulk import Contents
from boltview.bolt.errors import Damage
from boltview.bolt.meta import Meta, read_metas
from boltview.bolt.page import Origin
from boltview.bolt.progress import Progress
from boltview.bolt.revision import Revision
from boltview.containerd.objects import Fault
from boltview.forensics.attribute import UNATTRIBUTED, Live
from boltview.forensics.finds import Find, Finds
from boltview.forensics.grammar import Kind, Path
from boltview.forensics.reachable import Reachable, reachable
from boltview.schema.decode import Decoding
from boltview.schema.reading import Reading

DELETED = "deleted"
OLDER = "older version"
UNCOMMITTED = "uncommitted"
UNKNOWN = "unknown"


class Carved(NamedTuple):
    """A record found in a page that no tree leads to."""

    type: str
    """Kind of object as the schema calls it (`container`, `image`, `blob`, …), or `unattributed`
    for a key and value that belong to no known object."""
    path: Path
    """Path of the object's bucket, or of the pair; `b""` for what cannot be told of it, and nothing
    for a pair of which nothing can."""
    item: Any
    """The object (`boltview/containerd/objects.py`); None for a pair, and for kinds that no
    object is made of."""
    contents: Contents
    """Its bytes: keys, values and buckets within; of a pair that one key."""
    origin: Origin
    """Where it lies: of a record with pages of its own its first page."""
    attribution: str
    """How the path was told; `unattributed` if it was not."""
    confidence: str
    """How sure the path is: `high`, `medium`, `low`, or `none`."""
    is_complete: bool
    """Whether everything that belongs to it was found."""
    lost: tuple[str, ...]
    """What was not found, one sentence each."""
    state: str
    """`deleted`, `older version` (of an object that is there now), `uncommitted` (it lies beyond
    the high-water mark: of a commit that never ended, or of a newer revision given up), or
    `unknown`."""
    version: int
    """1 for the oldest version found of this object, by the times in it."""
    versions: int
    """How many versions of it were found."""
    others: tuple[Path, ...] = ()
    """Other paths that cannot be ruled out."""


class Summary(NamedTuple):
    """What was looked through."""

    pages: int
    """Pages not in use that hold a branch or leaf."""
    folded: int
    """Records found that are in the tree as they are, or were found before."""
    is_known: bool
    """Whether it is known which pages are in use; not below damage."""


class Carving:
    """The search through one revision's unused pages.

    Attributes:
        summary: what was looked through, known once the first record has come.
    """

    def __init__(
        self, reading: Reading, progress: Progress | None = None, found: Reachable | None = None
    ) -> None:
        """Prepare; nothing is read yet.

        Args:
            reading: the database. Whatever revision this is, what is there is what the newest
                has: a record of its tree was not deleted.
            progress: told how many pages were done; may raise to cancel.
            found: which pages are in use, where that is known already.
        """
        self._reading = _newest(reading)
        self._progress = progress
        self._found = found
        self.summary = Summary(0, 0, is_known=True)

    def records(self) -> Iterator[Carved]:
        """Yield what was found, objects first, then pairs; damage is in the revision's log."""
        reading = self._reading
        revision = reading.revision
        found = self._found or reachable(revision, self._progress)
        decoding = Decoding(reading.library.descriptor_sets)
        finds = Finds(reading.schema, decoding, found, _other_meta(revision), self._progress)
        ordered = sorted(finds.objects(), key=Find.order)
        pages = len(finds.pointers.leaves) + len(finds.pointers.branches)
        self.summary = Summary(pages, finds.folded, found.is_known)
        states = _States(finds.live, revision.high_water, is_known=found.is_known)
        start = 0
        while start < len(ordered):
            end = start + 1
            while end < len(ordered) and _is_same(ordered[start], ordered[end]):
                end += 1
            for number in range(start, end):
                find = ordered[number]
                contents, lost = finds.read(find)
                item = _item(find.kind, find.attribution.path, contents, find.origin, lost)
                yield Carved(
                    find.kind.name, find.attribution.path, item, contents, find.origin,
                    find.attribution.by, find.attribution.confidence,
                    find.is_complete, lost, states.of(find.attribution.path, find.origin),
                    number - start + 1, end - start, find.attribution.others,
                )  # fmt: skip
            start = end
        for pair in finds.pairs():
            yield Carved(
                UNATTRIBUTED, pair.path, None, {pair.key: pair.value}, pair.origin,
                pair.by, pair.confidence, True, (),  # noqa: FBT003 - a pair is whole
                states.of(pair.path, pair.origin), 1, 1,
            )  # fmt: skip
        self.summary = Summary(pages, finds.folded, found.is_known)


def carve(reading: Reading, progress: Progress | None = None) -> Iterator[Carved]:
    """Yield the records that a revision's unused pages still hold; see `Carving`."""
    return Carving(reading, progress).records()


def _newest(reading: Reading) -> Reading:
    """Return the newest revision of the same file, read by the same schema."""
    revision = reading.revision
    newest = read_metas(revision.source).current
    if newest.txid == revision.txid:
        return reading
    found = Reading(Revision(revision.source, newest, revision.damage), reading.library)
    found.schema = found.schema or reading.schema
    return found


def _other_meta(revision: Revision) -> Meta | None:
    """Return the meta of the file's other revision, None if there is no valid one."""
    first, second = read_metas(revision.source).pages
    other = second if revision.meta.slot == 0 else first
    return other if other and other.is_valid else None


class _States:
    """Tells deleted records from those that are there in another version."""

    def __init__(self, live: Live, high_water: int, *, is_known: bool) -> None:
        self._live = live
        self._high_water = high_water
        self._is_known = is_known

    def of(self, path: Path, origin: Origin) -> str:
        if origin.page >= self._high_water:
            return UNCOMMITTED
        if not path or b"" in path:
            return UNKNOWN
        found = self._live.get(path)
        if isinstance(found, Damage):
            return UNKNOWN
        if found is not None:
            return OLDER
        return DELETED if self._is_known else UNKNOWN


def _is_same(one: Find, other: Find) -> bool:
    """Whether two finds are versions of one object."""
    path = one.attribution.path
    return one.kind is other.kind and path == other.attribution.path and b"" not in path


def _item(kind: Kind, path: Path, contents: Contents, origin: Origin, lost: tuple[str, ...]) -> Any:  # noqa: ANN401 - the kind gives the type
    """Build the object; what was lost of it is among its faults."""
    if kind.maker is None:
        return None
    item = kind.maker.build(path, contents, origin)
    record = item.record
    faults = tuple(
        fault for fault in record.faults if not (lost and fault.reason == "missing")
    ) + tuple(Fault("", "unreadable", what) for what in lost)
    return item._replace(record=record._replace(faults=faults))
