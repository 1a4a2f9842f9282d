"""The contents of one object's bucket, decoded as the schema says: values, faults, what is unknown.

A `Plan` is a node of the schema made ready for many records of its kind.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from boltview.bolt.bulk import Contents, Shared
from boltview.containerd.objects import Fault, Payload, Unknown, key_text
from boltview.schema.decode import DECODERS, KEY_DECODERS, Decoding
from boltview.schema.gotime import decode_time
from boltview.schema.model import Field, Node
from boltview.schema.values import Undecodable, Value

Values = dict[str, Any]
"""Decoded values by the schema's key; buckets are dicts of the same kind, labels of text."""
Converter = Callable[[bytes], object]


_REMEMBERED = 1024


class Step(NamedTuple):
    """What to do with one key of a record."""

    name: str
    convert: Converter | None
    """For a value."""
    inner: "Plan | None"
    """For a bucket."""
    key: Converter | None
    """For a key that must be more than text."""
    rescue: Converter | None
    """What stands for a value that does not decode, beside the fault; without it None does."""


class Plan(NamedTuple):
    """What to do with the keys of a bucket."""

    steps: dict[bytes, Step]
    rest: Step | None
    """For any other key."""
    required: frozenset[str]
    """Names of what is always written."""
    is_text: bool
    """Whether every key is free and every value text: labels."""
    known: dict[int, tuple[Shared, Values]]
    """Contents that stand for many buckets, decoded once, by their identity."""


class Decoded(NamedTuple):
    """The contents of an object's bucket, decoded."""

    values: Values
    faults: list[Fault]
    unknown: list[Unknown]


class _Notes(NamedTuple):
    faults: list[Fault]
    unknown: list[Unknown]


def plan(node: Node, decoding: Decoding, since: str = "") -> Plan:
    """Prepare for the records of a schema node.

    Args:
        node: the node of an object's bucket, or of a bucket within it.
        decoding: decodes payloads.
        since: the release that brought the object; what came later need not be there.
    """
    steps = {
        key: step
        for key, child in node.literals.items()
        if (step := _step(key.decode(), child, decoding, since))
    }
    rest = _step("", node.placeholder, decoding, since) if node.placeholder else None
    required = frozenset(
        steps[key].name
        for key, child in node.literals.items()
        if child.field
        and child.field.presence == "always"
        and child.field.since in {"", since}
        and key in steps
    )
    is_text = not steps and rest is not None and rest.convert is bytes.decode and not rest.key
    return Plan(steps, rest, required, is_text, {})


def _step(name: str, node: Node, decoding: Decoding, since: str) -> Step | None:
    field = node.field
    if field is None:
        return None
    key = None if field.key == "string" else KEY_DECODERS[field.key]
    if field.is_bucket:
        return Step(name, None, plan(node, decoding, since), key, None)
    if field.type == "any":
        payload, checked = _payloads(field, decoding)
        # One payload among others keeps its name; a field of its own is known by its fault alone.
        return Step(name, checked, None, key, None if name else payload)
    if field.type == "string":
        return Step(name, bytes.decode, None, key, key_text)
    return Step(name, _converter(field), None, key, None)


def _payloads(field: Field, decoding: Decoding) -> tuple[Converter, Converter]:
    """Return what makes a payload of any bytes, and what makes one of an `Any` alone."""

    def decode(raw: bytes) -> Value:
        return decoding.value(raw, field)

    def payload(raw: bytes) -> Payload:
        return Payload(raw, decode)

    def checked(raw: bytes) -> Payload:
        found = Payload(raw, decode)
        # The usual form is an `Any` at a glance; only of others is it asked whether they are.
        if not found.value_start and (error := found.value().error):
            raise Undecodable(error)
        return found

    return payload, checked


def _converter(field: Field) -> Converter:
    if field.type == "time":
        return decode_time
    decoder = DECODERS[field.type]
    return lambda raw: decoder(raw, field)


def decode(prepared: Plan, contents: Contents) -> Decoded:
    """Decode the contents of an object's bucket."""
    notes = _Notes([], [])
    return Decoded(_decode(prepared, contents, (), notes), notes.faults, notes.unknown)


def _decode(prepared: Plan, contents: Contents, above: tuple[bytes, ...], notes: _Notes) -> Values:
    if prepared.is_text:
        try:
            # Whatever is not text raises, and is looked at one by one.
            return {key.decode(): bytes.decode(text) for key, text in contents.items()}  # type: ignore[arg-type]
        except (UnicodeDecodeError, TypeError):
            pass
    values: Values = {}
    steps, rest = prepared.steps, prepared.rest
    for key, content in contents.items():
        step = steps.get(key, rest)
        if step is None:
            notes.unknown.extend(_unknown((*above, key), content))
            continue
        name, convert, inner, check, rescue = step
        name = name or key_text(key)
        if check:
            _check_key(check, (*above, key), notes)
        if convert and type(content) is bytes:
            try:
                values[name] = convert(content)
            except (UnicodeDecodeError, Undecodable) as error:
                values[name] = rescue(content) if rescue else None
                notes.faults.append(_undecodable(_name((*above, key)), error, content))
        elif inner and isinstance(content, dict):
            values[name] = _decode_bucket(inner, content, (*above, key), notes)
        else:
            notes.faults.append(_misplaced(_name((*above, key)), content))
    if not prepared.required <= values.keys():
        _note_missing(prepared, values, above, notes)
    return values


def _decode_bucket(
    prepared: Plan, contents: Contents, above: tuple[bytes, ...], notes: _Notes
) -> Values:
    """Decode a bucket within a record, once if it comes again and nothing is odd about it."""
    if type(contents) is not Shared:
        return _decode(prepared, contents, above, notes)
    known = prepared.known.get(id(contents))
    if known and known[0] is contents:
        return known[1]
    own = _Notes([], [])
    values = _decode(prepared, contents, above, own)
    notes.faults.extend(own.faults)
    notes.unknown.extend(own.unknown)
    if not own.faults and not own.unknown and len(prepared.known) < _REMEMBERED:
        prepared.known[id(contents)] = contents, values
    return values


def _note_missing(prepared: Plan, values: Values, above: tuple[bytes, ...], notes: _Notes) -> None:
    for name in sorted(prepared.required - values.keys()):
        field = _name((*above, name.encode()))
        if not any(fault.field == field for fault in notes.faults):
            notes.faults.append(Fault(field, "missing", "always written, but not there"))


def _undecodable(field: str, error: Exception, raw: bytes) -> Fault:
    what = f"not UTF-8 at byte {error.start}" if isinstance(error, UnicodeDecodeError) else error
    return Fault(field, "undecodable", str(what), raw)


def _check_key(check: Converter, path: tuple[bytes, ...], notes: _Notes) -> None:
    try:
        check(path[-1])
    except Undecodable as error:
        notes.faults.append(Fault(_name(path), "undecodable", f"the key: {error}", path[-1]))


def _misplaced(field: str, content: bytes | Contents | None) -> Fault:
    if content is None:
        return Fault(field, "unreadable", "its bucket could not be read")
    if isinstance(content, bytes):
        return misplaced_value(field, content)
    return Fault(field, "misplaced", "a bucket where a value belongs")


def misplaced_value(field: str, raw: bytes) -> Fault:
    """Return the fault of a key where a bucket belongs."""
    return Fault(field, "misplaced", f"a value of {len(raw)} bytes where a bucket belongs", raw)


def _unknown(path: tuple[bytes, ...], content: bytes | Contents | None) -> Iterator[Unknown]:
    """List everything below a key that the schema does not know."""
    if not isinstance(content, dict):
        yield Unknown(path, content)
        return
    yield Unknown(path, None)
    for key, inner in content.items():
        yield from _unknown((*path, key), inner)


def _name(path: tuple[bytes, ...]) -> str:
    return "/".join(map(key_text, path))
