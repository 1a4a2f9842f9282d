"""The JSON of a value too large for memory: text, or hex, read and written piece by piece."""

import codecs
from collections.abc import Iterator

from boltview.bolt.bucket import Pair
from boltview.bolt.page import read_exactly
from boltview.bolt.source import Source
from boltview.report.jsontext import dumps

VALUE = 1 << 20
"""Bytes above which a value is written so."""
KINDS = frozenset({"bytes", "string"})
"""Types whose values are text or bytes as they are; the others have to be decoded whole."""
_PIECE = 1 << 18
_INDENT = 2


def json_pieces(pair: Pair, kind: str, source: Source, margin: str) -> Iterator[str]:
    """Yield the JSON of a value, as `report/jsontext.py: value_json` has it.

    Args:
        pair: the value.
        kind: its type, one of `KINDS`.
        source: where its bytes are.
        margin: what stands before each line but the first.
    """
    wrong = _not_text(pair, source)
    if wrong is None:
        yield '"'
        decoder = codecs.getincrementaldecoder("utf-8")()
        for raw in _chunks(pair, source):
            # The quotes belong to the whole.
            yield dumps(decoder.decode(raw))[1:-1]
        yield '"'
        return
    line = f"\n{margin}{' ' * _INDENT}"
    yield f'{{{line}"hex": "'
    yield from (raw.hex() for raw in _chunks(pair, source))
    yield '"'
    if kind == "string":
        yield f',{line}"error": {dumps(f"not UTF-8 at byte {wrong}")}'
    yield f"\n{margin}}}"


def _not_text(pair: Pair, source: Source) -> int | None:
    """Return the first byte that is not of UTF-8, None if the value is text."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    done = 0
    for raw in _chunks(pair, source):
        # Bytes of a character that was begun before are looked at again.
        waiting = len(decoder.getstate()[0])
        try:
            decoder.decode(raw)
        except UnicodeDecodeError as error:
            return done - waiting + error.start
        done += len(raw)
    rest = len(decoder.getstate()[0])
    return done - rest if rest else None


def _chunks(pair: Pair, source: Source) -> Iterator[bytes]:
    offset, length = pair.origin.offset, pair.origin.length
    for at in range(offset, offset + length, _PIECE):
        yield read_exactly(source, at, min(_PIECE, offset + length - at))
