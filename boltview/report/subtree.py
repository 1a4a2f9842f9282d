"""The JSON of an entry and all that is below it, piece by piece: a database need not fit memory.

The text is that of `report/jsontext.py: entry_json`; only damage, which that collects for each
bucket, stands at the end of its bucket.
"""

from collections.abc import Iterator

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.walk import walk
from boltview.report import large
from boltview.report.jsontext import DAMAGE, dumps, key_json, value_json
from boltview.schema.reading import Reading

_INDENT = 2


def entry_pieces(reading: Reading, bucket: Bucket, entry: Pair | Bucket) -> Iterator[str]:
    """Yield the JSON of an entry of `bucket`, laid out, without a line end behind it."""
    if isinstance(entry, Pair):
        yield from _value(reading, bucket, entry, "")
    else:
        yield from bucket_pieces(reading, entry)


def bucket_pieces(reading: Reading, bucket: Bucket) -> Iterator[str]:
    """Yield the JSON of a bucket."""
    # Of each open object: the damage met in it, and whether it has a member yet.
    opened = [_Open()]
    yield "{"
    for depth, parent, entry in walk(reading.revision, bucket):
        while len(opened) > depth + 1:
            yield from _closed(opened)
        if isinstance(entry, Damage):
            opened[-1].damage.append(entry.what)
            continue
        yield opened[-1].separator(len(opened)) + dumps(key_json(entry.key)) + ": "
        if isinstance(entry, Pair):
            yield from _value(reading, parent, entry, " " * (_INDENT * len(opened)))
        else:
            opened.append(_Open())
            yield "{"
    while opened:
        yield from _closed(opened)


def _value(reading: Reading, bucket: Bucket, pair: Pair, margin: str) -> Iterator[str]:
    """Yield the JSON of a value, its further lines behind a margin."""
    field = reading.field(bucket, pair)
    kind = field.type if field else "bytes"
    if pair.size > large.VALUE and kind in large.KINDS:
        yield from large.json_pieces(pair, kind, reading.revision.source, margin)
        return
    text = dumps(value_json(reading.value(bucket, pair)), _INDENT)
    yield text.replace("\n", f"\n{margin}")


class _Open:
    """An object that is being written."""

    __slots__ = ("damage", "is_empty")

    def __init__(self) -> None:
        self.damage: list[str] = []
        self.is_empty = True

    def separator(self, depth: int) -> str:
        """Return what stands before the next member."""
        comma = "" if self.is_empty else ","
        self.is_empty = False
        return f"{comma}\n{' ' * (_INDENT * depth)}"


def _closed(opened: list[_Open]) -> Iterator[str]:
    """Yield what ends the innermost object."""
    depth = len(opened)
    last = opened[-1]
    if last.damage:
        text = dumps(last.damage, _INDENT).replace("\n", "\n" + " " * (_INDENT * depth))
        yield last.separator(depth) + dumps(DAMAGE) + ": " + text
    opened.pop()
    yield "}" if last.is_empty else f"\n{' ' * (_INDENT * (depth - 1))}}}"
