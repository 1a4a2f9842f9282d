"""Paths of keys as text: one form to print, and a forgiving way to read what a person types.

Printed: components joined by `/`, in which `/`, `%` and every byte that is not printable UTF-8 is
`%XX`. Typed: the same, or with keys that contain `/` left as they are (at each bucket the key that
matches is taken, longest first), or a component as `0x…`.
"""

from collections.abc import Sequence
from typing import NamedTuple

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage

_HEX_DIGITS = frozenset("0123456789abcdefABCDEF")
_HEX_PREFIX = "0x"
_MAX_COMPONENTS = 4096
"""A typed path of more components is a mistake; buckets are opened one by one for each."""


class NoSuchKey(Exception):
    """A typed path leads nowhere; `bucket` is the deepest bucket that it reached."""

    def __init__(self, bucket: Bucket, rest: str, near: Sequence[str] = ()) -> None:
        """Say what is missing where, and what is there instead.

        Args:
            bucket: the deepest bucket reached.
            rest: the part of the path that leads nowhere, in the printed form.
            near: keys of that bucket that look like it.
        """
        where = path_text(bucket.path) or "the root bucket"
        hint = f"; there is {', '.join(near)}" if near else ""
        super().__init__(f"no key {rest} in {where}{hint}")
        self.bucket = bucket
        self.rest = rest


class Found(NamedTuple):
    """Where a typed path leads."""

    bucket: Bucket
    """The bucket that holds the entry; the root bucket itself for the empty path."""
    entry: Pair | Bucket | Damage
    """The entry; a damage when the way to it is damaged."""


def component(key: bytes) -> str:
    """Return one key in the printed form."""
    text = "".join(_printed(part) for part in key.decode(errors="surrogateescape"))
    # Typed back in, a name that begins like a number would be read as one.
    return "%30" + text[1:] if text.startswith(_HEX_PREFIX) else text


def path_text(path: Sequence[bytes]) -> str:
    """Return a path in the printed form; the root bucket is the empty string."""
    return "/".join(component(key) for key in path)


def parse_component(text: str) -> bytes:
    """Return the key that a typed component means: `%XX` and `0x…` are undone."""
    if text.startswith(_HEX_PREFIX) and len(text) > len(_HEX_PREFIX):
        digits = text[len(_HEX_PREFIX) :]
        if len(digits) % 2 == 0 and _HEX_DIGITS.issuperset(digits):
            return bytes.fromhex(digits)
    first, *parts = text.split("%")
    raw = first.encode(errors="surrogateescape")
    for part in parts:
        if len(part) >= 2 and _HEX_DIGITS.issuperset(part[:2]):  # noqa: PLR2004 - two digits
            raw += bytes.fromhex(part[:2]) + part[2:].encode(errors="surrogateescape")
        else:
            raw += b"%" + part.encode(errors="surrogateescape")
    return raw


def resolve(root: Bucket, parts: Sequence[str]) -> Found:
    """Follow a typed path from the root bucket.

    Args:
        root: where to begin.
        parts: the path, whole or in several arguments; an empty path is the root itself.

    Raises:
        NoSuchKey: nothing is there.
    """
    pieces = [piece for part in parts for piece in part.strip("/").split("/") if piece]
    if not pieces:
        return Found(root, root)
    if len(pieces) > _MAX_COMPONENTS:
        raise NoSuchKey(root, f"{pieces[0]}/…")
    return _follow(root, [parse_component(piece) for piece in pieces])


def _follow(root: Bucket, keys: list[bytes]) -> Found:
    """Try at each bucket the longest key first, and come back where that leads nowhere."""
    deepest, reached = root, 0
    waiting = [(root, 0, length) for length in range(1, len(keys) + 1)]
    tried: set[tuple[tuple[bytes, ...], int]] = {((), 0)}
    while waiting:
        bucket, start, length = waiting.pop()
        end = start + length
        entry = bucket.get(b"/".join(keys[start:end]))
        if entry is None:
            continue
        if end == len(keys) or isinstance(entry, Damage):
            return Found(bucket, entry)
        if isinstance(entry, Bucket) and (entry.path, end) not in tried:
            tried.add((entry.path, end))
            if end > reached:
                deepest, reached = entry, end
            waiting += [(entry, end, more) for more in range(1, len(keys) - end + 1)]
    raise NoSuchKey(deepest, path_text(keys[reached:]))


def _printed(part: str) -> str:
    if part.isprintable() and part not in "/%":
        return part
    raw = part.encode(errors="surrogateescape")
    return "".join(f"%{byte:02X}" for byte in raw)
