"""A search that looks at every record of the careful walk and decodes every value."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.walk import walk
from boltview.forensics.search.hit import Hit
from boltview.forensics.search.live import search
from boltview.forensics.search.matcher import EVERYWHERE
from boltview.forensics.search.pattern import Pattern
from boltview.schema.reading import Reading
from boltview.schema.values import AnyValue, GoTime, Named, WireField

Path = tuple[bytes, ...]


class Entry(NamedTuple):
    """A record as it is to be found."""

    path: Path
    raw: bytes | None
    """None for a bucket."""
    texts: list[bytes]
    """What its value decodes to."""


def entries(reading: Reading) -> list[Entry]:
    found = []
    for _, bucket, entry in walk(reading.revision, reading.root):
        if isinstance(entry, Pair):
            value = reading.value(bucket, entry)
            texts = [] if value.error else list(_texts(value.data))
            found.append(Entry((*bucket.path, entry.key), entry.value, texts))
        elif isinstance(entry, Bucket):
            found.append(Entry(entry.path, None, []))
    return found


def _texts(data: object) -> Iterator[bytes]:
    match data:
        case GoTime():
            yield data.rfc3339().encode()
        case Named():
            yield (data.name or str(data.number)).encode()
        case AnyValue() | WireField() | dict() | list() | tuple():
            for item in _inner(data):
                yield from _texts(item)
        case bytes():
            yield data
        case bool():
            yield str(data).lower().encode()
        case str() | int() | float():
            yield str(data).encode()


def _inner(data: object) -> Iterator[object]:
    match data:
        case AnyValue():
            yield from (data.type_url, data.value)
        case WireField():
            yield data.value
        case dict():
            for pair in data.items():
                yield from pair
        case list() | tuple():
            yield from data


def expected(found: list[Entry], regex: "re.Pattern[bytes]", where: frozenset[str]) -> list[Path]:
    """Return the path of each hit in order, twice where key and value match."""
    paths = []
    for path, raw, texts in found:
        if "keys" in where and regex.search(path[-1]):
            paths.append(path)
        in_raw = raw is not None and "values" in where and regex.search(raw)
        if in_raw or ("decoded" in where and any(map(regex.search, texts))):
            paths.append(path)
    return paths


def hits(reading: Reading, pattern: Pattern, where: frozenset[str] = EVERYWHERE) -> Iterator[Hit]:
    return (found for found in search(reading, pattern, where) if isinstance(found, Hit))
