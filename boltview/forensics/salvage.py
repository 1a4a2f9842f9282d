"""What can be saved of a database, step by step, for whoever writes it anew; and what is lost.

    for step in salvage(revision):
        ...  # BucketStep, PairStep or Lost, each bucket before what is in it

Everything on an undamaged path comes, in the order of the tree, with the sequences of the buckets.
Carved records come as buckets below a root bucket of their own, `boltview-carved`, which no tool
takes for what was there:

    boltview-carved/00000001/record/…     its keys, values and buckets, as they were
    boltview-carved/00000001/path         where it belonged, as a printed path; empty if unknown
    …/type, verdict, told_by, confidence, complete, page, offset
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.bulk import Contents
from boltview.bolt.errors import Damage
from boltview.bolt.progress import Progress
from boltview.bolt.revision import Revision
from boltview.bolt.walk import walk
from boltview.forensics.carve import Carved

CARVED = b"boltview-carved"
"""The root bucket of carved records."""

_EVERY = 1024
"""Steps between two reports of progress."""

Path = tuple[bytes, ...]


class BucketStep(NamedTuple):
    """A bucket to create."""

    path: Path
    sequence: int


class PairStep(NamedTuple):
    """A key and value to put."""

    bucket: Path
    """Path of the bucket that it belongs into."""
    key: bytes
    value: bytes


class Lost(NamedTuple):
    """What cannot be saved."""

    path: Path
    """Path of the bucket in which something is missing, or of the record itself."""
    what: str
    """One sentence for a person, not escaped."""
    page: int | None = None
    offset: int | None = None
    code: str = ""
    """The code of the damage; empty for what is whole but cannot be written."""


Step = BucketStep | PairStep | Lost


def salvage(revision: Revision, progress: Progress | None = None) -> Iterator[Step]:
    """Yield everything of a revision that is on an undamaged path, and what is lost.

    Of entries with the same key, which only a damaged page holds, the one that a look-up finds is
    saved.

    Args:
        revision: what to save.
        progress: told how many bytes of values were read, and the size of the file.
    """
    done, total = 0, revision.source.size
    last: list[bytes | None] = []
    for count, (depth, bucket, entry) in enumerate(walk(revision, revision.root)):
        if progress and count % _EVERY == 0:
            progress(min(done, total), total)
        if isinstance(entry, Damage):
            yield Lost(bucket.path, entry.what, entry.page, entry.offset, entry.code)
            continue
        del last[depth + 1 :]
        last += [None] * (depth + 1 - len(last))
        before, last[depth] = last[depth], entry.key
        if before is not None and entry.key <= before and not _is_found(bucket, entry):
            origin = entry.origin
            what = f"page {origin.page}: a second entry of one key, which no look-up finds"
            yield Lost((*bucket.path, entry.key), what, origin.page, origin.offset, "key-order")
        elif isinstance(entry, Pair):
            done += entry.size
            yield PairStep(bucket.path, entry.key, entry.value)
        else:
            yield BucketStep(entry.path, entry.sequence)


def salvage_carved(records: Iterable[tuple[Carved, str]]) -> Iterator[Step]:
    """Yield the steps that write carved records below `boltview-carved`.

    Args:
        records: each with its printed path, empty if it is not known.
    """
    yield BucketStep((CARVED,), 0)
    for number, (record, printed) in enumerate(records, 1):
        path = (CARVED, b"%08d" % number)
        yield BucketStep(path, 0)
        notes = {
            "type": record.type,
            "path": printed,
            "verdict": record.state,
            "told_by": record.attribution,
            "confidence": record.confidence,
            "complete": "yes" if record.is_complete else "no",
            "page": str(record.origin.page),
            "offset": str(record.origin.offset),
        }
        for name, text in notes.items():
            yield PairStep(path, name.encode(), text.encode("utf-8", "surrogateescape"))
        yield BucketStep((*path, b"record"), 0)
        yield from _contents((*path, b"record"), record.contents)


def _contents(path: Path, contents: Contents) -> Iterator[Step]:
    for key, content in contents.items():
        if isinstance(content, dict):
            yield BucketStep((*path, key), 0)
            yield from _contents((*path, key), content)
        elif content is None:
            yield Lost((*path, key), "its bucket was not found")
        else:
            yield PairStep(path, key, content)


def _is_found(bucket: Bucket, entry: Pair | Bucket) -> bool:
    """Whether a look-up of an entry's key finds this one, and not another of that name."""
    found = bucket.get(entry.key)
    return isinstance(found, Pair | Bucket) and found.origin == entry.origin
