r"""JSON as Go's `json.MarshalIndent(x, "", "    ")` writes it.

Differences from Python's: `<`, `>`, `&`, U+2028 and U+2029 are escaped, other text beyond ASCII is
not, and bytes that are not UTF-8 become U+FFFD. What a terminal could act on, which Go leaves as it
is (DEL, C1 controls, bidi overrides), is escaped here, which means the same to every reader.
"""

import json
import re
from base64 import b64encode
from collections.abc import Mapping

from boltview.report.jsontext import dumps

_INDENT = 4
_HTML = re.compile("[<>&\u2028\u2029]|[\ud800-\udfff]+")
_SMALL, _LARGE = 1e-6, 1e21
"""Go writes an exponent below and from here on."""
_encode = json.JSONEncoder(ensure_ascii=False).encode


def marshal(value: object) -> str:
    """Return the document: dicts in their own order, keys and all."""
    return dumps(value, _INDENT, _scalar)


def sorted_map(labels: Mapping[str, object]) -> dict[str, object]:
    """Return a map in the order in which Go writes it: sorted by bytes."""
    return {key: labels[key] for key in sorted(labels, key=_bytes)}


def base64_text(raw: bytes) -> str:
    """Return bytes as Go writes `[]byte`."""
    return b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape")


def _scalar(value: object) -> str:
    if isinstance(value, str):
        return _HTML.sub(_escaped, _encode(value))
    if isinstance(value, float):
        return _float(value)
    return _encode(value)


def _escaped(match: re.Match[str]) -> str:
    found = match[0]
    if "\ud800" <= found[0] <= "\udfff":
        return "\ufffd" * len(found)
    return f"\\u{ord(found):04x}"


def _float(value: float) -> str:
    """Write a double as ECMAScript does (Go `encoding/json/encode.go: floatEncoder`)."""
    if value == 0:
        return "-0" if str(value)[0] == "-" else "0"
    if _SMALL <= abs(value) < _LARGE:
        from decimal import Decimal

        return f"{Decimal(repr(value)):f}".removesuffix(".0")
    mantissa, _, exponent = repr(value).partition("e")
    return f"{mantissa}e{int(exponent):+03d}".replace("e-0", "e-")
