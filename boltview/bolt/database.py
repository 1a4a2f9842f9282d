"""An open database: its metas, its verdict, and the revisions it holds."""

from boltview.bolt.errors import Damage, DamageLog, NoSuchRevision
from boltview.bolt.meta import Meta, Metas, describe_roots, describe_truncation, read_metas
from boltview.bolt.revision import Revision
from boltview.bolt.source import FileSource, Source


class Database:
    """A bolt file, read-only.

    Attributes:
        source: the bytes.
        metas: both meta pages and which one counts.
        damage: every fault met so far, by every revision of this database.
    """

    __slots__ = ("damage", "metas", "source")

    def __init__(self, source: Source, *, strict: bool = False) -> None:
        """Read and judge the meta pages.

        Args:
            source: the bytes.
            strict: raise `DamageError` at the first fault instead of collecting faults.

        Raises:
            NotABoltFile: neither meta can be used.
        """
        self.source = source
        self.damage = DamageLog(strict=strict)
        self.metas: Metas = read_metas(source)
        for fault in self._faults():
            self.damage.note(fault)

    @classmethod
    def open(cls, path: str, *, strict: bool = False) -> "Database":
        """Open the file at `path`, which nobody must be writing.

        Raises:
            UnreadableFile: it cannot be read.
            NotABoltFile: neither meta can be used.
        """
        return cls(FileSource(path), strict=strict)

    @property
    def page_size(self) -> int:
        """Bytes per page."""
        return self.metas.page_size

    def revision(self, which: str | int = "current") -> Revision:
        """Return a revision.

        Args:
            which: `current`, `previous` (the one under the other meta), or a txid.

        Raises:
            NoSuchRevision: the file does not hold it, or its meta is invalid.
        """
        return Revision(self.source, self._meta(which), self.damage)

    def _meta(self, which: str | int) -> Meta:
        current, other = self.metas.current, self.metas.other
        if which in {"current", current.txid}:
            return current
        if other is not None and other.is_valid and which in {"previous", other.txid}:
            return other
        held = f"revision {current.txid}"
        if other is not None and other.is_valid:
            held += f" and revision {other.txid}"
        raise NoSuchRevision(f"no {which} revision: the file holds {held}")

    def _faults(self) -> list[Damage]:
        found = self.metas.damage()
        truncation = describe_truncation(self.metas.current, self.source.size)
        if truncation:
            found.append(truncation)
        for meta in self.metas.pages:
            if meta and meta.is_valid:
                found += describe_roots(meta)
        return found
