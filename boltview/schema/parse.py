"""From the TOML of a schema file to a `Head` and a `Schema`, with a clear word on what is wrong."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from boltview.schema.decode import KEY_DECODERS, TYPES
from boltview.schema.model import BUCKET, Field, Node, Schema

_ATTRIBUTES = frozenset(Field._fields) - {"pattern"}
_SECTIONS = frozenset({"schema", "recognise", "part", "glossary"})


class SchemaError(Exception):
    """A schema file or descriptor set cannot be used; the message says where and why."""


class Rule(NamedTuple):
    """One way to recognise a kind of database; it holds when all of it holds."""

    score: int
    has: tuple[str, ...]
    """Patterns that exist; one that ends in `/` is a bucket."""
    only: Mapping[str, frozenset[bytes]]
    """Buckets whose children all have one of these names, at least one of them there."""


class Head(NamedTuple):
    """The part of a schema file that recognises databases."""

    path: str
    """File it comes from."""
    id: str
    title: str
    rules: tuple[Rule, ...]
    empty_paths: tuple[str, ...]
    """Ends of the paths at which a database without buckets is of this kind."""


def parse_toml(path: str, text: str) -> dict[str, Any]:
    """Parse TOML text that was read from `path`.

    Raises:
        SchemaError: it is not TOML.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SchemaError(f"{path}: {error}") from error


def parse_head(path: str, text: str) -> Head:
    """Parse the `[schema]` and `[[recognise]]` tables, which stand before the first path table.

    Raises:
        SchemaError: they are malformed.
    """
    marks = ('\n["', "\n[part.", "\n[glossary.")
    end = min((at for mark in marks if (at := text.find(mark)) >= 0), default=None)
    tables = parse_toml(path, text[:end])
    try:
        schema = tables["schema"]
        rules = tuple(
            Rule(
                int(rule["score"]),
                tuple(rule.get("has", ())),
                {
                    bucket: frozenset(name.encode() for name in names)
                    for bucket, names in rule.get("only", {}).items()
                },
            )
            for rule in tables.get("recognise", ())
        )
        return Head(
            path, schema["id"], schema["title"], rules, tuple(schema.get("empty_paths", ()))
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SchemaError(f"{path}: [schema] or [[recognise]] is malformed: {error!r}") from error


def parse_schema(path: str, text: str) -> Schema:
    """Parse a whole schema file.

    Raises:
        SchemaError: it is malformed.
    """
    tables = parse_toml(path, text)
    try:
        about = tables["schema"]
        root = Node()
        for pattern, table in _patterns(path, tables):
            node = root
            for component in pattern:
                node = node.grow(component)
            node.field = _field(path, pattern, table)
        version_key = about.get("version_key", "")
        return Schema(
            about["id"],
            about["title"],
            about.get("source", ""),
            about.get("doc", ""),
            tuple(part.encode() for part in version_key.split("/")) if version_key else (),
            root,
            tables.get("glossary", {}),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise SchemaError(f"{path}: malformed: {error!r}") from error


def _patterns(
    path: str, tables: dict[str, Any]
) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Yield each pattern with its table, the tables of its parts behind it."""
    parts = tables.get("part", {})
    for name, table in tables.items():
        if name in _SECTIONS:
            continue
        pattern = tuple(name.split("/"))
        yield pattern, table
        for part in table.get("parts", ()):
            if part not in parts:
                raise SchemaError(f"{path}: {name}: there is no [part.{part}]")
            for below, part_table in parts[part].items():
                yield (*pattern, *below.split("/")), part_table


def _field(path: str, pattern: tuple[str, ...], table: dict[str, Any]) -> Field:
    where = f"{path}: {'/'.join(pattern)}"
    unknown = table.keys() - _ATTRIBUTES - {"parts"}
    if unknown:
        raise SchemaError(f"{where}: unknown attribute {min(unknown)}")
    values = {int(number): str(name) for number, name in table.get("values", {}).items()}
    given = {name: table[name] for name in table if name not in {"parts", "values"}}
    field = Field(pattern, values=values, **given)
    if field.type not in TYPES and field.type != BUCKET:
        raise SchemaError(f"{where}: unknown type {field.type}")
    if field.key not in KEY_DECODERS:
        raise SchemaError(f"{where}: unknown key type {field.key}")
    return field
