"""The search through carved records: what a database no longer uses, never mixed with what it does.

for found in search_carved(reading, literal("nginx")):
    found.hit.path, found.record.state
"""

from collections.abc import Iterator
from typing import NamedTuple

from boltview.bolt.bulk import Contents
from boltview.bolt.progress import Progress
from boltview.forensics.attribute import UNATTRIBUTED
from boltview.forensics.carve import Carved, Carving
from boltview.forensics.search.hit import KEY, Hit, Path, excerpt, value_hit
from boltview.forensics.search.live import value_field
from boltview.forensics.search.matcher import EVERYWHERE, Matcher
from boltview.forensics.search.pattern import Pattern
from boltview.schema.decode import Decoding
from boltview.schema.model import Node
from boltview.schema.reading import Reading


class CarvedHit(NamedTuple):
    """A hit, and the record that it is in."""

    hit: Hit
    """Its path has `b""` for what cannot be told of it."""
    record: Carved


def search_carved(
    reading: Reading,
    pattern: Pattern,
    where: frozenset[str] = EVERYWHERE,
    progress: Progress | None = None,
) -> Iterator[CarvedHit]:
    """Look through the records that a revision's unused pages still hold.

    Args:
        reading: the revision whose tree counts as what is there.
        pattern: what is looked for.
        where: what is looked through, of `EVERYWHERE`.
        progress: told how many pages were carved; may raise to cancel.
    """
    schema = reading.schema
    matcher = Matcher(pattern, where, schema, Decoding(reading.library.descriptor_sets))
    for record in Carving(reading, progress).records():
        path, contents = record.path, record.contents
        if record.type == UNATTRIBUTED:
            # The path is that of the pair itself.
            path = path[:-1]
        elif matcher.in_keys:
            match = pattern.find(path[-1])
            if match:
                shown = excerpt(path[-1], *match)
                yield CarvedHit(Hit(path, KEY, (), shown, record.origin, is_bucket=True), record)
        node = schema.node_at(path) if schema and (path or record.path) else None
        for hit in _within(matcher, record, path, contents, node):
            yield CarvedHit(hit, record)


def _within(
    matcher: Matcher, record: Carved, path: Path, contents: Contents, node: Node | None
) -> Iterator[Hit]:
    """Yield the hits in a bucket of a record, and in those below it."""
    for key, content in contents.items():
        here = (*path, key)
        below = node.child(key) if node else None
        is_bucket = not isinstance(content, bytes)
        match = matcher.pattern.find(key) if matcher.in_keys else None
        if match:
            shown = excerpt(key, *match)
            yield Hit(here, KEY, (), shown, record.origin, is_bucket=is_bucket)
        if isinstance(content, dict):
            yield from _within(matcher, record, here, content, below)
        elif isinstance(content, bytes) and matcher.in_any_value:
            value = matcher.value(content, value_field(below), matcher.need(below))
            if value:
                yield value_hit(here, value, record.origin)
