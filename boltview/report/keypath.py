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


class InDoubt(NoSuchKey):
    """A typed path leads nowhere, but damage was met: what it means may be there all the same."""


class Found(NamedTuple):
    """Where a typed path leads."""

    bucket: Bucket
    """The bucket that holds the entry; the root bucket itself for the empty path."""
    entry: Pair | Bucket | Damage
    """The entry; a damage when the way to it is damaged."""


def component(key: bytes) -> str:
    """Return one key in the printed form."""
    text = key.decode(errors="surrogateescape")
    if not text.isprintable() or "/" in text or "%" in text:
        text = "".join(map(_printed, text))
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
    pieces = "/".join(parts).split("/")
    if not any(pieces):
        return Found(root, root)
    if len(pieces) > _MAX_COMPONENTS:
        raise NoSuchKey(root, f"{path_text([parse_component(pieces[0])])}/…")
    return _follow(root, [parse_component(piece) for piece in pieces])


class _Step(NamedTuple):
    """A key to look for, and the piece of the path that comes behind it."""

    bucket: Bucket
    key: bytes
    end: int


def _follow(root: Bucket, pieces: list[bytes]) -> Found:
    """Try at each bucket the longest key first, and come back where that leads nowhere."""
    deepest, reached = root, 0
    damaged: Found | None = None
    # What is left at the end of a path such as `v1/` is nothing.
    last = max(index for index, piece in enumerate(pieces) if piece) + 1
    waiting = _steps(root, pieces, 0)
    tried: set[tuple[tuple[bytes, ...], int]] = set()
    while waiting:
        bucket, key, end = waiting.pop()
        entry = bucket.get(key)
        if isinstance(entry, Damage):
            # Another way of reading the path may still lead somewhere.
            damaged = damaged or Found(bucket, entry)
        elif entry is not None and end >= last:
            return Found(bucket, entry)
        elif isinstance(entry, Bucket) and (entry.path, end) not in tried:
            tried.add((entry.path, end))
            if end > reached:
                deepest, reached = entry, end
            waiting += _steps(entry, pieces, end)
    if damaged:
        return damaged
    raise NoSuchKey(deepest, path_text(pieces[reached:]).strip("/"))


def _steps(bucket: Bucket, pieces: list[bytes], start: int) -> list[_Step]:
    """Return the keys of `bucket` that the path from piece `start` on may mean, the likeliest last.

    A longer key is thought of only if the bucket has keys that begin so. An empty piece is a slash
    too many, as in `/v1`, or one that belongs to a key, as in `pairs//etc/passwd`.
    """
    found: list[_Step] = []
    first = start
    while first < len(pieces):
        key = pieces[first]
        steps = [_Step(bucket, key, first + 1)] if key else []
        for end in range(first + 1, len(pieces)):
            if next(bucket.entries(prefix=key + b"/"), None) is None:
                break
            key += b"/" + pieces[end]
            steps.append(_Step(bucket, key, end + 1))
        found[:0] = steps
        if pieces[first]:
            break
        first += 1
    return found


def _printed(part: str) -> str:
    if part.isprintable() and part not in "/%":
        return part
    raw = part.encode(errors="surrogateescape")
    return "".join(f"%{byte:02X}" for byte in raw)
