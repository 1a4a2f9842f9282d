"""The schema files, glossaries and descriptor sets that a run uses, read when they are needed.

A command must start fast, so of each schema file only the head is parsed until a database is
recognised; then that one file is parsed wholly.
"""

import os
from typing import Any

from boltview.schema.model import Schema
from boltview.schema.parse import (
    Head,
    SchemaError,
    parse_head,
    parse_schema,
    parse_toml,
    take,
    take_words,
)
from boltview.shipped import schema_folder

_GLOSSARY_PREFIX = "glossary."
_ANY_TYPES = "types.toml"
_GOOGLE_PREFIX = "type.googleapis.com/"
_SUFFIXES = (".toml", ".binpb")


class Library:
    """Schema files and what belongs to them: ours, and those the user names.

    Args:
        extra: files and folders of the user's own.

    Raises:
        SchemaError: a place given does not exist, or is no schema file by its name.
    """

    def __init__(self, extra: tuple[str, ...] = ()) -> None:
        """List the files; none is read yet."""
        self._files = [file for place in (schema_folder(), *extra) for file in _files_in(place)]
        self._heads: list[Head] | None = None
        self._read: dict[str, dict[str, Any]] = {}

    def heads(self) -> list[Head]:
        """Return the head of every schema file.

        Raises:
            SchemaError: a file cannot be read or is not a schema.
        """
        if self._heads is None:
            self._heads = [
                parse_head(file, _text(file)) for file in self._files if _is_schema(file)
            ]
        return self._heads

    def schema(self, head: Head) -> Schema:
        """Parse the schema file that `head` comes from.

        Raises:
            SchemaError: it is malformed.
        """
        return parse_schema(head.path, _text(head.path))

    def descriptor_sets(self) -> dict[str, bytes]:
        """Return the serialized descriptor sets by file, ours first.

        Raises:
            SchemaError: a file cannot be read.
        """
        return {file: _bytes(file) for file in self._files if file.endswith(".binpb")}

    def explain(self, schema: Schema, glossary: str, word: str) -> str:
        """Return what a glossary says of a word, such as a label's key; empty if nothing.

        Args:
            schema: the schema whose field names the glossary.
            glossary: one of the schema's own, or `file.table`, such as `containerd.labels`.
            word: the word; of the glossary's globs that match it the longest counts.

        Raises:
            SchemaError: a glossary file is malformed.
        """
        from fnmatch import fnmatchcase

        found = {**schema.glossaries.get(glossary, {}), **self.words(glossary)}
        matching = [glob for glob in found if fnmatchcase(word, glob)]
        return found[max(matching, key=len)] if matching else ""

    def words(self, glossary: str) -> dict[str, str]:
        """Return a glossary: what is said of words, by globs that match them.

        Args:
            glossary: `file.table`, such as `containerd.labels`.

        Raises:
            SchemaError: a glossary file is malformed.
        """
        found: dict[str, str] = {}
        stem, _, table = glossary.rpartition(".")
        for file in self._files:
            if os.path.basename(file) == f"{_GLOSSARY_PREFIX}{stem}.toml":
                words = self._toml(file).get(table, {})
                found.update(take_words(f"{file}: [{table}]", words))
        return found

    def any_type(self, type_url: str) -> tuple[str, str]:
        """Return title and explanation of an Any's type URL, empty if it is unknown.

        Raises:
            SchemaError: a file of types is malformed.
        """
        name = type_url.removeprefix(_GOOGLE_PREFIX)
        for file in self._files:
            if os.path.basename(file) == _ANY_TYPES:
                types = self._toml(file)
                if name in types:
                    where, about = f"{file}: {name}", types[name]
                    return take(where, about, "title", str, ""), take(where, about, "doc", str, "")
        return "", ""

    def _toml(self, file: str) -> dict[str, Any]:
        """Return what a glossary or file of types says, read once: a browser asks at every step."""
        if file not in self._read:
            self._read[file] = parse_toml(file, _text(file))
        return self._read[file]


def _files_in(place: str) -> list[str]:
    if os.path.isdir(place):
        try:
            names = sorted(name for name in os.listdir(place) if name.endswith(_SUFFIXES))
        except OSError as error:
            raise SchemaError(f"{place}: {error.strerror}") from error
        return [os.path.join(place, name) for name in names]
    if not os.path.isfile(place):
        raise SchemaError(f"{place}: no such schema file or folder")
    if not place.endswith(_SUFFIXES):
        raise SchemaError(f"{place}: a schema file ends in {' or '.join(_SUFFIXES)}")
    return [place]


def _is_schema(file: str) -> bool:
    name = os.path.basename(file)
    return file.endswith(".toml") and name != _ANY_TYPES and not name.startswith(_GLOSSARY_PREFIX)


def _text(file: str) -> str:
    try:
        return _bytes(file).decode()
    except UnicodeDecodeError as error:
        raise SchemaError(f"{file}: not UTF-8") from error


def _bytes(file: str) -> bytes:
    try:
        with open(file, "rb") as opened:
            return opened.read()
    except OSError as error:
        raise SchemaError(f"{file}: {error.strerror}") from error
