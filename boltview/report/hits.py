"""Hits of a search as lines and as JSON."""

import re
from typing import TYPE_CHECKING, NamedTuple

from boltview.forensics.search.hit import DECODED, Hit
from boltview.forensics.search.texts import Place
from boltview.report.escape import escape, escape_bytes
from boltview.report.jsontext import dumps, to_json
from boltview.report.keypath import path_text
from boltview.report.objects.shapes import Json

if TYPE_CHECKING:
    # Carving is a large machine, which most searches do without.
    from boltview.forensics.search.carved import CarvedHit

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_UNKNOWN = "?"


class HitLine(NamedTuple):
    """A hit as one line: the parts that are told apart by colour, each escaped."""

    path: str
    where: str
    """`key`, `value` or `decoded`, and where in the decoded value."""
    before: str
    match: str
    after: str

    def __str__(self) -> str:
        """Return the line without colour."""
        return f"{self.path}: {self.where}: {self.before}{self.match}{self.after}"


def hit_line(hit: Hit, found: "CarvedHit | None" = None) -> HitLine:
    """Return a hit as a line.

    Args:
        hit: the hit.
        found: where it was carved from; None for what is in the tree.
    """
    shown = hit.excerpt
    place = place_text(hit.place)
    where = f"{hit.where} {place}" if place else hit.where
    if found:
        where = f"{found.record.state} {found.record.type}, {where}"
    return HitLine(
        _path(hit),
        where,
        ("" if shown.is_begun else "…") + escape_bytes(shown.before),
        escape_bytes(shown.match),
        escape_bytes(shown.after) + ("" if shown.is_ended else "…"),
    )


def hit_json(hit: Hit, found: "CarvedHit | None" = None) -> Json:
    """Return a hit as JSON; see `hit_line`."""
    shown = hit.excerpt
    line: Json = {
        "path": path_text(hit.path) if all(hit.path) else None,
        "kind": "bucket" if hit.is_bucket else "value",
        "where": hit.where,
    }
    if hit.where == DECODED:
        line["place"] = place_text(hit.place)
    line |= {"match": to_json(shown.match)}
    line |= {"before": to_json(shown.before), "after": to_json(shown.after)}
    line["origin"] = {
        "page": hit.origin.page,
        "offset": hit.origin.offset,
        "length": hit.origin.length,
    }
    if found:
        record = found.record
        line |= {"type": record.type, "verdict": record.state, "attribution": record.attribution}
        line |= {"confidence": record.confidence, "complete": record.is_complete}
        if not all(hit.path):
            line["partial_path"] = _path(hit)
    return line


def place_text(place: Place) -> str:
    """Return where something stands within a decoded value, escaped: the path that jq takes."""
    text = ""
    for step in place:
        if isinstance(step, int):
            text += f"[{step}]" if text else f".[{step}]"
        elif _PLAIN_NAME.fullmatch(step):
            text += f".{step}"
        else:
            text += ("" if text else ".") + f"[{dumps(step)}]"
    return escape(text)


def _path(hit: Hit) -> str:
    """Return the path, with `?` for each key that is not known."""
    return "/".join(path_text([key]) if key else _UNKNOWN for key in hit.path)
