"""All of a node's databases as one piece of evidence: a tar stream, or a folder.

Each database is copied consistently in itself, one after the other; the records say when. What
could not be copied is named in the index, and does not keep the others from being taken.
"""

import io
import os
import tarfile
from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple

from boltview.bolt.errors import BoltError, CannotWrite, NoConsistentCopy
from boltview.bolt.source import FileSource
from boltview.forensics.evidence import (
    LARGEST_RECORD,
    SUFFIX,
    Malformed,
    Record,
    differences,
    dump_safe,
    from_json,
    to_json,
)
from boltview.forensics.files import (
    NewFile,
    UnusableDestination,
    unnamed_file,
)
from boltview.forensics.folder import NewFolder
from boltview.forensics.take import PROGRAM, Manner, take

INDEX = "bundle.json"
_MODE = 0o600
_CHUNK = 1 << 20


class Wanted(NamedTuple):
    """A database to be copied, and what it is called in the bundle."""

    path: str
    name: str


class Taken(NamedTuple):
    """A database of a bundle and what became of it."""

    name: str
    record: Record | None
    """None if it could not be copied."""
    error: str
    """Why not."""
    is_live: bool
    """Whether no consistent copy of a live file could be had, and nothing worse."""


def write_tar(wanted: Sequence[Wanted], output: IO[bytes], manner: Manner) -> Iterator[Taken]:
    """Write databases, their records and an index as a tar stream, and report each.

    Nothing but what passed is ever written: a database goes to an unnamed file first.

    Raises:
        CannotWrite: the stream, or the disk, takes no more.
    """
    taken = []
    with tarfile.open(fileobj=output, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for path, name in wanted:
            fd = unnamed_file(manner.spool)
            with os.fdopen(fd, "rb") as file:
                result = _take(path, fd, name, manner)
                if result.record:
                    info = _member(name, result.record.copy_size, manner)
                    file.seek(0)
                    tar.addfile(info, file)
                    text = to_json(result.record).encode()
                    tar.addfile(_member(name + SUFFIX, len(text), manner), io.BytesIO(text))
            taken.append(result)
            yield result
        index = _index(taken).encode()
        tar.addfile(_member(INDEX, len(index), manner), io.BytesIO(index))


def write_folder(wanted: Sequence[Wanted], folder: str, manner: Manner) -> Iterator[Taken]:
    """Write databases, their records and an index into a new folder, and report each.

    The folder appears under its name when all is in it.

    Raises:
        UnusableDestination: the folder exists, or cannot be made.
        CannotWrite: the disk is full, or failing.
    """
    folder = folder.rstrip("/") or folder
    if os.path.lexists(folder):
        raise UnusableDestination(f"{folder}: it exists; nothing is ever overwritten")
    with NewFolder(folder) as growing:
        try:
            yield from _fill(wanted, growing.place, manner)
        except OSError as error:
            raise CannotWrite(f"{folder}: {error.strerror}") from error
        growing.publish()


def _fill(wanted: Sequence[Wanted], folder: str, manner: Manner) -> Iterator[Taken]:
    taken = []
    for path, name in wanted:
        place = os.path.join(folder, name)
        os.makedirs(os.path.dirname(place), 0o700, exist_ok=True)
        with NewFile(place) as copy, NewFile(place + SUFFIX) as beside:
            result = _take(path, copy.fd, place, manner)
            if result.record:
                beside.write(to_json(result.record).encode())
                copy.publish()
                beside.publish()
        taken.append(result._replace(name=name))
        yield taken[-1]
    with NewFile(os.path.join(folder, INDEX)) as index:
        index.write(_index(taken).encode())
        index.publish()


def verify_folder(folder: str) -> Iterator[tuple[str, list[str]]]:
    """Check every database below a folder that has a record; yield its place and what differs.

    Raises:
        UnreadableFile, Malformed: a copy or its record cannot be read.
    """
    for place, _, names in os.walk(folder):
        for name in sorted(names):
            if name.endswith(SUFFIX) and name.removesuffix(SUFFIX) in names:
                path = os.path.join(place, name.removesuffix(SUFFIX))
                record = from_json(_read_all(path + SUFFIX))
                found = differences(record, FileSource(path))
                yield os.path.relpath(path, folder), found


def verify_tar(path: str, spool: str) -> Iterator[tuple[str, list[str]]]:
    """Check every database in a tar file that has a record; yield its name and what differs.

    Raises:
        UnreadableFile, Malformed, CannotWrite: as they say.
    """
    try:
        with tarfile.open(fileobj=_Reader(FileSource(path)), mode="r:") as tar:
            members = {entry.name: entry for entry in tar if entry.isreg() and not entry.issparse()}
            for name in sorted(members):
                beside = members.get(name + SUFFIX)
                if beside:
                    record = from_json(_content(tar, beside).read(LARGEST_RECORD))
                    file = _unpack(_content(tar, members[name]), f"{path}: {name}", spool)
                    yield name, differences(record, file)
    except tarfile.TarError as error:
        raise Malformed(f"{path}: no tar of evidence: {error}") from error


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = tar.extractfile(member)
    if content is None:
        raise Malformed(f"{member.name}: no file")
    return content


def _unpack(content: IO[bytes], name: str, spool: str) -> FileSource:
    """Copy a member of a tar into an unnamed file."""
    fd = unnamed_file(spool)
    file = FileSource(name, fd)
    try:
        while chunk := content.read(_CHUNK):
            done = 0
            while done < len(chunk):
                done += os.write(fd, chunk[done:])
    except OSError as error:
        raise CannotWrite(f"{name}: no room to unpack it: {error.strerror}") from error
    file.refresh()
    return file


class _Reader(io.RawIOBase):
    """A file opened for reading, as `tarfile` wants it."""

    def __init__(self, file: FileSource) -> None:
        self._file = file
        self._offset = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._offset, os.SEEK_END: self._file.size}[whence]
        self._offset = base + offset
        return self._offset

    def tell(self) -> int:
        return self._offset

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(self._offset, self._file.size if size < 0 else size)
        self._offset += len(data)
        return data


def _take(path: str, fd: int, name: str, manner: Manner) -> Taken:
    try:
        return Taken(name, take(path, fd, name, manner), "", is_live=False)
    except CannotWrite:
        raise
    except NoConsistentCopy as error:
        return Taken(name, None, str(error), is_live=True)
    except BoltError as error:
        return Taken(name, None, str(error), is_live=False)


def _member(name: str, size: int, manner: Manner) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size = size
    info.mode = _MODE
    info.mtime = manner.now() // 1_000_000_000
    return info


def _index(taken: list[Taken]) -> str:
    return dump_safe(
        {
            "program": PROGRAM,
            "databases": [
                {
                    "name": entry.name,
                    "verdict": entry.record.verdict if entry.record else "not copied",
                    "sha256": entry.record.sha256 if entry.record else None,
                    "error": entry.error,
                }
                for entry in taken
            ],
        }
    )


def _read_all(path: str) -> bytes:
    file = FileSource(path)
    return file.read(0, file.size)
