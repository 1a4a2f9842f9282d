"""What the words in a table mean to the eye: good, worth a look, bad, or of no weight."""

from boltview.report.objects.column import NOTHING, Column

_WORDS = {
    "state": {
        "running": "good", "in progress": "good", "exited": "dim", "not stored": "dim",
        "created": "value", "endless": "value", "expires": "good", "expired": "note",
        "stuck": "note", "no data": "damage", "shared": "value", "not known": "dim",
    },
    "kind": {"Active": "good", "View": "good", "Committed": "value", "lost": "damage"},
    "on_disk": {"yes": "good", "no": "damage", "wrong size": "damage", "not known": "dim"},
}  # fmt: skip
GLYPHS = {"note": "! ", "damage": "✗ "}
"""What stands before a word that is worth a look, so that colour is not all that says so."""
_FAINT = frozenset({"namespace", "snapshotter", "created", "attempt"})


def style_of(column: Column, text: str) -> str:
    """Return the style of a cell."""
    known = _WORDS.get(column.name, {}).get(text)
    if known:
        return known
    if text == NOTHING or column.name in _FAINT:
        return "dim"
    return "strong" if column.name in {"id", "name", "digest", "key"} else "value"
