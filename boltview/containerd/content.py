"""The content store on disk: blob files, the directories of uploads, documents among the blobs.

Layout from containerd `plugins/content/local/store.go` and `writer.go`.
"""

import re
from typing import NamedTuple

from boltview.containerd.files import MAX_DOCUMENT, Folder, NotReadable, json_object

CONTENT = "io.containerd.content.v1.content"
"""Folder of the content store below a containerd root."""
_DIGEST = re.compile(r"([a-z0-9]+(?:[+._-][a-z0-9]+)*):([A-Za-z0-9=_-]+)")
_HASHED = frozenset({"sha256", "sha384", "sha512"})
_MAX_NOTE = 1 << 16
"""Bytes of the small text files beside an upload."""


class Upload(NamedTuple):
    """What the content store has of an upload."""

    folder: str
    """Name of its directory: SHA-256 of the reference."""
    started_at: str
    """RFC 3339 with nanoseconds; empty if the file is missing."""
    updated_at: str
    """The same, of the last write that was noted; the data may be newer."""
    data_changed_ns: int
    """Modification time of the data in Unix nanoseconds."""
    offset: int
    """Bytes written so far."""
    total: int | None
    """Bytes announced; None if none were."""


class ContentStore:
    """The content store of a node.

    Args:
        folder: where it lies.
    """

    __slots__ = ("_documents", "folder")

    def __init__(self, folder: Folder) -> None:
        """Read nothing yet."""
        self.folder = folder
        self._documents: dict[str, dict[str, object] | NotReadable] = {}

    @property
    def exists(self) -> bool:
        """Whether it is there: an image of a node can come without."""
        return self.folder.is_folder("blobs") or self.folder.is_folder("ingest")

    def size(self, digest: str) -> int | None:
        """Return the bytes of a blob's file; None if there is none."""
        name = _file_of(digest)
        found = self.folder.stat(name) if name else None
        return found.st_size if found else None

    def path(self, digest: str) -> str | None:
        """Return the path of a blob's file as the node would name it; None for no digest."""
        name = _file_of(digest)
        return self.folder.shown(name) if name else None

    def blob(self, digest: str, limit: int = MAX_DOCUMENT) -> bytes:
        """Return the bytes of a blob, which must be what the digest says.

        Raises:
            NotReadable: they are not, or not there, or more than `limit`.
        """
        name = _file_of(digest)
        if name is None:
            raise NotReadable(f"{digest}: not a digest")
        # Loads OpenSSL, which a list of objects need not pay.
        import hashlib

        raw = self.folder.read(name, limit)
        algorithm, _, expected = digest.partition(":")
        if algorithm in _HASHED and hashlib.new(algorithm, raw).hexdigest() != expected:
            raise NotReadable(f"{digest}: the file does not have this digest")
        return raw

    def document(self, digest: str) -> dict[str, object]:
        """Return a blob that is a JSON object, such as a manifest; parsed once.

        Raises:
            NotReadable: as `blob`, or it is no JSON object.
        """
        found = self._documents.get(digest)
        if found is None:
            try:
                found = json_object(self.blob(digest), digest)
            except NotReadable as error:
                found = error
            self._documents[digest] = found
        if isinstance(found, NotReadable):
            raise NotReadable(str(found))
        return found

    def digests(self) -> list[str]:
        """Return the digests of all blob files, sorted."""
        return [
            f"{algorithm}:{name}"
            for algorithm in self.folder.within("blobs").names()
            if algorithm in _HASHED
            for name in self.folder.within(f"blobs/{algorithm}").names()
        ]

    def upload(self, backend_ref: str) -> Upload | None:
        """Return what is there of an upload; None if its directory has no data or is missing.

        Args:
            backend_ref: the reference as the content store knows it, `NAMESPACE/NUMBER/REF`.
        """
        import hashlib

        raw = backend_ref.encode(errors="surrogateescape")
        name = hashlib.sha256(raw).hexdigest()
        place = self.folder.within(f"ingest/{name}")
        data = place.stat("data")
        if data is None or place.stat("ref") is None:
            return None
        total = _note(place, "total")
        return Upload(
            name,
            _note(place, "startedat"),
            _note(place, "updatedat"),
            data.st_mtime_ns,
            data.st_size,
            int(total) if total.isascii() and total.isdigit() and len(total) < 20 else None,  # noqa: PLR2004
        )


def _file_of(digest: str) -> str | None:
    """Return where the blob of a digest lies, None for what could lead anywhere else."""
    match = _DIGEST.fullmatch(digest)
    return f"blobs/{match[1]}/{match[2]}" if match else None


def _note(place: Folder, name: str) -> str:
    try:
        return place.read(name, _MAX_NOTE).decode()
    except (NotReadable, UnicodeDecodeError):
        return ""
