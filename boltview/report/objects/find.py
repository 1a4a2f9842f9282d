"""Finding the one object that a typed ID means: whole, by its beginning, or by its name."""

from itertools import islice

from boltview.containerd.metadata import Reference
from boltview.containerd.node import Node
from boltview.report.objects.column import View, text_line
from boltview.report.objects.kind import Kind
from boltview.report.units import Clock

_COMPARED = 20_000
"""Names compared with what was typed, where nothing fits."""
_LISTED = 20
"""Candidates named in a message."""
_TYPES = {"blob": "content"}
"""What an OBJECT calls a kind, where that is not the schema's word."""
_DIGEST = "sha256:"
_LONG = 13
"""Characters compared of keys that are digests or IDs: near misses share a beginning."""


class NoSuchObject(Exception):
    """No object fits; the message names near misses."""


class Ambiguous(Exception):
    """Several objects fit; the message names them."""


def object_name(reference: Reference) -> str:
    """Return the name of an object as commands take it: `snapshot/k8s.io/overlayfs/KEY`."""
    kind = _TYPES.get(reference.kind, reference.kind)
    parts = (kind, reference.namespace, reference.snapshotter, reference.key)
    return "/".join(part for part in parts if part)


def find_view(kind: Kind, node: Node, text: str, namespace: str | None, clock: Clock) -> View:
    """Return the object that a typed ID means.

    Args:
        kind: what is looked for.
        node: where.
        text: the ID or its beginning, a name, or an OBJECT such as `image/default/NAME`.
        namespace: the only one to look in; None for all.
        clock: the present.

    Raises:
        NoSuchObject: nothing fits.
        Ambiguous: more than one does.
    """
    references = _records(kind, node, text, namespace) if kind.reference else []
    if references:
        _demand_one(text, [object_name(reference) for reference in references])
        item = node.metadata.get(references[0])
        if item is None:
            raise NoSuchObject(f"{object_name(references[0])}: the way to it is damaged")
        return kind.wrap(node, item, clock)
    views = _named(kind, node, text, namespace, clock)
    if not views:
        raise NoSuchObject(_nothing(kind, node, text, namespace, clock))
    _demand_one(text, [" ".join(kind.names(view)) for view in views])
    return views[0]


def _demand_one(text: str, names: list[str]) -> None:
    if len(names) > 1:
        listed = ", ".join(names[:_LISTED])
        more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
        raise Ambiguous(f"{text!r} can mean {listed}{more}")


def _records(kind: Kind, node: Node, text: str, namespace: str | None) -> list[Reference]:
    """Return the records that a text can mean, the best way of reading it first."""
    known = node.metadata.references
    prefixes = [text] if ":" in text else [text, _DIGEST + text]
    found = [
        reference for prefix in prefixes for reference in known(kind.reference, prefix, namespace)
    ]
    exact = [reference for reference in found if reference.key in prefixes]
    if exact or found:
        return exact or found
    everything = list(known(kind.reference, "", namespace))
    named = [reference for reference in everything if object_name(reference) == text]
    if named or kind.reference != "image":
        return named
    # Most say busybox or busybox:1.35, few docker.io/library/busybox:1.35.
    whole = [reference for reference in everything if reference.key.endswith(f"/{text}")]
    return whole or [reference for reference in everything if f"/{text}:" in reference.key]


def _named(kind: Kind, node: Node, text: str, namespace: str | None, clock: Clock) -> list[View]:
    """Return the objects that are called so, or else those one of whose names begins so."""
    views = [(kind.names(view), view) for view in kind.views(node, namespace, clock)]
    exact = [view for names, view in views if text in names]
    if exact or kind.reference:
        return exact
    return [view for names, view in views if any(name.startswith(text) for name in names)]


def _nothing(kind: Kind, node: Node, text: str, namespace: str | None, clock: Clock) -> str:
    from difflib import get_close_matches

    if kind.reference:
        found = node.metadata.references(kind.reference, "", namespace)
        keys = [reference.key for reference in islice(found, _COMPARED)]
    else:
        views = islice(kind.views(node, namespace, clock), _COMPARED)
        keys = [name for view in views for name in kind.names(view)]
    near = get_close_matches(text, keys, 3)
    if not near:
        short = {key[: max(len(text), _LONG)]: key for key in reversed(keys)}
        near = [short[found] for found in get_close_matches(text[:_LONG], short, 3)]
    hint = f"; there is {', '.join(map(text_line, near))}" if near else ""
    where = f" in namespace {namespace}" if namespace is not None else ""
    return f"no {kind.noun} {text!r}{where}{hint}"
