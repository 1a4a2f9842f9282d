"""The schema format as schemas/README.md states it, read strictly: every deviation is named."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

ATTRIBUTES: dict[str, type] = {
    "doc": str,
    "glossary": str,
    "key": str,
    "object": str,
    "parts": list,
    "presence": str,
    "refers": str,
    "secret": bool,
    "sequence": str,
    "since": str,
    "type": str,
    "unit": str,
    "until": str,
    "values": dict,
    "written_by": str,
}
HEAD: dict[str, type] = {"id": str, "title": str, "source": str, "doc": str}
HEAD_OPTIONAL: dict[str, type] = {"version_key": str, "empty_paths": list}
NUMBERS = {"varint", "uvarint", "byte", "enum"}
TYPES = NUMBERS | {"string", "digest", "time", "any", "json", "indexed-json"}
TYPES |= {"strings", "none", "bytes"}
KEYS = {"string", "digest", "uvarint", "uvarint-pair", "byte"}
OBJECTS = {"container", "image", "content", "ingest", "snapshot", "lease", "sandbox"}
"""Objects as the command line names them; a schema adds those that it declares itself."""
RELEASE = r"\d+\.\d+(\.\d+)?(-(beta|rc)\.\d+)?"
SHAPES = {
    "doc": r"(?!.*  )[^\n]+\.",
    "key": "|".join(KEYS),
    "presence": "always|optional",
    "since": RELEASE,
    "type": "|".join(TYPES),
    "unit": "bytes",
    "until": RELEASE,
}
"""What the text of an attribute looks like. A doc is whole sentences on one line."""
REFERENCE_PART = re.compile(r"<[^<>{}/]+>|\{[^<>{}/]+\}")

Path = tuple[str, ...]


class Entry(NamedTuple):
    """A table at the path where it applies, parts spread out."""

    path: Path
    table: dict[str, Any]

    @property
    def is_bucket(self) -> bool:
        return "type" not in self.table

    @property
    def name(self) -> str:
        return "/".join(self.path)


def faults(text: str, glossaries: AbstractSet[str]) -> list[str]:
    """Return what is wrong with a schema file.

    Args:
        text: the file.
        glossaries: names of the glossaries with files of their own, such as `containerd.labels`.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return [f"not TOML: {error}"]
    head = tables.pop("schema", None)
    rules = tables.pop("recognise", None)
    parts = tables.pop("part", {})
    own = tables.pop("glossary", {})
    if not isinstance(head, dict) or not isinstance(rules, list):
        return ["[schema] or [[recognise]] is missing"]
    found = [*_order(text), *_head(head), *glossary_faults(own)]
    entries: dict[Path, Entry] = {}
    for entry in _spread(tables, parts):
        if entry.path in entries:
            found.append(f"{entry.name}: described twice")
        entries[entry.path] = entry
    used = {part for entry in entries.values() for part in entry.table.get("parts", ())}
    found += [f"part {part}: does not exist" for part in used - parts.keys()]
    found += [f"part {part}: is used nowhere" for part in parts.keys() - used]
    words = {entry.table.get("glossary") for entry in entries.values()}
    found += [f"glossary {name}: is used nowhere" for name in own.keys() - words]
    objects = {entry.table["object"] for entry in entries.values() if "object" in entry.table}
    for entry in entries.values():
        found += [f"{entry.name}: {fault}" for fault in _attributes(entry, glossaries | own.keys())]
        found += [f"{entry.name}: {fault}" for fault in _place(entry, entries)]
        found += [f"{entry.name}: {fault}" for fault in _refers(entry, entries, objects)]
    for rule in rules:
        found += [f"[[recognise]]: {fault}" for fault in _rule(rule, entries)]
    version = entries.get(tuple(head.get("version_key", "").split("/")))
    if "version_key" in head and (version is None or version.is_bucket):
        found.append("version_key: names no key")
    return found


def _order(text: str) -> Iterator[str]:
    tables = [line for line in text.splitlines() if line.startswith("[")]
    heads = [line in {"[schema]", "[[recognise]]"} for line in tables]
    if heads != sorted(heads, reverse=True):
        yield "[schema] and [[recognise]] do not come first"


def _head(head: dict[str, Any]) -> Iterator[str]:
    for name, kind in HEAD.items():
        if not isinstance(head.get(name), kind) or not head[name]:
            yield f"[schema] {name}: missing or no {kind.__name__}"
    for name, value in head.items():
        if name not in HEAD | HEAD_OPTIONAL:
            yield f"[schema] {name}: unknown attribute"
        elif not isinstance(value, (HEAD | HEAD_OPTIONAL)[name]):
            yield f"[schema] {name}: of the wrong kind"


def glossary_faults(glossaries: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the words of glossaries, given by name."""
    for name, words in glossaries.items():
        for word, sentence in words.items():
            if not re.fullmatch(r"[!-~]+", word) or set(word) & set("?[]"):
                yield f"glossary {name}: {word}: not a key with * for anything"
            if not re.fullmatch(SHAPES["doc"], sentence):
                yield f"glossary {name}: {word}: no sentence"


def _spread(tables: dict[str, Any], parts: dict[str, Any]) -> Iterator[Entry]:
    for name, table in tables.items():
        path = tuple(name.split("/"))
        yield Entry(path, table)
        for part in table.get("parts", ()):
            for below, part_table in parts.get(part, {}).items():
                yield Entry((*path, *below.split("/")), part_table)


def _attributes(entry: Entry, glossaries: AbstractSet[str]) -> Iterator[str]:
    table = entry.table
    for name in ("doc", "presence"):
        if name not in table:
            yield f"{name}: missing"
    for name, value in table.items():
        if name not in ATTRIBUTES:
            yield f"{name}: unknown attribute"
        elif not isinstance(value, ATTRIBUTES[name]):
            yield f"{name}: no {ATTRIBUTES[name].__name__}"
        elif name in SHAPES and not re.fullmatch(SHAPES[name], str(value)):
            yield f"{name}: not {value!r}"
    if table.get("glossary", "") not in glossaries | {""}:
        yield f"glossary: there is no {table['glossary']}"
    if not all(re.fullmatch(r"\d+", number) for number in table.get("values", {})):
        yield "values: not numbers"


def _place(entry: Entry, entries: Mapping[Path, Entry]) -> Iterator[str]:
    """Yield attributes that do not suit the type or the place, and a missing parent."""
    table, parent = entry.table, entry.path[:-1]
    if not all(entry.path):
        yield "an empty component"
    if parent and (parent not in entries or not entries[parent].is_bucket):
        yield "its parent is not described as a bucket"
    if _is_placeholder(entry.path[-1]):
        siblings = {path for path in entries if path[:-1] == parent and _is_placeholder(path[-1])}
        if len(siblings) > 1:
            yield "two placeholders in one place"
    elif "key" in table:
        yield "key: a literal name is not decoded"
    values = {"unit", "values", "secret"}
    unsuited = values if entry.is_bucket else {"parts", "sequence"}
    if table.get("type") not in NUMBERS:
        unsuited |= {"unit", "values"}
    for name in sorted(unsuited & table.keys()):
        yield f"{name}: does not suit the type"
    if table.get("type") == "enum" and not table.get("values"):
        yield "values: an enum without names"


def _refers(
    entry: Entry, entries: Mapping[Path, Entry], objects: AbstractSet[str]
) -> Iterator[str]:
    if "refers" not in entry.table:
        return
    kind, *names = entry.table["refers"].split("/")
    if kind not in OBJECTS | objects:
        yield f"refers: there are no objects {kind}"
    if not names:
        yield "refers: names no object"
    for name in names:
        if not REFERENCE_PART.fullmatch(name):
            yield f"refers: {name} is neither <placeholder> nor {{key}}"
        elif not _is_known(name, entry, entries):
            yield f"refers: there is no {name} here"


def _is_known(name: str, entry: Entry, entries: Mapping[Path, Entry]) -> bool:
    """Whether a part of a reference can be had at this place."""
    if _is_placeholder(name):
        return name in entry.path
    if name == "{key}":
        return True
    if name == "{value}":
        return bool(entry.table.get("type", "none") != "none")
    sibling = entries.get((*entry.path[:-1], name.strip("{}")))
    return sibling is not None and not sibling.is_bucket


def _rule(rule: dict[str, Any], entries: Mapping[Path, Entry]) -> Iterator[str]:
    for name in rule.keys() - {"score", "has", "only"}:
        yield f"{name}: unknown attribute"
    score = rule.get("score")
    if not isinstance(score, int) or not 1 <= score <= 100:
        yield "score: not from 1 to 100"
    if not rule.get("has"):
        yield "has: asks for nothing"
    for pattern in rule.get("has", ()):
        wants_bucket = pattern.endswith("/")
        described = [entry.is_bucket for entry in _described(pattern.strip("/"), entries)]
        if not described or any(is_bucket != wants_bucket for is_bucket in described):
            yield f"has: {pattern} is not described as such"
    for bucket, names in rule.get("only", {}).items():
        for name in names:
            if not list(_described(f"{bucket}/{name}", entries)):
                yield f"only: {bucket}/{name} is not described"


def _described(pattern: str, entries: Mapping[Path, Entry]) -> list[Entry]:
    """Return the entries for a pattern; none if any of its alternatives has none."""
    paths: list[Path] = [()]
    for component in pattern.split("/"):
        names = component.split("|")
        step = [
            path
            for path in entries
            if path[:-1] in paths
            and (_is_placeholder(path[-1]) if component == "*" else path[-1] in names)
        ]
        if component != "*" and {path[-1] for path in step} != set(names):
            return []
        paths = step
    return [entries[path] for path in paths]


def _is_placeholder(component: str) -> bool:
    return component.startswith("<") and component.endswith(">")
