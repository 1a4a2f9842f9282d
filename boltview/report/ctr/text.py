"""Text from a database as it may stand in one of `ctr`'s tables."""

from boltview.containerd.objects import Text, text_key
from boltview.report.escape import escape_bytes

NONE = "-"
"""What most columns show when there is nothing to show."""


def shown(text: str | None) -> str:
    """Return printable text as it is, byte for byte; any other escaped.

    Unlike `escape`, a backslash of printable text is not doubled: `ctr` does not double it.
    """
    if not text:
        return ""
    return text if text.isprintable() else escape_bytes(text_key(text))


def labels_text(labels: Text, none: str = NONE) -> str:
    """Return `k=v,k=v`, sorted as Go sorts strings, which is by bytes."""
    pairs = sorted((f"{key}={value}" for key, value in labels.items()), key=text_key)
    return shown(",".join(pairs)) or none
