"""Whether one key or value matches, and where in it."""

from collections.abc import Iterable

from boltview.forensics.search.hit import DECODED, VALUE, Match
from boltview.forensics.search.need import PLAIN, Need, need_of
from boltview.forensics.search.pattern import Pattern
from boltview.forensics.search.texts import Place, texts
from boltview.schema.decode import Decoding
from boltview.schema.model import Field, Node, Schema

KEYS, VALUES, DECODED_VALUES = "keys", "values", "decoded"
EVERYWHERE = frozenset((KEYS, VALUES, DECODED_VALUES))
"""What can be looked through."""
_SMALL = 256
_REMEMBERED = 1024

_Texts = list[tuple[Place, bytes]]


class Matcher:
    """Looks for one pattern in keys and values.

    Attributes:
        pattern: what is looked for.
        in_keys: whether keys are looked at.
        in_values: whether the bytes of values are.
        in_decoded: whether decoded values are.
    """

    def __init__(
        self, pattern: Pattern, where: frozenset[str], schema: Schema | None, decoding: Decoding
    ) -> None:
        """Find out which fields of the schema must be decoded.

        Args:
            pattern: what is looked for.
            where: what is looked through, of `EVERYWHERE`.
            schema: what is known of this kind of database; None for an unknown kind.
            decoding: decodes values.
        """
        self.pattern = pattern
        self.in_keys = KEYS in where
        self.in_values = VALUES in where
        self.in_decoded = DECODED_VALUES in where
        self._decoding = decoding
        self._known: dict[bytes, _Texts] = {}
        self._needs: dict[int, Need] = {}
        self._above: set[int] = set()
        if schema and self.in_decoded:
            self._look_through(schema.root)

    @property
    def in_any_value(self) -> bool:
        """Whether values are looked at in any form."""
        return self.in_values or self.in_decoded

    @property
    def must_decode(self) -> bool:
        """Whether a value can match although its bytes hold no needle."""
        return bool(self._needs)

    def is_above(self, node: Node | None) -> bool:
        """Whether anything at or below this place of the schema must perhaps be decoded."""
        return id(node) in self._above

    def need(self, node: Node | None) -> Need | None:
        """Return what tells whether a value at this place of the schema must be decoded."""
        return self._needs.get(id(node))

    def _look_through(self, top: Node) -> None:
        """Note the fields whose values must perhaps be decoded, and what is above them."""
        waiting: list[tuple[Node, ...]] = [(top,)]
        while waiting:
            way = waiting.pop()
            node = way[-1]
            if node.field and not node.field.is_bucket:
                need = need_of(self.pattern, node.field)
                if need:
                    self._needs[id(node)] = need
                    self._above.update(map(id, way))
            waiting += [(*way, child) for child in node.children()]

    def value(self, raw: bytes, field: Field | None, need: Need | None) -> Match | None:
        """Look for the pattern in a value: the decoded text says most, its bytes are the rest.

        Args:
            raw: the value.
            field: what the schema says of it; None when it says nothing.
            need: tells whether it must be decoded although its bytes do not match.
        """
        span = self.pattern.find(raw)
        if self.in_decoded and (span or (need and need(raw))):
            name = field.type if field else "bytes"
            # Where both are asked for, text that is the bytes is called by the simpler name.
            if name not in PLAIN or not self.in_values:
                for place, text in self._texts(raw, field):
                    found = self.pattern.find(text)
                    if found:
                        return Match(DECODED, place, text, *found)
        return Match(VALUE, (), raw, *span) if span and self.in_values else None

    def _texts(self, raw: bytes, field: Field | None) -> Iterable[tuple[Place, bytes]]:
        if field is None or field.type != "any" or len(raw) > _SMALL:
            return texts(self._decoding.value(raw, field))
        # A container's runtime is that of most others.
        known = self._known.get(raw)
        if known is None:
            known = list(texts(self._decoding.value(raw, field)))
            if len(self._known) < _REMEMBERED:
                self._known[raw] = known
        return known
