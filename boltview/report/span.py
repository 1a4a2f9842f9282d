"""A piece of text in a named style: what the screens, and what stands in for them, are made of."""

from typing import NamedTuple


class Span(NamedTuple):
    """A piece of a line in one style."""

    text: str
    """Escaped."""
    style: str
    """`guide`, `glyph`, `bucket`, `key`, `value`, `dim`, `strong`, `good`, `note`, `unknown`,
    `undecodable` or `damage`."""
