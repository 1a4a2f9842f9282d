"""Blobs and uploads as rows, as JSON and in full."""

from functools import cached_property

from boltview.containerd.content import Upload
from boltview.containerd.objects import Blob, Ingest
from boltview.report.detail import Line
from boltview.report.objects.column import Column, text_line
from boltview.report.objects.kind import (
    Kind,
    ObjectView,
    error,
    field,
    labels_lines,
    record_lines,
    title,
)
from boltview.report.objects.shapes import Json, object_json, time_json
from boltview.report.units import exact_size
from boltview.schema.values import GoTime

_NANOS = 1_000_000_000
_STUCK_AFTER = 3600 * _NANOS
"""An upload that nobody has written to for an hour will hardly go on."""
_SOURCE = "containerd.io/distribution.source."


class BlobView(ObjectView):
    """A blob and its file."""

    item: Blob

    @cached_property
    def file_size(self) -> int | None:
        """Bytes of its file; None if there is none, or no content store."""
        return self.node.content.size(self.item.digest) if self.node.content else None

    @property
    def on_disk(self) -> str:
        """Whether its file is there: `yes`, `no`, `wrong size`, or `not known`."""
        if self.node.content is None:
            return "not known"
        if self.file_size is None:
            return "no"
        return "yes" if self.item.size in {None, self.file_size} else "wrong size"

    @property
    def source(self) -> list[str]:
        """The repositories it came from."""
        return [
            f"{key.removeprefix(_SOURCE)}/{name}"
            for key, names in self.item.labels.items()
            if key.startswith(_SOURCE)
            for name in names.split(",")
        ]


BLOB_COLUMNS = (
    Column("namespace", lambda view: view.item.namespace, shown="narrow"),
    Column("digest", lambda view: view.item.digest, form="id", shown="narrow"),
    Column("size", lambda view: view.item.size, form="size", shown="narrow"),
    Column("created", lambda view: view.item.created_at, form="age", shown="narrow"),
    Column("on_disk", lambda view: view.on_disk, shown="narrow"),
    Column("source", lambda view: view.source, shown="narrow"),
    Column("created_at", lambda view: view.item.created_at, shown="wide"),
    Column("updated_at", lambda view: view.item.updated_at),
    Column("labels", lambda view: view.item.labels, shown="wide"),
)


def _blob(view: BlobView) -> list[Line]:
    item, clock = view.item, view.clock
    lines = [title(f"content {text_line(item.namespace)}/{text_line(item.digest)}")]
    if item.size is not None:
        lines += field("size", exact_size(item.size))
    lines += field("created", item.created_at, clock) + field("updated", item.updated_at, clock)
    lines += field("on disk", view.on_disk)
    store = view.node.content
    if store:
        lines += field("file", store.path(item.digest))
    lines += field("source", view.source) + labels_lines(item.labels)
    return lines + record_lines(item.record)


class IngestView(ObjectView):
    """An upload and its directory."""

    item: Ingest

    @cached_property
    def upload(self) -> Upload | None:
        """What the content store has of it."""
        store, ref = self.node.content, self.item.backend_ref
        return store.upload(ref) if store and ref else None

    @property
    def size(self) -> int | None:
        """Bytes so far."""
        return self.upload.offset if self.upload else None

    @property
    def total(self) -> int | None:
        """Bytes announced."""
        return self.upload.total if self.upload else None

    @property
    def started(self) -> GoTime | None:
        """When it was opened."""
        return parse_time(self.upload.started_at) if self.upload else None

    @property
    def changed(self) -> GoTime | None:
        """When it was last written to: the later of what was noted and the file's own time."""
        if self.upload is None:
            return None
        noted = parse_time(self.upload.updated_at)
        file = GoTime(*divmod(self.upload.data_changed_ns, _NANOS), None)
        return max(noted, file, key=lambda time: time.unix_nanos) if noted else file

    @property
    def state(self) -> str:
        """What may become of it.

        `expired`: the next collection removes it. `shared`: the content is there already, nothing
        is to be written. `no data`: its directory is gone. `stuck`: not written to for an hour.
        """
        item, now = self.item, self.clock.now
        if item.expire_at and item.expire_at.unix_nanos < now:
            return "expired"
        if item.expected:
            return "shared"
        if self.node.content is None:
            return "not known"
        if self.upload is None:
            return "no data"
        changed = self.changed
        is_stuck = changed is not None and now - changed.unix_nanos > _STUCK_AFTER
        return "stuck" if is_stuck else "in progress"


INGEST_COLUMNS = (
    Column("namespace", lambda view: view.item.namespace, shown="narrow"),
    Column("ref", lambda view: view.item.ref, form="id", shown="narrow"),
    Column("size", lambda view: view.size, "so far", "size", "narrow"),
    Column("total", lambda view: view.total, form="size", shown="narrow"),
    Column("started", lambda view: view.started, form="age", shown="narrow"),
    Column("changed", lambda view: view.changed, form="age", shown="wide"),
    Column("expires", lambda view: view.item.expire_at, form="age", shown="narrow"),
    Column("state", lambda view: view.state, shown="narrow"),
    Column("expected", lambda view: view.item.expected, form="id", shown="narrow"),
    Column("expire_at", lambda view: view.item.expire_at, shown="wide"),
    Column("backend_ref", lambda view: view.item.backend_ref),
)


def _ingest(view: IngestView) -> list[Line]:
    item, clock, upload = view.item, view.clock, view.upload
    lines = [title(f"ingest {text_line(item.namespace)}/{text_line(item.ref)}")]
    lines += field("state", view.state) + field("expected", item.expected)
    lines += field("started", view.started, clock) + field("changed", view.changed, clock)
    lines += field("expires", item.expire_at, clock)
    if item.expire_at is None:
        lines += field(
            "expires", "never by itself: a lease holds it, or the next collection ends it"
        )
    if upload:
        total = "not announced" if upload.total is None else exact_size(upload.total)
        lines += field("so far", exact_size(upload.offset)) + field("total", total)
    store = view.node.content
    if store and upload:
        lines += field("directory", store.folder.shown(f"ingest/{upload.folder}"))
    elif store and not item.expected:
        lines.append(error("directory", "not there, or without data"))
    lines += field("backend ref", item.backend_ref)
    return lines + record_lines(item.record)


def parse_time(text: str) -> GoTime | None:
    """Parse RFC 3339 as Go writes it, with up to nine digits of a second; None for other text."""
    from datetime import UTC, datetime

    whole, dot, rest = text.strip().partition(".")
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    zone = rest[len(digits) :] if dot else ""
    try:
        found = datetime.fromisoformat(whole + zone)
    except ValueError:
        return None
    if found.tzinfo is None or len(digits) > 9:  # noqa: PLR2004 - nanoseconds
        return None
    return GoTime(int(found.astimezone(UTC).timestamp()), int(digits.ljust(9, "0")), None)


def _blob_json(view: BlobView) -> Json:
    return {**object_json(view.item), "on_disk": view.on_disk}


def _ingest_json(view: IngestView) -> Json:
    return {
        **object_json(view.item),
        "state": view.state,
        "size": view.size,
        "total": view.total,
        "started_at": time_json(view.started),
        "updated_at": time_json(view.changed),
    }


BLOBS = Kind(
    "content",
    "blob",
    "blob",
    lambda _view: (),
    BLOB_COLUMNS,
    lambda node, namespace, clock: (
        BlobView(node, item, clock) for item in node.metadata.blobs(namespace)
    ),
    BlobView,
    _blob_json,
    _blob,
)
INGESTS = Kind(
    "ingests",
    "ingest",
    "ingest",
    lambda _view: (),
    INGEST_COLUMNS,
    lambda node, namespace, clock: (
        IngestView(node, item, clock) for item in node.metadata.ingests(namespace)
    ),
    IngestView,
    _ingest_json,
    _ingest,
)
