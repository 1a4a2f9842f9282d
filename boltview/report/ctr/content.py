"""What `ctr content` prints of blobs and open uploads."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from boltview.containerd.objects import Blob
from boltview.report.ctr.lists import NO_TIME
from boltview.report.ctr.tabwriter import CONTENT, tabulate
from boltview.report.ctr.text import labels_text, shown
from boltview.report.ctr.units import human_duration, human_size
from boltview.schema.values import GoTime


class Upload(NamedTuple):
    """An upload whose files are there."""

    ref: str
    offset: int
    """Bytes so far."""
    started_at: GoTime | None


def content(found: Iterable[Blob], now: int) -> Iterator[str]:
    """`content ls`, labels sorted: 1.6 prints them in a random order, which is one of these.

    Args:
        found: the records, in the order of the digests.
        now: Unix nanoseconds.
    """
    rows = [("DIGEST", "SIZE", "AGE", "LABELS")]
    for item in found:
        age = _age(item.created_at, now)
        rows.append((shown(item.digest), human_size(item.size or 0), age, labels_text(item.labels)))
    return tabulate(rows, CONTENT)


def active(found: Iterable[Upload], now: int) -> Iterator[str]:
    """`content active`, in the order of the references: the daemon's is random."""
    rows = [("REF", "SIZE", "AGE", "")]
    rows += [
        (shown(item.ref), human_size(item.offset), _age(item.started_at, now), "") for item in found
    ]
    return tabulate(rows, CONTENT)


def _age(time: GoTime | None, now: int) -> str:
    return human_duration(now - (time or NO_TIME).unix_nanos)
