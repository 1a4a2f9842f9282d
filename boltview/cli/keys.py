"""Finding the entry that a typed KEY means, with a hint where there is none."""

from itertools import islice

from boltview.bolt.errors import Damage
from boltview.cli.output import list_damage
from boltview.report.keypath import Found, InDoubt, NoSuchKey, component, resolve
from boltview.report.opened import Opened

_LOOKED_AT = 2_000
"""Keys of the deepest bucket that are compared with what was typed."""


def find(opened: Opened, keys: list[str]) -> Found:
    """Return what a typed path leads to.

    Raises:
        NoSuchKey: nothing is there; near misses are named.
        InDoubt: nothing was found, but damage was met; it has been listed.
    """
    try:
        return resolve(opened.reading.root, keys)
    except NoSuchKey as missing:
        near = _near(missing)
        faults = list(opened.database.damage)
        list_damage(faults)
        kind = InDoubt if faults else NoSuchKey
        raise kind(missing.bucket, missing.rest, near) from None


def _near(missing: NoSuchKey) -> list[str]:
    from difflib import get_close_matches

    entries = islice(missing.bucket.entries(), _LOOKED_AT)
    names = [component(entry.key) for entry in entries if not isinstance(entry, Damage)]
    return get_close_matches(missing.rest, names, 3) or get_close_matches(
        missing.rest.split("/", maxsplit=1)[0], names, 3
    )
