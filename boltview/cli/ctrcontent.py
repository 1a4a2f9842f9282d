"""Answer to `ctr content get`: a blob's bytes, checked against its digest on the way."""

import hashlib
import os
from collections.abc import Iterable
from typing import TextIO

from boltview.bolt.errors import UnreadableFile
from boltview.bolt.source import open_readonly
from boltview.cli.exitcodes import ExitCode
from boltview.containerd.content import ContentStore
from boltview.containerd.files import NotReadable
from boltview.report.ctr.refused import Refused
from boltview.report.escape import escape, reads_as_text

_CHUNK = 1 << 20
_HASHES = {"sha256", "sha384", "sha512"}


def copy_blob(store: ContentStore, digest: str, output: TextIO) -> Iterable[str]:
    """Write a blob to `output` as it is; to a terminal, text alone, and escaped.

    Returns the lines that are left to print: those of a text for a terminal.

    Raises:
        Refused: the blob is not there, not what its digest says, or nothing for a terminal.
    """
    if store.size(digest) is None:
        raise Refused(f"content digest {digest}: not found")
    if output.isatty():
        return _text(store, digest)
    algorithm, _, expected = digest.partition(":")
    hashed = hashlib.new(algorithm) if algorithm in _HASHES else None
    place = store.folder.place(f"blobs/{algorithm}/{expected}")
    output.flush()
    try:
        with os.fdopen(open_readonly(place or ""), "rb") as file:
            while chunk := file.read(_CHUNK):
                output.buffer.write(chunk)
                if hashed:
                    hashed.update(chunk)
    except UnreadableFile as error:
        raise Refused(str(error), ExitCode.UNREADABLE) from error
    output.buffer.flush()
    if hashed and hashed.hexdigest() != expected:
        raise Refused(f"{digest}: the file does not have this digest", ExitCode.INCOMPLETE)
    return []


def _text(store: ContentStore, digest: str) -> list[str]:
    try:
        raw = store.blob(digest)
        text = raw.decode()
    except (NotReadable, UnicodeDecodeError):
        raw, text = b"", ""
    if not reads_as_text(raw) or not raw:
        why = f"{digest} is no text, and bytes are not safe on a terminal; redirect them"
        raise Refused(why, ExitCode.USAGE)
    return [escape(line) for line in text.splitlines()]
