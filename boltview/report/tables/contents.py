"""Blobs, and before them the uploads that may become some."""

from collections.abc import Sequence

from boltview.bolt.errors import Damage
from boltview.browse.ordered import NO_ROW
from boltview.containerd.node import Node
from boltview.containerd.numbered import Numbered
from boltview.report.objects.column import Column, View
from boltview.report.objects.content import (
    BLOB_COLUMNS,
    BLOBS,
    INGEST_COLUMNS,
    INGESTS,
    IngestView,
)
from boltview.report.objects.kind import Kind
from boltview.report.tables.grid import Heading, Path
from boltview.report.tables.viewtable import Pair, ViewTable, paired
from boltview.report.units import Clock

_PAIRS = (
    paired(Heading("NAMESPACE", least=10), BLOB_COLUMNS, "namespace", INGEST_COLUMNS, "namespace"),
    Pair(
        Heading("DIGEST / UPLOAD", least=19),
        Column("digest", lambda view: view.item.digest, form="id"),
        Column("digest", lambda view: f"upload {view.item.ref}", form="id"),
    ),
    paired(Heading("SIZE", is_right=True, least=10), BLOB_COLUMNS, "size", INGEST_COLUMNS, "size"),
    # An upload is as old as its beginning.
    Pair(
        Heading("AGE", least=4),
        Column("created", lambda view: view.item.created_at, form="age"),
        Column("created", lambda view: view.started, form="age"),
    ),
    paired(Heading("ON DISK"), BLOB_COLUMNS, "on_disk", INGEST_COLUMNS, "state"),
    paired(
        Heading("SOURCE", keeps_end=True, least=16, rank=9), BLOB_COLUMNS, "source",
        INGEST_COLUMNS, "expected",
    ),
)  # fmt: skip
_BLOB_COLUMNS = [pair.first for pair in _PAIRS]
_UPLOAD_COLUMNS = [pair.second for pair in _PAIRS]


class Contents(ViewTable):
    """The uploads, then the blobs, of every namespace in the order of their records."""

    headings = tuple(pair.heading for pair in _PAIRS)
    empty = "no blob and no upload in any namespace"

    def __init__(self, node: Node, clock: Clock) -> None:
        """Count the records; none is read yet."""
        super().__init__(clock)
        self._node = node
        self._uploads = Numbered(node.metadata, INGESTS.reference)
        self._blobs = Numbered(node.metadata, BLOBS.reference)

    @property
    def summary(self) -> str:
        """How many uploads there are, which a long table does not show at once."""
        count = len(self._uploads)
        return f"{count:,} upload{'s' * (count > 1)}" if count else ""

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self._uploads) + len(self._blobs)

    def kind(self, view: View) -> Kind:
        """Return whether this is an upload or a blob."""
        return INGESTS if isinstance(view, IngestView) else BLOBS

    def columns(self, view: View) -> Sequence[Column | None]:
        """Return the columns of an upload or a blob."""
        return _UPLOAD_COLUMNS if isinstance(view, IngestView) else _BLOB_COLUMNS

    def load(self, row: int) -> View | Damage:
        """Read a record and make it an object."""
        count = len(self._uploads)
        item = self._uploads[row] if row < count else self._blobs[row - count]
        if isinstance(item, Damage):
            return item
        kind = INGESTS if row < count else BLOBS
        return kind.wrap(self._node, item, self.clock)

    def row_at(self, path: Path) -> int:
        """Return the row of the record at a path."""
        upload, blob = self._uploads.number(path), self._blobs.number(path)
        if blob is not None:
            return len(self._uploads) + blob
        return NO_ROW if upload is None else upload
