r"""Which values must be decoded to know whether their decoded text matches.

Decoding everything takes many times as long as reading it. A value is passed over only where it is
certain that its decoded text cannot match:

- A type whose text is its bytes (`string`, `digest`, `bytes`) says nothing that its bytes do not.
- Times and numbers are written with few different characters; a pattern that needs another one
  cannot match them. The names of an `enum` are known from the schema.
- The text of JSON is its bytes but for escapes and the form of fractions. A match that the bytes do
  not hold needs an escape within it: `\u`, or a short one of a character of the pattern.
- A JSON object in an `Any` is taken for a message only if its bytes are one. `{` then opens a group
  (field 15), which `|` must close; without that byte it is JSON or nothing.

All this is about a pattern whose matches begin with known bytes. Any other may match anything.
"""

import re
from collections.abc import Callable

from boltview.forensics.search.pattern import Pattern
from boltview.schema.anyform import any_value_start
from boltview.schema.model import Field

PLAIN = frozenset(("string", "digest", "bytes"))
"""Types whose decoded text is their bytes."""
_DIGITS = frozenset(b"-0123456789")
_TIME = _DIGITS | frozenset(b":.+TZtz")
_IN_NUMBER = re.compile(rb"-?[0-9]*(?:\.[0-9]*)?(?:[eE][+-]?[0-9]*)?|[+-]?[0-9]*")
"""Any piece of a number as Python writes it."""
_SHORT_ESCAPES = {b'\\"': b'"', b"\\\\": b"\\", b"\\/": b"/"}
_CONTROLS = b"\b\f\n\r\t"
_HAS_FRACTION = re.compile(rb"[\[,:]\s*-?[0-9]+[.eE][0-9.eE+-]*\s*[,\]}]")
"""A number with a fraction or exponent as a member; or a text that reads like one."""
_HAS_CONTROL = re.compile(rb"\\[bfnrt]")

Need = Callable[[bytes], bool]
"""Tells whether a value must be decoded, of which the bytes hold no needle."""


def need_of(pattern: Pattern, field: Field | None) -> Need | None:
    """Return what tells of values of a field whether they must be decoded; None if none must.

    Args:
        pattern: what is looked for.
        field: what the schema says of the values; None when it says nothing.
    """
    name = field.type if field else "bytes"
    if field is None or name in PLAIN or name == "none":
        return None
    if not pattern.needles:
        return _always
    rule = _RULES.get(name, _any_need)
    return rule(pattern, field)


def _always(_raw: bytes) -> bool:
    return True


def _if_written_with(alphabet: frozenset[int]) -> "_Rule":
    """Return the rule for a type whose text consists of few different characters."""
    return lambda pattern, _field: _always if pattern.may_match(alphabet) else None


def _enum_need(pattern: Pattern, field: Field) -> Need | None:
    names = any(pattern.find(name.encode()) for name in field.values.values())
    return _always if names or pattern.may_match(_DIGITS) else None


def _no_need(_pattern: Pattern, _field: Field) -> None:
    """Say that the texts are pieces of the bytes."""


def _json_need(pattern: Pattern, _field: Field) -> Need:
    """Return the rule for JSON."""
    characters = b"".join(pattern.needles)
    escapes = [escape for escape, plain in _SHORT_ESCAPES.items() if plain in characters]
    has_controls = any(character in _CONTROLS for character in characters)
    may_be_fraction = any(map(_IN_NUMBER.fullmatch, pattern.needles))

    def need(raw: bytes) -> bool:
        if may_be_fraction and (raw[:1] not in b"{[" or _HAS_FRACTION.search(raw)):
            return True
        if b"\\" not in raw:
            return False
        return (
            b"\\u" in raw
            or any(escape in raw for escape in escapes)
            or (has_controls and _HAS_CONTROL.search(raw) is not None)
        )

    return need


def _indexed_json_need(pattern: Pattern, field: Field) -> Need:
    """Return the rule for JSON to which decoding adds a number and two names."""
    added = any(pattern.find(name) for name in (b"index", b"value"))
    return _always if added or pattern.may_match(_DIGITS) else _json_need(pattern, field)


def _any_need(pattern: Pattern, field: Field) -> Need:
    """Return the rule for an `Any`, which may hold JSON."""
    is_json = _json_need(pattern, field)

    def need(raw: bytes) -> bool:
        start = any_value_start(raw)
        payload = raw[start:] if start else b""
        return payload[:1] != b"{" or b"|" in payload or is_json(payload)

    return need


_Rule = Callable[[Pattern, Field], Need | None]
_RULES: dict[str, _Rule] = {
    "byte": _if_written_with(_DIGITS),
    "enum": _enum_need,
    "indexed-json": _indexed_json_need,
    "json": _json_need,
    "strings": _no_need,
    "time": _if_written_with(_TIME),
    "uvarint": _if_written_with(_DIGITS),
    "varint": _if_written_with(_DIGITS),
}
"""The rule of each type whose text is not its bytes; that of `any` for the others."""
