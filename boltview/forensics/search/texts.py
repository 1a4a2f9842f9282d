"""The texts that a decoded value consists of, and where each stands in it."""

from collections.abc import Callable, Iterator
from typing import Any

from boltview.schema.values import AnyValue, GoTime, Named, Value, WireField

Place = tuple[str | int, ...]
"""Where something stands within a value, as names and numbers: the path that `jq` would take in
what `boltview get --json` prints."""


def texts(value: Value) -> Iterator[tuple[Place, bytes]]:
    """Yield each text of a decoded value as UTF-8, in order: scalars, and the names of members.

    Numbers, booleans and times are as JSON output has them. A value that does not decode has none.
    """
    if value.error:
        return
    # JSON can be nested deeper than Python calls.
    waiting: list[tuple[Place, object]] = [((), value.data)]
    while waiting:
        place, data = waiting.pop()
        written = _WRITTEN.get(type(data))
        if written:
            yield place, written(data)
            continue
        parts = _PARTS.get(type(data))
        if parts:
            waiting += reversed([((*place, step), part) for step, part in parts(data)])


def _utf8(text: str) -> bytes:
    # JSON can hold halves of surrogate pairs.
    return text.encode(errors="surrogatepass")


def _members(data: dict[object, object]) -> Iterator[tuple[str, object]]:
    """Yield each member's name, then what it holds, both at the member's place."""
    for key, item in data.items():
        name = str(key)
        yield name, name
        yield name, item


_WRITTEN: dict[type, Callable[[Any], bytes]] = {
    GoTime: lambda time: time.rfc3339().encode(),
    Named: lambda named: _utf8(named.name or str(named.number)),
    bool: lambda data: b"true" if data else b"false",
    bytes: bytes,
    float: lambda number: repr(number).encode(),
    int: lambda number: str(number).encode(),
    str: _utf8,
}
"""How each type of scalar is written; nothing where there is no value."""
_PARTS: dict[type, Callable[[Any], Iterator[tuple[str | int, object]]]] = {
    AnyValue: lambda value: iter((("type_url", value.type_url), ("value", value.value))),
    WireField: lambda field: iter(((field.kind, field.value),)),
    dict: _members,
    list: lambda items: iter(enumerate(items)),
    tuple: lambda items: iter(enumerate(items)),
}
"""What each type of value consists of."""
