"""JSON as containerd's clients write it (Go's `encoding/json`), read strictly and within bounds."""

from math import isfinite

from boltview.schema.values import Undecodable

MAX_JSON = 1 << 26
"""Bytes parsed at most: a larger value is shown as bytes."""
_SHOWN = 40
"""Characters of a number that a message repeats."""


def decode_json(raw: bytes) -> object:
    """Parse UTF-8 JSON.

    Raises:
        Undecodable: it is not JSON, or too large or too deep to parse.
    """
    import json

    if len(raw) > MAX_JSON:
        raise Undecodable(f"JSON of {len(raw)} bytes is too large to parse")
    try:
        value: object = json.loads(raw.decode(), parse_constant=_refuse, parse_float=_finite)
    except UnicodeDecodeError as error:
        raise Undecodable("not UTF-8, so not JSON") from error
    except RecursionError as error:
        raise Undecodable("JSON nested too deep to parse") from error
    except json.JSONDecodeError as error:
        raise Undecodable(f"not JSON: {error}") from error
    except ValueError as error:  # Python bounds the digits of an integer
        raise Undecodable("JSON with a number of too many digits to parse") from error
    return value


def _refuse(name: str) -> object:
    raise Undecodable(f"not JSON: {name} is not a JSON value")


def _finite(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise Undecodable(f"JSON with a number too large for a double: {text[:_SHOWN]}")
    return value
