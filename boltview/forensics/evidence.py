"""The evidence record of a copy: what was copied, when, how, and what became of it. And its proof.

It lies beside the copy as `NAME.json`. Checking it again needs nothing but the two files.
"""

import json
import os
from typing import Any, NamedTuple

from boltview.bolt.errors import Damage, NotABoltFile, UnreadableFile
from boltview.bolt.locks import LockHolder
from boltview.bolt.meta import read_metas
from boltview.bolt.progress import Progress
from boltview.bolt.source import FileSource
from boltview.bolt.target import sha256_of
from boltview.bolt.verify import check_structure
from boltview.schema.values import GoTime

CONSISTENT = "consistent"
"""Verdict: the copy is one revision, and its tree is whole."""
DAMAGED = "consistent, but the database is damaged"
"""Verdict: the copy is one revision; what is wrong with it is wrong with the original."""
TORN = "torn: pages of several revisions"
"""Verdict: only a copy asked for with --allow-torn has it."""

SUFFIX = ".json"
_NANOS = 1_000_000_000
_FINDINGS = 100
LARGEST_RECORD = 1 << 24
"""Bytes; a real one has a thousand, and a hundred findings."""


class Record(NamedTuple):
    """What is known of one copy; the names are those of the JSON document."""

    source: str
    """Absolute path of the original."""
    device: str
    """`major:minor` of its file system, as `stat` gives it."""
    inode: int
    size: int
    """Bytes of the original, when it was copied."""
    mtime: str
    """RFC 3339, when it was copied."""
    filesystem: str
    """Type of its file system; empty where that cannot be told."""
    page_size: int
    txid: int
    """The revision copied."""
    previous_txid: int | None
    """The revision before it that the original still named; the copy does not hold its tree."""
    lock_holder: dict[str, object] | None
    """Process that held a lock on the original."""
    locks_listed: bool
    """Whether the kernel's list of locks could be read: if not, no holder means nothing."""
    started_at: str
    ended_at: str
    attempts: int
    method: str
    """`linear`, `chase` (only what the tree reaches; no freelist), or `reflink`."""
    verdict: str
    advanced: int
    """Commits that landed while a torn copy was taken; 0 for every other."""
    reachable_pages: int
    findings: list[dict[str, object]]
    """Damage met by the walk over the copy, the first hundred."""
    copy_size: int
    sha256: str
    """Of the copy, in hex."""
    program: str
    """Name and version of what made the copy."""

    @property
    def is_torn(self) -> bool:
        """Whether the copy is no revision."""
        return self.verdict == TORN


class Malformed(Exception):
    """A file is no evidence record."""


def to_json(record: Record) -> str:
    """Return the record as a JSON document that is safe to print."""
    # Everything but ASCII is escaped; DEL alone is ASCII and can act on a terminal.
    return dump_safe(record._asdict())


def dump_safe(document: object) -> str:
    """Return a JSON document of printable ASCII."""
    return json.dumps(document, indent=2).replace("\x7f", "\\u007f") + "\n"


def from_json(data: bytes) -> Record:
    """Read a record.

    Raises:
        Malformed: it is none.
    """
    try:
        fields: dict[str, Any] = json.loads(data)
        known = {name: fields[name] for name in Record._fields}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Malformed(f"no evidence record: {error!r}") from error
    numbers = ("size", "copy_size", "txid", "page_size")
    if not all(type(known[name]) is int for name in numbers) or type(known["sha256"]) is not str:
        raise Malformed("no evidence record: a field has the wrong type")
    return Record(**known)


def read_record(path: str) -> Record:
    """Read the record beside the copy at `path`.

    Raises:
        UnreadableFile: there is none, or it cannot be read.
        Malformed: it is none.
    """
    file = FileSource(path + SUFFIX)
    if file.size > LARGEST_RECORD:
        raise Malformed(f"{path + SUFFIX}: too large for an evidence record")
    return from_json(file.read(0, file.size))


def verify(path: str, progress: Progress | None = None) -> list[str]:
    """Check a copy against the record beside it; return what differs, nothing if all is well.

    Raises:
        UnreadableFile: the copy or its record cannot be read.
        Malformed: the record is none.
    """
    record = read_record(path)
    file = FileSource(path)
    return differences(record, file, progress)


def differences(record: Record, file: FileSource, progress: Progress | None = None) -> list[str]:
    """Compare a copy with what its record says of it; a torn copy is never as it should be."""
    found = [record.verdict] if record.is_torn else []
    if file.size != record.copy_size:
        found.append(f"size: {file.size} bytes, recorded are {record.copy_size}")
    sha256 = sha256_of(file)
    if sha256 != record.sha256:
        found.append(f"SHA-256: {sha256}, recorded is {record.sha256}")
    try:
        meta = read_metas(file).current
        if (meta.txid, meta.page_size) != (record.txid, record.page_size):
            found.append(
                f"revision {meta.txid} of {meta.page_size}-byte pages, "
                f"recorded is {record.txid} of {record.page_size}"
            )
        damage = check_structure(file, progress).damage
    except (NotABoltFile, UnreadableFile) as error:
        return [*found, str(error)]
    recorded = {finding.get("message") for finding in record.findings}
    fresh = [fault.what for fault in damage if fault.what not in recorded]
    return found + ([] if len(recorded) >= _FINDINGS else fresh)


def holder_json(holder: LockHolder | None) -> dict[str, object] | None:
    """Return a lock's holder as JSON."""
    return holder._asdict() if holder else None


def findings_json(damage: tuple[Damage, ...]) -> list[dict[str, object]]:
    """Return the first faults as JSON."""
    return [
        {"code": fault.code, "page": fault.page, "offset": fault.offset, "message": fault.what}
        for fault in damage[:_FINDINGS]
    ]


def time_json(nanoseconds: int) -> str:
    """Return Unix nanoseconds as RFC 3339 in UTC."""
    return GoTime(*divmod(nanoseconds, _NANOS), None).rfc3339()


def device_text(device: int) -> str:
    """Return a device number as `major:minor`."""
    return f"{os.major(device)}:{os.minor(device)}"
