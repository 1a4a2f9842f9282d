"""From the TOML of a schema file to a `Head` and a `Schema`, with a clear word on what is wrong."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

from boltview.schema.decode import KEY_DECODERS, TYPES
from boltview.schema.model import BUCKET, Field, Node, Schema

_SECTIONS = frozenset({"schema", "recognise", "part", "glossary"})
_SCORES = range(1, 101)
_KINDS = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
}

T = TypeVar("T")


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
        SchemaError: it is not TOML, or goes beyond what can be parsed.
    """
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise SchemaError(f"{path}: nested too deep to parse") from error
    except ValueError as error:  # TOML errors, and numbers with more digits than Python reads
        raise SchemaError(f"{path}: {error}") from error


def take(where: str, table: object, name: str, kind: type[T], default: T | None = None) -> T:
    """Return an attribute of a table.

    Args:
        where: the file and the table, for the message.
        table: the table.
        name: the attribute.
        kind: type that it must have.
        default: what stands for a missing one; None if it must be there.

    Raises:
        SchemaError: the table is none, or the attribute is missing or of another kind.
    """
    if not isinstance(table, dict):
        raise SchemaError(f"{where} is not a table")
    value = table.get(name, default)
    if value is None:
        raise SchemaError(f"{where}: {name} is missing")
    if type(value) is not kind:  # isinstance would take true for a number
        raise SchemaError(f"{where}: {name} is not {_KINDS[kind]}")
    return value


def take_words(where: str, table: object) -> dict[str, str]:
    """Return a glossary: a table of texts only.

    Raises:
        SchemaError: it is something else.
    """
    if not isinstance(table, dict):
        raise SchemaError(f"{where} is not a table")
    return {word: take(where, table, word, str) for word in table}


def parse_head(path: str, text: str) -> Head:
    """Parse the `[schema]` and `[[recognise]]` tables, which stand before the first path table.

    Raises:
        SchemaError: they are malformed.
    """
    marks = ('\n["', "\n[part.", "\n[glossary.")
    # Cut behind the line break: half of one, \r without \n, is not TOML.
    end = min((at + 1 for mark in marks if (at := text.find(mark)) >= 0), default=None)
    tables = parse_toml(path, text[:end])
    about = take(path, tables, "schema", dict)
    where = f"{path}: [schema]"
    rules = take(path, tables, "recognise", list, [])
    return Head(
        path,
        take(where, about, "id", str),
        take(where, about, "title", str),
        tuple(_rule(f"{path}: [[recognise]]", rule) for rule in rules),
        _texts(where, about, "empty_paths"),
    )


def parse_schema(path: str, text: str) -> Schema:
    """Parse a whole schema file.

    Raises:
        SchemaError: it is malformed.
    """
    tables = parse_toml(path, text)
    about = take(path, tables, "schema", dict)
    where = f"{path}: [schema]"
    version_key = take(where, about, "version_key", str, "")
    root = Node()
    for pattern, table in _patterns(path, tables):
        node = root
        for component in pattern:
            node = node.grow(component)
        field = _field(path, pattern, table)
        if node.field:
            raise SchemaError(f"{path}: {field.path} and {node.field.path} are the same place")
        node.field = field
    return Schema(
        take(where, about, "id", str),
        take(where, about, "title", str),
        take(where, about, "source", str, ""),
        take(where, about, "doc", str, ""),
        tuple(part.encode() for part in version_key.split("/")) if version_key else (),
        root,
        {
            name: take_words(f"{path}: [glossary.{name}]", words)
            for name, words in take(path, tables, "glossary", dict, {}).items()
        },
    )


def _texts(where: str, table: object, name: str) -> tuple[str, ...]:
    """Return an attribute that is a list of texts; empty if it is missing."""
    found = take(where, table, name, list, [])
    if not all(isinstance(text, str) for text in found):
        raise SchemaError(f"{where}: {name} is not a list of texts")
    return tuple(found)


def _rule(where: str, table: object) -> Rule:
    has = _texts(where, table, "has")
    only = take(where, table, "only", dict, {})
    if not has and not only:
        raise SchemaError(f"{where}: a table asks for nothing, so it would hold for every database")
    score = take(where, table, "score", int)
    if score not in _SCORES:
        raise SchemaError(f"{where}: score is not from {_SCORES[0]} to {_SCORES[-1]}")
    names = {bucket: _texts(f"{where}: only", only, bucket) for bucket in only}
    return Rule(
        score,
        has,
        {bucket: frozenset(name.encode() for name in names[bucket]) for bucket in names},
    )


def _patterns(path: str, tables: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], object]]:
    """Yield each pattern with its table, the tables of its parts behind it."""
    parts = take(path, tables, "part", dict, {})
    for name, table in tables.items():
        if name in _SECTIONS:
            continue
        pattern = tuple(name.split("/"))
        yield pattern, table
        for part in _texts(f"{path}: {name}", table, "parts"):
            if part not in parts:
                raise SchemaError(f"{path}: {name}: there is no [part.{part}]")
            for below, part_table in take(f"{path}: [part]", parts, part, dict).items():
                yield (*pattern, *below.split("/")), part_table


def _field(path: str, pattern: tuple[str, ...], table: object) -> Field:
    where = f"{path}: {'/'.join(pattern)}"
    if not all(pattern):
        raise SchemaError(f"{where}: a part of the path is empty")
    if not isinstance(table, dict):
        raise SchemaError(f"{where} is not a table")
    defaults = Field._field_defaults
    unknown = table.keys() - defaults.keys() - {"parts"}
    if unknown:
        raise SchemaError(f"{where}: unknown attribute {min(unknown)}")
    given: dict[str, Any] = {
        name: take(where, table, name, type(default))
        for name, default in defaults.items()
        if name in table
    }
    given["values"] = _values(where, given.get("values", {}))
    field = Field(pattern, **given)
    if field.type not in TYPES and field.type != BUCKET:
        raise SchemaError(f"{where}: unknown type {field.type}")
    if field.key not in KEY_DECODERS:
        raise SchemaError(f"{where}: unknown key type {field.key}")
    return field


def _values(where: str, table: dict[str, object]) -> dict[int, str]:
    """Return the names of numbers: TOML's keys are texts."""
    try:
        return {int(number): take(f"{where}: values", table, number, str) for number in table}
    except ValueError as error:
        raise SchemaError(f"{where}: values: a key is not a number") from error
