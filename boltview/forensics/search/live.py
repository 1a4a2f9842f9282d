"""The search through the tree of one revision.

    for found in search(reading, literal("nginx")):
        if isinstance(found, Hit): ...

It goes on only when asked for more, so whoever wants to cancel it just stops asking. A text whose
bytes are nowhere in the file is not looked for in the tree at all.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.grep import CHUNK, offsets
from boltview.bolt.page import Origin
from boltview.bolt.sweep import Single, Span, Stretch, sweep
from boltview.forensics.search.hit import KEY, VALUE, Excerpt, Hit, Path, excerpt, value_hit
from boltview.forensics.search.matcher import EVERYWHERE, Matcher
from boltview.forensics.search.need import PLAIN
from boltview.forensics.search.pattern import Pattern
from boltview.schema.decode import Decoding
from boltview.schema.model import Field, Node
from boltview.schema.reading import Reading
from boltview.schema.strictjson import MAX_JSON

_EVERY = 32
"""Leaves between two reports of progress: a millisecond or two."""
_LARGE = 1 << 20
"""Bytes of a value above which it is not read whole where that can be avoided."""
_AROUND = 512
"""Bytes read around a match in a large value."""


class Step(NamedTuple):
    """Some work done without a hit."""

    done: int
    total: int
    """Both in bytes of the file; the end can come early."""


def search(
    reading: Reading, pattern: Pattern, where: frozenset[str] = EVERYWHERE
) -> Iterator[Hit | Step]:
    """Look through everything that a revision holds, in the order of the tree.

    An entry gives a hit for its key and a hit for its value at most. Damage is in the revision's
    log.

    Args:
        reading: the revision and its schema.
        pattern: what is looked for.
        where: what is looked through, of `EVERYWHERE`: keys, values, decoded values.
    """
    matcher = Matcher(pattern, where, reading.schema, Decoding(reading.library.descriptor_sets))
    size = reading.revision.source.size
    # Both ways through the file count, the quick look and the tree.
    total, done = 2 * size, 0
    if pattern.needles:
        source = reading.revision.source
        is_there = False
        for place in offsets(source, pattern.needles, 0, size, is_folded=pattern.is_folded):
            if place is not None:
                is_there = True
                break
            done = min(size, done + CHUNK)
            yield Step(done, total)
        if not is_there and not matcher.must_decode:
            return
    live = _Live(reading, matcher)
    for count, found in enumerate(sweep(reading.revision)):
        if isinstance(found, Stretch):
            done += len(found.raw)
            yield from live.stretch(found)
        else:
            yield from live.single(found)
        if count % _EVERY == 0:
            yield Step(min(done, total), total)


class _Live:
    """Looks at entries as they come."""

    def __init__(self, reading: Reading, matcher: Matcher) -> None:
        self._schema = reading.schema
        self._source = reading.revision.source
        self._matcher = matcher
        self._path: Path | None = None
        self._node: Node | None = None

    def _node_at(self, path: Path) -> Node | None:
        """Return the place of the schema for a bucket; often the same as before."""
        if path is not self._path:
            self._path = path
            self._node = self._schema.node_at(path) if self._schema else None
        return self._node

    def stretch(self, found: Stretch) -> Iterator[Hit]:
        """Yield the hits among neighbouring entries."""
        node = self._node_at(found.path)
        has_needle = self._matcher.pattern.may_be_in(found.raw)
        if has_needle or self._matcher.is_above(node):
            yield from self._entries(found, found.path, found.spans, node)

    def _entries(
        self, found: Stretch, path: Path, spans: Sequence[Span], node: Node | None
    ) -> Iterator[Hit]:
        """Yield the hits among entries of a stretch, or of an inline bucket in it."""
        matcher = self._matcher
        raw = found.raw
        first = found.first if spans is found.spans else 0
        for at, (key_at, value_at, end, is_bucket) in enumerate(spans):
            key = raw[key_at:value_at]
            match = matcher.pattern.find(key) if matcher.in_keys else None
            if match:
                origin = Origin(found.page, first + at, found.offset + key_at, value_at - key_at)
                shown = excerpt(key, *match)
                yield Hit((*path, key), KEY, (), shown, origin, is_bucket=bool(is_bucket))
            below = node.child(key) if node else None
            if is_bucket:
                yield from self._entries(found, (*path, key), found.inner[at], below)
                continue
            if not matcher.in_any_value:
                continue
            value = matcher.value(raw[value_at:end], value_field(below), matcher.need(below))
            if value:
                origin = Origin(found.page, first + at, found.offset + value_at, end - value_at)
                yield value_hit((*path, key), value, origin)

    def single(self, found: Single) -> Iterator[Hit]:
        """Yield the hits in one entry that was read the general way."""
        path, entry = found
        if isinstance(entry, Damage):
            return
        matcher, key = self._matcher, entry.key
        match = matcher.pattern.find(key) if matcher.in_keys else None
        if match:
            origin = entry.header.key_origin if isinstance(entry, Bucket) else entry.key_origin
            shown = excerpt(key, *match)
            is_bucket = isinstance(entry, Bucket)
            yield Hit((*path, key), KEY, (), shown, origin or entry.origin, is_bucket=is_bucket)
        if isinstance(entry, Pair) and matcher.in_any_value:
            node = self._node_at(path)
            below = node.child(key) if node else None
            yield from self._value(path, entry, below)

    def _value(self, path: Path, pair: Pair, node: Node | None) -> Iterator[Hit]:
        matcher, field = self._matcher, value_field(node)
        if pair.size > _LARGE and matcher.pattern.needles and not self._is_decoded(pair, field):
            shown = self._in_pieces(pair)
            if shown:
                here = (*path, pair.key)
                yield Hit(here, VALUE, (), shown, pair.origin)
            return
        value = matcher.value(pair.value, field, matcher.need(node))
        if value:
            yield value_hit((*path, pair.key), value, pair.origin)

    def _is_decoded(self, pair: Pair, field: Field | None) -> bool:
        """Whether a large value can have a decoded text of its own."""
        if not self._matcher.in_decoded or field is None:
            return not self._matcher.in_values
        return not self._matcher.in_values or (field.type not in PLAIN and pair.size <= MAX_JSON)

    def _in_pieces(self, pair: Pair) -> Excerpt | None:
        """Look for the pattern in a value that is not read whole."""
        pattern, source = self._matcher.pattern, self._source
        _, _, start, length = pair.origin
        stop = start + length
        places = offsets(source, pattern.needles, start, stop, is_folded=pattern.is_folded)
        for place in places:
            if place is not None:
                base = max(start, place - _AROUND)
                behind = place + max(map(len, pattern.needles)) + _AROUND
                raw = source.read(base, min(stop, behind) - base)
                match = pattern.find(raw)
                return excerpt(raw, *match, base - start, length) if match else None
        return None


def value_field(node: Node | None) -> Field | None:
    """Return what a place of the schema says of values; None for a bucket, or nothing."""
    field = node.field if node else None
    return None if field is None or field.is_bucket else field
