"""The files of a node beside its databases: read within bounds, and within the node's own root.

Everything here may come from somebody else's disk. Symbolic links are followed as if the root were
`/`, sizes are bounded, and JSON is parsed strictly.
"""

import os
import stat
from typing import NamedTuple

from boltview.bolt.errors import UnreadableFile
from boltview.bolt.source import open_readonly
from boltview.containerd.locate import resolve_within
from boltview.schema.strictjson import decode_json
from boltview.schema.values import Undecodable

MAX_DOCUMENT = 8 << 20
"""Bytes of a JSON document read at most; registries refuse manifests half as large."""


class NotReadable(Exception):
    """A file cannot be read, or is not what it should be; the message says why."""


class Folder(NamedTuple):
    """A folder of a node, which need not exist."""

    root: str
    """Path of the node's root: nothing outside it is read."""
    path: str
    """Path of the folder, relative to the root."""

    def within(self, relative: str) -> "Folder":
        """Return a folder below this one."""
        return Folder(self.root, f"{self.path}/{relative}".strip("/"))

    def place(self, relative: str = "") -> str | None:
        """Return the real path of something in this folder, None if it is not there."""
        return resolve_within(self.root, f"{self.path}/{relative}")

    def shown(self, relative: str = "") -> str:
        """Return the path as the node itself would name it."""
        return "/" + f"{self.path}/{relative}".strip("/")

    def names(self) -> list[str]:
        """Return the names in the folder, sorted; none if it is not there or may not be read."""
        place = self.place()
        try:
            return sorted(os.listdir(place)) if place else []
        except OSError:
            return []

    def refusal(self) -> str:
        """Return why the folder may not be listed; empty if it may be, or is not there."""
        place = self.place()
        try:
            if place:
                os.scandir(place).close()
        except OSError as error:
            return f"cannot be listed: {error.strerror}"
        return ""

    def stat(self, relative: str = "") -> os.stat_result | None:
        """Return what is known of a file, None if it is not there."""
        place = self.place(relative)
        try:
            return os.stat(place) if place else None
        except OSError:
            return None

    def is_folder(self, relative: str = "") -> bool:
        """Whether this is a folder that exists."""
        found = self.stat(relative)
        return found is not None and stat.S_ISDIR(found.st_mode)

    def read(self, relative: str, limit: int = MAX_DOCUMENT) -> bytes:
        """Return the bytes of a file.

        Raises:
            NotReadable: it is missing, not a regular file, larger than `limit`, or may not be read.
        """
        place = self.place(relative)
        if place is None:
            raise NotReadable(f"{self.shown(relative)}: not there")
        try:
            descriptor = open_readonly(place)
        except UnreadableFile as error:
            raise NotReadable(str(error)) from error
        try:
            with os.fdopen(descriptor, "rb") as file:
                raw = file.read(limit + 1)
        except OSError as error:
            raise NotReadable(f"{self.shown(relative)}: {error.strerror}") from error
        if len(raw) > limit:
            raise NotReadable(f"{self.shown(relative)}: larger than {limit} bytes")
        return raw

    def document(self, relative: str, limit: int = MAX_DOCUMENT) -> dict[str, object]:
        """Return a file that holds a JSON object.

        Raises:
            NotReadable: it does not, or as `read`.
        """
        return json_object(self.read(relative, limit), self.shown(relative))


def json_object(raw: bytes, name: str) -> dict[str, object]:
    """Parse bytes as a JSON object.

    Raises:
        NotReadable: they are none.
    """
    try:
        found = decode_json(raw)
    except Undecodable as error:
        raise NotReadable(f"{name}: {error}") from error
    if not isinstance(found, dict):
        raise NotReadable(f"{name}: not a JSON object")
    return found


def text_of(document: object, *keys: str) -> str:
    """Return a text at a path of keys in a JSON document; empty if none is there."""
    found = value_of(document, *keys)
    return found if isinstance(found, str) else ""


def number_of(document: object, *keys: str) -> int | None:
    """Return an integer at a path of keys in a JSON document; None if none is there."""
    found = value_of(document, *keys)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def texts_of(document: object, *keys: str) -> dict[str, str]:
    """Return the texts of an object at a path of keys in a JSON document."""
    found = value_of(document, *keys)
    if not isinstance(found, dict):
        return {}
    return {key: value for key, value in found.items() if isinstance(value, str)}


def list_of(document: object, *keys: str) -> list[object]:
    """Return the list at a path of keys in a JSON document; empty if none is there."""
    found = value_of(document, *keys)
    return found if isinstance(found, list) else []


def value_of(document: object, *keys: str) -> object:
    """Return what is at a path of keys in a JSON document; None if nothing is."""
    for key in keys:
        if not isinstance(document, dict):
            return None
        document = document.get(key)
    return document
