"""Names in an export: of objects, that join its tables; of nodes, made from their paths."""

import os
from collections import Counter
from collections.abc import Sequence

from boltview.containerd.locate import CONTAINERD_ROOTS, METADATA
from boltview.containerd.objects import text_key
from boltview.report.jsontext import key_json
from boltview.report.keypath import component


def object_name(kind: str, namespace: bytes, key: bytes) -> str:
    """Return `TYPE/NAMESPACE/KEY`, as other commands print and take it; unlike for unlike objects.

    What is not UTF-8 is `%XX` in namespace and snapshotter, and makes the key `0x…`.

    Args:
        kind: one of `boltview/containerd/names.py: KINDS`, or `namespace`, which has no key.
        namespace: its namespace.
        key: its key; of a snapshot `SNAPSHOTTER/KEY`.
    """
    if kind == "namespace":
        return f"{kind}/{component(namespace)}"
    above = component(namespace)
    if kind == "snapshot":
        snapshotter, _, key = key.partition(b"/")
        above = f"{above}/{component(snapshotter)}"
    return f"{kind}/{above}/{key_json(key)}"


def object_named(kind: str, namespace: str, *keys: str) -> str:
    """Return the name of an object whose names are texts as objects carry them."""
    return object_name(kind, text_key(namespace), b"/".join(map(text_key, keys)))


def node_names(paths: Sequence[str]) -> list[str]:
    """Name nodes by their paths: as few folders as tell them apart, from the end of the path.

    Args:
        paths: what the user gave, each another node.
    """
    parts = [_parts(path) for path in paths]
    lengths = [1] * len(paths)
    while True:
        names = ["/".join(own[-length:]) for own, length in zip(parts, lengths, strict=True)]
        counts = Counter(names)
        longer = [
            length + (counts[name] > parts.count(own) and length < len(own))
            for own, length, name in zip(parts, lengths, names, strict=True)
        ]
        if longer == lengths:
            break
        lengths = longer
    # Paths that differ only in what every node has, such as a root and the file within it.
    return [
        name if counts[name] == 1 else f"{name}#{names[: place + 1].count(name)}"
        for place, name in enumerate(names)
    ]


def _parts(path: str) -> list[str]:
    """Return the folders of a path that tell a node, without those that every node has."""
    whole = os.path.abspath(path)
    for usual in (METADATA, *CONTAINERD_ROOTS):
        if whole.endswith("/" + usual):
            whole = whole.removesuffix("/" + usual)
    return [part for part in whole.split("/") if part] or ["localhost"]
